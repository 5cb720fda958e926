"""A spreadsheet against what is there: ended spans, deactivated rows, other values, several posts."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from branches.models import Appointment, Membership, Organization, Person
from tests.branches.pages import errors
from tests.branches.test_spreadsheet_import import (
    ORGANIZATION_HEAD,
    ORGANIZATIONS,
    PEOPLE,
    PERSON_HEAD,
    bring,
    comma,
    said,
    upload,
    workbook,
)
from tests.conftest import join


@pytest.fixture
def office(institute, client_of) -> Client:
    client = client_of(institute.office)
    client.cookies["django_language"] = "en"
    return client


def told(office: Client, *rows: list[object]) -> list[tuple[int, str, str]]:
    """What the preview of people says; nothing that is wrong can be confirmed."""
    page = upload(office, PEOPLE, workbook(PERSON_HEAD, list(rows)))
    assert bool(said(page)) != bool(page.context["parcel"] or page.context["outcome"].nothing)
    return said(page)


def row(number: str, name: str, place: str = "P01", begun: str = "2021-07-01", **cells: str) -> list[object]:
    cell = cells.get
    return [
        number,
        name,
        cell("email", ""),
        place,
        cell("stage", ""),
        cell("formal", ""),
        begun,
        cell("post", ""),
        cell("post_from", ""),
    ]


# Spans that have ended ------------------------------------------------------------


def test_a_second_secretary_begins_after_the_first_has_ended(institute, office: Client):
    institute.secretary.appointments.update(ends_on="2026-10-31")
    post = {"post": "书记", "post_from": "2025-01-01"}
    assert told(office, row("N1", "某人", **post)) == [
        (2, "Post from", "林若溪 · 激光技术党支部 · secretary lasts until 2026-10-31. Begin after that day.")
    ]
    assert told(office, row("N1", "某人", **(post | {"post_from": "2026-11-01"}))) == []


def test_a_post_of_ones_own_begins_after_the_last_one_has_ended(institute, office: Client):
    for ends in ("2024-12-31", "2022-12-31"):
        Appointment.objects.create(
            person=institute.member,
            organization=institute.branch,
            post="committee_member",
            starts_on=date(2022, 1, 1),
            ends_on=ends,
        )
    mine = {"post": "委员", "post_from": "2024-12-31", "begun": "", "number": "member", "name": "郑知行"}
    found = told(office, row(**mine))
    assert [error[:2] for error in found] == [(2, "Post from")] and "until 2024-12-31" in found[0][2]
    assert told(office, row(**(mine | {"post_from": "2025-01-01"}))) == []
    assert told(office, row("deputy", "赵启航", begun="", post="委员", post_from="2023-01-01")) == []


def test_a_formal_membership_begins_after_the_ended_one_of_its_system(institute, office: Client):
    institute.other_secretary.memberships.update(ends_on="2026-05-31")
    found = told(office, row("other", "宋望舒", begun="2026-05-31"))
    assert found == [
        (2, "Member from", "宋望舒 · 微波器件党支部 lasts until 2026-05-31. Begin after that day.")
    ]
    assert told(office, row("other", "宋望舒", begun="2026-05-31", formal="否")) == []
    assert told(office, row("other", "宋望舒", place="P02", begun="2026-05-31", formal="否")) != []
    assert told(office, row("other", "宋望舒", begun="2026-06-01")) == []


# Deactivated ----------------------------------------------------------------------


@pytest.mark.parametrize("place", ["", "P01"])
def test_a_deactivated_person_is_not_brought_back_by_a_row(institute, office: Client, place: str):
    Person.objects.filter(pk=institute.outsider.pk).update(active=False)
    begun = "2026-01-01" if place else ""
    found = told(office, row("outsider", "路人甲", place, begun))
    assert found == [(2, "Employee number", "路人甲 is deactivated. Reactivate first.")]


def test_a_deactivated_organization_takes_nobody_and_nothing(institute, office: Client):
    Organization.objects.filter(pk__in=[institute.branch.pk, institute.department.pk]).update(active=False)
    assert told(office, row("N1", "某人")) == [
        (2, "Organization code", "激光技术党支部 is deactivated. Reactivate first.")
    ]
    rows = [
        ["P01", "激光技术党支部", "", "党支部", "", "", "", ""],
        ["P011", "第一党小组", "", "党小组", "P01", "", "", ""],
        ["P03", "新支部", "", "党支部", "P", "", "", "A01"],
    ]
    page = upload(office, ORGANIZATIONS, workbook(ORGANIZATION_HEAD, rows))
    assert [error[:2] for error in said(page)] == [(2, "Code"), (3, "Parent code"), (4, "Based in (code)")]
    assert all("is deactivated. Reactivate first." in error[2] for error in said(page))


# Other values ---------------------------------------------------------------------


def test_another_address_of_a_person_is_said(institute, office: Client):
    mine = {"number": "member", "name": "郑知行", "begun": ""}
    found = told(office, row(**mine, email="new@example.org"))
    assert [error[:2] for error in found] == [(2, "E-mail")] and "member@example.org" in found[0][2]
    assert told(office, row(**mine, email="Member@example.org")) == []


def test_another_first_day_of_a_post_is_said(institute, office: Client):
    mine = {"number": "secretary", "name": "林若溪", "begun": "", "post": "书记"}
    found = told(office, row(**mine, post_from="2021-01-01"))
    assert [error[:2] for error in found] == [(2, "Post from")] and "2020-01-01" in found[0][2]
    assert told(office, row(**mine, post_from="2020-01-01")) == []
    assert told(office, row(**mine)) == []


def test_a_new_person_of_several_rows_has_one_address_whichever_row_says_it(institute, office: Client):
    union = row("N1", "某人", "U", email="a@example.org")
    found = told(office, row("N1", "某人", email="b@example.org"), union)
    assert [error[:2] for error in found] == [(3, "E-mail")] and "b@example.org" in found[0][2]
    bring(office, PEOPLE, workbook(PERSON_HEAD, [row("N1", "某人"), union]))
    assert Person.objects.get(employee_number="N1").email == "a@example.org"


# Several posts in one organization --------------------------------------------------


def test_two_posts_in_one_organization_are_two_rows(institute, office: Client):
    first = row("N1", "某人", post="组织委员", post_from="2024-01-01")
    second = row("N1", "某人", post="宣传委员", post_from="2024-02-01")
    content = workbook(PERSON_HEAD, [first, second])
    page = upload(office, PEOPLE, content)
    assert page.context["outcome"].made == {"people": 1, "memberships": 1, "posts": 2}
    bring(office, PEOPLE, content)
    person = Person.objects.get(employee_number="N1")
    assert Membership.objects.filter(person=person).count() == 1
    assert set(person.appointments.values_list("post", "starts_on")) == {
        ("organization_member", date(2024, 1, 1)),
        ("publicity_member", date(2024, 2, 1)),
    }
    assert upload(office, PEOPLE, content).context["outcome"].nothing


def test_a_second_row_of_one_place_says_nothing_else_of_the_membership(institute, office: Client):
    first = row("N1", "某人", post="组织委员", post_from="2024-01-01")
    other = {"post": "宣传委员", "post_from": "2024-01-01"}
    found = told(office, first, row("N1", "某人", begun="2022-01-01", stage="预备党员", **other))
    assert [error[:2] for error in found] == [(3, "Stage"), (3, "Member from")]
    assert all("In row 2" in error[2] for error in found)
    assert told(office, first, row("N1", "某人", begun="", **other)) == []
    found = told(office, first, first)
    assert [error[:2] for error in found] == [(3, "Post")] and "row 2 already" in found[0][2]
    join(institute.outsider, institute.branch)
    known = {"number": "outsider", "name": "路人甲"}
    found = told(office, row(**known, begun="", **other), row(**known, post="委员", post_from="2024-01-01"))
    assert [error[:2] for error in found] == [(3, "Member from")]


# Cells that the spreadsheet has changed -----------------------------------------------


@pytest.mark.parametrize("cell", [123456789012345678.0, 1e20, 1e15, 0.5, True, date(2026, 1, 2)])
def test_a_cell_that_the_spreadsheet_has_changed_is_no_number_of_a_person(institute, office: Client, cell):
    page = upload(office, PEOPLE, workbook(PERSON_HEAD, [[cell, "某人", *[""] * 7]]))
    assert [error[:2] for error in said(page)] == [(2, "Employee number")]
    assert "Format the column as text" in said(page)[0][2]


def test_a_rounded_number_in_a_csv_is_no_number_of_a_person(institute, office: Client):
    page = upload(office, PEOPLE, comma(PERSON_HEAD, [["1.23457E+17", "某人", *[""] * 7]]), "list.csv")
    assert [error[:2] for error in said(page)] == [(2, "Employee number")]


def test_a_whole_number_of_fifteen_digits_is_kept(institute, office: Client):
    bring(office, PEOPLE, workbook(PERSON_HEAD, [[999999999999999, "某人", *[""] * 7]]))
    assert Person.objects.get(name="某人").employee_number == "999999999999999"


# Depth ------------------------------------------------------------------------------


def test_a_tree_deeper_than_a_path_reaches_is_said_beside_row_and_field(institute, office: Client):
    rows = [["D1", "第1层", "", "党支部", "P", "", "", ""]]
    rows += [[f"D{n}", f"第{n}层", "", "党支部", f"D{n - 1}", "", "", ""] for n in range(2, 70)]
    most = Organization.most_levels()
    page = upload(office, ORGANIZATIONS, workbook(ORGANIZATION_HEAD, list(reversed(rows))))
    assert {error[1] for error in said(page)} == {"Parent code"} and len(said(page)) == 70 - most
    assert f"at most {most} levels" in said(page)[0][2]
    bring(office, ORGANIZATIONS, workbook(ORGANIZATION_HEAD, rows[: most - 1]))
    deepest = Organization.objects.get(code=f"D{most - 1}")
    assert deepest.depth == most
    data = {"parent": deepest.pk, "name": "更深", "code": "X", "kind": "branch"}
    page = office.post("/organizations/add/", data)
    assert page.status_code == 200 and "levels" in errors(page, "parent")
    page = upload(office, ORGANIZATIONS, workbook(ORGANIZATION_HEAD, rows[: most - 1]))
    assert page.context["outcome"].nothing
