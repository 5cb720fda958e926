"""People: the list within one's scope, the forms, deactivating."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from accounts.models import AuditEvent
from branches.models import Appointment, Person
from tests.branches.pages import errors
from tests.conftest import add_person, appoint, join


@pytest.fixture
def office(institute, client_of) -> Client:
    client = client_of(institute.office)
    client.cookies["django_language"] = "en"
    return client


def names(response) -> set[str]:
    return {person.name for person in response.context["page"]}


def test_everyone_sees_the_people_of_their_own_scope(institute, client_of, office: Client):
    assert names(client_of(institute.secretary).get("/people/")) == {"林若溪", "赵启航", "郑知行"}
    assert names(client_of(institute.other_secretary).get("/people/")) == {"宋望舒"}
    assert len(names(office.get("/people/"))) == 10
    assert client_of(institute.member).get("/people/").status_code == 403


def test_a_person_outside_the_scope_is_404_one_inside_and_oneself_are_shown(institute, client_of):
    client = client_of(institute.member)
    assert client.get(f"/people/{institute.other_secretary.pk}/").status_code == 404
    assert client.get(f"/people/{institute.secretary.pk}/").status_code == 200
    outsider = client_of(institute.outsider)
    assert outsider.get(f"/people/{institute.outsider.pk}/").status_code == 200
    assert outsider.get(f"/people/{institute.member.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "启航"}, {"赵启航"}),
        ({"q": "other"}, {"宋望舒"}),
        ({"organization": "branch"}, {"林若溪", "赵启航", "郑知行"}),
        ({"organization": "party"}, {"林若溪", "赵启航", "郑知行", "宋望舒"}),
        ({"stage": "probationary"}, {"郑知行"}),
        ({"state": "closed"}, {"路人甲"}),
        ({"q": "启航", "stage": "probationary"}, set()),
    ],
)
def test_filters_stand_in_the_address(institute, office: Client, query, found):
    institute.member.memberships.update(stage="probationary")
    Person.objects.filter(pk=institute.outsider.pk).update(active=False)
    if "organization" in query:
        query = {"organization": getattr(institute, query["organization"]).pk}
    assert names(office.get("/people/", query)) == found


def test_a_filter_on_an_organization_out_of_scope_shows_nothing_more(institute, client_of):
    response = client_of(institute.secretary).get("/people/", {"organization": institute.other_branch.pk})
    assert "宋望舒" not in names(response)


def test_the_list_and_the_page_cost_the_same_for_any_number(
    institute, office: Client, django_assert_max_num_queries
):
    def fill(first: int, count: int) -> None:
        for number in range(first, first + count):
            person = add_person(f"人{number}", f"x{number}", account=False)
            join(person, institute.branch)
            appoint(person, institute.branch, Appointment.Post.MEMBER)

    fill(0, 3)
    with django_assert_max_num_queries(16):
        office.get("/people/")
    fill(3, 30)
    with django_assert_max_num_queries(16):
        office.get("/people/")


def test_a_new_person_is_kept_with_history(institute, office: Client):
    response = office.post(
        "/people/add/", {"name": "苏晚晴", "employee_number": "2019042", "email": "su@example.org"}
    )
    made = Person.objects.get(employee_number="2019042")
    assert response["Location"] == f"/people/{made.pk}/"
    assert AuditEvent.objects.of(made).get().changes["name"] == [None, "苏晚晴"]


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"employee_number": "member"}, "employee_number", "already used"),
        ({"email": "not-an-address"}, "email", "not an e-mail address"),
        ({"name": "长" * 61}, "name", "At most 60 characters; there are 61."),
        ({"name": "\x00"}, "name", "fill it in"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(institute, office: Client, changes, field: str, said: str):
    page = office.post(
        "/people/add/", {"name": "苏晚晴", "employee_number": "2019042", "email": ""} | changes
    )
    assert said in errors(page, field)
    assert Person.objects.count() == 10


def test_a_stale_form_shows_both_texts(institute, office: Client):
    address = f"/people/{institute.member.pk}/edit/"
    data = {"name": "郑知行", "employee_number": "member", "version": 1}
    office.post(address, data | {"email": "first@example.org"})
    page = office.post(address, data | {"email": "second@example.org"})
    assert page.status_code == 409
    assert [(p.now, p.mine) for p in page.context["differences"]] == [
        ("first@example.org", "second@example.org")
    ]
    institute.member.refresh_from_db()
    assert institute.member.email == "first@example.org" and institute.member.version == 2


def test_deactivating_ends_posts_and_memberships_takes_the_rights_and_leads_to_the_handover(
    institute, office: Client, client_of
):
    theirs = client_of(institute.secretary)
    assert theirs.get("/people/").status_code == 200
    response = office.post(f"/people/{institute.secretary.pk}/deactivate/", {"ends_on": "2026-06-30"})
    assert response["Location"] == f"/people/{institute.secretary.pk}/handover/"
    assert theirs.get("/people/").status_code == 403
    assert institute.secretary.appointments.get().ends_on == date(2026, 6, 30)
    assert institute.secretary.memberships.get().ends_on == date(2026, 6, 30)
    page = office.post(f"/people/{institute.secretary.pk}/deactivate/", {"ends_on": "2026-06-30"})
    assert "already deactivated" in page.content.decode()
    office.post(f"/people/{institute.secretary.pk}/reactivate/")
    institute.secretary.refresh_from_db()
    assert institute.secretary.active and not institute.secretary.appointments.open().exists()
    assert office.get(f"/people/{institute.secretary.pk}/reactivate/").status_code == 405


@pytest.mark.parametrize("who", ["secretary", "committee", "member", "audit_admin"])
def test_only_the_office_writes(institute, client_of, who: str):
    client = client_of(getattr(institute, who))
    assert client.post("/people/add/", {"name": "苏", "employee_number": "1"}).status_code == 403
    for step in ("edit", "deactivate"):
        assert client.get(f"/people/{institute.member.pk}/{step}/").status_code == 403
    assert Person.objects.count() == 10


def test_missing_people_are_404(office: Client):
    for step in ("", "edit/", "deactivate/"):
        assert office.get(f"/people/999999/{step}").status_code == 404
