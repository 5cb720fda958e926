"""The supervisor: children live on, a stop leaves no process behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from common.supervise import Child, Supervisor, port_is_taken

# A master with a worker of its own. The worker ignores SIGTERM, as a stuck one would.
MASTER = """
import signal, subprocess, sys, time
worker = subprocess.Popen([sys.executable, "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(300)"])
with open(sys.argv[1], "a") as log:
    print(worker.pid, file=log)
{on_term}
time.sleep(300)
"""
OBEDIENT = MASTER.format(on_term="signal.signal(signal.SIGTERM, lambda *a: sys.exit(0))")
STUBBORN = MASTER.format(on_term="signal.signal(signal.SIGTERM, signal.SIG_IGN)")

PROGRAM = """
import sys
from common.supervise import Child, Supervisor
children = [Child(name, [sys.executable, "-c", code, sys.argv[1]]) for name, code in zip("ab", sys.argv[2:])]
sys.exit(Supervisor(children, say=lambda line: print(line, flush=True), stop_after=1.0).run())
"""


def supervisor(log: Path, *children: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(PROGRAM), str(log), *children],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def pids(log: Path, count: int) -> list[int]:
    wait_until(lambda: log.exists() and len(log.read_text().split()) >= count)
    return [int(word) for word in log.read_text().split()]


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def wait_until(true: object, seconds: float = 15.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():  # type: ignore[operator]
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_to_the_whole_group_leaves_no_process_and_ends_with_0(tmp_path: Path, number: int) -> None:
    log = tmp_path / "pids"
    running = supervisor(log, OBEDIENT, OBEDIENT)
    workers = pids(log, 2)
    os.killpg(running.pid, number)
    assert running.wait(timeout=15) == 0
    wait_until(lambda: not any(alive(pid) for pid in workers))


def test_a_master_that_does_not_stop_is_killed_with_its_workers_and_named(tmp_path: Path) -> None:
    log = tmp_path / "pids"
    running = supervisor(log, STUBBORN)
    workers = pids(log, 1)
    running.terminate()
    out, _ = running.communicate(timeout=15)
    assert running.returncode == 0
    assert "a did not stop within 1 s and was killed." in out
    wait_until(lambda: not any(alive(pid) for pid in workers))


def test_a_dead_child_is_started_again_and_its_orphans_are_killed(tmp_path: Path) -> None:
    log = tmp_path / "pids"
    running = supervisor(log, OBEDIENT)
    (first,) = pids(log, 1)
    os.kill(os.getpgid(first), signal.SIGKILL)  # the master leads the group
    second = pids(log, 2)[1]
    assert not alive(first)
    assert alive(second)
    running.terminate()
    out, _ = running.communicate(timeout=15)
    assert "a ended with code -9; starting it again in 1 s." in out


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel tells children only on Linux")
def test_children_stop_when_the_supervisor_itself_is_killed(tmp_path: Path) -> None:
    log = tmp_path / "pids"
    running = supervisor(log, OBEDIENT)
    (worker,) = pids(log, 1)
    master = os.getpgid(worker)
    running.kill()
    running.wait(timeout=15)
    wait_until(lambda: not alive(master))
    os.killpg(master, signal.SIGKILL)


def test_children_that_never_come_up_end_the_run_with_1() -> None:
    clock = iter(range(0, 10_000, 40))
    said: list[str] = []
    child = Child("web", [sys.executable, "-c", "raise SystemExit(3)"])
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
    try:
        assert Supervisor([child], said.append, ready=lambda: False, clock=lambda: next(clock)).run() == 1
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    assert said[-1].startswith("stopped: a process ended again and again")


def test_the_wait_before_a_restart_doubles_to_a_limit_and_is_forgotten_after_a_steady_minute() -> None:
    child = Child("web", [])
    assert [child.schedule_restart(now=10.0) for _ in range(7)] == [1, 2, 4, 8, 16, 30, 30]
    assert child.start_at == 40.0
    assert child.schedule_restart(now=70.0) == 1


def test_a_port_that_someone_holds_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert port_is_taken("127.0.0.1", port)
    assert not port_is_taken("127.0.0.1", port)
