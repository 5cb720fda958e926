"""The Party office keeps requirements, exemptions and kinds of activity, each change with its history."""

from __future__ import annotations

from datetime import date
from importlib import import_module

import pytest
from django.apps import apps
from django.utils import timezone

from accounts.models import AuditEvent
from plans.models import ActivityKind, Exemption, Requirement
from tests.conftest import add_organization
from tests.sending import anew

LIST = "/requirements/"
begin = import_module("plans.migrations.0003_requirements_begin_with_the_site").begin


@pytest.fixture
def office(institute, client_of):
    return client_of(institute.office)


@pytest.fixture
def row(institute) -> Requirement:
    return Requirement.objects.get(activity_kind__code="party_day")


def data(row: Requirement | None = None, **values):
    kind = ActivityKind.objects.get(code="drill")
    base = {
        "activity_kind": row.activity_kind_id if row else kind.pk,
        "organization_kind": "branch",
        "organization": "",
        "period": "quarter",
        "minimum": "2",
        "condition": "always",
        "source": "本单位规定",
        "effective_from": "2026-01-01",
        "effective_to": "",
        "active": "on",
        "version": row.version if row else "",
    }
    return {**base, **values}


def test_the_list_shows_what_ships_and_who_is_exempt(institute, office, row):
    Exemption.objects.create(
        requirement=row,
        organization=institute.branch,
        starts_on=date(2026, 1, 1),
        ends_on=date(2099, 1, 1),
        reason="支部换届",
    )
    answer = office.get(LIST)
    page = answer.content.decode()
    assert "中国共产党支部工作条例（试行）第十六条" in page
    assert answer.context["in_force"] == 8
    assert "支部换届" not in page
    assert "支部换届" in office.get(LIST, {"show": "exempt"}).content.decode()


def test_a_requirement_is_added(institute, office):
    assert office.get("/requirements/add/").status_code == 200
    answer = office.post("/requirements/add/", data())
    added = Requirement.objects.get(activity_kind__code="drill")
    assert answer["Location"] == LIST
    assert (added.minimum, added.period, added.organization_kind) == (2, "quarter", "branch")
    event = AuditEvent.objects.of(added).get()
    assert (event.verb, event.actor) == ("create", institute.office.user)


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("minimum", {"minimum": "0"}),
        ("minimum", {"minimum": "61"}),
        ("minimum", {"minimum": "-1"}),
        ("effective_to", {"effective_to": "2025-12-31"}),
        ("effective_from", {"effective_from": "2026-02-31"}),
        ("organization_kind", {"organization_kind": ""}),
        ("source", {"source": ""}),
        ("period", {"period": "week"}),
        ("activity_kind", {"activity_kind": "0"}),
    ],
)
def test_what_makes_no_sense_is_said_beside_its_field(institute, office, field, values):
    before = Requirement.objects.count()
    answer = office.post("/requirements/add/", data(**values))
    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    assert Requirement.objects.count() == before


def test_either_one_organization_or_one_kind(institute, office):
    both = office.post("/requirements/add/", data(organization=institute.branch.pk))
    assert "organization_kind" in both.context["form"].errors
    office.post("/requirements/add/", data(organization=institute.branch.pk, organization_kind=""))
    assert Requirement.objects.get(activity_kind__code="drill").organization == institute.branch


def test_an_edit_is_written_down_with_before_and_after(institute, office, row):
    office.post(f"/requirements/{row.pk}/edit/", data(row, period="month"))
    row.refresh_from_db()
    assert (row.minimum, row.version) == (2, 2)
    event = AuditEvent.objects.of(row).get()
    assert event.changes["minimum"] == [1, 2]
    page = office.get(f"/requirements/{row.pk}/edit/").content.decode()
    assert '<span class="was">1</span> → 2' in page


