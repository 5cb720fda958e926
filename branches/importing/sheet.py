"""A spreadsheet as rows of text: .xlsx or .csv in, headings recognised, every value a plain string.

Dates become 2024-05-22 whether the cell held a date, a serial number or text; whole numbers lose the
``.0`` that spreadsheets give them. A file that cannot be read is refused with ``SheetRefusedError``.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from python_calamine import CalamineWorkbook

from common.days import OUT_OF_REACH, within_reach
from common.files import Checked, decode_text
from common.typed import typed_line

MAX_ROWS = 20_000
MAX_CELL = 500
#: How far down the headings may stand (a title line or two above them is usual).
HEAD_ROWS = 10
_DAY_ZERO = date(1899, 12, 30)


class SheetRefusedError(Exception):
    """The file as a whole cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class Column:
    """A column we know: the key in code, its heading in the template, other headings that mean the same."""

    key: str
    heading: str | Promise
    also: tuple[str, ...] = ()
    required: bool = False
    example: str = ""
    help: str | Promise = ""

    def names(self) -> set[str]:
        return {_norm(str(self.heading)), *(_norm(name) for name in self.also)}


@dataclass(frozen=True)
class Row:
    """One line: its number in the file and its values by column key (missing columns are empty)."""

    number: int
    values: dict[str, str]
    changed: frozenset[str] = frozenset()
    """Columns whose cell the spreadsheet has made something else of: no text was typed there."""

    def __getitem__(self, key: str) -> str:
        return self.values.get(key, "")


@dataclass(frozen=True)
class Sheet:
    rows: list[Row]
    ignored: list[str] = field(default_factory=list)


def read(checked: Checked, columns: Sequence[Column]) -> Sheet:
    """The rows of a checked file. Raises ``SheetRefusedError``."""
    table = _csv(checked.content) if checked.extension == "csv" else _xlsx(checked.content)
    head, found = _headings(table, columns)
    known = set(found.values())
    missing = [str(column.heading) for column in columns if column.required and column.key not in known]
    if missing:
        names = _(", ").join(missing)
        raise SheetRefusedError(
            _("These columns are missing: %(names)s. Use the template.") % {"names": names}
        )
    rows = []
    for number, cells in enumerate(table[head + 1 :], start=head + 2):
        values = {key: cells[at] for at, key in found.items() if at < len(cells)}
        if any(values.values()):
            changed = frozenset(key for key, value in values.items() if isinstance(value, Changed))
            rows.append(Row(number, values, changed))
    if not rows:
        raise SheetRefusedError(_("There is no row below the headings."))
    ignored = [cell for at, cell in enumerate(table[head]) if cell and at not in found]
    return Sheet(rows, ignored)


def _headings(table: list[list[str]], columns: Sequence[Column]) -> tuple[int, dict[int, str]]:
    """The line of the headings and the column key at each position; the line that knows most wins."""
    names = {name: column.key for column in columns for name in column.names()}
    best: tuple[int, dict[int, str]] = (0, {})
    for number, cells in enumerate(table[:HEAD_ROWS]):
        found = {at: names[_norm(cell)] for at, cell in enumerate(cells) if _norm(cell) in names}
        if len(found) > len(best[1]):
            best = number, found
    twice = {key for key in best[1].values() if list(best[1].values()).count(key) > 1}
    if twice:
        heading = next(str(column.heading) for column in columns if column.key in twice)
        raise SheetRefusedError(_("The column “%(name)s” stands there twice. Keep one.") % {"name": heading})
    if not best[1]:
        raise SheetRefusedError(_("No known heading was found. Use the template and keep its first line."))
    return best


def _norm(text: str) -> str:
    return re.sub(r"[\s*＊:：（）()_-]", "", text).casefold()


# Reading -------------------------------------------------------------------


def _xlsx(content: bytes) -> list[list[str]]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        cells = book.get_sheet_by_index(0).to_python(skip_empty_area=False, nrows=MAX_ROWS + HEAD_ROWS + 1)
    except Exception as error:  # noqa: BLE001 (calamine's errors have no common base but Exception)
        raise SheetRefusedError(
            _("The workbook cannot be read. Open it, save it again and retry.")
        ) from error
    return _table(cells)


