"""Organizations: the tree, the forms, deactivating, and what is shown outside one's scope."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from accounts.models import AuditEvent
from branches.models import Appointment, Membership, Organization, Term
from tests.branches.pages import errors
from tests.conftest import add_organization, add_person, appoint, join


@pytest.fixture
def office(institute, client_of) -> Client:
    client = client_of(institute.office)
    client.cookies["django_language"] = "en"
    return client


def particulars(**changes) -> dict[str, object]:
    return {
        "name": "光电材料党支部",
        "short_name": "光电",
        "code": "P07",
        "kind": "branch",
        "founded_on": "2021-07-01",
    } | changes


def names(response) -> list[str]:
    return [row["node"].name for row in response.context["rows"]]


# The list ---------------------------------------------------------------------


def test_the_list_is_a_tree_with_the_secretary_first(institute, office: Client):
    rows = office.get("/organizations/").context["rows"]
    party = [(row["node"].name, row["indent"]) for row in rows if row["node"].system == "party"]
    assert party == [("清岚所党委", 0), ("激光技术党支部", 1), ("微波器件党支部", 1)]
    branch = next(row for row in rows if row["node"] == institute.branch)
    assert [held.post for held in branch["officers"]] == ["secretary", "deputy_secretary"]
    assert branch["node"].members == 3


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "微波"}, ["微波器件党支部"]),
        ({"q": "P01"}, ["激光技术党支部"]),
        ({"system": "union"}, ["清岚所工会"]),
        ({"kind": "department"}, ["科研管理处"]),
        ({"state": "closed"}, ["微波器件党支部"]),
        ({"kind": "branch", "state": "all"}, ["激光技术党支部", "微波器件党支部"]),
        ({"system": "nonsense"}, None),
    ],
)
def test_filters_stand_in_the_address(institute, office: Client, query, found):
    if "state" in query:
        Organization.objects.filter(code="P02").update(active=False)
    response = office.get("/organizations/", query)
    assert response.status_code == 200
    if found is not None:
        assert names(response) == found


def test_outside_the_scope_there_are_names_and_officers_only(institute, client_of):
    rows = client_of(institute.member).get("/organizations/").context["rows"]
    shown = {row["node"]: row for row in rows}
    assert shown[institute.branch]["open"] and not shown[institute.other_branch]["open"]
    page = client_of(institute.member).get(f"/organizations/{institute.other_branch.pk}/manage/")
    text = page.content.decode()
    assert "宋望舒" in text and "P02" not in text and "history" not in page.context
    assert (
        client_of(institute.member).get(f"/organizations/{institute.branch.pk}/manage/").context["page"].rows
    )


def test_the_list_costs_the_same_for_any_number(institute, office: Client, django_assert_max_num_queries):
    def fill(first: int, count: int) -> None:
        for number in range(first, first + count):
            node = add_organization(
                institute.party, system="party", kind="branch", name=f"第{number}支部", code=f"X{number}"
            )
            person = add_person(f"人{number}", f"x{number}", account=False)
            appoint(person, node, Appointment.Post.SECRETARY)
            join(person, node)

    fill(0, 3)
    with django_assert_max_num_queries(29):
        office.get("/organizations/")
        office.get("/organizations/", {"q": "支部"})
    fill(3, 30)
    with django_assert_max_num_queries(29):
        office.get("/organizations/")
        office.get("/organizations/", {"q": "支部"})


def test_the_page_of_posts_and_members_costs_the_same_for_any_number(
    institute, office: Client, django_assert_max_num_queries
):
    def fill(first: int, count: int) -> None:
        for number in range(first, first + count):
            person = add_person(f"人{number}", f"x{number}", account=False)
            join(person, institute.branch)
            appoint(person, institute.branch, Appointment.Post.MEMBER)

    address = f"/organizations/{institute.branch.pk}/manage/"
    fill(0, 3)
    with django_assert_max_num_queries(20):
        office.get(address)
    fill(3, 30)
    with django_assert_max_num_queries(20):
        office.get(address)


# Adding and editing -------------------------------------------------------------


def test_a_new_organization_hangs_under_its_parent_with_history(institute, office: Client):
    response = office.post("/organizations/add/", particulars(parent=institute.party.pk))
    made = Organization.objects.get(code="P07")
    assert response["Location"] == f"/organizations/{made.pk}/manage/"
    assert (
        Organization.objects.get_parent(made) == institute.party
        and made.system == "party"
        and made.founded_on == date(2021, 7, 1)
    )
    row = AuditEvent.objects.of(made).get()
    assert (row.verb, row.actor) == ("create", institute.office.user)
    assert row.changes["name"] == [None, "光电材料党支部"]
    assert "光电材料党支部" in office.get(response["Location"]).content.decode()


def test_a_root_is_added_once_for_a_system(institute, office: Client):
    root = particulars(system="league", kind="league_committee", name="团委", code="L", parent="")
    office.post("/organizations/add/", root)
    assert Organization.objects.get(code="L").is_root()
    page = office.post("/organizations/add/", root | {"code": "L2"})
    assert "already has a root" in errors(page, "parent")
    assert not Organization.objects.filter(code="L2").exists()


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"code": "P01"}, "code", "already used"),
        ({"name": ""}, "name", "required"),
        ({"name": "长" * 101}, "name", "100"),
        ({"kind": "laboratory"}, "kind", "does not belong"),
        ({"founded_on": "2021-02-31"}, "founded_on", "not a day of the calendar"),
        ({"founded_on": "0021-02-01"}, "founded_on", "between 1900"),
        ({"parent": "", "system": ""}, "system", "Say which system"),
        ({"parent": "999999"}, "parent", "not one of the choices"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field_and_nothing_typed_is_lost(
    institute, office: Client, changes, field: str, said: str
):
    data = particulars(parent=institute.party.pk) | changes
    page = office.post("/organizations/add/", data)
    assert page.status_code == 200
    assert said in errors(page, field)
    assert page.context["form"]["short_name"].value() == "光电"
    assert Organization.objects.count() == 7


def test_an_edit_keeps_what_changed_from_what_to_what(institute, office: Client):
    node = institute.branch
    address = f"/organizations/{node.pk}/edit/"
    assert office.get(address).context["form"]["version"].value() == 1
    office.post(address, particulars(code="P01", version=1, based_in=institute.department.pk))
    node.refresh_from_db()
    assert (node.name, node.version, node.based_in) == ("光电材料党支部", 2, institute.department)
    row = AuditEvent.objects.of(node).get()
    assert row.changes["name"] == ["激光技术党支部", "光电材料党支部"]
    assert row.changes["based_in"] == [None, "科研管理处"]
    assert "kind" not in row.changes


def test_saving_what_is_there_changes_nothing_and_leaves_no_row(institute, office: Client):
    node = institute.branch
    data = {"name": node.name, "code": node.code, "kind": node.kind, "founded_on": "2020-01-01", "version": 1}
    assert office.post(f"/organizations/{node.pk}/edit/", data).status_code == 302
    node.refresh_from_db()
    assert node.version == 1 and not AuditEvent.objects.of(node).exists()


def test_a_stale_form_shows_both_texts_and_may_be_saved_again(institute, office: Client):
    node = institute.branch
    address = f"/organizations/{node.pk}/edit/"
    office.post(address, particulars(code="P01", name="先到的名称", version=1))
    page = office.post(address, particulars(code="P01", name="后到的名称", version=1))
    assert page.status_code == 409
    pairs = {pair.label: (pair.now, pair.mine) for pair in page.context["differences"]}
    assert pairs == {"Name": ("先到的名称", "后到的名称")}
    node.refresh_from_db()
    assert node.name == "先到的名称"
    again = office.post(
        address, particulars(code="P01", name="后到的名称", version=page.context["form"]["version"].value())
    )
    assert again.status_code == 302
    node.refresh_from_db()
    assert node.name == "后到的名称" and AuditEvent.objects.of(node).count() == 2


# Deactivating -------------------------------------------------------------------


def test_deactivating_ends_what_is_open_in_it_on_that_day(institute, office: Client):
    node = institute.branch
    Term.objects.create(organization=node, starts_on=date(2024, 1, 1), due_on=date(2027, 1, 1))
    assert office.get(f"/organizations/{node.pk}/deactivate/").context["open"] == 6
    office.post(f"/organizations/{node.pk}/deactivate/", {"ends_on": "2026-06-30"})
    node.refresh_from_db()
    assert (node.active, node.dissolved_on) == (False, date(2026, 6, 30))
    assert not Membership.objects.open().filter(organization=node).exists()
    assert set(Appointment.objects.filter(organization=node).values_list("ends_on", flat=True)) == {
        date(2026, 6, 30)
    }
    ended = Appointment.objects.filter(organization=node).first()
    assert AuditEvent.objects.of(ended).get().verb == "close"
    assert AuditEvent.objects.of(node).get().changes["active"] == [True, False]


def test_an_organization_with_active_ones_below_stays(institute, office: Client):
    page = office.post(f"/organizations/{institute.party.pk}/deactivate/", {"ends_on": "2026-06-30"})
    assert "Deactivate those first" in page.content.decode()
    institute.party.refresh_from_db()
    assert institute.party.active


@pytest.mark.parametrize(
    ("day", "said"),
    [("2026-02-31", "not a day"), ("", "Choose a day"), ("2019-01-01", "ends before it begins")],
)
def test_an_impossible_last_day_changes_nothing(institute, office: Client, day: str, said: str):
    page = office.post(f"/organizations/{institute.branch.pk}/deactivate/", {"ends_on": day})
    assert page.status_code == 200 and said in page.content.decode()
    institute.branch.refresh_from_db()
    assert (
        institute.branch.active
        and Membership.objects.open().filter(organization=institute.branch).count() == 3
    )


def test_a_deactivated_one_is_opened_again_once(institute, office: Client):
    address = f"/organizations/{institute.other_branch.pk}/reactivate/"
    office.post(f"/organizations/{institute.other_branch.pk}/deactivate/", {"ends_on": "2026-06-30"})
    office.post(address)
    institute.other_branch.refresh_from_db()
    assert institute.other_branch.active and institute.other_branch.dissolved_on is None
    assert "already active" in office.post(address, follow=True).content.decode()
    assert office.get(address).status_code == 405


@pytest.mark.parametrize("who", ["secretary", "committee", "commission", "member", "system_admin"])
def test_only_the_office_writes(institute, client_of, who: str):
    client = client_of(getattr(institute, who))
    for step in ("edit", "deactivate"):
        assert client.get(f"/organizations/{institute.branch.pk}/{step}/").status_code == 403
    assert client.post("/organizations/add/", particulars(parent=institute.party.pk)).status_code == 403
    assert (
        client.post(
            f"/organizations/{institute.branch.pk}/deactivate/", {"ends_on": "2026-06-30"}
        ).status_code
        == 403
    )
    assert Organization.objects.filter(active=True).count() == 7


def test_the_step_itself_asks_who_acts(institute):
    from django.utils import timezone

    from common.steps import StepForbidden

    with pytest.raises(StepForbidden):
        institute.branch.change(institute.secretary, timezone.now(), 1, {"name": "别名"})
    with pytest.raises(StepForbidden):
        institute.branch.dissolve(institute.committee, timezone.now(), date(2026, 6, 30))


def test_a_missing_organization_is_404(office: Client):
    for step in ("manage", "edit", "deactivate"):
        assert office.get(f"/organizations/999999/{step}/").status_code == 404
