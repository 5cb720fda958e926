"""The light: the order of its table, and one answer in Python and in SQL."""

from __future__ import annotations

import re
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.workdays import Calendar
from tasks.lights import URGENCY, Light, expected_progress, light, light_case, light_q, turning_days
from tasks.models import CalendarDay, Extension, LedgerItem
from tasks.standing import standing_of
from tests.tasks.items import add_item, at

TODAY = date(2026, 6, 18)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


@pytest.mark.parametrize(
    ("state", "pending", "yellow_on", "red_on", "expected"),
    [
        # Done beats everything.
        ("completed", True, YESTERDAY, YESTERDAY, Light.BLUE),
        ("cleared", False, YESTERDAY, YESTERDAY, Light.BLUE),
        # A waiting extension beats overdue, overdue beats not signed for, that beats yellow.
        ("in_progress", True, YESTERDAY, YESTERDAY, Light.PURPLE),
        ("assigned", False, YESTERDAY, YESTERDAY, Light.RED),
        ("in_progress", False, YESTERDAY, TODAY, Light.RED),
        ("assigned", False, YESTERDAY, TOMORROW, Light.GREY),
        ("registered", False, None, None, Light.GREY),
        ("draft", False, None, None, Light.GREY),
        ("in_progress", False, TODAY, TOMORROW, Light.YELLOW),
        ("completion_requested", False, YESTERDAY, TOMORROW, Light.YELLOW),
        ("in_progress", False, TOMORROW, TOMORROW, Light.GREEN),
        ("in_progress", False, None, None, Light.GREEN),
    ],
)
def test_the_first_that_fits_is_the_light(state, pending, yellow_on, red_on, expected):
    assert light(state, pending, yellow_on, red_on, TODAY) == expected


def test_yellow_begins_seven_calendar_days_before_the_deadline_and_red_the_day_after_it():
    due = date(2026, 9, 30)
    assert turning_days(Calendar(), None, due, 0) == (date(2026, 9, 23), date(2026, 10, 1))
    assert turning_days(Calendar(), None, None, 0) == (None, None)


def test_yellow_begins_earlier_when_the_pace_falls_behind_by_more_than_twenty_points():
    calendar, start, due = Calendar(), date(2026, 3, 2), date(2026, 9, 30)
    yellow_on, _red = turning_days(calendar, start, due, 10)
    assert expected_progress(calendar, start, due, yellow_on) - 10 > 20
    assert expected_progress(calendar, start, due, yellow_on - timedelta(days=1)) - 10 <= 20
    # With 80 % accepted it can never be more than twenty points behind: only the deadline counts.
    assert turning_days(calendar, start, due, 80)[0] == due - timedelta(days=7)


@given(
    st.dates(date(2026, 1, 1), date(2026, 12, 1)),
    st.integers(0, 400),
    st.integers(0, 100),
    st.integers(0, 400),
)
def test_the_stored_day_says_the_same_as_the_pace_on_every_day(start, length, accepted, offset):
    calendar, due = Calendar(), start + timedelta(days=length)
    yellow_on, red_on = turning_days(calendar, start, due, accepted)
    day = start + timedelta(days=min(offset, length))
    behind = expected_progress(calendar, start, due, day) - accepted > 20
    assert (day >= yellow_on) == (behind or day >= due - timedelta(days=7))
    assert red_on == due + timedelta(days=1)


days = st.dates(date(2026, 6, 10), date(2026, 6, 26))
shut = sorted(set(LedgerItem.State) - set(LedgerItem.State.open()))
rows = st.lists(
    st.tuples(st.sampled_from(LedgerItem.State.open()), st.booleans(), days, days)
    | st.tuples(st.sampled_from(shut), st.booleans(), st.none(), st.none()),
    min_size=1,
    max_size=12,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=rows, on=st.dates(date(2026, 6, 9), date(2026, 6, 27)))