def test_an_old_copy_of_a_requirement_saves_nothing_and_shows_both(institute, office, row):
    old = data(row, minimum="3", period="month")
    office.post(f"/requirements/{row.pk}/edit/", data(row, minimum="4", period="month"))
    answer = office.post(f"/requirements/{row.pk}/edit/", old)
    row.refresh_from_db()
    page = answer.content.decode()
    assert answer.status_code == 409
    assert row.minimum == 4
    assert [(pair.now, pair.mine) for pair in answer.context["differences"]] == [("4", "3")]
    assert 'value="3"' in page
    assert f'name="version" value="{row.version}"' in page


def test_a_requirement_is_turned_off_not_deleted(institute, office, row):
    values = data(row, period="month", minimum="1")
    del values["active"]
    office.post(f"/requirements/{row.pk}/edit/", values)
    row.refresh_from_db()
    assert not row.active
    assert not row.holds_on(date(2026, 6, 18))


def test_an_organization_is_exempted_with_a_reason(institute, office, row):
    url = f"/requirements/{row.pk}/exempt/"
    values = {
        "organization": institute.branch.pk,
        "starts_on": "2026-06-01",
        "ends_on": "2026-08-31",
        "reason": "野外试验",
    }
    assert office.post(url, {**values, "reason": ""}).context["form"].errors.keys() == {"reason"}
    assert office.post(url, values)["Location"] == f"{LIST}?show=exempt"
    exemption = Exemption.objects.get()
    assert (exemption.reason, exemption.granted_by) == ("野外试验", institute.office)
    assert AuditEvent.objects.of(exemption).get().note == "野外试验"
    again = office.post(url, {**values, "starts_on": "2026-08-31", "ends_on": "2026-09-01"})
    assert "starts_on" in again.context["form"].errors
    turned = office.post(url, {**values, "starts_on": "2026-12-01", "ends_on": "2026-11-01"})
    assert "ends_on" in turned.context["form"].errors
    assert Exemption.objects.count() == 1


def test_only_who_is_asked_can_be_exempted(institute, office, row):
    values = {"starts_on": "2026-06-01", "ends_on": "2026-08-31", "reason": "x"}
    answer = office.post(
        f"/requirements/{row.pk}/exempt/", {**values, "organization": institute.department.pk}
    )
    assert "organization" in answer.context["form"].errors


def test_an_exemption_is_ended_with_a_reason(institute, office, row):
    exemption = Exemption.objects.create(
        requirement=row,
        organization=institute.branch,
        starts_on=date(2026, 6, 1),
        ends_on=date(2026, 8, 31),
        reason="野外试验",
    )
    url = f"/exemptions/{exemption.pk}/end/"
    assert office.get(url).status_code == 200
    late = office.post(url, {"ends_on": "2026-09-01", "reason": "提前返回"})
    assert "ends_on" in late.context["form"].errors
    office.post(url, {"ends_on": "2026-07-15", "reason": "提前返回"})
    exemption.refresh_from_db()
    assert exemption.ends_on == date(2026, 7, 15)
    event = AuditEvent.objects.of(exemption).get()
    assert (event.note, event.changes) == ("提前返回", {"ends_on": ["2026-08-31", "2026-07-15"]})


def test_kinds_of_activity_are_added_and_turned_off(institute, office):
    values = {
        "name_zh": "读书会",
        "name_en": "Reading circle",
        "group": "study",
        "position": "15",
        "active": "on",
    }
    assert office.get("/activity-kinds/add/").status_code == 200
    office.post("/activity-kinds/add/", values)
    kind = ActivityKind.objects.get(name_zh="读书会")
    assert kind.code == "reading_circle"
    office.post("/activity-kinds/add/", {**values, "name_zh": "夜读会"})
    assert ActivityKind.objects.get(name_zh="夜读会").code == "reading_circle_2"
    assert "name_zh" in office.post("/activity-kinds/add/", anew(values)).context["form"].errors
    del values["active"]
    office.post(f"/activity-kinds/{kind.pk}/edit/", values)
    kind.refresh_from_db()
    assert (kind.active, kind.code) == (False, "reading_circle")
    assert [event.verb for event in AuditEvent.objects.of(kind)] == ["update", "create"]
    assert office.get(f"/activity-kinds/{kind.pk}/edit/").status_code == 200


