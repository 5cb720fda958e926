"""Which rung is the highest one crossed: held against the definition, day by day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.workdays import Calendar
from tasks.models import ReminderRule
from tasks.reminders.rules import crossed_until, spans, windows

LADDER = [-7, -3, -1, 0, 1, 3, 7]
CALENDAR = Calendar()


def highest(calendar: Calendar, due_on: date, on: date, offsets: list[int], *, working: bool) -> int | None:
    """The definition: a rung is crossed from its own day on."""
    crossed = [
        offset
        for offset in offsets
        if (calendar.shift(due_on, offset) if working else due_on + timedelta(days=offset)) <= on
    ]
    return max(crossed, default=None)


@pytest.mark.parametrize("subject", ["item", "term"])
@pytest.mark.parametrize("on", [date(2026, 6, 18), date(2026, 6, 20), date(2026, 10, 1), date(2026, 10, 8)])
def test_windows_agree_with_the_definition_around_holidays(subject: str, on: date) -> None:
    working = subject in ReminderRule.Subject.in_working_days()
    audience = "owner" if subject == "item" else "secretary"
    found = windows(CALENDAR, subject, [(offset, audience) for offset in LADDER], on)
    for days in range(-40, 41):
        due_on = on + timedelta(days=days)
        holding = [w.rung for w in found if w.holds(due_on)]
        expected = highest(CALENDAR, due_on, on, LADDER, working=working)
        assert holding == ([] if expected is None else [expected]), due_on


@given(
    on=st.dates(date(2024, 1, 1), date(2027, 12, 31)),
    days=st.integers(-300, 300),
    offsets=st.sets(st.integers(-30, 30), min_size=1, max_size=8),
)
def test_windows_agree_with_the_definition_for_any_ladder(on: date, days: int, offsets: set[int]) -> None:
    due_on = on + timedelta(days=days)
    found = windows(CALENDAR, "item", [(offset, "owner") for offset in offsets], on)
    expected = highest(CALENDAR, due_on, on, sorted(offsets), working=True)
    assert [w.rung for w in found if w.holds(due_on)] == ([] if expected is None else [expected])


def test_three_working_days_before_reaches_over_a_holiday() -> None:
    # 19 to 21 June 2026 are off: from Thursday 18 June the third working day is Wednesday 24 June.
    assert crossed_until(CALENDAR, date(2026, 6, 18), -3, working=True) == date(2026, 6, 24)


def test_an_override_of_the_calendar_moves_the_rung() -> None:
    longer = Calendar({date(2026, 6, 22): False})
    assert crossed_until(longer, date(2026, 6, 18), -3, working=True) == date(2026, 6, 25)


def test_each_audience_climbs_its_own_ladder() -> None:
    found = windows(CALENDAR, "item", [(-1, "owner"), (3, "owner"), (1, "secretary")], date(2026, 6, 18))
    late = date(2026, 6, 1)
    assert [(w.audience, w.rung) for w in found if w.holds(late)] == [("owner", 3), ("secretary", 1)]


def test_an_audience_that_makes_no_sense_for_a_subject_is_nobody() -> None:
    assert windows(CALENDAR, "term", [(-30, "owner")], date(2026, 6, 18)) == []


def test_a_span_lies_in_the_same_windows_all_along() -> None:
    on = date(2026, 6, 18)
    ladder = [*((offset, "owner") for offset in LADDER), (1, "secretary"), (5, "office")]
    found = windows(CALENDAR, "item", ladder, on)
    cut = spans(found)
    for days in range(-40, 41):
        due_on = on + timedelta(days=days)
        holding = [window for window in found if window.holds(due_on)]
        span = next((span for span in cut if due_on <= span.until), None)
        assert (span.windows if span else []) == holding, due_on


def test_the_month_of_a_short_silent_ladder_is_held_against_a_longer_one() -> None:
    on = date(2026, 6, 18)
    found = windows(CALENDAR, "silence", [(30, "owner"), (60, "secretary"), (120, "secretary")], on)
    for days, expected in ((59, [30]), (60, [60, 60]), (94, [90, 60]), (120, [120, 120]), (300, [120, 120])):
        assert [w.rung for w in found if w.holds(on - timedelta(days=days))] == expected, days
