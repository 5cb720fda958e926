"""The web server does not serve a database of the demo in production, whoever starts it."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def run(folder: Path, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "VAR_DIR": str(folder)} | more
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
    )


def serve(folder: Path, *, door: str = "import") -> subprocess.CompletedProcess[str]:
    serving = {
        "ENV": "production",
        "SECRET_KEY": "k" * 20 + "0123456789abcdefghijklmnopqrstuvwxyz",
        "ALLOWED_HOSTS": "example.org",
        "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
    }
    if door == "gunicorn":
        where = f"unix:{folder / 'socket'}"
        return run(folder, "-m", "gunicorn", "config.wsgi", "--bind", where, "--no-control-socket", **serving)
    return run(folder, "-c", "import config.wsgi", **serving)


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("migrated")
    done = run(folder, "manage.py", "migrate", DATABASE_URL=f"sqlite:///{folder / 'db.sqlite3'}")
    assert done.returncode == 0, done.stderr
    return folder / "db.sqlite3"


@pytest.fixture
def folder(tmp_path: Path, migrated: Path) -> Path:
    with sqlite3.connect(migrated) as made, sqlite3.connect(tmp_path / "db.sqlite3") as database:
        made.backup(database)
        database.execute(
            "insert into accounts_user (username, password, is_superuser, is_staff, is_active, date_joined,"
            " email, display_name, language, must_change_password, is_demo, session_epoch)"
            " values ('shown', '!', 0, 0, 1, '2026-01-01', '', '', 'zh-hans', 0, 1, 0)"
        )
    return tmp_path


def test_accounts_of_the_demo_are_refused_in_one_line(folder: Path) -> None:
    for door in ("import", "gunicorn"):
        done = serve(folder, door=door)
        assert done.returncode == 3
        assert [line for line in done.stderr.splitlines() if "ENV=production" in line] == [
            "gongjian: ENV=production 拒绝启动：数据库里有 1 个示例账号。"
        ]
        assert "Traceback" not in done.stderr


def test_without_them_and_without_a_database_the_door_opens(folder: Path) -> None:
    with sqlite3.connect(folder / "db.sqlite3") as database:
        database.execute("update accounts_user set is_active = 0")
    assert (serve(folder).returncode, serve(folder).stderr) == (0, "")
    (folder / "db.sqlite3").unlink()
    assert serve(folder).returncode == 0
