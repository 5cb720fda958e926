"""The organization page and the list of what is owed: who sees how much, and that the sums agree."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine

from branches.models import AssaultTeam, VanguardPost
from plans.models import Exemption, Requirement
from reviews.figures.compliance import compliance, strip_of_organizations
from tests.conftest import BEGUN, Institute, add_organization, add_person, appoint, join
from tests.reviews.test_dashboard_page import log, party_day
from tests.tasks.items import add_item

START = date(2026, 6, 1)

__all__ = ["party_day"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@pytest.fixture
def today() -> Any:
    with time_machine.travel("2026-06-18 10:00 +0800", tick=False):
        yield


def page(client: Any, institute: Institute, query: str = "") -> Any:
    return client.get(institute.branch.get_absolute_url() + query)


def test_everyone_sees_name_and_officers_and_only_its_own_see_the_year(
    institute: Institute, client_of: Any
) -> None:
    item = add_item(institute, "in_progress", START, title="只给自己人看的事项")
    for who, inside in (
        ("outsider", False),
        ("other_secretary", False),
        ("member", True),
        ("committee", True),
    ):
        response = page(client_of(getattr(institute, who)), institute)
        text = response.content.decode()
        assert response.status_code == 200
        assert "激光技术党支部" in text and "林若溪" in text
        assert (item.title in text) is inside
        assert (response.context["figure"] is not None) is inside
        assert ("郑知行" in text) is inside


def test_who_writes_for_it_is_offered_to_log(institute: Institute, client_of: Any) -> None:
    for who, offered in (("secretary", True), ("office", True), ("member", False), ("committee", False)):
        text = page(client_of(getattr(institute, who)), institute).content.decode()
        assert (f"/activities/log/?organization={institute.branch.pk}" in text) is offered, who


def test_its_year_has_a_row_per_kind_it_owes(
    institute: Institute, client_of: Any, party_day: Requirement
) -> None:
    log(institute, date(2026, 1, 9))
    strip = page(client_of(institute.member), institute).context["figure"].strip
    assert [line.total for line in strip.lines] == ["5 / 1", "5 / 1"]
    assert strip.lines[0].strong and not strip.lines[1].strong


@pytest.mark.parametrize("asked", ["2025", "1999", "3000", "x", "²026", "99999999"])
def test_only_a_sensible_year_is_taken_from_the_address(
    institute: Institute, client_of: Any, party_day: Requirement, asked: str
) -> None:
    response = page(client_of(institute.member), institute, f"?year={asked}")
    assert response.status_code == 200
    assert response.context["year"] == (2025 if asked == "2025" else 2026)


def test_posts_and_teams_of_the_day_are_named(institute: Institute, client_of: Any) -> None:
    values = {"organization": institute.branch, "holder": institute.member, "commitment": "x",
              "status": "approved", "decided_by": institute.office, "decided_on": BEGUN}  # fmt: skip
    VanguardPost.objects.create(challenge="腔面钝化", valid_from=BEGUN, valid_to=date(2026, 12, 31), **values)
    VanguardPost.objects.create(challenge="早已到期", valid_from=BEGUN, valid_to=date(2025, 12, 31), **values)
    AssaultTeam.objects.create(
        name="砺石突击队", organization=institute.branch, captain=institute.member, starts_on=BEGUN
    )
    text = page(client_of(institute.committee), institute).content.decode()
    assert "腔面钝化" in text and "砺石突击队" in text
    assert "早已到期" not in text


def test_an_ended_appointment_is_no_longer_in_office(institute: Institute, client_of: Any) -> None:
    appoint(
        add_person("前任书记", "old", account=False),
        institute.branch,
        "deputy_secretary",
        ends_on=date(2026, 6, 17),
    )
    assert "前任书记" not in page(client_of(institute.outsider), institute).content.decode()


def test_items_led_by_what_lies_below_are_counted_as_the_list_counts_them(
    institute: Institute, client_of: Any
) -> None:
    group = add_organization(institute.branch, system="party", kind="group", name="第一党小组", code="G1")
    add_item(institute, "assigned", START)
    add_item(institute, "assigned", START, lead=group)
    add_item(institute, "assigned", START, lead=institute.other_branch)
    client = client_of(institute.committee)
    number = page(client, institute).context["figure"].carried
    assert number.value == 2
    assert client.get(number.url).context["page"].total == 2


def test_what_is_owed_lists_the_rows_behind_each_sum(
    institute: Institute, client_of: Any, party_day: Requirement
) -> None:
    log(institute, date(2026, 1, 9))
    log(institute, date(2026, 2, 9), "submitted")
    Exemption.objects.create(
        organization=institute.other_branch, requirement=party_day, reason="出野外",
        starts_on=date(2026, 3, 1), ends_on=date(2026, 3, 31),
    )  # fmt: skip
    client = client_of(institute.committee)
    totals = {
        state: client.get(f"/owed/?state={state}").context["total"]
        for state in ("", "missing", "approved", "logged", "nonsense")
    }
    assert totals == {"": 9, "missing": 7, "approved": 1, "logged": 1, "nonsense": 9}
    assert not client.get("/owed/?organization=999999").context["page"].rows
    assert not client.get("/owed/?requirement=999999").context["page"].rows
    exempt = client.get("/owed/?state=exempt").content.decode()
    assert "出野外" in exempt
    assert 'class="empty"' in client.get("/owed/?state=short").content.decode()


def test_what_is_owed_can_be_kept_to_one_organization(
    institute: Institute, client_of: Any, party_day: Requirement
) -> None:
    client = client_of(institute.committee)
    page = client.get("/owed/", {"organization": institute.branch.pk})
    assert {row.entry.organization for row in page.context["page"].rows} == {institute.branch}
    line = compliance([institute.branch], 2026, date(2026, 6, 18))
    drawn = strip_of_organizations(line, "x").lines[0]
    assert client.get(drawn.total_href).context["total"] == page.context["total"] == line.total.due
    assert client_of(institute.outsider).get(drawn.total_href).context["page"].rows == []


def test_a_branch_sees_only_what_it_owes_itself(
    institute: Institute, client_of: Any, party_day: Requirement
) -> None:
    rows = client_of(institute.secretary).get("/owed/").context["page"].rows
    assert {row.entry.organization for row in rows} == {institute.branch}
    assert client_of(institute.outsider).get("/owed/").context["page"].rows == []


def test_an_organization_costs_the_same_queries_with_few_rows_and_with_many(
    institute: Institute, client_of: Any, django_assert_max_num_queries: Any
) -> None:
    client = client_of(institute.secretary)

    def fill(number: int) -> None:
        for n in range(number):
            add_item(institute, "in_progress", START)
            join(add_person(f"党员{n}", f"p{number}-{n}", account=False), institute.branch)
            log(institute, date(2026, 5, 9))

    fill(3)
    with django_assert_max_num_queries(45) as few:
        page(client, institute)
    fill(30)
    with django_assert_max_num_queries(45) as many:
        assert page(client, institute).status_code == 200
    assert len(many.captured_queries) <= len(few.captured_queries)
