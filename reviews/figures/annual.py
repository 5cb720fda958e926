"""A figure of the annual review: its value, the rule it was counted by, and the rows it was counted from.

Figures are written once when a draft is made and kept as plain JSON with it, so that a text and its numbers
never drift apart and a closed review can be read after every record behind it has changed. They are words
of the report, and the report is Chinese whatever the interface speaks (docs/review.md).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

from common.exporting import MISSING

Value = int | float | None
Target = Literal["activity", "item", "team", "post", "measure", ""]


@dataclass(frozen=True)
class FigureRow:
    """One record behind a figure: when, what sort (kind, number), what, and what it adds."""

    on: date | None
    tag: str
    title: str
    note: str
    target: Target
    pk: int


@dataclass(frozen=True)
class Figure:
    """``value`` is ``None`` when it is not known: it is then shown as 待补, never as 0."""

    key: str
    label: str
    value: Value
    unit: str
    rule: str
    rows: tuple[FigureRow, ...] = ()

    @property
    def missing(self) -> bool:
        return self.value is None

    @property
    def phrase(self) -> str:
        """As it stands in a sentence: ``12次``, ``91%``, ``〔待补：党课次数〕``."""
        return gap(self.label) if self.value is None else f"{number(self.value)}{self.unit}"


@dataclass(frozen=True)
class Change:
    """A figure that one generation found different from the one before."""

    key: str
    label: str
    before: str
    after: str


def gap(what: str) -> str:
    """The mark of something only people can supply."""
    return f"〔{MISSING}：{what}〕"


def number(value: int | float) -> str:
    """Without ``.0``."""
    return f"{value:g}" if isinstance(value, float) else str(value)


def dump(figures: Iterable[Figure]) -> list[dict[str, Any]]:
    """Figures as JSON rows (dates as ISO texts)."""
    rows = [asdict(figure) for figure in figures]
    for figure in rows:
        for row in figure["rows"]:
            row["on"] = row["on"].isoformat() if row["on"] else None
    return rows


def load(rows: Iterable[dict[str, Any]]) -> list[Figure]:
    """Figures from the JSON rows of :func:`dump`."""
    return [
        Figure(
            **{
                **row,
                "rows": tuple(
                    FigureRow(**{**r, "on": date.fromisoformat(r["on"]) if r["on"] else None})
                    for r in row["rows"]
                ),
            }
        )
        for row in rows
    ]


def changes(before: Iterable[Figure], after: Iterable[Figure]) -> list[Change]:
    """What differs in value, in the order of ``after``; what is no longer counted comes last as 不再统计."""
    old = {figure.key: figure for figure in before}
    found = [
        Change(figure.key, figure.label, old[figure.key].phrase, figure.phrase)
        for figure in after
        if figure.key in old and old[figure.key].value != figure.value
    ]
    new = {figure.key for figure in after}
    found += [Change(f.key, f.label, "无", f.phrase) for f in after if f.key not in old]
    found += [Change(f.key, f.label, f.phrase, "不再统计") for f in old.values() if f.key not in new]
    return found
