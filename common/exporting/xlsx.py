"""Workbooks: every list export and every report goes through this one writer.

A cell is never a formula and never a link, whatever it begins with; numbers and dates stay numbers and
dates; memory does not grow with the rows (xlsxwriter's constant_memory keeps one row and a file on disk).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import IO, Any
from unicodedata import east_asian_width

import xlsxwriter
from django.utils import timezone

from common.exporting.document import MISSING, Cell, Document, Table
from common.exporting.text import sheet_name
from common.typed import clean_text

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

ROW_LIMIT = 1_048_576  # rows of a sheet, head included; a limit of the format
TEXT_LIMIT = 32_767  # characters of a cell; a limit of the format, over which the writer drops the cell
EXACT_INTEGER = 2**53  # above it a spreadsheet's numbers lose digits, so they stay text
FIRST_DATE = date(1900, 3, 1)  # before it the format counts a day that never was
SAMPLE = 200  # rows looked at for column widths
WIDEST = 60  # characters


def write_rows(
    stream: IO[bytes], headers: Sequence[str], rows: Iterable[Sequence[Cell]], *, title: str = "Sheet1"
) -> int:
    """Write a list as a workbook into ``stream`` and return the number of rows written.

    ``rows`` is read once and never held. An unknown value (``None``) is an empty cell. A list longer than a
    sheet goes on in the next one, with its head.
    """
    book, formats = _open(stream)
    taken: set[str] = set()
    written, sheet = 0, None
    for row in rows:
        if sheet is None or sheet.full:
            if sheet is not None:
                sheet.finish()
            sheet = _Sheet(book, formats, sheet_name(title, taken), headers)
        sheet.append(row)
        written += 1
    (sheet or _Sheet(book, formats, sheet_name(title, taken), headers)).finish()
    book.close()
    return written


def write_sheets(
    stream: IO[bytes], headers: Sequence[str], sheets: Mapping[str, Iterable[Sequence[Cell]]]
) -> None:
    """Write short lists that share their headings as one workbook, each on the sheet of its name."""
    book, formats = _open(stream)
    taken: set[str] = set()
    for title, rows in sheets.items():
        sheet = _Sheet(book, formats, sheet_name(title, taken), headers)
        for row in rows:
            sheet.append(row)
        sheet.finish()
    book.close()


def write_workbook(stream: IO[bytes], document: Document) -> None:
    """Write a report: its text on the first sheet, its figures and each annex on a sheet of their own.

    Missing values say 待补, so that nobody sums over a blank.
    """
    book, formats = _open(stream, document)
    taken: set[str] = set()
    _write_text(book, formats, sheet_name("正文", taken), document)
    tables = ([document.figures] if document.figures else []) + list(document.annexes)
    tables += [table for section in document.sections for table in section.tables]
    for table in tables:
        _write_table(book, formats, sheet_name(table.title, taken), table)
    book.close()


class _Sheet:
    """One sheet being written downwards: head, rows, then widths from what was seen."""

    def __init__(self, book: Any, formats: dict[str, Any], name: str, headers: Sequence[str]) -> None:
        self.sheet = book.add_worksheet(name)
        self.formats = formats
        self.columns = len(headers)
        self.widths = [_width(header) for header in headers]
        self.next_row = 1
        for column, header in enumerate(headers):
            self.sheet.write_string(0, column, clean_text(header)[:TEXT_LIMIT], formats["head"])
        self.sheet.freeze_panes(1, 0)
        self.sheet.repeat_rows(0)
        self.sheet.set_landscape()
        self.sheet.set_paper(9)  # A4
        self.sheet.fit_to_pages(1, 0)

    @property
    def full(self) -> bool:
        return self.next_row >= ROW_LIMIT

    def append(self, row: Sequence[Cell], missing: str = "") -> None:
        for column, value in enumerate(row):
            shown = missing if value is None else value
            _write_cell(self.sheet, self.formats, self.next_row, column, shown)
            if self.next_row <= SAMPLE and column < self.columns:
                self.widths[column] = max(self.widths[column], _width(shown))
        self.next_row += 1

    def finish(self) -> None:
        for column, width in enumerate(self.widths):
            self.sheet.set_column(column, column, min(width + 2, WIDEST))
        if self.columns:
            self.sheet.autofilter(0, 0, self.next_row - 1, self.columns - 1)


def _open(stream: IO[bytes], document: Document | None = None) -> tuple[Any, dict[str, Any]]:
    book = xlsxwriter.Workbook(
        stream,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    if document is not None:
        book.set_properties(
            {
                "title": clean_text(document.title),
                "author": clean_text(document.author),
                "created": document.made_at.astimezone(UTC).replace(tzinfo=None),
            }
        )
    wrap = {"text_wrap": True, "valign": "top"}
    formats = {
        "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "vcenter"}),
        "title": book.add_format({"bold": True, "font_size": 16}),
        "heading": book.add_format({"bold": True, **wrap}),
        "text": book.add_format(wrap),
        "date": book.add_format({"num_format": "yyyy-mm-dd", "align": "left", "valign": "top"}),
        "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm", "align": "left", "valign": "top"}),
        "number": book.add_format({"valign": "top"}),
    }
    return book, formats


def _write_cell(sheet: Any, formats: dict[str, Any], row: int, column: int, value: Cell) -> None:
    """One value in one cell, by explicit type, so that no text is ever interpreted."""
    writer: Callable[..., Any] = sheet.write_string
    shown: Any = value
    form = formats["text"]
    if value is None or value == "":
        return
    if isinstance(value, datetime):
        shown = timezone.localtime(value).replace(tzinfo=None) if timezone.is_aware(value) else value
        writer, form = sheet.write_datetime, formats["moment"]
    elif isinstance(value, date):
        writer, form = sheet.write_datetime, formats["date"]
    elif isinstance(value, bool):
        writer, form = sheet.write_boolean, formats["number"]
    elif isinstance(value, int | float | Decimal):
        if not math.isfinite(value):
            return
        if -EXACT_INTEGER <= value <= EXACT_INTEGER:
            writer, form = sheet.write_number, formats["number"]
    if isinstance(value, date) and (value.date() if isinstance(value, datetime) else value) < FIRST_DATE:
        writer, shown, form = sheet.write_string, value.isoformat(), formats["text"]
    if writer == sheet.write_string:
        shown = _fit(clean_text(str(shown)))
    writer(row, column, shown, form)


def _fit(text: str) -> str:
    return text if len(text) <= TEXT_LIMIT else text[: TEXT_LIMIT - 1] + "…"


def _width(value: Cell) -> int:
    """Width in characters of a spreadsheet's column: a Chinese character counts two."""
    if isinstance(value, datetime):
        return 16
    if isinstance(value, date):
        return 10
    longest = max(str(value).splitlines() or [""], key=len)[:WIDEST]
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in longest)


def _write_text(book: Any, formats: dict[str, Any], name: str, document: Document) -> None:
    sheet = book.add_worksheet(name)
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 96)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    lines: list[tuple[Cell, Cell, str]] = [(document.title, "", "title")]
    lines += [(document.subtitle, "", "text")] if document.subtitle else []
    lines += [(document.note, "", "heading")] if document.note else []
    lines += [(label, MISSING if value is None else value, "text") for label, value in document.meta]
    for section in document.sections:
        lines.append((section.heading, "", "heading"))
        lines += [("", paragraph, "text") for paragraph in section.paragraphs]
    lines += [("", line, "text") for line in document.signed]
    for row, (left, right, form) in enumerate(lines):
        if isinstance(left, str) and left:
            sheet.write_string(row, 0, _fit(clean_text(left)), formats[form])
        _write_cell(sheet, formats, row, 1, right)


def _write_table(book: Any, formats: dict[str, Any], name: str, table: Table) -> None:
    sheet = _Sheet(book, formats, name, table.headers)
    for row in table.rows:
        sheet.append(row, MISSING)
    sheet.finish()
