"""Needs attention: who sees what to decide, what is overdue, what is worth a question; the title counts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine

from branches.access import actor_for
from branches.models import Liaison
from common.workdays import Calendar
from reviews.figures.attention import Attention, attention, has_own
from tasks.models import Extension, LedgerItem
from tests.conftest import BEGUN, Institute
from tests.reviews.plans import add_plan
from tests.tasks.items import add_item, at

ON = date(2026, 6, 18)
START = date(2026, 6, 1)

pytestmark = pytest.mark.django_db


def seen(person: Any, mine: bool = False) -> Attention:
    return attention(actor_for(person, ON), Calendar(), ON, mine)


def titles(found: Attention) -> list[list[str]]:
    return [[row.title for row in group.rows] for group in found.groups]


def extension(institute: Institute, **values: Any) -> LedgerItem:
    item = add_item(institute, "in_progress", START, **values)
    Extension.objects.create(
        item=item, due_before=item.due_on, due_requested=item.due_on + timedelta(days=30), reason="评审顺延",
        requested_by=institute.member, requested_at=at(date(2026, 6, 16)),
    )  # fmt: skip
    return item


def test_a_pending_extension_waits_for_the_committee_with_its_reason(institute: Institute) -> None:
    item = extension(institute)
    row = seen(institute.committee).groups[0].rows[0]
    assert row.light == "purple" and row.title == item.title and row.primary
    assert "评审顺延" in row.why and "2" in row.why and "郑知行" in row.why


def test_a_completed_item_waits_to_be_cleared_but_not_by_its_owner_or_its_unit(institute: Institute) -> None:
    own = add_item(institute, "completed", START, owner=institute.committee)
    other = add_item(institute, "completed", START)
    assert titles(seen(institute.committee)) == [[other.title]]
    assert sorted(titles(seen(institute.office))[0]) == sorted([own.title, other.title])


def test_the_commission_sees_what_is_late_and_decides_nothing(institute: Institute) -> None:
    extension(institute)
    late = add_item(institute, "in_progress", START, due_on=date(2026, 6, 10))
    assert titles(seen(institute.commission)) == [[late.title]]


def test_an_overdue_item_says_how_late_who_and_how_far(institute: Institute) -> None:
    late = add_item(institute, "in_progress", START, due_on=date(2026, 6, 12))
    unsigned = add_item(institute, "assigned", START, due_on=date(2026, 6, 15))
    late.urges.create(by=institute.office, at=at(date(2026, 6, 16)))
    (group,) = seen(institute.office).groups
    assert [row.title for row in group.rows] == [late.title, unsigned.title]
    assert {row.light for row in group.rows} == {"red"}
    first, second = (row.why for row in group.rows)
    # 15 to 18 June are four working days.
    assert "4" in first and "激光技术党支部 郑知行" in first and "0%" in first
    assert "0%" not in second


def test_what_is_due_today_is_not_overdue_and_tomorrow_it_is(institute: Institute) -> None:
    add_item(institute, "in_progress", START, due_on=ON)
    assert all("red" not in {row.light for row in group.rows} for group in seen(institute.office).groups)
    (group,) = attention(actor_for(institute.office, ON), Calendar(), ON + timedelta(days=1), False).groups
    assert group.rows[0].light == "red"


def test_behind_pace_is_worth_a_question_and_near_the_deadline_is_not(institute: Institute) -> None:
    behind = add_item(institute, "in_progress", date(2026, 5, 6), due_on=date(2026, 7, 31))
    add_item(institute, "in_progress", date(2026, 5, 20), due_on=ON + timedelta(days=3))
    group = seen(institute.office).groups[-1]
    assert [row.title for row in group.rows if row.light == "yellow"] == [behind.title]
    assert "%" in group.rows[0].why


def test_thirty_days_without_a_report_are_silence(institute: Institute) -> None:
    quiet = add_item(institute, "in_progress", date(2026, 5, 18), due_on=date(2027, 12, 31))
    heard = add_item(institute, "in_progress", date(2026, 5, 18), due_on=date(2027, 12, 31))
    heard.report(by=heard.owner, at=at(date(2026, 6, 2)), progress=10, text="完成调研")
    add_item(institute, "in_progress", date(2026, 5, 20), due_on=date(2027, 12, 31))
    assert titles(seen(institute.office)) == [[quiet.title]]
    assert "31" in seen(institute.office).groups[0].rows[0].why


def test_a_measure_nothing_carries_out_is_named_until_an_item_does(institute: Institute) -> None:
    small = add_plan()
    assert len(titles(seen(institute.office))[0]) == 3
    add_item(institute, "registered", START, measure=small.measures[0])
    assert titles(seen(institute.office))[0] == ["举措1之2", "举措2之1"]
    small.plan.status = "withdrawn"
    small.plan.save()
    assert seen(institute.office).count == 0


def test_mine_is_what_i_lead_or_keep_contact_with(institute: Institute) -> None:
    linked = add_item(institute, "in_progress", START, due_on=date(2026, 6, 12), lead=institute.other_branch)
    led = add_item(institute, "in_progress", START, due_on=date(2026, 6, 15), leader=institute.committee)
    add_item(institute, "in_progress", START, due_on=date(2026, 6, 10))
    Liaison.objects.create(member=institute.committee, organization=institute.other_branch, starts_on=BEGUN)
    assert titles(seen(institute.committee, mine=True)) == [[linked.title, led.title]]
    assert seen(institute.committee).count == 3
    assert has_own(actor_for(institute.committee, ON), ON)
    Liaison.objects.update(ends_on=ON - timedelta(days=1))
    assert titles(seen(institute.committee, mine=True)) == [[led.title]]


def test_the_office_looks_after_everything(institute: Institute) -> None:
    add_item(institute, "assigned", START, leader=institute.office)
    assert not has_own(actor_for(institute.office, ON), ON)


def test_more_rows_than_shown_are_counted_and_linked(institute: Institute) -> None:
    for _ in range(8):
        add_item(institute, "in_progress", START, due_on=date(2026, 6, 12))
    (group,) = seen(institute.office).groups
    assert (len(group.rows), group.count, group.hidden) == (6, 8, 2)
    assert "light=red" in group.more_url


@time_machine.travel("2026-06-18 10:00 +0800", tick=False)
def test_the_link_to_more_leads_to_exactly_the_rows_of_the_group(
    institute: Institute, client_of: Any
) -> None:
    Liaison.objects.create(member=institute.committee, organization=institute.other_branch, starts_on=BEGUN)
    small = add_plan()
    for lead in (institute.branch, institute.other_branch):
        for _n in range(8):
            extension(institute, lead=lead)
            add_item(institute, "completed", START, lead=lead)
            add_item(institute, "in_progress", START, due_on=date(2026, 6, 12), lead=lead)
            add_item(institute, "in_progress", date(2026, 5, 6), due_on=date(2026, 7, 31), lead=lead)
            add_item(institute, "in_progress", date(2026, 5, 18), due_on=date(2027, 12, 31), lead=lead)
    client = client_of(institute.committee)
    for scope, each in (("", 8), ("?scope=all", 16)):
        groups = client.get(f"/dashboard/{scope}").context["attention"].groups
        open_measures = len(small.measures) if scope else 0
        assert [group.count for group in groups] == [2 * each, each, 2 * each + open_measures]
        for group in groups:
            assert group.hidden > 0
            page = client.get(group.more_url).context["page"]
            assert page.total == group.count
            if "all=" in group.more_url:
                urls = [row.url for row in page]
                while page.next_url:
                    page = client.get("/dashboard/" + page.next_url).context["page"]
                    urls += [row.url for row in page]
                assert len(urls) == len(set(urls)) == group.count
                assert {row.url for row in group.rows} <= set(urls)
    ask = client.get("/dashboard/?all=ask&scope=all&size=20").context["page"]
    following = client.get("/dashboard/" + ask.next_url).context["page"]
    assert not {row.url for row in ask} & {row.url for row in following}
    assert client.get("/dashboard/?all=nonsense").context["attention"].mine
    nothing = client_of(institute.commission).get("/dashboard/?all=decide")
    assert nothing.status_code == 200 and not nothing.context["page"].rows


@time_machine.travel("2026-06-18 10:00 +0800", tick=False)
def test_an_unfolded_group_costs_the_same_queries_with_few_rows_and_with_many(
    institute: Institute, client_of: Any, django_assert_max_num_queries: Any
) -> None:
    client = client_of(institute.office)

    def fill(number: int) -> None:
        for _n in range(number):
            extension(institute)
            add_item(institute, "completed", START)

    fill(3)
    with django_assert_max_num_queries(30) as few:
        client.get("/dashboard/?all=decide")
    fill(20)
    with django_assert_max_num_queries(30) as many:
        client.get("/dashboard/?all=decide")
    assert len(many.captured_queries) <= len(few.captured_queries)


@time_machine.travel("2026-06-18 10:00 +0800", tick=False)
def test_the_title_counts_what_needs_attention(institute: Institute, client_of: Any) -> None:
    client = client_of(institute.office)
    client.cookies["django_language"] = "en"
    assert "Nothing needs your attention today" in client.get("/dashboard/").content.decode()
    add_item(institute, "in_progress", START, due_on=date(2026, 6, 12))
    page = client.get("/dashboard/").content.decode()
    assert "1 matter needs your attention" in page
    assert "overdue" in page


@time_machine.travel("2026-06-18 10:00 +0800", tick=False)
def test_a_member_of_the_committee_switches_between_mine_and_all(
    institute: Institute, client_of: Any
) -> None:
    Liaison.objects.create(member=institute.committee, organization=institute.other_branch, starts_on=BEGUN)
    item = add_item(institute, "in_progress", START, due_on=date(2026, 6, 10), title="别家逾期的事项")
    client = client_of(institute.committee)
    attending = 'rows-title" href="' + item.get_absolute_url()
    assert attending not in client.get("/dashboard/").content.decode()
    assert attending in client.get("/dashboard/?scope=all").content.decode()
