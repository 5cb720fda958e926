"""``manage.py`` says in one line what keeps a command from its work; an error of the program keeps its traceback."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import get_commands
from django.db import DataError, IntegrityError, OperationalError, ProgrammingError
from django.utils import translation

from config import command_line

ROOT = Path(__file__).resolve().parents[2]
OWN = {"accounts", "branches", "common", "plans", "reviews", "tasks"}
#: Own commands that read the database, with arguments; a new command is added here or below.
READING = {
    "create_account": ["office", "--name", "李四", "--role", "office"],
    "seed_demo": [],
    "send_reminders": ["--dry-run"],
    "recompute_lights": ["--dry-run"],
    "import_plan": ["tests/samples/work_points.txt"],
    "export_review": ["--year", "2025", "--format", "docx", "--out", "{folder}/out"],
}
#: Those that need no database, or set it up.
OTHERS = {"compile_catalogues", "fetch_assets", "up"}


def manage(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(folder), "PORT": str(port)} | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_every_own_command_is_looked_at() -> None:
    assert {name for name, app in get_commands().items() if app in OWN} == READING.keys() | OTHERS


@pytest.mark.parametrize("command", READING)
def test_a_database_that_is_not_migrated_is_one_line(tmp_path: Path, command: str) -> None:
    arguments = [argument.format(folder=tmp_path) for argument in READING[command]]
    done = manage(tmp_path, command, *arguments, DATABASE_URL=f"sqlite:///{tmp_path / 'db.sqlite3'}")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "gongjian: 数据库读不了，请先运行 migrate。\n"
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("command", ["up", "migrate", "create_account"])
@pytest.mark.parametrize(
    "url", ["postgres://gongjian:secret@127.0.0.1:1/gongjian", "sqlite:////nowhere/at/all.sqlite3"]
)
def test_a_database_that_cannot_be_reached_is_one_line(tmp_path: Path, command: str, url: str) -> None:
    done = manage(tmp_path, command, *READING.get(command, []), DATABASE_URL=url)
    assert done.returncode == 1
    assert done.stderr.startswith("gongjian: DATABASE_URL：数据库连不上或打不开（")
    assert done.stderr.count("\n") == 1 and "secret" not in done.stderr


@pytest.mark.parametrize("command", ["up", "migrate", "create_account"])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "foo://bar"),
        ("EMAIL_URL", "foo"),
        ("REDIS_URL", "foo"),
        ("DEBUG", "xyz"),
        ("VAR_DIR", "/dev/null/var"),
    ],
)
def test_a_setting_that_is_refused_is_one_line_that_names_it(
    tmp_path: Path, command: str, name: str, value: str
) -> None:
    done = manage(tmp_path, command, *READING.get(command, []), **{name: value})
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"gongjian: {name}") and done.stderr.count("\n") == 1
    assert "的值" in done.stderr or "建不了" in done.stderr


def test_a_console_that_lacks_chinese_shows_codes_instead_of_failing(tmp_path: Path) -> None:
    done = manage(tmp_path, "compile_catalogues", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stdout.isascii()) == (0, True)
    assert "\\u" in done.stdout


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch):
    """What ``run`` does with an error of a command on a database that answers and is (or is not) migrated."""
    monkeypatch.setattr(command_line.connection, "close", lambda: None)
    monkeypatch.setattr(command_line.connection, "ensure_connection", lambda: None)

    def run(error: Exception, *arguments: str, behind: bool = False) -> str:
        def fail(_arguments: list[str]) -> None:
            raise error

        monkeypatch.setattr(command_line, "execute_from_command_line", fail)
        monkeypatch.setattr(command_line, "_is_behind", lambda: behind)
        with translation.override("en"), pytest.raises(SystemExit) as left:
            command_line.run(["manage.py", *arguments])
        return str(left.value)

    return run


def test_a_database_that_fails_at_work_is_one_line(ended) -> None:
    said = ended(OperationalError("database is locked\nreally"), "send_reminders")
    assert said == "gongjian: DATABASE_URL: the database refused (database is locked really)."


@pytest.mark.parametrize("error", [ProgrammingError("no relation"), OperationalError("no such column: x")])
def test_a_missing_column_on_an_older_database_asks_for_migrate(ended, error: Exception) -> None:
    assert ended(error, "seed_demo", behind=True).endswith("Run migrate first.")


@pytest.mark.parametrize(
    ("error", "arguments", "behind"),
    [
        (IntegrityError("twice"), ["seed_demo"], True),
        (DataError("too long"), ["seed_demo"], True),
        (ProgrammingError("no relation"), ["seed_demo"], False),
        (ProgrammingError("no relation"), ["migrate"], True),
        (OperationalError("database is locked"), ["seed_demo", "--traceback"], False),
        (ValueError("a slip"), ["seed_demo"], False),
    ],
)
def test_an_error_of_the_program_keeps_its_traceback(
    ended, error: Exception, arguments, behind: bool
) -> None:
    with pytest.raises(type(error)):
        ended(error, *arguments, behind=behind)
