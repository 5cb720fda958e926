"""One web worker, asked one request after another over one connection."""

from __future__ import annotations

import http.client
import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from bench.figures import Sample, Series

WARMED_BY = 3
"""Requests thrown away before the first that counts."""
PATIENCE = 20.0
"""Seconds after which a slow page has been asked often enough."""
FEWEST = 5
NEXT_PAGE = re.compile(rb'href="(\?[^"]*\bafter=[^"]*)"')


@dataclass
class Web:
    """A running server, the cookie of whoever is signed in, and the file in which it writes its figures."""

    port: int
    cookie: str
    log: Path

    def ask(self, url: str, *, statements: bool = False) -> tuple[Sample, bytes]:
        """One request: what the server measured, with the wall clock of this side, and the body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        headers = {"Cookie": self.cookie, "X-Bench": "statements" if statements else ""}
        written = self.log.stat().st_size if self.log.exists() else 0
        started = time.perf_counter()
        connection.request("GET", url, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        seconds = time.perf_counter() - started
        connection.close()
        if answer.status != 200:
            sys.exit(f"bench: {url} answers {answer.status} {answer.getheader('Location', '')}")
        sample = Sample(**json.loads(self._line_after(written)))
        sample.seconds = seconds
        return sample, body

    def series(self, url: str, rounds: int) -> Series:
        """``rounds`` requests after warming, fewer for a page that takes long."""
        for _ in range(WARMED_BY):
            self.ask(url)
        samples: list[Sample] = []
        began = time.perf_counter()
        while len(samples) < rounds and (len(samples) < FEWEST or time.perf_counter() - began < PATIENCE):
            samples.append(self.ask(url)[0])
        return Series(samples)

    def last_page(self, url: str) -> str:
        """The address of a list's last page, reached as a person would, by its next links."""
        separator = "&" if "?" in url else "?"
        page, address = self.ask(f"{url}{separator}size=200")[1], url
        while found := NEXT_PAGE.search(page):
            address = url.split("?")[0] + unescape(found.group(1).decode())
            page = self.ask(address)[1]
        address = address.replace("size=200", "size=50")
        while found := NEXT_PAGE.search(self.ask(address)[1]):
            address = url.split("?")[0] + unescape(found.group(1).decode())
        return address

    def _line_after(self, position: int) -> str:
        """The figures of the request just answered; they are written after its last byte was sent."""
        for _ in range(2000):
            if self.log.exists() and self.log.stat().st_size > position:
                with self.log.open() as log:
                    log.seek(position)
                    if (line := log.readline()).endswith("\n"):
                        return line
            time.sleep(0.005)
        sys.exit("bench: the server wrote no figures")


@contextmanager
def serving(cookie: str, log: Path, root: Path) -> Iterator[Web]:
    """gunicorn with one worker and one thread on a free port, for as long as the block runs."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    options = (
        "--worker-class gthread --workers 1 --threads 1 --timeout 900 --no-control-socket --log-level warning"
    )
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "bench.wsgi",
        "--bind",
        f"127.0.0.1:{port}",
        *options.split(),
    ]
    server = subprocess.Popen(command, cwd=root, start_new_session=True)
    try:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield Web(port, cookie, log)
    finally:
        server.terminate()
        server.wait(timeout=30)
