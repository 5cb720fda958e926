"""Working days of the Chinese calendar, with the office's own corrections on top.

Three layers, the later one wins: Monday to Friday; the public holidays and the exchanged
weekends (调休) that the ``holidays`` package knows; the overrides the office keeps for the
years nobody has announced yet. Nothing here raises for a year the package does not know:
such a year has its statutory holidays if they can be worked out and plain weekdays if not.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import MAXYEAR, MINYEAR, date, timedelta
from functools import lru_cache

import holidays

ONE_DAY = timedelta(days=1)
#: Outside these years only Saturdays and Sundays are off (a date typed as 9999 must cost nothing).
FIRST_YEAR, LAST_YEAR = 1950, 2100
#: Counts are differences from the start of this year.
_REFERENCE = 2020


@dataclass(frozen=True)
class Year:
    """One year laid out so that counting is a subtraction.

    ``before[i]`` is the number of working days among the first ``i`` days of the year;
    ``days`` are the working days themselves as 0-based days of the year.
    """

    before: tuple[int, ...]
    days: tuple[int, ...]


@lru_cache(maxsize=256)
def _statutory(year: int) -> tuple[frozenset[date], frozenset[date]]:
    """Days off and working weekends of a year as far as they are known; empty when they are not."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return frozenset(), frozenset()
    try:
        known = holidays.country_holidays("CN", years=year, expand=False)
        off = frozenset(day for day in known if day.year == year)
        working = frozenset(day for day in known.weekend_workdays if day.year == year)
    except Exception:  # a year outside the lunar tables must not stop a reminder or a page
        return frozenset(), frozenset()
    return off, working - off


def _lay_out(year: int, overrides: Mapping[date, bool]) -> Year:
    off, working = _statutory(year)
    first = date(year, 1, 1).toordinal()
    before, days = [0], []
    for index in range(date(year, 12, 31).timetuple().tm_yday):
        day = date.fromordinal(first + index)
        if overrides.get(day, day in working or (day.weekday() < 5 and day not in off)):
            days.append(index)
        before.append(len(days))
    return Year(tuple(before), tuple(days))


@lru_cache(maxsize=512)
def _plain(year: int) -> Year:
    """A year nobody corrected, shared by every calendar of the process."""
    return _lay_out(year, {})


@dataclass(frozen=True)
class Calendar:
    """Working days with overrides: ``{date: True}`` is worked, ``{date: False}`` is off.

    Immutable, so one instance can be shared by a whole request or sweep. Every count is in
    working days; intervals state at each method which ends belong to them.
    """

    overrides: Mapping[date, bool] = field(default_factory=dict)
    _corrected: frozenset[int] = field(default=frozenset(), init=False, repr=False, compare=False)
    _years: dict[int, Year] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        years = {day.year for day in self.overrides if FIRST_YEAR <= day.year <= LAST_YEAR}
        object.__setattr__(self, "_corrected", frozenset(years))

    @classmethod
    def of(cls, rows: Iterable[tuple[date, bool]]) -> Calendar:
        """A calendar from ``(date, is_workday)`` rows, as the override table holds them."""
        return cls(dict(rows))

    def is_workday(self, day: date) -> bool:
        """Whether people work on this day."""
        index = _index(day)
        before = self._year(day.year).before
        return before[index + 1] > before[index]

    def workdays_between(self, first: date, last: date) -> int:
        """Working days from ``first`` to ``last``, both included; 0 when ``last`` comes earlier."""
        if last < first:
            return 0
        return self._up_to(last) - self._up_to(first) + self.is_workday(first)

    def distance(self, start: date, end: date) -> int:
        """Working days after ``start`` up to and including ``end``; negative when ``end`` comes earlier."""
        if end < start:
            return -self.distance(end, start)
        return self._up_to(end) - self._up_to(start)

    def shift(self, day: date, count: int) -> date:
        """The ``count``-th working day after ``day`` (before it when negative); 0 gives ``day`` itself."""
        if count > 0:
            return self._forward(day, count)
        if count < 0:
            return self._backward(day, -count)
        return day

    def nth_workday(self, start: date, count: int) -> date:
        """The ``count``-th working day (from 1) on or after ``start``."""
        if count < 1:
            raise ValueError("count starts at 1")
        return (
            self._forward(start, count - self.is_workday(start)) if count > self.is_workday(start) else start
        )

    def _year(self, year: int) -> Year:
        if year not in self._corrected:
            return _plain(year)
        if year not in self._years:
            self._years[year] = _lay_out(year, self.overrides)
        return self._years[year]

    def _up_to(self, day: date) -> int:
        """Working days from the start of a fixed reference year to ``day``; only differences are used."""
        if day.year > LAST_YEAR:
            return self._up_to(date(LAST_YEAR, 12, 31)) + _weekdays(day) - _weekdays(date(LAST_YEAR, 12, 31))
        if day.year < FIRST_YEAR:
            return self._up_to(date(FIRST_YEAR, 1, 1)) + _weekdays(day) - _weekdays(date(FIRST_YEAR, 1, 1))
        total = self._year(day.year).before[_index(day) + 1]
        for year in range(_REFERENCE, day.year):
            total += len(self._year(year).days)
        for year in range(day.year, _REFERENCE):
            total -= len(self._year(year).days)
        return total

    def _forward(self, day: date, count: int) -> date:
        year, passed = day.year, self._year(day.year).before[_index(day) + 1]
        while True:
            days = self._year(year).days
            if passed + count <= len(days):
                return _day(year, days[passed + count - 1])
            if year == MAXYEAR:
                return date.max
            count, passed, year = count - (len(days) - passed), 0, year + 1

    def _backward(self, day: date, count: int) -> date:
        year = day.year
        left = bisect_left(self._year(year).days, _index(day))
        while True:
            if count <= left:
                return _day(year, self._year(year).days[left - count])
            if year == MINYEAR:
                return date.min
            count, year = count - left, year - 1
            left = len(self._year(year).days)


def _index(day: date) -> int:
    return day.timetuple().tm_yday - 1


def _day(year: int, index: int) -> date:
    return date(year, 1, 1) + index * ONE_DAY


def _weekdays(day: date) -> int:
    """Mondays to Fridays since 1 January of year 1 (a Monday)."""
    weeks, rest = divmod(day.toordinal(), 7)
    return weeks * 5 + min(rest, 5)
