"""Keep a few child processes alive and stop them all cleanly; the engine of ``manage.py up``.

Each child leads a session of its own: a signal to our process group reaches only us, and we pass it on
to the masters alone (a Celery worker whose pool gets the same SIGTERM as its master never ends). A master
that has not ended after ``stop_after`` seconds, and whatever a dead master leaves behind in its session,
is killed. On Linux a child is told to stop when we ourselves are killed.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from common.plain import gettext_noop

TICK = 0.2
FIRST_DELAY, LONGEST_DELAY = 1.0, 30.0
STEADY_AFTER = 60.0
EARLY_DEATHS = 3
_SET_PARENT_DEATH_SIGNAL = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None

Say = Callable[[str], None]
NEVER_UP = gettext_noop("stopped: a process ended again and again before the site answered; see above.")
ENDED = gettext_noop("%(name)s ended with code %(code)s; starting it again in %(wait)s s.")
KILLED = gettext_noop("%(name)s did not stop within %(wait)s s and was killed.")


def port_is_taken(host: str, port: int) -> bool:
    """Whether a server already holds ``host:port`` (judged by binding it, as the web server will)."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


def _die_with_parent() -> None:
    if _LIBC is not None:
        _LIBC.prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)


@dataclass
class Child:
    """One process to keep alive. Times are seconds of a monotonic clock."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    start_at: float = 0.0
    delay: float = FIRST_DELAY

    def start(self, now: float) -> None:
        """Start the process as the leader of its own session."""
        self.process = subprocess.Popen(  # noqa: S603 (commands are written in up.py)
            list(self.command),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_die_with_parent,  # noqa: PLW1509 (we have one thread)
        )
        self.started = now

    def ended(self) -> bool:
        """Whether the master has ended; it is not yet reaped, so that its process group keeps its number."""
        if self.process is None:
            return True
        flags = os.WEXITED | os.WNOHANG | os.WNOWAIT
        return os.waitid(os.P_PID, self.process.pid, flags) is not None

    def ask_to_stop(self) -> None:
        """SIGTERM to the master, which stops its own workers."""
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)

    def bury(self) -> int:
        """Kill what is left in the child's session, reap the master and return its exit code."""
        if self.process is None:
            return 0
        # Not yet reaped: the number still names this child's group and no other.
        os.killpg(self.process.pid, signal.SIGKILL)
        code = self.process.wait()
        self.process = None
        return code

    def schedule_restart(self, now: float) -> float:
        """Set the next start; the wait doubles for a child that dies soon. Returns the wait in seconds."""
        if now - self.started >= STEADY_AFTER:
            self.delay = FIRST_DELAY
        wait, self.delay = self.delay, min(self.delay * 2, LONGEST_DELAY)
        self.start_at = now + wait
        return wait


@dataclass
class Supervisor:
    """Runs ``children`` until a stop signal; calls ``announce`` once, as soon as ``ready()`` is true.

    ``words`` puts what is said into the reader's language.
    """

    children: list[Child]
    say: Say
    ready: Callable[[], bool] = lambda: True
    announce: Callable[[], None] = lambda: None
    stop_after: float = 10.0
    words: Callable[[str], str] = str
    clock: Callable[[], float] = time.monotonic
    _stopping: bool = field(default=False, init=False)
    _announced: bool = field(default=False, init=False)
    _early_deaths: int = field(default=0, init=False)

    def run(self) -> int:
        """Blocks. Returns 0 after a stop signal, 1 when the children never came up."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        code = 0
        try:
            while not self._stopping:
                self._tend()
                if self._early_deaths >= EARLY_DEATHS:
                    self.say(self.words(NEVER_UP))
                    code = 1
                    break
                self._look_whether_ready()
                time.sleep(TICK)
        finally:
            self._stop_all()
        return code

    def _on_signal(self, number: int, _frame: object) -> None:
        self._stopping = True

    def _tend(self) -> None:
        now = self.clock()
        for child in self.children:
            if child.process is None:
                if now >= child.start_at:
                    child.start(now)
            elif child.ended():
                code = child.bury()
                wait = child.schedule_restart(now)
                self._early_deaths += not self._announced
                self.say(self.words(ENDED) % {"name": child.name, "code": code, "wait": round(wait)})

    def _look_whether_ready(self) -> None:
        if not self._announced and self.ready():
            self._announced = True
            self.announce()

    def _stop_all(self) -> None:
        running = [child for child in self.children if child.process is not None]
        for child in running:
            child.ask_to_stop()
        deadline = self.clock() + self.stop_after
        while self.clock() < deadline and not all(child.ended() for child in running):
            time.sleep(0.05)
        for child in running:
            if not child.ended():
                self.say(self.words(KILLED) % {"name": child.name, "wait": round(self.stop_after)})
            child.bury()
