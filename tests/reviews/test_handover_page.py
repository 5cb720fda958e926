"""Handing over what is open: on one page, each row by its own step, all or none."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent
from plans.models import ActivityKind
from tasks.models import Activity, LedgerItem
from tests.tasks.items import add_item


@pytest.fixture
def office(institute, client_of) -> Client:
    client = client_of(institute.office)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def draft(institute) -> Activity:
    kind = ActivityKind.objects.first() or ActivityKind.objects.create(code="day", name="主题党日")
    return Activity.objects.create(
        kind=kind,
        organization=institute.branch,
        title="六月主题党日",
        held_on=date(2026, 6, 5),
        created_by=institute.secretary,
    )


def hand_over(client: Client, institute, **changes):
    data = {"to": "赵启航", "reason": "书记届满"} | changes
    return client.post(f"/people/{institute.secretary.pk}/handover/", data)


def test_the_page_shows_what_is_open_and_what_is_still_held(institute, office: Client, draft: Activity):
    item = add_item(institute, "in_progress", owner=institute.secretary)
    add_item(institute, "cleared", owner=institute.secretary)
    page = office.get(f"/people/{institute.secretary.pk}/handover/")
    assert [entry["row"] for entry in page.context["items"]] == [item]
    assert [entry["row"] for entry in page.context["activities"]] == [draft]
    assert f"/appointments/{institute.secretary.appointments.get().pk}/end/" in page.content.decode()


def test_the_ticked_rows_go_over_with_a_history_row_each(institute, office: Client, draft: Activity):
    signed = add_item(institute, "in_progress", owner=institute.secretary)
    asked = add_item(institute, "completion_requested", owner=institute.secretary)
    kept = add_item(institute, "assigned", owner=institute.secretary)
    hand_over(office, institute, items=[signed.pk, asked.pk], activities=[draft.pk])
    for row in (signed, asked, kept, draft):
        row.refresh_from_db()
    assert (signed.owner, signed.state, signed.signed_by) == (institute.deputy, "assigned", None)
    assert (asked.owner, asked.state) == (institute.deputy, "completion_requested")
    assert kept.owner == institute.secretary
    assert draft.created_by == institute.deputy
    event = signed.events.first()
    assert (event.step, event.by, event.note) == ("hand_over", institute.office, "书记届满")
    assert event.data["owner"]["old"]["name"] == "林若溪" and event.data["owner"]["new"]["name"] == "赵启航"
    assert draft.events.first().step == "hand_over"
    assert AuditEvent.objects.of(institute.secretary).get(verb="handover").changes["rows"] == [None, 3]
    sign_for = LedgerItem.objects.get(pk=signed.pk)
    sign_for.sign_for(by=institute.deputy, at=timezone.now())
    assert sign_for.signed_by == institute.deputy


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"to": ""}, "required"),
        ({"to": "无此人"}, "Nobody here"),
        ({"to": "林若溪"}, "Nobody here"),
        ({"reason": ""}, "required"),
        ({"items": []}, "Tick at least one row"),
        ({"items": [999999]}, "not one of the available choices"),
    ],
)
def test_what_is_missing_is_said_and_nothing_goes_over(institute, office: Client, changes, said: str):
    item = add_item(institute, "in_progress", owner=institute.secretary)
    page = hand_over(office, institute, **({"items": [item.pk]} | changes))
    text = page.content.decode() + str(page.context["form"].errors.get("items", ""))
    assert page.status_code == 200
    if "999999" not in str(changes):
        assert said in text
    item.refresh_from_db()
    assert item.owner == institute.secretary and not AuditEvent.objects.filter(verb="handover").exists()


@pytest.mark.parametrize("left", ["", "item", "activity"])
def test_a_ticked_row_that_is_no_longer_open_is_said_beside_its_list(
    institute, office: Client, draft: Activity, left: str
):
    gone = add_item(institute, "cleared", owner=institute.secretary)
    ticked = {"items": [gone.pk], "activities": [draft.pk]}
    if left == "item":
        ticked["items"].append(add_item(institute, "assigned", owner=institute.secretary).pk)
    if left != "activity":
        Activity.objects.filter(pk=draft.pk).update(created_by=institute.deputy)
    page = hand_over(office, institute, **ticked)
    text = page.content.decode()
    assert text.count("A ticked row is no longer open here. Tick anew.") == (1 if left == "activity" else 2)
    assert "Tick at least one row" not in text
    assert not AuditEvent.objects.filter(verb="handover").exists()


def test_it_is_all_or_none(institute, office: Client, monkeypatch):
    from common.steps import StepRefused

    first = add_item(institute, "assigned", owner=institute.secretary)
    second = add_item(institute, "assigned", owner=institute.secretary)
    whole = LedgerItem.hand_over

    def stuck(self, *args, **kwargs):
        if self.pk == second.pk:
            raise StepRefused("stuck")
        return whole(self, *args, **kwargs)

    monkeypatch.setattr(LedgerItem, "hand_over", stuck)
    page = hand_over(office, institute, items=[first.pk, second.pk])
    assert "stuck" in page.content.decode()
    first.refresh_from_db()
    assert first.owner == institute.secretary and not first.events.filter(step="hand_over").exists()


def test_what_is_no_longer_theirs_cannot_be_ticked(institute, office: Client):
    other = add_item(institute, "assigned", owner=institute.member)
    hand_over(office, institute, items=[other.pk])
    other.refresh_from_db()
    assert other.owner == institute.member


@pytest.mark.parametrize("who", ["secretary", "committee", "member", "system_admin"])
def test_only_the_office_hands_over(institute, client_of, who: str):
    item = add_item(institute, "assigned", owner=institute.secretary)
    client = client_of(getattr(institute, who))
    assert client.get(f"/people/{institute.secretary.pk}/handover/").status_code == 403
    assert hand_over(client, institute, items=[item.pk]).status_code == 403
    item.refresh_from_db()
    assert item.owner == institute.secretary


def test_the_steps_themselves_ask_who_acts(institute, draft: Activity):
    from common.steps import StepForbidden

    item = add_item(institute, "assigned", owner=institute.secretary)
    for row in (item, draft):
        with pytest.raises(StepForbidden):
            row.hand_over(institute.committee, timezone.now(), to=institute.deputy, reason="x")


def test_a_missing_person_is_404(office: Client):
    assert office.get("/people/999999/handover/").status_code == 404


def test_the_page_costs_the_same_for_any_number(institute, office: Client, django_assert_max_num_queries):
    for _number in range(3):
        add_item(institute, owner=institute.secretary)
    with django_assert_max_num_queries(20):
        office.get(f"/people/{institute.secretary.pk}/handover/")
    for _number in range(30):
        add_item(institute, owner=institute.secretary)
    with django_assert_max_num_queries(20):
        office.get(f"/people/{institute.secretary.pk}/handover/")
