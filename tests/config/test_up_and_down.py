"""``manage.py up`` for real: it answers, and a SIGTERM to the whole group leaves no process."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def start(var: Path, port: int) -> subprocess.Popen[str]:
    environment = {"PATH": os.environ["PATH"], "HOME": str(var), "PORT": str(port), "VAR_DIR": str(var)}
    return subprocess.Popen(
        [sys.executable, "manage.py", "up"],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def processes_with(environment_value: str) -> list[str]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if environment_value.encode() in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return [command for command in found if command]


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="processes are found through /proc")
def test_it_answers_and_a_sigterm_to_the_group_leaves_no_process(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    running = start(tmp_path, port)
    try:
        assert running.stdout is not None
        lines = iter(running.stdout.readline, "")
        assert any(f"gongjian: http://127.0.0.1:{port}" in line for line in lines)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10) as answer:
            assert answer.status == 200
        commands = processes_with(f"VAR_DIR={tmp_path}")
        assert any("gunicorn" in command for command in commands)
        assert any("celery" in command for command in commands)
    finally:
        os.killpg(running.pid, signal.SIGTERM)
    output, _ = running.communicate(timeout=30)
    assert running.returncode == 0, output
    deadline = time.monotonic() + 5
    while left := processes_with(f"VAR_DIR={tmp_path}"):
        assert time.monotonic() < deadline, left
        time.sleep(0.1)


def test_a_taken_port_is_one_line_and_a_failing_code_and_touches_no_database(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        running = start(tmp_path, port)
        output, _ = running.communicate(timeout=60)
    assert running.returncode == 1
    assert f"端口 {port} 已被占用" in output
    assert output.count("\n") == 1
    assert list(tmp_path.glob("*.sqlite3")) == []
