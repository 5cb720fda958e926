"""``make run`` in a fresh copy must answer, start again in seconds, change no data and leave no process.

Nothing of this working tree is used but its commits: own environment, own database, own port.
"""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FIRST_START, SECOND_START, STOP = 900, 30, 20
"""Seconds allowed: everything from nothing; a start with all in place; a stop."""
PAGES = ("/healthz", "/readyz", "/", "/static/css/gongjian.css", "/static/vendor/bootstrap.min.css")
MOVING_TABLES = {"cache", "django_session"}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def status(url: str) -> int:
    """The HTTP status behind redirects, 0 when nothing answers."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def processes_in(folder: Path) -> list[str]:
    """The command lines of processes that work in ``folder``."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").resolve().is_relative_to(folder):
                command = (
                    (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="backslashreplace")
                )
                if command:
                    found.append(f"{process.name} {command}")
        except OSError:
            continue
    return found


def rows(database: Path) -> dict[str, int]:
    """How many rows each table holds."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        names = [
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        return {
            name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
            for name in names
            if name not in MOVING_TABLES
        }


def run_once(copy: Path, port: int, allowed: float) -> float:
    """Start, look at the pages, SIGTERM to the whole group. Returns the seconds until it answered."""
    environment = {k: v for k, v in os.environ.items() if k not in {"MAKEFLAGS", "MAKELEVEL", "VIRTUAL_ENV"}}
    log = copy.with_suffix(".log")
    started = time.monotonic()
    with log.open("w") as out:
        make = subprocess.Popen(
            ["make", "run"],
            cwd=copy,
            env=environment | {"PORT": str(port)},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    base = f"http://127.0.0.1:{port}"
    try:
        while status(base + "/healthz") != 200:
            if make.poll() is not None or time.monotonic() - started > allowed:
                sys.exit(f"make run does not answer; its last words:\n{log.read_text()[-3000:]}")
            time.sleep(0.5)
        took = time.monotonic() - started
        for page in PAGES:
            if (code := status(base + page)) != 200:
                sys.exit(f"{page} answers {code}; the log ends:\n{log.read_text()[-3000:]}")
    finally:
        if make.poll() is None:
            os.killpg(make.pid, signal.SIGTERM)
        try:
            make.wait(timeout=STOP)
        except subprocess.TimeoutExpired:
            os.killpg(make.pid, signal.SIGKILL)
            sys.exit("make run did not stop")
    deadline = time.monotonic() + STOP
    while left := processes_in(copy):
        if time.monotonic() > deadline:
            sys.exit("left behind:\n" + "\n".join(left))
        time.sleep(0.2)
    print(log.read_text())
    return took


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name).resolve() / "gongjian"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(copy)], check=True)
        first = run_once(copy, free_port(), FIRST_START)
        database = copy / "var" / "gongjian.sqlite3"
        before = rows(database)
        second = run_once(copy, free_port(), SECOND_START)
        changed = {
            table: (before.get(table), count)
            for table, count in rows(database).items()
            if before.get(table) != count
        }
        if changed:
            sys.exit(f"the second make run changed data: {changed}")
        dirty = subprocess.run(
            ["git", "status", "--short"], cwd=copy, check=True, capture_output=True, text=True
        ).stdout
        if dirty:
            sys.exit(f"make run left files that git sees:\n{dirty}")
        print(
            f"answered after {first:.0f} s from nothing, {second:.0f} s the second time; nothing left behind."
        )


if __name__ == "__main__":
    main()
