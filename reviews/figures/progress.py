"""Progress of many items at once: lights, accepted percent, expected pace; by any column, in one query."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Case, Count, DateField, F, IntegerField, Q, Sum, Value, When
from django.db.models.functions import Coalesce

from common.charts import Meter, meter
from common.workdays import Calendar
from tasks.lights import DONE_STATES, UNSIGNED_STATES, expected_progress


@dataclass
class Progress:
    """Of a group of items: how many, their lights, and the two percents (``None`` without any item)."""

    items: int = 0
    lights: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    accepted_sum: int = 0
    expected_sum: int = 0

    @property
    def accepted(self) -> int | None:
        return round(self.accepted_sum / self.items) if self.items else None

    @property
    def expected(self) -> int | None:
        return round(self.expected_sum / self.items) if self.items else None

    @property
    def meter(self) -> Meter | None:
        """Accepted against expected; nothing to draw without items."""
        return None if self.accepted is None else meter(self.accepted, self.expected)

    def add(self, other: Progress) -> None:
        """Take another group in."""
        self.items += other.items
        self.accepted_sum += other.accepted_sum
        self.expected_sum += other.expected_sum
        for light, count in other.lights.items():
            self.lights[light] += count


def progress_by(items: Any, key: str, calendar: Calendar, on: date) -> dict[Any, Progress]:
    """Progress of a queryset of items, grouped by ``key`` (``"measure"``, ``"lead__path"`` …). One query.

    Pace as ``tasks.standing.expected_of`` reckons it: to the day completion was requested, else to today.
    What is over by then or has not begun needs no calendar: the database folds it into one group each, and
    only the distinct spans of the others come back.
    """
    begun = ~Q(state="registered") & Q(starts_on__lte=F("until"))
    running = begun & Q(due_on__gt=F("until"))
    percent = Case(
        When(state__in=DONE_STATES, then=Value(100)),
        When(state__in=UNSIGNED_STATES, then=Value(0)),
        default=F("accepted"),
        output_field=IntegerField(),
    )
    rows = (
        items.counted()
        .order_by()
        .with_progress()
        .with_light(on)
        .annotate(
            percent=percent,
            until=Coalesce("completed_on", Value(on), output_field=DateField()),
        )
        .annotate(
            begun=Case(When(running, then=F("starts_on")), default=Value(None), output_field=DateField()),
            ends=Case(When(running, then=F("due_on")), default=Value(None), output_field=DateField()),
            to=Case(When(running, then=F("until")), default=Value(None), output_field=DateField()),
            over=Case(
                When(begun & Q(due_on__lte=F("until")), then=Value(1)),
                default=Value(0),
                output_field=IntegerField(),
            ),
        )
        .values_list(key, "light_on", "begun", "ends", "to", "over")
        .annotate(number=Count("pk"), accepted_sum=Sum("percent"))
    )
    found: dict[Any, Progress] = defaultdict(Progress)
    for group, light, starts, ends, to, over, number, accepted in rows:
        expected = 100 if over else expected_progress(calendar, starts, ends, to) if to else 0
        found[group].items += number
        found[group].lights[light] += number
        found[group].accepted_sum += accepted or 0
        found[group].expected_sum += expected * number
    return found
