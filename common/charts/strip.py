"""Strip: rows (organizations, kinds of activity) by month; only what is owed is loud."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common.charts.base import Table, fitted, months, r1, text_width

WIDTH, HEAD, PITCH, FONT, RIGHT = 1136, 24, 27, 13, 110


class CellState(StrEnum):
    """What a month shows. Ordered by what outweighs what when several requirements share a cell."""

    NONE = "none"
    EXEMPT = "exempt"
    APPROVED = "approved"
    DUE = "due"
    SHORT = "short"
    LOGGED = "logged"
    MISSING = "missing"

    @property
    def word(self) -> str:
        return {
            CellState.NONE: pgettext("strip", "nothing due"),
            CellState.EXEMPT: pgettext("strip", "exempt"),
            CellState.APPROVED: pgettext("strip", "approved"),
            CellState.DUE: pgettext("strip", "due, still time"),
            CellState.SHORT: pgettext("strip", "below the required frequency"),
            CellState.LOGGED: pgettext("strip", "logged, waiting"),
            CellState.MISSING: pgettext("strip", "due and not logged"),
        }[self]

    @property
    def weight(self) -> int:
        return list(CellState).index(self)


#: The legend's order.
LEGEND = (
    CellState.APPROVED,
    CellState.LOGGED,
    CellState.MISSING,
    CellState.SHORT,
    CellState.DUE,
    CellState.EXEMPT,
    CellState.NONE,
)


@dataclass(frozen=True)
class StripCell:
    """One month of one row; ``note`` says more than the state's word (which requirements, how many)."""

    state: CellState
    href: str = ""
    note: str = ""


@dataclass(frozen=True)
class StripRow:
    """Twelve cells with a total such as ``28 / 26`` (due / approved) or a few words, and where its rows are."""

    label: str
    href: str
    cells: Sequence[StripCell]
    total: str
    total_href: str = ""
    strong: bool = False
    indented: bool = False


@dataclass(frozen=True)
class Month:
    x: float
    label: str
    current: bool


@dataclass(frozen=True)
class Cell:
    state: str
    title: str
    href: str
    x: float
    y: float


@dataclass(frozen=True)
class Line:
    label: str
    full_label: str
    href: str
    x: int
    y: float
    rule_y: int
    strong: bool
    cells: tuple[Cell, ...]
    total: str
    total_href: str


@dataclass(frozen=True)
class Strip:
    label: str
    width: int
    height: int
    label_width: float
    months: tuple[Month, ...]
    band_x: float | None
    band_width: float
    total_head: str
    lines: tuple[Line, ...]
    legend: tuple[tuple[str, str], ...]
    table: Table


def strip(rows: Sequence[StripRow], current_month: int | None, label: str) -> Strip:
    """``current_month`` (1–12) has a grey column; ``None`` for a year that is not this one."""
    left = min(
        240.0, max([150.0] + [text_width(row.label, FONT) + (26 if row.indented else 16) for row in rows])
    )
    step = (WIDTH - left - RIGHT) / 12
    names = months()
    lines = []
    for number, row in enumerate(rows):
        top = HEAD + PITCH * number
        cells = tuple(
            Cell(
                state=cell.state.value,
                title=_title(row.label, names[index], cell),
                href=cell.href,
                x=r1(left + step * (index + 0.5) - 15),
                y=top + 6,
            )
            for index, cell in enumerate(row.cells)
        )
        indent = 10 if row.indented else 0
        lines.append(
            Line(
                label=fitted(row.label, FONT, left - 12 - indent),
                full_label=row.label,
                href=row.href,
                x=indent,
                y=top + 18,
                rule_y=top,
                strong=row.strong,
                cells=cells,
                total=row.total,
                total_href=row.total_href,
            )
        )
    total_head = _("due / approved")
    return Strip(
        label=_("%(label)s by month, %(count)s rows; the same in the table below")
        % {"label": label, "count": len(rows)},
        width=WIDTH,
        height=HEAD + PITCH * len(rows),
        label_width=r1(left),
        months=tuple(
            Month(r1(left + step * (index + 0.5)), name, index + 1 == current_month)
            for index, name in enumerate(names)
        ),
        band_x=None if current_month is None else r1(left + step * (current_month - 1)),
        band_width=r1(step),
        total_head=total_head,
        lines=tuple(lines),
        legend=tuple((state.value, state.word) for state in LEGEND),
        table=Table(
            label,
            ("", *names, total_head),
            tuple((row.label, *(_text(cell) for cell in row.cells), row.total) for row in rows),
        ),
    )


def _title(row: str, month: str, cell: StripCell) -> str:
    words = {"row": row, "month": month, "state": cell.state.word}
    title = _("%(row)s, %(month)s: %(state)s") % words
    return _("%(title)s (%(note)s)") % {"title": title, "note": cell.note} if cell.note else title


def _text(cell: StripCell) -> str:
    return "" if cell.state is CellState.NONE else cell.state.word