@pytest.mark.parametrize("who", ["secretary", "member", "committee", "commission", "system_admin"])
def test_requirements_are_the_offices(institute, client_of, who, row):
    browser = client_of(getattr(institute, who))
    exemption = Exemption.objects.create(
        requirement=row,
        organization=institute.branch,
        starts_on=date(2026, 6, 1),
        ends_on=date(2026, 8, 31),
        reason="x",
    )
    for path in (
        LIST,
        "/requirements/add/",
        f"/requirements/{row.pk}/edit/",
        f"/requirements/{row.pk}/exempt/",
        f"/exemptions/{exemption.pk}/end/",
        "/activity-kinds/add/",
        f"/activity-kinds/{row.activity_kind_id}/edit/",
    ):
        assert browser.get(path).status_code == 403
        assert browser.post(path, data()).status_code == 403


@pytest.mark.parametrize(
    "path",
    ["/requirements/0/edit/", "/requirements/0/exempt/", "/exemptions/0/end/", "/activity-kinds/0/edit/"],
)
def test_what_is_not_there_is_not_found(office, path):
    assert office.get(path).status_code == 404


def test_the_list_costs_the_same_with_many_rows(institute, office, django_assert_max_num_queries):
    for number in range(30):
        institute.party.refresh_from_db()
        branch = add_organization(
            institute.party, system="party", kind="branch", name=f"支部{number}", code=f"Q{number}"
        )
        row = Requirement.objects.create(
            activity_kind=ActivityKind.objects.get(code="drill"),
            organization=branch,
            period="month",
            source="本单位规定",
            effective_from=date(2026, 1, 1),
        )
        Exemption.objects.create(
            requirement=row,
            organization=branch,
            starts_on=date(2026, 6, 1),
            ends_on=date(2099, 1, 1),
            reason="x",
        )
    for tab in ("asked", "exempt", "kinds"):
        with django_assert_max_num_queries(16):
            office.get(LIST, {"show": tab})


@pytest.mark.parametrize("tab", ["asked", "exempt"])
def test_the_list_is_cut_into_pages(office, institute, row, tab):
    kind = {
        "activity_kind": row.activity_kind,
        "period": "month",
        "source": "x",
        "organization_kind": "branch",
    }
    # A rule that was revised every year.
    spans = [(date(1950 + number, 1, 1), date(1950 + number, 12, 31)) for number in range(60)]
    asked = Requirement.objects.bulk_create(
        [Requirement(**kind, effective_from=first, effective_to=last) for first, last in spans]
    )
    span = {"starts_on": date(2026, 6, 1), "ends_on": date(2099, 1, 1), "reason": "x"}
    Exemption.objects.bulk_create(
        [Exemption(requirement=one, organization=institute.branch, **span) for one in asked]
    )
    first = office.get(LIST, {"show": tab}).context["page"]
    assert len(first.rows) == 50 and first.total >= 60
    second = office.get(LIST + first.next_url).context["page"]
    assert len(second.rows) == first.total - 50
    assert not {row.pk for row in first.rows} & {row.pk for row in second.rows}


def test_the_list_is_only_read(office):
    assert office.post(LIST).status_code == 405


@pytest.mark.django_db
def test_a_new_site_follows_what_ships_from_its_first_month():
    begin(apps, None)
    first = timezone.localdate().replace(day=1)
    assert set(Requirement.objects.values_list("effective_from", flat=True)) == {first}


def test_a_site_with_organizations_keeps_its_dates(institute):
    before = list(Requirement.objects.order_by("pk").values_list("pk", "effective_from"))
    begin(apps, None)
    assert list(Requirement.objects.order_by("pk").values_list("pk", "effective_from")) == before