def test_python_and_sql_agree_on_every_light(rows, on, institute):
    LedgerItem.objects.all().delete()
    ledger = add_item(institute).ledger
    LedgerItem.objects.all().delete()
    for number, (state, pending, yellow_on, red_on) in enumerate(rows):
        done = {"cleared_by": institute.office, "cleared_at": at(TODAY)} if state == "cleared" else {}
        item = LedgerItem.objects.create(
            ledger=ledger,
            number=f"2026-1.1-{number:02d}",
            title="事项",
            state=state,
            lead=institute.branch,
            owner=institute.member,
            due_on=TODAY,
            due_on_original=TODAY,
            yellow_on=yellow_on,
            red_on=red_on,
            **done,
        )
        if pending:
            Extension.objects.create(
                item=item,
                due_before=TODAY,
                due_requested=TOMORROW,
                reason="顺延",
                requested_by=institute.member,
                requested_at=at(TODAY),
            )
    by_case = {i.pk: i.shown for i in LedgerItem.objects.annotate(shown=light_case(on))}
    by_python = {i.pk: i.light(on).value for i in LedgerItem.objects.prefetch_related("extensions")}
    by_condition = {
        pk: chosen.value
        for chosen in URGENCY
        for pk in LedgerItem.objects.filter(light_q(chosen, on)).values_list("pk", flat=True)
    }
    assert by_case == by_python == by_condition
    assert sum(LedgerItem.objects.light_counts(on).values()) == len(rows)
    assert set(LedgerItem.objects.showing(["red", "purple"], on).values_list("pk", flat=True)) == {
        pk for pk, value in by_python.items() if value in ("red", "purple")
    }


def test_the_word_says_how_many_working_days_and_points(institute):
    calendar = Calendar()
    start = date(2026, 3, 2)
    item = add_item(institute, "in_progress", on=start, due_on=date(2026, 6, 10))
    assert standing_of(item, TODAY, calendar).word in ("overdue by 6 days", "逾期 6 日")
    near = add_item(institute, "in_progress", on=start, due_on=date(2026, 6, 23))
    # The 19th to the 21st are a holiday.
    assert standing_of(near, TODAY, calendar).days_left == 2
    slow = add_item(institute, "in_progress", on=start, due_on=date(2026, 12, 20))
    standing = standing_of(slow, TODAY, calendar)
    assert (standing.light, standing.behind) == (Light.YELLOW, standing.expected)
    assert str(standing.behind) in standing.word


def test_lights_are_recomputed_when_the_calendar_changed(institute):
    item = add_item(institute, "in_progress", on=TODAY, due_on=TODAY + timedelta(days=120))
    before = item.yellow_on
    CalendarDay.objects.bulk_create(
        CalendarDay(day=TODAY + timedelta(days=n), working=False) for n in range(1, 40)
    )
    out = StringIO()
    call_command("recompute_lights", "--dry-run", stdout=out)
    assert LedgerItem.objects.get().yellow_on == before
    call_command("recompute_lights", stdout=out)
    fresh = LedgerItem.objects.get()
    assert fresh.yellow_on > before
    assert fresh.version == item.version
    assert re.findall(r"\d+", out.getvalue()) == ["1", "1", "1", "1"]


@pytest.mark.parametrize(
    ("state", "turns"),
    [("draft", True), ("completed", True), ("registered", False), ("in_progress", False)],
)
def test_exactly_what_is_open_has_days_on_which_its_light_turns(institute, state, turns):
    item = add_item(institute, state)
    day = TODAY if turns else None
    with pytest.raises(IntegrityError, match="light_turns_while_open"), transaction.atomic():
        LedgerItem.objects.filter(pk=item.pk).update(yellow_on=day, red_on=day)


def test_the_days_go_with_completion(institute):
    item = add_item(institute, "completion_requested")
    assert item.yellow_on and item.red_on
    item.complete(by=institute.office, at=at(timezone.localdate(), 1))
    item.refresh_from_db()
    assert (item.yellow_on, item.red_on) == (None, None)
