"""The page of a measure: its words, what carries it out, how far; numbers equal rows, and scope."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from typing import Any

import pytest
import time_machine

from branches.access import actor_for
from common.workdays import Calendar
from plans.models import ActivityKind, Requirement
from reviews.figures.measure import measure_figure
from tests.conftest import Institute
from tests.reviews.plans import MEASURE_TEXT, SmallPlan, add_plan
from tests.reviews.test_dashboard_page import log
from tests.tasks.items import add_item, at

ON = date(2026, 6, 18)
START = date(2026, 6, 1)
DUE = date(2026, 6, 30)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@pytest.fixture
def today() -> Any:
    with time_machine.travel("2026-06-18 10:00 +0800", tick=False):
        yield


@pytest.fixture
def small(institute: Institute) -> SmallPlan:
    return add_plan()


def figure(small: SmallPlan, who: Any, place: int = 0) -> Any:
    return measure_figure(small.measures[place], actor_for(who, ON), Calendar(), ON)


def url(small: SmallPlan, place: int = 0) -> str:
    return f"/measures/{small.measures[place].pk}/"


def report(item: Any, day: date, percent: int, by: Any) -> None:
    """Reported by the owner on a day, accepted in its afternoon."""
    item.report(by=item.owner, at=at(day), progress=percent, text="进展")
    item.refresh_from_db()
    item.accept_report(by=by, at=at(day, 15))
    item.refresh_from_db()


def ask(small: SmallPlan, **values: Any) -> Requirement:
    defaults = {
        "measure": small.measures[0], "organization_kind": "branch", "period": "month", "source": "举措1之1",
        "activity_kind": ActivityKind.objects.get(code="discussion"), "effective_from": date(2026, 1, 1),
    }  # fmt: skip
    return Requirement.objects.create(**(defaults | values))


# The line ----------------------------------------------------------------------


def test_the_line_steps_on_the_days_of_acceptance_and_ends_at_the_meter(
    institute: Institute, small: SmallPlan
) -> None:
    measure = small.measures[0]
    one = add_item(institute, "in_progress", START, due_on=DUE, measure=measure)
    add_item(institute, "assigned", START, due_on=DUE, measure=measure)
    report(one, date(2026, 6, 4), 20, institute.office)
    report(one, date(2026, 6, 11), 60, institute.office)
    one.report(by=one.owner, at=at(date(2026, 6, 16)), progress=90, text="还没有人核")
    found = figure(small, institute.office)
    assert [row[1] for row in found.line.table.rows] == ["10%", "30%"]
    assert found.whole.meter.accepted == 30
    assert {dot.href for dot in found.line.dots} == {one.get_absolute_url()}


def test_a_completed_item_counts_whole_and_a_day_of_several_leads_to_the_items(
    institute: Institute, small: SmallPlan
) -> None:
    for _n in range(2):
        add_item(institute, "completed", START, due_on=DUE, measure=small.measures[0])
    found = figure(small, institute.office)
    assert [row[1] for row in found.line.table.rows] == ["100%"]
    assert [dot.href for dot in found.line.dots] == ["#h-items"]


def test_without_an_assigned_item_there_is_no_line(institute: Institute, small: SmallPlan) -> None:
    add_item(institute, "registered", START, due_on=DUE, measure=small.measures[0])
    assert figure(small, institute.office).line is None


# Numbers lead to rows --------------------------------------------------------------


def test_every_number_leads_to_as_many_rows(institute: Institute, small: SmallPlan, client_of: Any) -> None:
    measure = small.measures[0]
    add_item(institute, "in_progress", START, due_on=date(2026, 6, 10), measure=measure)
    add_item(institute, "assigned", START, due_on=DUE, measure=measure, lead=institute.party)
    add_item(institute, "completed", START, due_on=DUE, measure=measure)
    add_item(institute, "draft", START, measure=measure)
    add_item(institute, "assigned", START, due_on=DUE, measure=small.measures[1])
    client = client_of(institute.office)
    found = figure(small, institute.office)
    assert found.items.value == 3 == client.get(found.items.url).context["page"].total
    assert {light.value: light.count for light in found.lights} == {"red": 1, "grey": 1, "blue": 1}
    for light in found.lights:
        assert client.get(light.url).context["page"].total == light.count
    # The committee's bar is its own: what its branches lead is theirs.
    assert [bar.total for bar in found.bars.bars] == ["1", "2"]
    for bar in found.bars.bars:
        assert client.get(bar.href).context["page"].total == int(bar.total)
        for block in bar.blocks:
            assert client.get(block.href).context["page"].total == 1


def test_the_items_stand_with_the_most_urgent_first(institute: Institute, small: SmallPlan) -> None:
    for state, due in (("completed", DUE), ("assigned", DUE), ("in_progress", date(2026, 6, 10))):
        add_item(institute, state, START, due_on=due, measure=small.measures[0])
    assert [row.standing.light for row in figure(small, institute.office).rows] == ["red", "grey", "blue"]


def test_an_activity_that_serves_two_measures_counts_once_for_each(
    institute: Institute, small: SmallPlan, client_of: Any
) -> None:
    both = log(institute, date(2026, 5, 9))
    both.measures.set(small.measures[:2])
    both.partners.add(institute.other_branch)
    log(institute, date(2026, 5, 10), "submitted").measures.add(small.measures[0])
    for place in (0, 1):
        found = figure(small, institute.office, place)
        assert found.activities.value == 1 and list(found.latest) == [both]
        assert client_of(institute.office).get(found.activities.url).context["page"].total == 1


def test_a_requirement_stands_with_this_years_sums_and_leads_to_its_periods(
    institute: Institute, small: SmallPlan, client_of: Any
) -> None:
    own = ask(small)
    ask(small, measure=small.measures[1], activity_kind=ActivityKind.objects.get(code="party_day"))
    log(institute, date(2026, 1, 9), kind=own.activity_kind)
    log(institute, date(2026, 2, 9), "submitted", kind=own.activity_kind)
    log(institute, date(2026, 1, 9))
    (row,) = figure(small, institute.office).standing
    # Five months are over for two branches.
    assert (row.tally.due, row.tally.approved, row.tally.waiting, row.tally.missing) == (10, 1, 1, 8)
    assert row.meter.accepted == 10
    client = client_of(institute.office)
    behind = client.get(row.due.url)
    assert behind.context["total"] == 10
    assert {entry.entry.requirement for entry in behind.context["page"].rows} == {own}
    assert client.get(row.due.url + "&state=missing").context["total"] == 8


def test_a_requirement_that_asks_nothing_yet_has_no_meter(institute: Institute, small: SmallPlan) -> None:
    ask(small, effective_from=date(2026, 6, 1), period="year")
    (row,) = figure(small, institute.office).standing
    assert row.tally.due == 0 and row.meter is None


# Not decomposed ---------------------------------------------------------------------


def test_a_measure_that_nothing_carries_out_is_shown_as_such(
    institute: Institute, small: SmallPlan, client_of: Any
) -> None:
    for who, led in (("office", True), ("committee", False), ("member", False)):
        page = client_of(getattr(institute, who)).get(url(small)).content.decode()
        assert 'class="empty"' in page and "light-grey" in page and "0%" not in page
        assert (f'href="/decompose/{small.measures[0].pk}/"' in page) is led
    ask(small)
    assert 'class="empty"' not in client_of(institute.office).get(url(small)).content.decode()


# Who sees what ------------------------------------------------------------------------


def test_everyone_reads_the_words_but_only_the_items_they_may_see(
    institute: Institute, small: SmallPlan, client_of: Any
) -> None:
    own = add_item(institute, "in_progress", START, due_on=date(2026, 6, 10), measure=small.measures[0])
    add_item(
        institute, "assigned", START, due_on=DUE, measure=small.measures[0],
        lead=institute.other_branch, owner=institute.other_secretary,
    )  # fmt: skip
    log(institute, date(2026, 5, 9)).measures.add(small.measures[0])
    seen = {
        "office": (2, 1),
        "commission": (2, 1),
        "member": (1, 1),
        "other_secretary": (1, 0),
        "outsider": (0, 0),
    }
    for who, numbers in seen.items():
        person = getattr(institute, who)
        found = figure(small, person)
        assert (found.items.value, found.activities.value) == numbers
        response = client_of(person).get(url(small))
        page = unescape(response.content.decode())
        assert response.status_code == 200 and f"1.举措1之1。{MEASURE_TEXT}" in page
        assert (own.get_absolute_url() in page) is (who not in ("other_secretary", "outsider"))
        assert found.decomposed


def test_the_sums_of_a_requirement_keep_to_the_readers_organizations(
    institute: Institute, small: SmallPlan
) -> None:
    ask(small)
    assert figure(small, institute.office).standing[0].tally.due == 10
    assert figure(small, institute.member).standing[0].tally.due == 5
    assert figure(small, institute.outsider).standing[0].tally.due == 0


def test_administrators_see_no_measure_an_unknown_one_is_not_found_and_it_is_read_only(
    institute: Institute, small: SmallPlan, client_of: Any
) -> None:
    assert client_of(institute.system_admin).get(url(small)).status_code == 403
    assert client_of(institute.member).get("/measures/999999/").status_code == 404
    assert client_of(institute.member).post(url(small)).status_code == 405


def test_a_measure_of_a_withdrawn_plan_is_for_those_who_see_all(
    institute: Institute, small: SmallPlan, client_of: Any
) -> None:
    small.plan.withdraw(by=institute.office, at=at(ON), version=small.plan.version, reason="印发有误")
    assert client_of(institute.member).get(url(small)).status_code == 404
    response = client_of(institute.office).get(url(small))
    assert response.status_code == 200 and "/decompose/" not in re.sub(
        r"(?s)<aside class=.app-nav.*?</aside>", "", response.content.decode()
    )


# Cost -----------------------------------------------------------------------------------


def test_the_page_costs_the_same_queries_with_few_rows_and_with_many(
    institute: Institute, small: SmallPlan, client_of: Any, django_assert_max_num_queries: Any
) -> None:
    def fill(number: int) -> None:
        for n in range(number):
            state = ("in_progress", "completed", "assigned")[n % 3]
            lead = (institute.branch, institute.other_branch)[n % 2]
            item = add_item(institute, state, START, due_on=DUE, measure=small.measures[0], lead=lead)
            if state == "in_progress":
                report(item, date(2026, 6, 4), 30, institute.office)
            log(institute, date(2026, 5, 9)).measures.add(small.measures[0])
        ask(small, period="month" if number == 3 else "quarter")

    fill(3)
    client = client_of(institute.committee)
    client.get(url(small))
    with django_assert_max_num_queries(40) as few:
        client.get(url(small))
    fill(30)
    with django_assert_max_num_queries(40) as many:
        response = client.get(url(small))
    assert response.context["figure"].hidden == 13
    assert len(many.captured_queries) <= len(few.captured_queries)
