"""What is due on a day: for each rung of a ladder the dates for which it is the highest one crossed. Pure.

A rung is *crossed* from its day on: so many working days before or after the date it is about. Asking for
the highest one crossed, and not for the one of today, means that a day without a run loses nothing and
that a first run sends one reminder for a thing long overdue, not seven.

Each audience has its own ladder: what is the third rung for the person responsible may be the first for
the Party office.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from common.workdays import Calendar
from tasks.models import ReminderRule, ReminderRung

Subject = ReminderRule.Subject
Audience = ReminderRung.Audience

ONE_DAY = timedelta(days=1)
#: Silence is reminded of once and then every so many calendar days.
SILENCE_REPEATS = 30
#: A period that ended longer ago than this is a matter for the review, not for a reminder (calendar days).
REQUIREMENT_EXPIRES = 31

_OF_ITEMS = (Audience.OWNER, Audience.LEADER, Audience.SECRETARY, Audience.LIAISON, Audience.OFFICE)
_OF_ORGANIZATIONS = (Audience.SECRETARY, Audience.LIAISON, Audience.OFFICE)
#: Who can be reminded of what, in the order in which one person's several parts are asked for.
AUDIENCES: dict[str, tuple[Audience, ...]] = {
    Subject.ITEM: _OF_ITEMS,
    Subject.UNSIGNED: _OF_ITEMS,
    Subject.SILENCE: _OF_ITEMS,
    # The one who asked does not decide.
    Subject.EXTENSION: (Audience.LEADER, Audience.LIAISON, Audience.OFFICE),
    Subject.REQUIREMENT: _OF_ORGANIZATIONS,
    Subject.TERM: _OF_ORGANIZATIONS,
    Subject.POST: (Audience.OWNER, Audience.SECRETARY, Audience.LIAISON, Audience.OFFICE),
    Subject.URGE: _OF_ITEMS,
}


#: Those who do the work. Once they ask for completion, the ball is with those who decide.
DOING = (Audience.OWNER, Audience.SECRETARY)


@dataclass(frozen=True)
class Window:
    """On the day asked about, ``rung`` is the highest one crossed for dates from ``after`` (excluded) to
    ``until`` (included); ``after`` is ``None`` for the last rung, which holds for every earlier date."""

    audience: str
    rung: int
    after: date | None
    until: date

    def holds(self, due_on: date) -> bool:
        return due_on <= self.until and (self.after is None or due_on > self.after)


@dataclass(frozen=True)
class Span:
    """Dates up to ``until`` and after the ``until`` of the span before, all held by the same windows."""

    until: date
    windows: list[Window]


def crossed_until(calendar: Calendar, on: date, offset: int, *, working: bool) -> date:
    """The latest date whose rung ``offset`` (working days, else calendar days) is crossed on a day."""
    if not working:
        return on - timedelta(days=offset)
    if offset <= 0:
        return calendar.shift(on, -offset)
    return calendar.shift(on + ONE_DAY, -offset) - ONE_DAY


def windows(calendar: Calendar, subject: str, rungs: Iterable[tuple[int, str]], on: date) -> list[Window]:
    """The windows of a ladder of ``(offset, audience)`` on a day, from the highest rung down.

    From the top, so that a person who is there twice gets the higher rung and the lower is then left out.
    """
    working = subject in Subject.in_working_days()
    order = AUDIENCES[subject]
    found: list[Window] = []
    ladders: dict[str, list[int]] = {}
    for offset, audience in rungs:
        if audience in order:
            ladders.setdefault(audience, []).append(offset)
    if subject == Subject.SILENCE:
        # The last rung repeats. While another audience's ladder is still going on, each time is a rung.
        longest = max((offset for offsets in ladders.values() for offset in offsets), default=0)
        for offsets in ladders.values():
            offsets.extend(range(max(offsets) + SILENCE_REPEATS, longest + 1, SILENCE_REPEATS))
    for audience, offsets in ladders.items():
        after: date | None = None
        for offset in sorted(offsets, reverse=True):
            until = crossed_until(calendar, on, offset, working=working)
            if after is None or until > after:
                found.append(Window(audience, offset, after, until))
                after = until
    return sorted(found, key=lambda w: (-w.rung, order.index(Audience(w.audience))))


def spans(found: Sequence[Window]) -> list[Span]:
    """The dates that any of the windows holds, the oldest first, cut wherever a window begins or ends."""
    untils = sorted({window.until for window in found})
    return [Span(until, [window for window in found if window.holds(until)]) for until in untils]
