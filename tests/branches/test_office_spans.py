"""Memberships, terms, appointments and liaisons: begin, end, what may not overlap, who may."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent
from branches.models import Appointment, Liaison, Membership, Term
from tests.branches.pages import errors
from tests.conftest import add_person, appoint, join
from tests.sending import anew


@pytest.fixture
def office(institute, client_of) -> Client:
    client = client_of(institute.office)
    client.cookies["django_language"] = "en"
    return client


# Memberships --------------------------------------------------------------------


def membership(institute, **changes) -> dict[str, object]:
    return {
        "person": "outsider",
        "organization": institute.branch.pk,
        "formal": "on",
        "stage": "full",
        "starts_on": "2026-03-01",
    } | changes


def test_a_membership_begins_with_history_and_leads_back_to_where_it_was_asked(institute, office: Client):
    address = f"/memberships/add/?person={institute.outsider.pk}"
    assert office.get(address).context["form"]["person"].value() == "路人甲（outsider）"
    response = office.post(address, membership(institute, person="路人甲（outsider）"))
    assert response["Location"] == f"/people/{institute.outsider.pk}/"
    made = institute.outsider.memberships.get()
    assert (made.organization, made.system, made.formal) == (institute.branch, "party", True)
    assert AuditEvent.objects.of(made).get().changes["organization"] == [None, "激光技术党支部"]
    assert "激光技术党支部" in office.get(response["Location"]).content.decode()


@pytest.mark.parametrize("typed", ["路人甲", "outsider", "路人甲（outsider）", "路人甲 (outsider)"])
def test_a_person_is_named_by_name_number_or_both(institute, office: Client, typed: str):
    office.post("/memberships/add/", membership(institute, person=typed))
    assert institute.outsider.memberships.count() == 1


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"person": "无此人"}, "person", "Nobody here"),
        ({"person": "林若溪"}, "organization", "already a member here"),
        ({"person": "宋望舒"}, "organization", "already has an open formal membership"),
        ({"starts_on": "2026-02-31"}, "starts_on", "not a day"),
        ({"starts_on": "2026-03-02", "ends_on": "2026-03-01"}, "ends_on", "end is before the start"),
        ({"organization": ""}, "organization", "required"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(institute, office: Client, changes, field: str, said: str):
    page = office.post("/memberships/add/", membership(institute, **changes))
    assert page.status_code == 200 and said in errors(page, field)
    assert Membership.objects.count() == 4


def test_two_of_one_name_are_asked_about(institute, office: Client):
    add_person("路人甲", "second", account=False)
    page = office.post("/memberships/add/", membership(institute, person="路人甲"))
    assert "outsider" in errors(page, "person") and "second" in errors(page, "person")


def test_an_informal_membership_stands_beside_a_formal_one(institute, office: Client):
    data = membership(institute, person="宋望舒")
    del data["formal"]
    office.post("/memberships/add/", data)
    assert institute.other_secretary.memberships.count() == 2


def test_an_ended_formal_membership_may_not_be_overlapped_either(institute, office: Client):
    institute.other_secretary.memberships.update(ends_on="2026-05-31")
    page = office.post("/memberships/add/", membership(institute, person="宋望舒", starts_on="2026-05-31"))
    assert "Begin after that day" in errors(page, "starts_on")
    office.post("/memberships/add/", membership(institute, person="宋望舒", starts_on="2026-06-01"))
    assert institute.other_secretary.memberships.count() == 2


# Ending -------------------------------------------------------------------------


def test_ending_keeps_the_last_day_and_a_row_and_happens_once(institute, office: Client):
    row = institute.member.memberships.get()
    address = f"/memberships/{row.pk}/end/"
    assert office.get(address).status_code == 200
    response = office.post(address, {"ends_on": "2026-06-30"})
    assert response["Location"] == f"/organizations/{institute.branch.pk}/manage/"
    row.refresh_from_db()
    assert row.ends_on == date(2026, 6, 30)
    event = AuditEvent.objects.of(row).get()
    assert (event.verb, event.changes) == ("close", {"ends_on": [None, "2026-06-30"]})
    assert "already ended" in office.post(address, {"ends_on": "2026-07-30"}).content.decode()
    row.refresh_from_db()
    assert row.ends_on == date(2026, 6, 30) and AuditEvent.objects.of(row).count() == 1


@pytest.mark.parametrize(
    ("day", "said"), [("2019-12-31", "before the start"), ("2026-02-31", "not a day"), ("", "Choose a day")]
)
def test_an_impossible_last_day_is_said_beside_the_field(institute, office: Client, day: str, said: str):
    row = institute.member.memberships.get()
    page = office.post(f"/memberships/{row.pk}/end/", {"ends_on": day})
    assert said in errors(page, "ends_on")
    row.refresh_from_db()
    assert row.ends_on is None and not AuditEvent.objects.of(row).exists()


def test_ending_an_appointment_takes_its_rights_and_leads_to_the_handover(
    institute, office: Client, client_of
):
    theirs = client_of(institute.secretary)
    row = institute.secretary.appointments.get()
    yesterday = timezone.localdate() - timedelta(days=1)
    assert theirs.get("/people/").status_code == 200
    response = office.post(f"/appointments/{row.pk}/end/", {"ends_on": yesterday.isoformat()})
    assert response["Location"] == f"/people/{institute.secretary.pk}/handover/"
    assert theirs.get("/people/").status_code == 403


def test_a_row_that_overlaps_another_can_still_be_ended(institute, office: Client):
    """Such a row may be there from before the rule; an end never makes the overlap worse."""
    institute.secretary.appointments.update(ends_on="2026-10-31")
    appointment = appoint(institute.member, institute.branch, "secretary", starts_on=date(2025, 1, 1))
    membership = join(institute.member, institute.other_branch, formal=False)
    institute.member.memberships.filter(organization=institute.branch).update(ends_on="2026-10-31")
    Membership.objects.filter(pk=membership.pk).update(formal=True)
    for noun, row in (("appointments", appointment), ("memberships", membership)):
        assert office.post(f"/{noun}/{row.pk}/end/", {"ends_on": "2026-06-30"}).status_code == 302
        row.refresh_from_db()
        assert row.ends_on == date(2026, 6, 30)


# Appointments -------------------------------------------------------------------


def appointment(institute, **changes) -> dict[str, object]:
    return {
        "person": "member",
        "organization": institute.branch.pk,
        "post": "publicity_member",
        "starts_on": "2026-03-01",
    } | changes


def test_an_appointment_gives_its_rights_at_the_next_request_and_joins_the_open_term(
    institute, office: Client, client_of
):
    term = Term.objects.create(
        organization=institute.branch, starts_on=date(2024, 1, 1), due_on=date(2027, 1, 1)
    )
    theirs = client_of(institute.member)
    assert theirs.get("/people/").status_code == 403
    office.post("/appointments/add/", appointment(institute))
    assert institute.member.appointments.get().term == term
    assert theirs.get("/people/").status_code == 200


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"post": "secretary"}, "post", "already has a secretary"),
        ({"person": "deputy", "post": "deputy_secretary"}, "post", "already holds this post"),
        ({"post": "emperor"}, "post", "not one of the choices"),
        ({"starts_on": ""}, "starts_on", "Choose a day"),
    ],
)
def test_a_second_secretary_or_a_double_post_is_refused(
    institute, office: Client, changes, field: str, said: str
):
    page = office.post("/appointments/add/", appointment(institute, **changes))
    assert said in errors(page, field)
    assert not institute.member.appointments.exists()


def test_the_new_secretary_begins_after_the_old_has_ended(institute, office: Client):
    institute.secretary.appointments.update(ends_on="2026-06-30")
    page = office.post("/appointments/add/", appointment(institute, post="secretary", starts_on="2026-06-30"))
    assert "Begin after that day" in errors(page, "starts_on")
    office.post("/appointments/add/", appointment(institute, post="secretary", starts_on="2026-07-01"))
    assert institute.member.appointments.get().post == "secretary"


# Terms and liaisons ---------------------------------------------------------------


def test_a_term_without_a_day_of_election_lasts_its_years(institute, office: Client):
    office.post(
        "/terms/add/",
        {"organization": institute.branch.pk, "starts_on": "2024-02-29", "years": "3", "due_on": ""},
    )
    term = institute.branch.terms.get()
    assert term.due_on == date(2027, 2, 28)
    assert AuditEvent.objects.of(term).get().verb == "create"


@pytest.mark.parametrize(
    ("due_on", "field", "said"),
    [
        ("2028-01-02", "due_on", "at most one year"),
        ("2023-12-31", "due_on", "end is before the start"),
    ],
)
def test_a_term_is_extended_by_one_year_at_most(
    institute, office: Client, due_on: str, field: str, said: str
):
    data = {"organization": institute.branch.pk, "starts_on": "2024-01-01", "years": "3", "due_on": due_on}
    page = office.post("/terms/add/", data)
    assert said in errors(page, field) and not Term.objects.exists()
    office.post("/terms/add/", data | {"due_on": "2028-01-01"})
    assert Term.objects.count() == 1
    assert "already has an open term" in errors(
        office.post("/terms/add/", data | {"due_on": ""}), "organization"
    )


def test_a_liaison_is_a_member_of_the_party_committee(institute, office: Client):
    data = {"organization": institute.branch.pk, "starts_on": "2026-01-01"}
    assert "Nobody here" in errors(office.post("/liaisons/add/", data | {"member": "林若溪"}), "member")
    office.post("/liaisons/add/", data | {"member": "陈柏舟"})
    liaison = Liaison.objects.get()
    assert liaison.member == institute.committee
    page = office.post("/liaisons/add/", anew(data | {"member": "陈柏舟"}))
    assert "already keeps contact" in errors(page, "organization")
    office.post(f"/liaisons/{liaison.pk}/end/", {"ends_on": "2026-06-30"})
    assert AuditEvent.objects.of(liaison).filter(verb="close").exists()


@pytest.mark.parametrize("noun", ["memberships", "appointments", "terms", "liaisons"])
@pytest.mark.parametrize("who", ["secretary", "committee", "member", "system_admin"])
def test_only_the_office_begins_and_ends(institute, client_of, noun: str, who: str):
    client = client_of(getattr(institute, who))
    row = institute.member.memberships.get()
    assert client.get(f"/{noun}/add/").status_code == 403
    assert client.post(f"/{noun}/{row.pk}/end/", {"ends_on": "2026-06-30"}).status_code == 403
    row.refresh_from_db()
    assert row.ends_on is None


@pytest.mark.parametrize("noun", ["memberships", "appointments", "terms", "liaisons"])
def test_a_missing_row_is_404_and_a_strange_prefill_is_ignored(office: Client, noun: str):
    assert office.get(f"/{noun}/999999/end/").status_code == 404
    assert office.get(f"/{noun}/add/?person=x&organization=99999999999999999999").status_code == 200


def test_the_step_itself_asks_who_acts(institute):
    from common.steps import StepForbidden

    row = institute.member.memberships.get()
    with pytest.raises(StepForbidden):
        row.end(institute.secretary, timezone.now(), date(2026, 6, 30))
    with pytest.raises(StepForbidden):
        Appointment(
            person=institute.member, organization=institute.party, post="office", starts_on=date(2026, 1, 1)
        ).begin(institute.member, timezone.now())
