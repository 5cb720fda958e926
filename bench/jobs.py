"""Measured in a process of its own: ``python -m bench.jobs NAME [ARGUMENT]`` prints the samples as JSON.

A floor does the same amount of work with the bare statement or the bare writer.
"""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import django

from bench.figures import Sample, measured

REPEATS = 3


def planning(day: str) -> list[Sample]:
    """Plan the reminders of every open item on a day when each has crossed a rung of its ladder."""
    from django.utils import timezone

    from tasks.models import Delivery, Notification
    from tasks.reminders.plan import plan

    samples = []
    for _ in range(REPEATS):
        Notification.objects.all().delete()
        Delivery.objects.all().delete()
        with measured() as sample:
            plan(date.fromisoformat(day), timezone.now())
        samples.append(sample)
    return samples


def planning_floor(_: str) -> list[Sample]:
    """The rows just planned, taken out of their table and put back by one INSERT … SELECT."""
    from django.db import connection

    from tasks.models import Notification

    table = Notification._meta.db_table
    samples = []
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE bench_planned AS SELECT * FROM {table}")
        for _round in range(REPEATS):
            cursor.execute(f"DELETE FROM {table}")
            with measured() as sample:
                cursor.execute(f"INSERT INTO {table} SELECT * FROM bench_planned")
            samples.append(sample)
    return samples


def review_docx(target: str) -> list[Sample]:
    """One organization's annual review from its rows to a DOCX file."""
    from reviews.exporting.report import FORMATS, document
    from reviews.models import AnnualReview

    key = AnnualReview.objects.order_by("pk").values_list("pk", flat=True)[0]
    samples = []
    for _round in range(REPEATS * 3):
        with measured() as sample:
            stream = io.BytesIO()
            FORMATS["docx"].writer(stream, document(AnnualReview.objects.get(pk=key)))
        samples.append(sample)
    Path(target).write_bytes(stream.getvalue())
    return samples


def docx_floor(source: str) -> list[Sample]:
    """The same paragraphs and cells written by python-docx alone."""
    from docx import Document

    read = Document(source)
    paragraphs = [paragraph.text for paragraph in read.paragraphs]
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in read.tables]
    samples = []
    for _round in range(REPEATS * 3):
        with measured() as sample:
            bare = Document()
            for text in paragraphs:
                bare.add_paragraph(text)
            for rows in tables:
                table = bare.add_table(len(rows), len(rows[0]))
                for texts, row in zip(rows, table.rows, strict=True):
                    for text, cell in zip(texts, row.cells, strict=True):
                        cell.text = text
            bare.save(io.BytesIO())
        samples.append(sample)
    return samples


def xlsx_floor(source: str) -> list[Sample]:
    """The same cells written by xlsxwriter alone."""
    import xlsxwriter
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(source)
    sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    samples = []
    for _round in range(REPEATS):
        with measured() as sample, xlsxwriter.Workbook(io.BytesIO(), {"constant_memory": True}) as bare:
            for rows in sheets:
                sheet = bare.add_worksheet()
                for number, row in enumerate(rows):
                    for column, cell in enumerate(row):
                        sheet.write_string(number, column, str(cell))
        samples.append(sample)
    return samples


JOBS: dict[str, Callable[[str], list[Sample]]] = {
    job.__name__: job for job in (planning, planning_floor, review_docx, docx_floor, xlsx_floor)
}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
    django.setup()
    name, argument = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""
    rows: list[dict[str, Any]] = [vars(sample) | {"statements": []} for sample in JOBS[name](argument)]
    print(json.dumps(rows))


if __name__ == "__main__":
    main()
