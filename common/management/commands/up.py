"""``manage.py up``: the whole product in one command and one log."""

from __future__ import annotations

import http.client
import os
import sys
from typing import Any

from django.conf import settings
from django.core.checks import run_checks
from django.core.management import call_command
from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.commands import SiteCommand
from common.supervise import Child, Supervisor, port_is_taken

HOST = "127.0.0.1"
MOST_WEB_PROCESSES = 8


def answers(port: int) -> bool:
    """Whether the web server on ``port`` answers at all (what it says is ``/readyz``'s matter)."""
    connection = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request("GET", "/healthz", headers={"Host": _own_host(), "X-Forwarded-Proto": "https"})
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _own_host() -> str:
    named = [host.lstrip(".") for host in settings.ALLOWED_HOSTS if host != "*"]
    return named[0] if named else HOST


def web_command(port: int) -> list[str]:
    """gunicorn with threads: a process per processor and one more, because a request may wait for a disk."""
    processes = min((os.cpu_count() or 1) + 1, MOST_WEB_PROCESSES)
    options = f"--worker-class gthread --workers {processes} --threads 4 --graceful-timeout 8 --keep-alive 5"
    where = ["--bind", f"{HOST}:{port}", "--no-control-socket"]
    return [sys.executable, "-m", "gunicorn", "config.wsgi", *where, *options.split()]


def worker_command(port: int) -> list[str]:
    """One Celery worker with beat inside; two products on one database have each their own beat file."""
    quiet = "--without-gossip --without-mingle --without-heartbeat --loglevel warning"
    beat = ["--beat", "--schedule", str(settings.VAR_DIR / f"beat-{port}"), "--concurrency", "2"]
    return [sys.executable, "-m", "celery", "-A", "config", "--quiet", "worker", *beat, *quiet.split()]


class Command(SiteCommand):
    """Starts everything and stays in front; SIGTERM, SIGINT and SIGHUP stop everything."""

    about = gettext_lazy("Migrate, then run the web server and the worker with its scheduler until stopped.")
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--demo",
            action="store_true",
            help=_("Fill an empty database with the demo institute (never when ENV=production)."),
        )

    def handle(self, *args: Any, **options: Any) -> None:
        port: int = settings.PORT
        if port_is_taken(HOST, port):
            taken = _("Port %(port)s is taken. Stop what uses it, or choose another: make run PORT=8001")
            raise CommandError(taken % {"port": port})
        try:
            self._prepare(demo=options["demo"])
        except KeyboardInterrupt as stopped:
            raise CommandError(
                _("Stopped while preparing the database; run the same command again.")
            ) from stopped
        supervisor = Supervisor(
            [Child("web", web_command(port)), Child("worker", worker_command(port))],
            say=self._say,
            ready=lambda: answers(port),
            announce=lambda: self._announce(port),
            words=_,
        )
        code = supervisor.run()
        self._say(_("stopped."))
        if code:
            sys.exit(code)

    def _prepare(self, *, demo: bool) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        if refusals := [str(error.msg) for error in run_checks(databases=["default"]) if error.is_serious()]:
            raise CommandError(" ".join(refusals))
        if demo and not settings.PRODUCTION:
            call_command("seed_demo", if_empty=True, stdout=self.stdout)

    def _announce(self, port: int) -> None:
        if not settings.PRODUCTION:
            call_command("seed_demo", accounts=True, stdout=self.stdout)
        self._say(f"http://{HOST}:{port}")

    def _say(self, line: str) -> None:
        self.stdout.write(f"gongjian: {line}")
        self.stdout.flush()
