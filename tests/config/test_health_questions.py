"""healthz tells that the process lives, readyz that it can work; neither needs an account."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import DatabaseError, connection
from django.test import Client

from config import health


def test_healthz_answers_without_account_and_without_a_query(
    client: Client, db, django_assert_num_queries
) -> None:
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok")
    assert "no-store" in answer["Cache-Control"]


def test_readyz_is_200_when_database_and_files_are_there(client: Client, db) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"database": "ok", "files": "ok"}


def test_readyz_is_503_when_the_database_does_not_answer(
    client: Client, db, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*args: object) -> None:
        raise DatabaseError

    with monkeypatch.context() as patched:
        patched.setattr(connection, "cursor", away)
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["database"] == "unreachable"


def test_readyz_is_503_when_a_migration_is_missing(
    client: Client, db, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        health.MigrationExecutor, "migration_plan", lambda self, targets: [("a migration", False)]
    )
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (503, "not migrated")


def test_readyz_is_503_when_files_cannot_be_stored(client: Client, db, settings, tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("a file, no folder")
    settings.PRIVATE_FILES_DIR = tmp_path / "plain"
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["files"]) == (503, "not writable")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_questions_are_only_read(client: Client, db, path: str) -> None:
    assert client.post(path).status_code == 405
