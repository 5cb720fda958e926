"""Timeline of a year: phases as bars in warm greys, milestones as diamonds in the colours of their lights."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from common.charts.base import INK, INK_2, LIGHT_FILLS, Table, fitted, months, r1, text_width

WIDTH, HEAD, PITCH, LEFT, FOOT = 1136, 26, 44, 170, 18
#: Size of the words on bars and beside marks.
SMALL = 11.5
#: Fill and ink of what is past, under way and still to come.
TONES = {"past": ("#c9c2b9", INK), "now": ("#5d564f", "#fff"), "ahead": ("#efebe6", INK_2)}


@dataclass(frozen=True)
class Phase:
    """A stretch of work. Its tone follows from today: past, under way, ahead."""

    label: str
    starts: date
    ends: date


@dataclass(frozen=True)
class Milestone:
    """A day with a name; ``light`` is ``""`` when it has not begun (drawn hollow)."""

    label: str
    day: date
    light: str
    word: str
    when: str


@dataclass(frozen=True)
class TimelineRow:
    label: str
    sub: str
    href: str
    phases: Sequence[Phase]
    milestones: Sequence[Milestone]


@dataclass(frozen=True)
class PhaseBar:
    x: float
    width: float
    label: str
    fill: str
    ink: str


@dataclass(frozen=True)
class Diamond:
    x: float
    text_x: float
    anchor: str
    label: str
    title: str
    fill: str
    stroke: str


@dataclass(frozen=True)
class Track:
    label: str
    full_label: str
    sub: str
    href: str
    y: int
    bars: tuple[PhaseBar, ...]
    diamonds: tuple[Diamond, ...]


@dataclass(frozen=True)
class Timeline:
    label: str
    width: int
    height: int
    label_width: int
    bottom: int
    months: tuple[tuple[float, float, str], ...]
    tracks: tuple[Track, ...]
    today_x: float | None
    table: Table


def timeline(rows: Sequence[TimelineRow], year: int, today: date, label: str) -> Timeline:
    """Everything of ``year``; phases reaching beyond it are cut at its edge."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    days = (last - first).days + 1

    def at(day: date) -> float:
        return LEFT + (WIDTH - LEFT) * (min(max(day, first), last) - first).days / days

    step = (WIDTH - LEFT) / 12
    bottom = HEAD + PITCH * len(rows) + 4
    tracks = tuple(
        Track(
            label=fitted(row.label, 13, LEFT - 12),
            full_label=row.label,
            sub=fitted(row.sub, 12, LEFT - 12),
            href=row.href,
            y=HEAD + PITCH * number,
            bars=tuple(_bar(p, at, today) for p in row.phases if p.ends >= first and p.starts <= last),
            diamonds=tuple(_diamonds([m for m in row.milestones if first <= m.day <= last], at)),
        )
        for number, row in enumerate(rows)
    )
    body = tuple(
        (row.label, m.label, m.when, m.word) for row in rows for m in row.milestones if first <= m.day <= last
    )
    return Timeline(
        label=label,
        width=WIDTH,
        height=bottom + FOOT,
        label_width=LEFT,
        bottom=bottom,
        months=tuple(
            (r1(LEFT + step * n), r1(LEFT + step * (n + 0.5)), name) for n, name in enumerate(months())
        ),
        tracks=tracks,
        today_x=r1(at(today)) if first <= today <= last else None,
        table=Table(label, ("", _("Milestone"), _("Day"), _("Light")), body),
    )


def _bar(phase: Phase, at: Callable[[date], float], today: date) -> PhaseBar:
    x, end = at(phase.starts), at(phase.ends)
    tone = "past" if phase.ends < today else "ahead" if phase.starts > today else "now"
    width = max(end - x - 2, 2.0)
    fill, ink = TONES[tone]
    return PhaseBar(r1(x), r1(width), fitted(phase.label, SMALL, width - 10) if width > 24 else "", fill, ink)


def _diamonds(milestones: Sequence[Milestone], at: Callable[[date], float]) -> list[Diamond]:
    """Labels stand beneath the bars, to the right of their mark; the last one turns to the left at the edge.

    A label is cut where the next mark or label begins; where there is no room for two characters, none is
    written: the mark still says its name.
    """
    if not milestones:
        return []
    ordered = sorted(milestones, key=lambda m: m.day)
    places = [at(milestone.day) for milestone in ordered]
    widths = [text_width(milestone.label, SMALL) for milestone in ordered]
    turned = places[-1] + 9 + widths[-1] > WIDTH
    rooms = [
        following - place - 17 for place, following in zip(places, [*places[1:], WIDTH + 8], strict=True)
    ]
    if turned:
        # The last label shares the space before its mark with the label in front of it.
        before = rooms[-2] if len(rooms) > 1 else places[-1] - LEFT - 9
        rooms[-1] = min(widths[-1], before if len(rooms) == 1 else max(before / 2, before - widths[-2] - 9))
        if len(rooms) > 1:
            rooms[-2] = before - rooms[-1] - 9
    found = []
    for index, (milestone, x, wide, room) in enumerate(zip(ordered, places, widths, rooms, strict=True)):
        leftwards = turned and index == len(ordered) - 1
        fill = LIGHT_FILLS.get(milestone.light, "#fff")
        found.append(
            Diamond(
                x=r1(x),
                text_x=r1(x - 9 if leftwards else x + 9),
                anchor="end" if leftwards else "start",
                label=fitted(milestone.label, SMALL, room) if room >= min(wide, 2 * SMALL) else "",
                title=_("%(name)s, %(day)s: %(state)s")
                % {"name": milestone.label, "day": milestone.when, "state": milestone.word},
                fill=fill,
                stroke=fill if milestone.light else "#8c847b",
            )
        )
    return found
