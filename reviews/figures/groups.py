"""Rows that need someone, in groups: the first of each sort on the dashboard, all of them when unfolded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, overload

from django.db.models import Count, Window

from tasks.models import LedgerItem

#: Rows shown of each sort; the rest is behind a link.
SHOWN = 6


@dataclass(frozen=True)
class Row:
    """One thing: its light (or a plain ``icon``) with a word, what it is, why it is here, what to do."""

    light: str
    word: str
    title: str
    url: str
    why: str
    act: str
    act_url: str
    primary: bool = False
    icon: str = ""


@dataclass(frozen=True)
class Part:
    """Rows of one sort: the first ``SHOWN``, how many there are, and how to read those of some places."""

    rows: list[Row]
    count: int
    between: Callable[[int, int], list[Row]]


@dataclass(frozen=True)
class Group:
    """Parts under one title; ``key`` names it in an address, ``more_url`` leads to all its rows."""

    key: str
    title: str
    parts: tuple[Part, ...]
    more_url: str

    @property
    def rows(self) -> tuple[Row, ...]:
        return tuple(row for part in self.parts for row in part.rows)

    @property
    def count(self) -> int:
        return sum(part.count for part in self.parts)

    @property
    def hidden(self) -> int:
        return self.count - len(self.rows)

    @property
    def every(self) -> Every:
        """All rows, read page by page."""
        return Every(self.parts)


class Every(Sequence[Row]):
    """The rows of several parts as one list; only the places asked for are read."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self.parts = parts

    def __len__(self) -> int:
        return sum(part.count for part in self.parts)

    @overload
    def __getitem__(self, places: int) -> Row: ...
    @overload
    def __getitem__(self, places: slice) -> list[Row]: ...

    def __getitem__(self, places: int | slice) -> Row | list[Row]:
        if isinstance(places, int):
            return self[places : places + 1][0]
        start, stop, _step = places.indices(len(self))
        found: list[Row] = []
        for part in self.parts:
            if start < part.count and stop > 0:
                found += part.between(max(start, 0), min(stop, part.count))
            start, stop = start - part.count, stop - part.count
        return found


def one(row: Row) -> Part:
    """A single row that stands for many things kept elsewhere."""
    return Part([row], 1, lambda start, stop: [row][start:stop])


def plain_part(rows: Any, line: Callable[[Any], Row]) -> Part:
    """A part of a query in its own order."""

    def between(start: int, stop: int) -> list[Row]:
        return [line(row) for row in rows[start:stop]]

    return Part(between(0, SHOWN), rows.count(), between)


def item_part(
    items: Any, order: str, facts: Callable[[Any], Iterable[Any]], line: Callable[[Any], Row]
) -> Part:
    """A part of ledger items. By their keys first: what a line says (``facts``) is then reckoned for the few
    that are shown alone."""
    keys = items.order_by(order, "pk")

    def lines(found: list[int]) -> list[Row]:
        rows = LedgerItem.objects.filter(pk__in=found).order_by(order, "pk")
        return [line(item) for item in facts(rows)]

    first = list(keys.annotate(total=Window(Count("pk"))).values_list("pk", "total")[:SHOWN])
    return Part(
        lines([pk for pk, _total in first]),
        first[0][1] if first else 0,
        lambda start, stop: lines(list(keys.values_list("pk", flat=True)[start:stop])),
    )
