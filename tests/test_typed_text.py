"""What is typed or pasted is kept without control characters: taken out, in every form, in one place."""

from __future__ import annotations

import re

import pytest
from django.apps import apps
from django.db import models
from django.urls import reverse
from django.utils import timezone

from branches.models import AssaultTeam, Person
from common.files import _clean_name
from common.typed import typed_line, typed_text
from plans.models import Requirement
from tasks.models import Activity, LedgerItem
from tests.tasks.activity_forms import form_data, kind, logged
from tests.tasks.items import add_item, add_ledger

CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
BELL = "甲\x07乙"


def kept_anywhere() -> list[str]:
    """Every text in the database that holds a control character."""
    found = []
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.CharField | models.TextField | models.JSONField):
                for value in model._base_manager.values_list(field.attname, flat=True):
                    if isinstance(value, str) and CONTROL.search(value):
                        found.append(f"{model.__name__}.{field.name}: {value!r}")
    return found


def test_lines_and_texts() -> None:
    assert typed_text("一\r\n二\r三\x0b四\u2028五\t六\x00\x07\x1b\x7f\x9f\u202e") == "一\n二\n三\n四\n五\t六"
    assert typed_line("一\r\n\r\n二\t三\x00") == "一 二 三"
    assert _clean_name("a/记\x85录\x9b.txt") == "记 录.txt"


def test_an_item_keeps_its_lines_and_no_control_character(institute, client_of) -> None:
    data = {
        "title": "申\x07报\n办\x00法",
        "ledger": add_ledger().pk,
        "requirement": "第一\x1b行\r\n第二\x0b第三",
        "done_when": "形成\t办法\u202e",
        "lead": "激光技术\x07党支部",
        "owner": "郑知行",
        "due_on": f"{timezone.localdate().year + 1}-06-30\x00",
        "then": "assign",
    }
    client_of(institute.office).post(reverse("item_add"), data)
    item = LedgerItem.objects.get()
    assert (item.title, item.requirement, item.done_when, item.lead) == (
        "申报 办法",
        "第一行\n第二\n第三",
        "形成 办法",
        institute.branch,
    )


def test_what_was_typed_is_shown_again_without_them(institute, client_of) -> None:
    answer = client_of(institute.office).post(reverse("item_add"), {"title": BELL, "then": "register"})
    assert answer.context["form"]["title"].value() == "甲乙"


def test_nothing_with_a_control_character_is_kept_by_any_form(institute, client_of) -> None:
    office, secretary, member = (
        client_of(who) for who in (institute.office, institute.secretary, institute.member)
    )
    item, returned = add_item(institute, "in_progress"), logged(institute.branch, institute.secretary)
    away = {"shown": [institute.member.pk], f"reason_{institute.member.pk}": BELL}
    team = {
        "kind": "team",
        "organization": institute.branch.pk,
        "captain": "郑知行",
        "starts_on": "2026-01-01",
    }
    owed = {"activity_kind": kind("drill").pk, "organization_kind": "branch", "period": "year", "minimum": 1}
    owed |= {"condition": "always", "effective_from": "2026-01-01", "active": "on"}
    step, answer = reverse("item_step", args=[item.pk, "report"]), [returned.pk, "send_back"]
    sent = [
        (member, step, {"progress": 1, "text": BELL, "version": item.version}),
        (office, reverse("activity_step", args=answer), {"version": returned.version, "reason": BELL}),
        (
            secretary,
            reverse("activity_log"),
            {**form_data(institute.branch), **dict.fromkeys(("title", "result", "place"), BELL), **away},
        ),
        (office, reverse("person_add"), {"name": BELL, "employee_number": "9\x079"}),
        (office, reverse("team_add"), {**team, "name": BELL, "background": BELL}),
        (office, reverse("requirement_add"), {**owed, "source": BELL}),
        (
            office,
            reverse("kind_add"),
            {"name_zh": BELL, "name_en": "a\x07b", "group": "other", "position": 1},
        ),
        (office, reverse("ledgers"), {"name": BELL, "year": 2026, "source": "superior"}),
        (office, reverse("calendar_days"), {"day": "2026-05-09", "working": "1", "name": BELL}),
    ]
    for client, address, data in sent:
        answer = client.post(address, data)
        assert answer.status_code == 302, address
    assert Person.objects.filter(name="甲乙", employee_number="99").exists()
    assert AssaultTeam.objects.get().background == "甲乙"
    assert Requirement.objects.filter(source="甲乙").exists()
    assert Activity.objects.get(title="甲乙").attendance.get(person=institute.member).reason == "甲乙"
    returned.refresh_from_db()
    assert returned.events.first().note == "甲乙"
    assert kept_anywhere() == []


@pytest.mark.parametrize("page", ["items", "activities"])
def test_a_search_finds_what_the_eye_reads(institute, client_of, page) -> None:
    found = add_item(institute, "assigned", title="外延线")
    logged(institute.branch, institute.secretary, title="外延线")
    answer = client_of(institute.office).get(reverse(page), {"q": "外\x07延\x00线"})
    assert answer.status_code == 200
    assert [row.pk for row in answer.context["page"]] == [
        found.pk if page == "items" else Activity.objects.get().pk
    ]


def test_a_reason_as_long_as_a_book_is_refused_where_it_is_given(institute, client_of) -> None:
    activity = logged(institute.branch, institute.secretary)
    answer = client_of(institute.office).post(
        reverse("activity_step", args=[activity.pk, "send_back"]),
        {"version": activity.version, "reason": "长" * 501},
    )
    activity.refresh_from_db()
    assert (answer.status_code, activity.status) == (409, "submitted")
    assert "最多 500 字" in answer.content.decode() and "长" * 501 in answer.content.decode()


def test_a_password_is_left_to_the_letter(institute, client_of) -> None:
    client_of(institute.office).post(
        reverse("account_change_password"),
        {"oldpassword": "Right-Horse-42", "password1": "Calm\tRiver-2031 ", "password2": "Calm\tRiver-2031 "},
    )
    institute.office.user.refresh_from_db()
    assert institute.office.user.check_password("Calm\tRiver-2031 ")
