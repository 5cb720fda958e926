"""The branch desk and one's own page: what is due, what waits, what it cost; from the records alone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine

from branches.models import AssaultTeam, Liaison, Membership
from plans.models import Exemption, Requirement
from reviews.figures.burden import burden, minutes_less
from tasks.models import Activity, Attendance, Extension
from tests.conftest import BEGUN, Institute, add_organization, appoint
from tests.reviews.test_dashboard_page import log, party_day
from tests.tasks.items import add_item, at

START = date(2026, 6, 1)
ON = date(2026, 6, 18)

__all__ = ["party_day"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@pytest.fixture
def today() -> Any:
    with time_machine.travel("2026-06-18 10:00 +0800", tick=False):
        yield


def desk(client_of: Any, institute: Institute, query: str = "") -> Any:
    return client_of(institute.secretary).get("/desk/" + query)


def test_the_title_says_how_many_are_left_and_each_row_opens_its_form(
    institute: Institute, client_of: Any, party_day: Requirement
) -> None:
    response = desk(client_of, institute)
    (row,) = response.context["due"]
    assert (row.state, row.done, response.context["open_count"]) == ("due", False, 1)
    assert row.url.endswith(f"?kind=party_day&organization={institute.branch.pk}")
    assert client_of(institute.secretary).get(row.url).status_code == 200
    # 18, 22 to 26, 29, 30 June; the 19th is a holiday.
    assert (response.context["ends"], response.context["days_left"]) == (date(2026, 6, 30), 8)


@pytest.mark.parametrize(
    ("status", "state"), [("submitted", "logged"), ("approved", "approved"), ("draft", "due")]
)
def test_what_was_logged_is_no_longer_to_do(
    institute: Institute, client_of: Any, party_day: Requirement, status: str, state: str
) -> None:
    log(institute, date(2026, 6, 5), status)
    response = desk(client_of, institute)
    assert response.context["due"][0].state == state
    assert response.context["open_count"] == (state == "due")


def test_the_last_record_of_the_kind_is_named(
    institute: Institute, client_of: Any, party_day: Requirement
) -> None:
    log(institute, date(2026, 4, 9))
    log(institute, date(2026, 5, 20))
    assert "20" in desk(client_of, institute).context["due"][0].why


def test_the_last_record_of_a_group_is_the_branch_s_where_it_is_owed_for_the_groups(
    institute: Institute, client_of: Any, party_day: Requirement
) -> None:
    institute.branch.refresh_from_db()
    group = add_organization(
        institute.branch, system="party", kind="group", name="第一党小组", code="P01-1", founded_on=BEGUN
    )
    log(institute, date(2026, 6, 9), organization=group)
    # Without the condition a group's records are its own.
    assert "6月9日" not in desk(client_of, institute).context["due"][0].why
    Requirement.objects.update(condition="has_groups")
    (row,) = desk(client_of, institute).context["due"]
    assert row.state == "approved"
    assert "6月9日" in row.why and "此前没有记录" not in row.why


def test_what_is_exempt_says_so_and_not_nought_a_month(
    institute: Institute, client_of: Any, party_day: Requirement
) -> None:
    Exemption.objects.create(
        organization=institute.branch, requirement=party_day, reason="支部整体出差",
        starts_on=date(2026, 6, 1), ends_on=date(2026, 6, 30),
    )  # fmt: skip
    (row,) = desk(client_of, institute).context["due"]
    assert row.state == "exempt"
    assert row.why.startswith("免除 · 支部整体出差") and "0 次" not in row.why


def test_what_ends_later_stands_apart_until_its_month(
    institute: Institute, client_of: Any, party_day: Requirement
) -> None:
    Requirement.objects.update(period="year")
    response = desk(client_of, institute)
    assert (response.context["due"], [row.title for row in response.context["later"]]) == ([], ["主题党日"])
    log(institute, date(2026, 3, 9))
    assert desk(client_of, institute).context["later"] == []
    Requirement.objects.update(period="quarter")
    (row,) = desk(client_of, institute).context["due"]
    assert row.last == date(2026, 6, 30) and not row.done


def test_one_list_holds_what_waits_by_deadline(institute: Institute, client_of: Any) -> None:
    unsigned = add_item(institute, "assigned", START, due_on=date(2026, 9, 30))
    silent = add_item(institute, "in_progress", date(2026, 5, 6), due_on=date(2027, 3, 31))
    sent_back = add_item(institute, "in_progress", START, due_on=date(2026, 12, 31))
    sent_back.report(by=institute.member, at=at(date(2026, 6, 3)), progress=30, text="已启动")
    sent_back.refresh_from_db()
    sent_back.return_report(by=institute.office, at=at(date(2026, 6, 4)), reply="请补佐证")
    late = add_item(institute, "in_progress", START, due_on=date(2026, 6, 10))
    waiting = add_item(institute, "in_progress", START, due_on=date(2026, 6, 20))
    waiting.report(by=institute.member, at=at(date(2026, 6, 15)), progress=80, text="等认定")
    add_item(institute, "in_progress", START, due_on=date(2027, 3, 31))
    add_item(institute, "assigned", START, lead=institute.other_branch)
    rows = desk(client_of, institute).context["todo"]
    assert [row.title for row in rows] == [late.title, unsigned.title, sent_back.title, silent.title]
    assert "请补佐证" in rows[2].why


def test_a_record_sent_back_waits_with_its_reason(institute: Institute, client_of: Any) -> None:
    held = log(institute, date(2026, 5, 9), "submitted")
    held.send_back(by=institute.office, at=at(date(2026, 5, 12)), reason="请补联建单位名称")
    (row,) = desk(client_of, institute).context["todo"]
    assert "请补联建单位名称" in row.why and row.url == held.get_absolute_url()


def test_the_burden_counts_what_was_really_entered(institute: Institute) -> None:
    held = log(institute, date(2026, 6, 5), place="会议室", result="议定两项", host=institute.secretary)
    Activity.objects.update(created_at=at(date(2026, 6, 6)))
    for person, status in ((institute.member, "present"), (institute.deputy, "excused")):
        Attendance.objects.create(activity=held, person=person, status=status)
    bare = log(institute, date(2026, 5, 31))
    Activity.objects.filter(pk=bare.pk).update(created_at=at(date(2026, 5, 31)))
    item = add_item(institute, "in_progress", START, due_on=date(2026, 8, 1))
    item.report(by=institute.member, at=at(date(2026, 6, 10)), progress=10, text="x")
    Extension.objects.create(
        item=item, due_before=item.due_on, due_requested=date(2026, 9, 1), reason="x",
        requested_by=institute.member, requested_at=at(date(2026, 5, 30)),
    )  # fmt: skip
    found = burden(institute.branch, ON)
    # Kind, topic, date, place, host, result and one person away; then a report of two inputs.
    assert (found.records, found.inputs, found.minutes) == (2, 9, 3)
    assert minutes_less(institute.branch, ON) == -3
    assert burden(institute.other_branch, ON).records == 0


def test_an_officer_of_two_organizations_chooses_and_of_none_is_refused(
    institute: Institute, client_of: Any
) -> None:
    appoint(institute.secretary, institute.department, "head")
    assert desk(client_of, institute).context["organization"] == institute.branch
    chosen = desk(client_of, institute, f"?organization={institute.department.pk}")
    assert chosen.context["organization"] == institute.department
    assert desk(client_of, institute, f"?organization={institute.other_branch.pk}").status_code == 404
    assert client_of(institute.member).get("/desk/").status_code == 403


def test_the_committee_members_in_contact_are_named(institute: Institute, client_of: Any) -> None:
    Liaison.objects.create(member=institute.committee, organization=institute.branch, starts_on=BEGUN)
    Liaison.objects.create(
        member=institute.office,
        organization=institute.branch,
        starts_on=BEGUN,
        ends_on=ON - timedelta(days=1),
    )
    assert [liaison.member for liaison in desk(client_of, institute).context["contacts"]] == [
        institute.committee
    ]


def test_a_department_that_owes_nothing_has_a_calm_desk(institute: Institute, client_of: Any) -> None:
    response = client_of(institute.department_head).get("/desk/")
    assert response.status_code == 200
    assert response.context["due"] == [] and response.context["figure"].strip is None


def test_the_desk_costs_the_same_queries_with_few_rows_and_with_many(
    institute: Institute, client_of: Any, django_assert_max_num_queries: Any
) -> None:
    client = client_of(institute.secretary)

    def fill(number: int) -> None:
        for _ in range(number):
            add_item(institute, "assigned", START)
            log(institute, date(2026, 5, 9), "returned")

    fill(3)
    with django_assert_max_num_queries(50) as few:
        client.get("/desk/")
    fill(27)
    with django_assert_max_num_queries(50) as many:
        assert client.get("/desk/").status_code == 200
    assert len(many.captured_queries) <= len(few.captured_queries)


def test_my_page_shows_mine_and_nobody_elses(institute: Institute, client_of: Any) -> None:
    own = add_item(institute, "in_progress", START, due_on=date(2026, 6, 10))
    other = add_item(institute, "in_progress", START, owner=institute.deputy, title="别人的事项")
    add_item(institute, "cleared", START, title="早已销号")
    held = log(institute, date(2026, 5, 9), title="五月党日")
    Attendance.objects.create(activity=held, person=institute.member)
    team = AssaultTeam.objects.create(
        name="砺石突击队", organization=institute.branch, captain=institute.deputy, starts_on=BEGUN
    )
    team.members.create(person=institute.member, starts_on=BEGUN)
    text = client_of(institute.member).get("/me/").content.decode()
    assert own.title in text and "light-red" in text
    assert "五月党日" in text and "砺石突击队" in text and "激光技术党支部" in text
    assert other.title not in text and "早已销号" not in text


def test_my_page_is_never_empty_of_words(institute: Institute, client_of: Any) -> None:
    response = client_of(institute.outsider).get("/me/")
    assert response.status_code == 200 and 'class="empty"' in response.content.decode()
    assert client_of(institute.system_admin).get("/me/").status_code == 403


# Stages are the Party's -----------------------------------------------------------


def test_only_organizations_of_the_party_say_who_is_a_member_of_which_stage(
    institute: Institute, client_of: Any
) -> None:
    Membership.objects.filter(organization=institute.union).delete()
    for person, stage in ((institute.member, "none"), (institute.secretary, "full")):
        Membership.objects.create(
            person=person, organization=institute.union, stage=stage, starts_on=BEGUN, formal=False
        )
    appoint(institute.secretary, institute.union, "chair")
    words = dict(Membership.Stage.choices)
    union = desk(client_of, institute, f"?organization={institute.union.pk}").context["figure"].members
    assert union == ("成员 2",)
    branch = desk(client_of, institute).context["figure"].members
    assert branch and all(said.startswith("正式党员") for said in branch)
    page = client_of(institute.member).get("/me/").content.decode()
    assert institute.union.name in page and str(words["none"]) not in page
