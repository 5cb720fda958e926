"""Working days: the announced years, the office's corrections, and arithmetic that agrees with counting."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common import workdays
from common.workdays import Calendar

PLAIN = Calendar()
# As announced by the State Council: weekends that were or will be worked.
WORKED_WEEKENDS = [
    "2024-02-04", "2024-02-18", "2024-04-07", "2024-04-28", "2024-05-11", "2024-09-14",
    "2024-09-29", "2024-10-12",
    "2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11",
    "2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10",
]  # fmt: skip
DAYS_OFF = [
    "2024-02-15", "2024-02-16", "2024-05-03", "2024-10-07",
    "2025-01-28", "2025-02-04", "2025-10-08",
    "2026-01-02", "2026-02-16", "2026-02-23", "2026-05-05", "2026-06-19", "2026-10-07",
]  # fmt: skip


@pytest.mark.parametrize("day", WORKED_WEEKENDS)
def test_an_exchanged_weekend_is_worked(day: str) -> None:
    assert date.fromisoformat(day).weekday() >= 5
    assert PLAIN.is_workday(date.fromisoformat(day))


@pytest.mark.parametrize("day", DAYS_OFF)
def test_an_announced_weekday_is_off(day: str) -> None:
    assert date.fromisoformat(day).weekday() < 5
    assert not PLAIN.is_workday(date.fromisoformat(day))


def test_an_ordinary_weekend_is_off_and_an_ordinary_monday_is_worked() -> None:
    assert not PLAIN.is_workday(date(2026, 6, 20))
    assert PLAIN.is_workday(date(2026, 6, 22))


def test_an_override_wins_in_both_directions() -> None:
    calendar = Calendar.of([(date(2026, 6, 20), True), (date(2026, 6, 22), False)])
    assert calendar.is_workday(date(2026, 6, 20))
    assert not calendar.is_workday(date(2026, 6, 22))
    assert calendar.workdays_between(date(2026, 6, 20), date(2026, 6, 22)) == 1
    assert PLAIN.workdays_between(date(2026, 6, 20), date(2026, 6, 22)) == 1
    assert calendar.shift(date(2026, 6, 18), 1) == date(2026, 6, 20)
    assert PLAIN.shift(date(2026, 6, 18), 1) == date(2026, 6, 22)


def test_both_ends_are_counted_and_a_backward_interval_is_empty() -> None:
    assert PLAIN.workdays_between(date(2026, 6, 22), date(2026, 6, 26)) == 5
    assert PLAIN.workdays_between(date(2026, 6, 22), date(2026, 6, 22)) == 1
    assert PLAIN.workdays_between(date(2026, 6, 26), date(2026, 6, 22)) == 0


def test_distance_leaves_the_start_out_and_is_signed() -> None:
    assert PLAIN.distance(date(2026, 6, 18), date(2026, 6, 22)) == 1
    assert PLAIN.distance(date(2026, 6, 22), date(2026, 6, 18)) == -1
    assert PLAIN.distance(date(2026, 6, 18), date(2026, 6, 18)) == 0


def test_the_nth_working_day_includes_its_start() -> None:
    assert PLAIN.nth_workday(date(2026, 6, 18), 1) == date(2026, 6, 18)
    assert PLAIN.nth_workday(date(2026, 6, 19), 1) == date(2026, 6, 22)
    assert PLAIN.nth_workday(date(2026, 6, 18), 2) == date(2026, 6, 22)
    with pytest.raises(ValueError, match="starts at 1"):
        PLAIN.nth_workday(date(2026, 6, 18), 0)


@pytest.mark.parametrize("day", [date.min, date(1900, 1, 1), date(2150, 3, 3), date(9999, 12, 31)])
def test_no_year_raises_or_takes_long(day: date) -> None:
    assert PLAIN.is_workday(day) in (True, False)
    assert PLAIN.distance(date(2026, 1, 1), day) == -PLAIN.distance(day, date(2026, 1, 1))
    assert PLAIN.shift(date.max, 5) == date.max
    assert PLAIN.shift(date.min, -5) == date.min


def test_a_year_the_package_cannot_work_out_has_plain_weekdays(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise NotImplementedError

    monkeypatch.setattr(workdays.holidays, "country_holidays", fail)
    workdays._statutory.cache_clear()
    try:
        assert workdays._statutory(2031) == (frozenset(), frozenset())
    finally:
        workdays._statutory.cache_clear()


days = st.dates(date(2018, 1, 1), date(2030, 12, 31))
corrections = st.dictionaries(st.dates(date(2025, 1, 1), date(2027, 12, 31)), st.booleans(), max_size=8)


@settings(max_examples=150, deadline=None)
@given(days, st.integers(0, 500), corrections)
def test_counting_agrees_with_looking_at_every_day(
    first: date, length: int, overrides: dict[date, bool]
) -> None:
    calendar = Calendar(overrides)
    every = [first + timedelta(days=n) for n in range(length + 1)]
    assert calendar.workdays_between(first, every[-1]) == sum(calendar.is_workday(day) for day in every)


@settings(max_examples=150, deadline=None)
@given(days, st.integers(1, 400), corrections)
def test_shifting_lands_on_a_working_day_at_that_distance(
    day: date, count: int, overrides: dict[date, bool]
) -> None:
    calendar = Calendar(overrides)
    later, earlier = calendar.shift(day, count), calendar.shift(day, -count)
    assert calendar.is_workday(later) and calendar.is_workday(earlier)
    assert calendar.distance(day, later) == count
    assert calendar.workdays_between(earlier, day - timedelta(days=1)) == count
