"""Days of the demo, all counted from one: the institute looks the same on whatever day it is shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from django.utils import timezone

from branches.models import Organization
from common.workdays import Calendar


@dataclass
class Clock:
    """``on`` is the day shown; ``random`` is seeded, so that two runs for one day make the same rows."""

    on: date
    calendar: Calendar = field(default_factory=Calendar)
    random: Random = field(default_factory=lambda: Random(20240522))  # noqa: S311 (invented data, not a secret)

    def day(self, days: int) -> date:
        """So many calendar days from the day shown, moved back to a working day."""
        day = self.on + timedelta(days=days)
        while not self.calendar.is_workday(day):
            day -= timedelta(days=1)
        return day

    def workday(self, count: int) -> date:
        """The working day so many working days from the day shown."""
        return self.calendar.shift(self.on, count)

    def at(self, day: date, hour: int = 0) -> datetime:
        """A moment within office hours of a day (a given hour, else any); of the day shown, its first seconds:
        whenever that day the demo is made, nothing in it has yet to come."""
        moment = time(hour or self.random.randint(9, 16), self.random.randint(0, 59))
        if day >= self.on:
            day, moment = self.on, time(0, 0, self.random.randint(0, 29))
        return timezone.make_aware(datetime.combine(day, moment))

    @property
    def begun(self) -> date:
        """Since when appointments and memberships of the demo hold: well before anything recorded."""
        return date(self.on.year - 3, 1, 4)

    def since(self, organization: Organization) -> date:
        """Since when people can belong to an organization."""
        return max(self.begun, organization.founded_on or self.begun)
