"""The light: one Python function and one SQL expression over the same four inputs, held equal by a test.

An open item stores the two days on which its light turns (``yellow_on``, ``red_on``); every step that
moves them rewrites them. The order of the table is the domain's (first that fits).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Case, CharField, Exists, OuterRef, Q, Value, When
from django.utils.translation import gettext_lazy as _

from common.workdays import Calendar


class Light(models.TextChoices):
    """Always shown as icon, word and colour together."""

    BLUE = "blue", _("completed")
    PURPLE = "purple", _("extension pending")
    RED = "red", _("overdue")
    GREY = "grey", _("not started")
    YELLOW = "yellow", _("warning")
    GREEN = "green", _("on course")


#: The order in which lights are counted and drawn.
DRAWING_ORDER = [Light.BLUE, Light.GREEN, Light.YELLOW, Light.PURPLE, Light.RED, Light.GREY]
#: The order in which they ask for attention.
URGENCY = [Light.RED, Light.PURPLE, Light.YELLOW, Light.GREY, Light.GREEN, Light.BLUE]

DONE_STATES = ("completed", "cleared")
UNSIGNED_STATES = ("draft", "registered", "assigned")


def light(
    state: str, extension_pending: bool, yellow_on: date | None, red_on: date | None, on: date
) -> Light:
    """The light of an item on a day."""
    if state in DONE_STATES:
        return Light.BLUE
    if extension_pending:
        return Light.PURPLE
    if red_on is not None and on >= red_on:
        return Light.RED
    if state in UNSIGNED_STATES:
        return Light.GREY
    if yellow_on is not None and on >= yellow_on:
        return Light.YELLOW
    return Light.GREEN


def light_case(on: date) -> Case:
    """The same as SQL, for annotating, filtering and counting ledger items."""
    from tasks.models import Extension

    pending = Exists(Extension.objects.filter(item=OuterRef("pk"), status="pending"))
    return Case(
        When(state__in=DONE_STATES, then=Value(Light.BLUE)),
        When(pending, then=Value(Light.PURPLE)),
        When(red_on__lte=on, then=Value(Light.RED)),
        When(state__in=UNSIGNED_STATES, then=Value(Light.GREY)),
        When(yellow_on__lte=on, then=Value(Light.YELLOW)),
        default=Value(Light.GREEN),
        output_field=CharField(),
    )


def light_q(chosen: Light, on: date) -> Q:
    """Items showing one light, as a condition the database can answer from its indexes."""
    from tasks.models import Extension

    done = Q(state__in=DONE_STATES)
    if chosen == Light.BLUE:
        return done
    pending = Q(pk__in=Extension.objects.filter(status="pending").values("item"))
    if chosen == Light.PURPLE:
        return ~done & pending
    # Exactly the open items have turning days (a constraint), so these say "open" as well.
    if chosen == Light.RED:
        return Q(red_on__lte=on) & ~pending
    unsigned = Q(state__in=UNSIGNED_STATES)
    if chosen == Light.GREY:
        return unsigned & (Q(red_on__gt=on) | Q(red_on__isnull=True)) & ~pending
    turned = Q(yellow_on__lte=on) if chosen == Light.YELLOW else Q(yellow_on__gt=on)
    return turned & Q(red_on__gt=on) & ~unsigned & ~pending


def expected_progress(calendar: Calendar, starts_on: date, due_on: date, on: date) -> int:
    """Expected pace in percent: working days elapsed of all working days, both ends counted. 0 to 100."""
    if on < starts_on:
        return 0
    total = calendar.workdays_between(starts_on, due_on)
    if on >= due_on or total == 0:
        return 100
    return round(100 * calendar.workdays_between(starts_on, on) / total)


def turning_days(
    calendar: Calendar, starts_on: date | None, due_on: date | None, accepted: int
) -> tuple[date | None, date | None]:
    """``(yellow_on, red_on)``, ``None`` without a deadline.

    Yellow seven calendar days before the deadline, or on the first day the accepted progress is more than
    twenty points behind the expected pace if that is earlier; red the day after the deadline.
    """
    if due_on is None:
        return None, None
    red_on = due_on + timedelta(days=1)
    near = due_on - timedelta(days=settings.LIGHT_YELLOW_DAYS)
    if starts_on is None or accepted + settings.LIGHT_BEHIND_POINTS >= 100 or starts_on > due_on:
        return near, red_on
    return min(near, _falls_behind_on(calendar, starts_on, due_on, accepted)), red_on


def _falls_behind_on(calendar: Calendar, starts_on: date, due_on: date, accepted: int) -> date:
    """First day with expected − accepted > the threshold. Expected pace never falls, so a bisection finds it."""
    low, high = 0, (due_on - starts_on).days
    while low < high:
        middle = (low + high) // 2
        behind = expected_progress(calendar, starts_on, due_on, starts_on + timedelta(days=middle)) - accepted
        if behind > settings.LIGHT_BEHIND_POINTS:
            high = middle
        else:
            low = middle + 1
    return starts_on + timedelta(days=low)


def counts_of(rows: Any) -> dict[str, int]:
    """``{light: number}`` with every light present, in drawing order, from ``(light, number)`` pairs."""
    found = dict(rows)
    return {chosen.value: found.get(chosen.value, 0) for chosen in DRAWING_ORDER}
