"""Where an item stands on a day, in figures and in words: light, pace, days to the deadline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Protocol

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.templatetags.gongjian import sdate
from common.workdays import Calendar
from tasks.lights import DONE_STATES, Light, expected_progress

if TYPE_CHECKING:
    from tasks.models import LedgerItem


class Dated(Protocol):
    """What the pace of an item is reckoned from: the item itself, or a row of a query with these columns."""

    state: str
    starts_on: date | None
    due_on: date | None
    completed_on: date | None


@dataclass(frozen=True)
class Standing:
    """Light and pace of one item on one day, in whole percent; nothing is expected before assignment."""

    light: Light
    word: str
    accepted: int
    expected: int | None
    #: Working days to the deadline, negative after it; ``None`` without a deadline or when the item is done.
    days_left: int | None

    @property
    def behind(self) -> int:
        """Points the accepted progress is behind the expected pace; negative when ahead."""
        return (self.expected or 0) - self.accepted

    @property
    def pace(self) -> str:
        """One sentence: expected 58 %, accepted 40 %, 18 points behind."""
        said = self.meter_label
        if self.expected is None or self.days_left is None or self.behind == 0:
            return said
        points = abs(self.behind)
        if self.behind > 0:
            return said + ngettext(", %(n)s point behind", ", %(n)s points behind", points) % {"n": points}
        return said + ngettext(", %(n)s point ahead", ", %(n)s points ahead", points) % {"n": points}

    @property
    def short_pace(self) -> str:
        """The same for a cell: due 58 · accepted 40."""
        if self.expected is None:
            return _("accepted %(b)s") % {"b": self.accepted}
        return _("due %(a)s · accepted %(b)s") % {"a": self.expected, "b": self.accepted}

    @property
    def meter_label(self) -> str:
        """What a meter says to a screen reader."""
        if self.expected is None:
            return _("Accepted %(accepted)s%%") % {"accepted": self.accepted}
        return _("Expected %(expected)s%%, accepted %(accepted)s%%") % {
            "expected": self.expected,
            "accepted": self.accepted,
        }

    @property
    def time_left(self) -> str:
        """One sentence about the deadline; nothing when the item is done."""
        if self.days_left is None:
            return ""
        if self.light == Light.RED or self.days_left < 0:
            return _overdue(-self.days_left)
        if self.days_left == 0:
            return _("due today")
        return ngettext("%(n)s working day left", "%(n)s working days left", self.days_left) % {
            "n": self.days_left
        }


def standing_of(item: LedgerItem, on: date, calendar: Calendar) -> Standing:
    """Where an item stands. Uses the annotations ``light_on`` and ``accepted`` where the query made them."""
    shown = getattr(item, "light_on", None)
    accepted = getattr(item, "accepted", None)
    return standing_at(
        item,
        Light(shown) if shown else item.light(on),
        item.accepted_progress() if accepted is None else accepted,
        on,
        calendar,
    )


def standing_at(item: Dated, shown: Light, accepted: int, on: date, calendar: Calendar) -> Standing:
    """The same from an item's state and dates, its light and its accepted progress; no query."""
    expected, left = expected_of(item, on, calendar), None
    if item.due_on and item.state not in DONE_STATES:
        left = calendar.distance(on, item.due_on)
    return Standing(shown, _word(item.due_on, shown, left, expected, accepted, on), accepted, expected, left)


def expected_of(item: Dated, on: date, calendar: Calendar) -> int | None:
    """The expected pace of one item: nothing before assignment, and it stops on the day completion was
    requested, for that is when the work was done. ``progress_by`` reckons the same for many."""
    if item.starts_on is None or item.due_on is None or item.state in ("draft", "registered"):
        return None
    return expected_progress(calendar, item.starts_on, item.due_on, item.completed_on or on)


def _word(
    due_on: date | None, chosen: Light, left: int | None, expected: int | None, accepted: int, on: date
) -> str:
    """The light's word; it may say more than the light, never less."""
    if chosen == Light.RED and left is not None:
        return _overdue(-left)
    if chosen == Light.YELLOW and due_on and left is not None:
        if (due_on - on).days > settings.LIGHT_YELLOW_DAYS and expected is not None:
            points = expected - accepted
            return ngettext("%(n)s point behind", "%(n)s points behind", points) % {"n": points}
        if left > 0:
            return ngettext("%(n)s day left", "%(n)s days left", left) % {"n": left}
        return _("due today") if due_on == on else _("due %(day)s") % {"day": sdate(due_on)}
    return str(chosen.label)


def _overdue(days: int) -> str:
    if days < 1:
        return _("overdue")
    return ngettext("overdue by %(n)s day", "overdue by %(n)s days", days) % {"n": days}
