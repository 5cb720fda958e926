"""One annual report as a document, and the three forms a document is written in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import IO

from django.utils import timezone

from common.exporting import (
    DOCX,
    PDF,
    XLSX,
    Cell,
    Document,
    Section,
    Table,
    file_name,
    write_docx,
    write_pdf,
    write_workbook,
)
from common.exporting.document import zh_date
from reviews.figures.annual import Figure
from reviews.figures.annual_text import chapter_title
from reviews.models import AnnualReview


@dataclass(frozen=True)
class Format:
    """A form of file: its ending, its content type, its writer."""

    ending: str
    content_type: str
    writer: Callable[[IO[bytes], Document], None]


FORMATS = {
    "docx": Format("docx", DOCX, write_docx),
    "xlsx": Format("xlsx", XLSX, write_workbook),
    "pdf": Format("pdf", PDF, write_pdf),
}


def write(stream: IO[bytes], review: AnnualReview, form: Format) -> None:
    """Write one report into ``stream``."""
    form.writer(stream, document(review))


def report_file_name(review: AnnualReview, form: Format) -> str:
    """``2025-P01-激光技术党支部-述职报告.docx``."""
    organization = review.organization
    return file_name(
        str(review.round.year), organization.code, organization.name, "述职报告", ending=form.ending
    )


def document(review: AnnualReview) -> Document:
    """The report as it stands: people's words where they wrote, figures and annexes from its own rows."""
    name = review.organization.name
    confirmed = timezone.localdate(review.confirmed_at) if review.confirmed_at else None
    return Document(
        title=str(review),
        subtitle=f"（统计截至{zh_date(review.counted_to)}）",
        author=name,
        note="" if confirmed else "（未经本组织确认）",
        made_at=review.confirmed_at or review.generated_at,
        meta=(
            ("组织", name),
            ("年度", review.round.year),
            ("统计截至", review.counted_to),
            ("确认日期", confirmed),
        ),
        sections=tuple(_chapters(review)),
        figures=_figures(review.shown_figures),
        annexes=tuple(_annexes(review)),
        signed=(name, zh_date(confirmed or _day(review))),
    )


def _day(review: AnnualReview) -> date:
    return timezone.localdate(review.generated_at)


def _chapters(review: AnnualReview) -> list[Section]:
    return [
        Section(chapter_title(chapter, review.organization), paragraphs=tuple(s.text for s in paragraphs))
        for chapter, paragraphs in groupby(review.shown_sections, key=lambda section: section.chapter)
    ]


def _figures(figures: list[Figure]) -> Table:
    return Table(
        "主要数字",
        ("指标", "数值", "单位", "口径"),
        tuple((figure.label, figure.value, figure.unit, figure.rule) for figure in figures),
        widths=(5, 2, 2, 9),
    )


def _annexes(review: AnnualReview) -> list[Table]:
    """The activities and the ledger items of the year, where there are any."""
    held = review.by_key.get("activities")
    items = review.by_key.get("items")
    tables: list[Table] = []
    rows: tuple[tuple[Cell, ...], ...]
    if held and held.rows:
        rows = tuple((row.on, row.tag, row.title, row.note) for row in held.rows)
        tables.append(Table("活动一览", ("日期", "种类", "主题", "参加情况"), rows, widths=(4, 4, 7, 5)))
    if items and items.rows:
        rows = tuple((row.tag, row.title, row.on, row.note) for row in items.rows)
        tables.append(Table("督办事项一览", ("编号", "事项", "时限", "办理情况"), rows, widths=(4, 8, 4, 5)))
    return tables
