"""Keeping evidence: no row without its file, no file without its row.

The file is written first, under its final random name; the row follows in the caller's transaction. When
that rolls back, the file is taken away again. A file is removed only after the removal of its row was
committed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import partial

from django.db import transaction

from branches.models import Person
from common import files
from common.files import Checked
from tasks.models.activity import Activity
from tasks.models.evidence import Evidence
from tasks.models.progress import ProgressReport


@contextmanager
def kept(uploads: Sequence[Checked]) -> Iterator[list[str]]:
    """Write checked files and yield their stored names; an exception inside takes them all away again.

    Use it *around* the transaction that makes the rows, so that a failed commit is seen too::

        with kept(uploads) as stored, transaction.atomic():
            ...
            attach(uploads, stored, by=person, activity=activity)
    """
    names: list[str] = []
    try:
        for upload in uploads:
            names.append(files.keep(upload))
        yield names
    except BaseException:
        for name in names:
            files.remove(name)
        raise


def attach(
    uploads: Sequence[Checked],
    stored: Sequence[str],
    *,
    by: Person,
    activity: Activity | None = None,
    report: ProgressReport | None = None,
    happened_on: date | None = None,
    level: str = Evidence.Level.INTERNAL,
) -> list[Evidence]:
    """The rows for files that ``kept`` wrote; exactly one of ``activity`` and ``report`` is given."""
    return [
        Evidence.objects.create(
            activity=activity,
            report=report,
            file=name,
            name=upload.name,
            size=upload.size,
            sha256=upload.sha256,
            level=level,
            happened_on=happened_on,
            uploaded_by=by,
        )
        for upload, name in zip(uploads, stored, strict=True)
    ]


def store(
    upload: Checked,
    *,
    by: Person,
    activity: Activity | None = None,
    report: ProgressReport | None = None,
    happened_on: date | None = None,
    level: str = Evidence.Level.INTERNAL,
) -> Evidence:
    """Keep one checked file with its row, in a transaction of its own (or a savepoint of the caller's).

    Where the row must stand or fall with other rows, use ``kept`` around that transaction and ``attach``
    within it: this one cannot see a rollback that comes after it returned.
    """
    with kept([upload]) as stored, transaction.atomic():
        rows = attach(
            [upload], stored, by=by, activity=activity, report=report, happened_on=happened_on, level=level
        )
    return rows[0]


def discard(evidence: Evidence) -> None:
    """Delete a row and, once that is committed, its file."""
    name = evidence.file
    with transaction.atomic():
        evidence.delete()
        transaction.on_commit(partial(files.remove, name))
