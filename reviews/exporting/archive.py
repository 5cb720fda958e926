"""A whole round in one archive: a file for each organization, and one for all.

One at a time: a report is read, written and let go before the next, so memory does not grow with the round.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.db.models import QuerySet
from django.utils import timezone

from common.exporting import Cell, Document, Table, file_name
from reviews.exporting.report import Format, report_file_name, write
from reviews.models import AnnualReview, ReviewRound

CHUNK = 20  # reports read at once

#: Figures of the summary: key and head. One row an organization, in the order of the tree; nobody is ranked.
COLUMNS = (
    ("activities", "活动次数"),
    ("attendance", "到会率%"),
    ("agenda-done", "第一议题"),
    ("items", "承担事项"),
    ("items-done", "办结"),
    ("on-time-original", "按原时限"),
    ("on-time-current", "按现时限"),
    ("red", "亮红灯"),
)


def one_by_one(reviews: QuerySet[AnnualReview]) -> Iterator[AnnualReview]:
    """Reports in the order of the organizations, with what a document needs."""
    chosen = reviews.select_related("organization", "round").prefetch_related("sections")
    yield from chosen.order_by("organization__path").iterator(chunk_size=CHUNK)


def summary_row(review: AnnualReview) -> tuple[Cell, ...]:
    """One organization's line of the summary. A figure that was not counted is missing, not zero."""
    figures = review.by_key
    values: list[Cell] = [figures[key].value if key in figures else None for key, _head in COLUMNS]
    return (
        review.organization.name,
        *values,
        len(review.missing),
        "已确认" if review.is_confirmed else "未确认",
    )


def summary(round: ReviewRound, rows: list[tuple[Cell, ...]], made_at: datetime) -> Document:
    """The one file for all: each organization on one line."""
    table = Table(
        "各组织主要数字",
        ("组织", *(head for _key, head in COLUMNS), "待补处", "确认"),
        tuple(rows),
        widths=(7, *(3 for _column in COLUMNS), 3, 4),
    )
    confirmed = sum(row[-1] == "已确认" for row in rows)
    return Document(
        title=f"{round.year}年度述职情况汇总",
        made_at=made_at,
        note="" if not round.is_open else "（本轮述职尚未结束）",
        meta=(("年度", round.year), ("组织", len(rows)), ("已确认", confirmed)),
        annexes=(table,),
    )


def summary_file_name(round: ReviewRound, form: Format) -> str:
    return file_name(str(round.year), "述职情况汇总", ending=form.ending)


def write_archive(
    stream: IO[bytes], round: ReviewRound, reviews: QuerySet[AnnualReview], form: Format, at: datetime
) -> int:
    """Write a ZIP of every report and the summary into ``stream``; returns the number of reports."""
    rows: list[tuple[Cell, ...]] = []
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        for review in one_by_one(reviews):
            body = io.BytesIO()
            write(body, review, form)
            _add(archive, report_file_name(review, form), body, at)
            rows.append(summary_row(review))
        body = io.BytesIO()
        form.writer(body, summary(round, rows, at))
        _add(archive, summary_file_name(round, form), body, at)
    return len(rows)


def _add(archive: ZipFile, name: str, body: io.BytesIO, at: datetime) -> None:
    entry = ZipInfo(name, timezone.localtime(at).timetuple()[:6])
    entry.compress_type = ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    archive.writestr(entry, body.getvalue())
