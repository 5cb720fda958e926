"""Days that nobody can have meant: refused where they are typed, by every step and by the database."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from common.days import FIRST_DAY, LAST_DAY
from common.steps import StepRefused
from tasks.drafting import draft_item
from tasks.models import Extension, LedgerItem
from tests.tasks.items import add_item, add_ledger, add_measure

BEYOND = ["9999-12-31", "2201-01-01", "1899-12-31", "0001-01-01"]
SAID = "年份应在 1900 至 2200 之间。"
ONE = timedelta(days=1)


def beside(answer, field: str, prefix: str = "id") -> bool:
    """Whether the page says beside the field that the year is out of reach."""
    page = answer.content.decode()
    return f'id="{prefix}_{field}_error"' in page and SAID in page


@pytest.mark.parametrize("day", BEYOND)
@pytest.mark.parametrize("field", ["due_on", "starts_on"])
@pytest.mark.parametrize("then", ["draft", "register", "assign"])
def test_a_new_item_takes_no_such_day(institute, client_of, day, field, then) -> None:
    data = {"title": "一件事", "ledger": add_ledger().pk, "lead": "激光技术党支部", "owner": "郑知行"}
    data |= {"due_on": "2027-06-30", "then": then, field: day}
    answer = client_of(institute.office).post(reverse("item_add"), data)
    assert answer.status_code == 200 and beside(answer, field)
    assert not LedgerItem.objects.exists()


@pytest.mark.parametrize("day", BEYOND)
def test_an_edit_takes_no_such_day(institute, client_of, day) -> None:
    item = add_item(institute, "draft")
    data = {"title": "一件事", "ledger": item.ledger_id, "due_on": day, "version": item.version}
    assert beside(client_of(institute.office).post(reverse("item_edit", args=[item.pk]), data), "due_on")


@pytest.mark.parametrize("day", BEYOND)
def test_an_extension_asks_for_no_such_day(institute, client_of, day) -> None:
    item = add_item(institute, "in_progress")
    data = {"due_on": day, "reason": "顺延", "version": item.version}
    answer = client_of(institute.member).post(reverse("item_step", args=[item.pk, "request_extension"]), data)
    assert answer.status_code == 200 and beside(answer, "due_on", "request_extension")
    assert not Extension.objects.exists()


@pytest.mark.parametrize("day", BEYOND)
def test_a_decomposition_takes_no_such_day(institute, client_of, day) -> None:
    measure = add_measure()
    data = {
        "version": measure.version,
        "then": "assign",
        "measure-working_title": "x",
        "items-INITIAL_FORMS": 0,
        "items-TOTAL_FORMS": 1,
        "requirements-INITIAL_FORMS": 0,
        "requirements-TOTAL_FORMS": 0,
        "items-0-title": "一件事",
        "items-0-lead": "激光技术党支部",
        "items-0-owner": "郑知行",
        "items-0-due_on": day,
    }
    answer = client_of(institute.office).post(reverse("decompose", args=[measure.pk]), data)
    assert answer.status_code == 200 and beside(answer, "items-0-due_on")
    assert not LedgerItem.objects.exists()


@pytest.mark.parametrize("name", ["due_from", "due_to"])
def test_a_filter_by_such_a_day_says_so_and_shows_the_list(institute, client_of, name) -> None:
    add_item(institute, "assigned")
    answer = client_of(institute.office).get(reverse("items"), {name: "9999-12-31"})
    assert beside(answer, name) and len(answer.context["page"]) == 1


def test_the_last_day_of_all_is_taken_through_every_step(institute, client_of) -> None:
    office, member = client_of(institute.office), client_of(institute.member)
    data = {"title": "一件事", "ledger": add_ledger().pk, "lead": "激光技术党支部", "owner": "郑知行"}
    before = (LAST_DAY - ONE).isoformat()
    assert office.post(reverse("item_add"), {**data, "due_on": before, "then": "assign"}).status_code == 302
    item = LedgerItem.objects.get()
    for who, step, more in (
        (member, "sign_for", {}),
        (member, "request_extension", {"due_on": LAST_DAY.isoformat(), "reason": "顺延"}),
        (office, "decide_extension", {"granted": "1"}),
    ):
        item.refresh_from_db()
        assert (
            who.post(
                reverse("item_step", args=[item.pk, step]), {**more, "version": item.version}
            ).status_code
            == 302
        )
    item.refresh_from_db()
    assert (item.due_on, item.red_on) == (LAST_DAY, LAST_DAY + ONE)
    assert office.get(item.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("day", [date.max, date.min, LAST_DAY + ONE, FIRST_DAY - ONE])
def test_steps_called_from_code_refuse_such_a_day(institute, day) -> None:
    now, office = timezone.now(), institute.office
    with pytest.raises(StepRefused):
        draft_item(ledger=add_ledger(), by=office, at=now, title="一件事", due_on=day)
    with pytest.raises(StepRefused):
        draft_item(ledger=add_ledger(), by=office, at=now, title="一件事", starts_on=day)
    item = add_item(institute, "draft")
    with pytest.raises(StepRefused):
        item.edit(by=office, at=now, values={"due_on": day})
    running = add_item(institute, "in_progress")
    with pytest.raises(StepRefused):
        running.request_extension(by=institute.member, at=now, due_on=day, reason="顺延")


@pytest.mark.parametrize("day", [date.max, date.min, LAST_DAY + ONE, FIRST_DAY - ONE])
def test_the_database_refuses_such_a_day(institute, day) -> None:
    item = add_item(institute, "in_progress")
    asked = item.request_extension(
        by=institute.member, at=timezone.now(), due_on=item.due_on + ONE, reason="顺延"
    )
    for row, columns in (
        (LedgerItem.objects.filter(pk=item.pk), ("due_on", "starts_on", "due_on_original")),
        (Extension.objects.filter(pk=asked.pk), ("due_requested", "due_before")),
    ):
        for column in columns:
            with pytest.raises(IntegrityError), transaction.atomic():
                row.update(**{column: day})


def test_a_decision_without_yes_or_no_says_what_is_missing_beside_the_buttons(institute, client_of) -> None:
    item = add_item(institute, "in_progress")
    item.request_extension(by=institute.member, at=timezone.now(), due_on=item.due_on + ONE, reason="顺延")
    client, address = client_of(institute.office), reverse("item_step", args=[item.pk, "decide_extension"])
    for granted in ({}, {"granted": ""}, {"granted": "maybe"}):
        answer = client.post(address, {"version": item.version, "reply": "已阅", **granted})
        page = answer.content.decode()
        assert answer.status_code == 200
        said = page.index("请选同意或不同意。")
        assert page.rindex('action="' + address, 0, said) < said < page.index('name="granted"', said)
        assert "已阅" in page
    assert item.pending_extension() is not None