def _csv(content: bytes) -> list[list[str]]:
    text = decode_text(content)
    head = text[:2000]
    delimiter = max(",;\t", key=head.count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise SheetRefusedError(_("The file is not a regular CSV. Save it as .xlsx and retry.")) from error
    return _table(lines)


def _table(cells: Iterable[Sequence[Any]]) -> list[list[str]]:
    table = [[plain(cell) for cell in row] for row in cells]
    while table and not any(table[-1]):
        table.pop()
    if len(table) > MAX_ROWS + HEAD_ROWS:
        limit = f"{MAX_ROWS:,}"
        raise SheetRefusedError(_("There are more than %(limit)s rows. Split the file.") % {"limit": limit})
    return table


class Changed(str):
    """A cell that is right as a day or as yes, but never as a number or code: 0.5, 1.2e17, TRUE, 1-2."""

    __slots__ = ()


#: From here on a spreadsheet no longer keeps every digit of a number.
_EXACT = 10**15
_ROUNDED = re.compile(r"\d(?:\.\d+)?[eE]\+\d{2,3}")


def plain(cell: Any) -> str:
    """A cell's value as text: a whole number without ``.0``, a day as 2024-05-22, no control characters."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return Changed("1" if cell else "0")
    if isinstance(cell, int | float):
        whole = abs(cell) < _EXACT and cell == int(cell)
        return str(int(cell)) if whole else Changed(repr(cell))
    if isinstance(cell, datetime):
        return Changed(cell.date().isoformat() if cell.time() == time() else cell.isoformat(" "))
    if isinstance(cell, date):
        return Changed(cell.isoformat())
    if _ROUNDED.fullmatch(str(cell).strip()):
        return Changed(str(cell).strip())
    text = re.sub(r"[\ufeff\u200b]", "", typed_line(str(cell)))
    return text.replace("\u3000", " ").strip()[: MAX_CELL + 1]


# Values --------------------------------------------------------------------

_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?(?:\s+00:00(?::00)?)?")


def day_of(text: str) -> date:
    """A day from 2024-05-22, 2024/5/22, 2024.5.22, 2024年5月22日, 20240522 or a serial number.

    Raises ``ValueError`` with a reader's message.
    """
    found = _DAY.fullmatch(text)
    try:
        if found:
            day = date(int(found[1]), int(found[2]), int(found[3]))
        elif re.fullmatch(r"\d{8}", text):
            day = date(int(text[:4]), int(text[4:6]), int(text[6:]))
        elif re.fullmatch(r"\d{5}", text):
            day = _DAY_ZERO + timedelta(days=int(text))
        else:
            raise ValueError
    except ValueError as error:
        raise ValueError(
            _("“%(text)s” is not a day of the calendar. Write it like 2024-05-22.") % {"text": text[:40]}
        ) from error
    if not within_reach(day):
        raise ValueError(str(OUT_OF_REACH))
    return day


_YES = {"是", "yes", "y", "true", "1", "√", "✓"}
_NO = {"否", "no", "n", "false", "0", "×", "x"}


def yes_or_no(text: str) -> bool:
    """是 or 否 (yes, no, 1, 0, √). Raises ``ValueError`` with a reader's message."""
    folded = text.casefold()
    if folded in _YES or folded in _NO:
        return folded in _YES
    raise ValueError(_("“%(text)s” is neither yes nor no.") % {"text": text[:40]})


def choice_of(text: str, choices: Iterable[tuple[str, Any]], also: dict[str, str]) -> str:
    """The value of a choice by its label in either language, its value, or another usual name (``also``).

    Raises ``ValueError`` with a reader's message.
    """
    folded = _norm(text)
    listed = list(choices)
    for value, label in listed:
        if folded in {_norm(value), _norm(str(label))}:
            return value
    for name, value in also.items():
        if folded == _norm(name):
            return value
    known = _(", ").join(str(label) for _value, label in listed)
    raise ValueError(
        _("“%(text)s” is not known. Choose one of: %(known)s.") % {"text": text[:40], "known": known}
    )
