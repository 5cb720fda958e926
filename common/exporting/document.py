"""What a report says, before any writer gives it a shape.

One frozen value feeds DOCX, XLSX and PDF, so the three can only differ in form.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

#: What stands where a value is not known. Never 0: zero is a finding, missing is a question.
MISSING = "待补"

Cell = str | int | float | Decimal | date | datetime | None


@dataclass(frozen=True)
class Table:
    """A table with one head row. ``widths`` are relative column widths; empty means equal.

    Raises ``ValueError`` when a row or the widths do not match the headers.
    """

    title: str
    headers: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.widths and len(self.widths) != len(self.headers):
            raise ValueError(f"{self.title}: {len(self.widths)} widths for {len(self.headers)} columns")
        for number, row in enumerate(self.rows, start=1):
            if len(row) != len(self.headers):
                raise ValueError(
                    f"{self.title}: row {number} has {len(row)} cells for {len(self.headers)} columns"
                )

    @property
    def shares(self) -> tuple[float, ...]:
        """Each column's share of the width, adding up to 1."""
        widths = self.widths or (1,) * len(self.headers)
        return tuple(width / sum(widths) for width in widths)


@dataclass(frozen=True)
class Section:
    """A heading with its number (level 1: 一、…, level 2: （一）…) and what stands under it."""

    heading: str
    level: int = 1
    paragraphs: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True)
class Document:
    """A report.

    ``subtitle`` stands in brackets under the title (who, when); ``note`` is a warning that must not be
    overlooked (not confirmed); ``meta`` are name and value pairs for the workbook's first sheet;
    ``annexes`` each begin a page; ``signed`` are the closing lines at the right (organization, date).
    """

    title: str
    made_at: datetime
    subtitle: str = ""
    author: str = ""
    note: str = ""
    meta: tuple[tuple[str, Cell], ...] = ()
    sections: tuple[Section, ...] = ()
    figures: Table | None = None
    annexes: tuple[Table, ...] = ()
    signed: tuple[str, ...] = field(default=())

    @property
    def all_annexes(self) -> tuple[Table, ...]:
        """The annexes in order, the table of figures last."""
        return (*self.annexes, self.figures) if self.figures else self.annexes

    def annex_heading(self, position: int) -> str:
        """附件, or 附件 with its number when there is more than one. ``position`` counts from 1."""
        return "附件" if len(self.all_annexes) == 1 else f"附件{position}"


def zh_date(day: date) -> str:
    """2026年1月8日, as official documents write it."""
    return f"{day.year}年{day.month}月{day.day}日"


def cell_text(cell: Cell) -> str:
    """A cell as words: missing says 待补, a date 2026年1月8日 (a moment in local time), 12.0 says 12."""
    if cell is None:
        return MISSING
    if isinstance(cell, datetime):
        local = timezone.localtime(cell) if timezone.is_aware(cell) else cell
        return f"{zh_date(local.date())} {local:%H:%M}"
    if isinstance(cell, date):
        return zh_date(cell)
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
