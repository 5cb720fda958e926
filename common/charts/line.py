"""Accepted progress against expected pace: a step line that moves only when something is accepted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from common.charts.base import Table, months, r1

WIDTH, HEIGHT, LEFT, TOP, BOTTOM, RIGHT = 768, 220, 36, 14, 194, 92


@dataclass(frozen=True)
class LinePoint:
    """On a day the accepted percent became this; ``day`` is also shown as ``when`` (localized)."""

    day: date
    percent: int
    href: str
    when: str


@dataclass(frozen=True)
class Grid:
    y: float
    label: str


@dataclass(frozen=True)
class Tick:
    x: float
    label: str


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    title: str
    href: str


@dataclass(frozen=True)
class LineChart:
    label: str
    width: int
    height: int
    right: int
    grid: tuple[Grid, ...]
    ticks: tuple[Tick, ...]
    pace: str
    steps: str
    dots: tuple[Dot, ...]
    today_x: float | None
    end_label: str
    end_x: float
    end_y: float
    table: Table


def line_chart(
    points: Sequence[LinePoint], pace: Sequence[tuple[date, int]], first: date, last: date, today: date
) -> LineChart:
    """``points`` and ``pace`` in order of day between ``first`` and ``last``; the line ends today."""
    span = max(1, (last - first).days)
    right = WIDTH - RIGHT

    def at(day: date) -> float:
        return r1(LEFT + (right - LEFT) * min(max((day - first).days, 0), span) / span)

    def up(percent: int) -> float:
        return r1(BOTTOM - (BOTTOM - TOP) * max(0, min(100, percent)) / 100)

    end = min(today, last)
    accepted = points[-1].percent if points else 0
    steps = f"M{at(first)} {up(0)}"
    for point in points:
        steps += f"H{at(point.day)}V{up(point.percent)}"
    steps += f"H{at(end)}"
    return LineChart(
        label=_("Accepted %(percent)s%% so far, against expected pace") % {"percent": accepted},
        width=WIDTH,
        height=HEIGHT,
        right=right,
        grid=tuple(Grid(up(value), str(value)) for value in (0, 25, 50, 75, 100)),
        ticks=tuple(_ticks(first, last, at)),
        pace="M" + "L".join(f"{at(day)} {up(value)}" for day, value in pace) if pace else "",
        steps=steps,
        dots=tuple(
            Dot(
                at(p.day),
                up(p.percent),
                _("%(day)s: accepted up to %(percent)s%%") % {"day": p.when, "percent": p.percent},
                p.href,
            )
            for p in points
        ),
        today_x=at(today) if first <= today <= last else None,
        end_label=_("accepted %(percent)s%%") % {"percent": accepted},
        end_x=at(end) + 8,
        end_y=up(accepted) - 8 if up(accepted) > TOP + 20 else up(accepted) + 24,
        table=Table(
            _("Accepted progress"),
            (_("Day"), _("Accepted")),
            tuple((p.when, f"{p.percent}%") for p in points),
        ),
    )


def _ticks(first: date, last: date, at: Callable[[date], float]) -> list[Tick]:
    """The months of the span, thinned so that their names do not touch."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    every = max(1, -(-count // 14))
    names = months()
    found = []
    for index in range(0, count, every):
        year, month = divmod(first.month - 1 + index, 12)
        middle = date(first.year + year, month + 1, 15)
        if first <= middle <= last:
            found.append(Tick(at(middle), names[month]))
    return found
