"""``make bench``: fill, serve, ask, print one table.

SQLite in a folder of its own, or, with ``DATABASE_URL`` naming a PostgreSQL, a database of its own there;
either is removed at the end.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 30


@contextmanager
def own_database(folder: Path) -> Iterator[str]:
    """The URL of an empty database that nobody else uses."""
    given = os.environ.get("DATABASE_URL", "")
    if not given.startswith(("postgres://", "postgresql://")):
        yield f"sqlite:///{folder / 'bench.sqlite3'}"
        return
    import psycopg2

    server, _, name = given.rpartition("/")
    own = f"{name.split('?')[0]}_bench_{os.getpid()}"
    admin = psycopg2.connect(given)
    admin.autocommit = True
    with admin.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{own}"')
        try:
            yield f"{server}/{own}"
        finally:
            cursor.execute(f'DROP DATABASE "{own}" WITH (FORCE)')
            admin.close()


def job(name: str, argument: str = "") -> Any:
    """Run a measurement in a process of its own and return its series."""
    from bench.figures import Sample, Series

    command = [sys.executable, "-m", "bench.jobs", name, argument]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        sys.exit(f"bench: {name} ended with code {done.returncode}")
    return Series([Sample(**row) for row in json.loads(done.stdout)])


def statements_alone(statements: list[Any], rounds: int) -> Any:
    """The page's own statements, sent bare and fetched whole."""
    from django.db import connection

    from bench.figures import Sample, Series, measured

    samples: list[Sample] = []
    for _ in range(rounds):
        with measured() as sample, connection.cursor() as cursor:
            for sql, params in statements:
                if sql.lstrip().upper().startswith("SELECT"):
                    cursor.execute(sql, params)
                    cursor.fetchall()
        samples.append(sample)
    return Series(samples)


def signed_in() -> str:
    """A cookie of the Party office's session."""
    from django.conf import settings
    from django.test import Client

    from branches.models import Appointment

    client = Client()
    office = Appointment.objects.filter(
        post=Appointment.Post.OFFICE, ends_on=None, person__user__isnull=False
    )
    client.force_login(office[0].person.user)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def measure(size: int, on: date, folder: Path, rounds: int) -> dict[str, tuple[Any, Any]]:
    """Every line of the table for one size: its series and its floor's (``None``: it is a floor itself)."""
    from django.urls import reverse

    from bench.figures import Series
    from bench.fill import LAST_DEADLINE, fill, settle
    from bench.web import serving
    from tasks.models import LedgerItem

    fill(size, on)
    settle()
    lines: dict[str, tuple[Any, Any]] = {}
    items = reverse("items")
    item = LedgerItem.objects.filter(number__startswith="BENCH-", state="in_progress").order_by("-pk")[0]
    log = folder / "figures.jsonl"
    with serving(signed_in(), log, ROOT) as web:
        empty = web.series(reverse("bench_empty"), rounds)
        lines["empty signed-in view"] = (empty, None)
        pages = {
            "dashboard": reverse("dashboard"),
            "ledger, first page": items,
            "ledger, last page": web.last_page(items),
            "ledger, overdue": f"{items}?view=overdue",
            "item page": item.get_absolute_url(),
        }
        for name, url in pages.items():
            bare = statements_alone(web.ask(url, statements=True)[0].statements, rounds=7)
            lines[name] = (web.series(url, rounds), bare)
        workbook = folder / "ledger.xlsx"
        export = reverse("item_export") + "?view=all"
        workbook.write_bytes(web.ask(export)[1])
        exports = Series([web.ask(export)[0] for _ in range(2)])
        lines["ledger as XLSX"] = (exports, job("xlsx_floor", str(workbook)))
    lines["reminders of every open item"] = (
        job("planning", (on + timedelta(days=LAST_DEADLINE + 20)).isoformat()),
        job("planning_floor"),
    )
    report = folder / "review.docx"
    lines["a review as DOCX"] = (job("review_docx", str(report)), job("docx_floor", str(report)))
    return lines


def prepare(folder: Path, url: str) -> None:
    """A migrated database with the demo institute, and the browser assets of the product beside it."""
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "VAR_DIR": str(folder),
        "DATABASE_URL": url,
        "REDIS_URL": "",
        "LOG_LEVEL": "WARNING",
        "BENCH_LOG": str(folder / "figures.jsonl"),
    }
    for name in ("assets", "icons"):
        (folder / name).symlink_to(ROOT / "var" / name)
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    with open(os.devnull, "w") as nowhere:
        call_command("seed_demo", stdout=nowhere)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Print the benchmark table.")
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=[1_000, 100_000], help="ledger items, ascending"
    )
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="requests per page")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gongjian-bench-") as name, own_database(Path(name)) as url:
        prepare(Path(name), url)
        from django.db import connection
        from django.utils import timezone

        from bench.table import print_table

        results = {}
        for size in sorted(options.sizes):
            print(f"measuring with {size} ledger items ...", file=sys.stderr)
            results[size] = measure(size, timezone.localdate(), Path(name), options.rounds)
        print_table(connection.vendor, results)
        connection.close()


if __name__ == "__main__":
    main()
