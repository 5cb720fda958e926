"""One form, one row: a form sent a second time leads to where it led the first time, and makes nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.models import AuditEvent, SentForm
from branches.models import (
    Appointment,
    AssaultTeam,
    Liaison,
    Membership,
    Milestone,
    Organization,
    Person,
    TeamMember,
    Term,
    VanguardPost,
)
from plans.models import ActivityKind, Exemption, Requirement
from reviews.models import ReviewRound
from tasks.models import Activity, CalendarDay, ItemEvent, Ledger, LedgerItem
from tests.conftest import Institute
from tests.sending import anew
from tests.tasks.activity_forms import form_data
from tests.tasks.items import add_ledger

#: What a press of the button sends, by the name of the page: what it makes, the words, the page's own row.
Sent = tuple[type, dict[str, Any], list[int]]
#: Pages that make something and need no token, each with the reason.
OTHERWISE = {
    "account_add": "answers with the password, once; user name and person are unique",
    "rung_add": "carries the version of its ladder",
}


def forms(institute: Institute) -> dict[str, Sent]:
    """One filled form for every page that makes a row."""
    branch, day = institute.branch.pk, "2026-01-01"
    team = AssaultTeam.objects.create(
        name="突击队", organization=institute.branch, captain=institute.member, starts_on=date(2025, 1, 1)
    )
    drill, party_day = (
        ActivityKind.objects.get_or_create(code=code, defaults={"name_zh": name, "name_en": code})[0]
        for code, name in (("drill", "岗位练兵"), ("party_day", "主题党日"))
    )
    asked, _new = Requirement.objects.get_or_create(
        activity_kind=party_day,
        defaults={
            "organization_kind": "branch",
            "period": "month",
            "source": "规定",
            "effective_from": date(2018, 1, 1),
        },
    )
    owed = {"activity_kind": drill.pk, "organization_kind": "branch", "period": "quarter", "minimum": 1}
    owed |= {"condition": "always", "source": "规定", "effective_from": day, "active": "on"}
    post = {"organization": branch, "holder": "郑知行", "challenge": "外延", "commitment": "做成"}
    post |= {"valid_from": "2026-06-01", "valid_to": "2027-05-31"}
    kind = {
        "name_zh": "读书会",
        "name_en": "Reading circle",
        "group": "study",
        "position": 15,
        "active": "on",
    }
    unit = {"parent": institute.party.pk, "name": "新支部", "code": "N", "kind": "branch"}
    closed = {"starts_on": day, "ends_on": "2026-02-01"}
    rounds = {
        "year": timezone.localdate().year - 1,
        "confirm_due_on": timezone.localdate(),
        "written_limit": 4000,
    }
    item = {
        "title": "一件事",
        "ledger": add_ledger().pk,
        "lead": "激光技术党支部",
        "owner": "郑知行",
        "then": "assign",
    }
    held = {"person": "郑知行", "organization": branch, "post": "organization_member", **closed}
    set_up = {"name": "新队", "kind": "team", "organization": branch, "captain": "郑知行", "starts_on": day}
    member = {"person": "路人甲", "organization": branch, "stage": "none"}
    return {
        "item_add": (LedgerItem, {**item, "due_on": timezone.localdate() + timedelta(days=40)}, []),
        "activity_log": (Activity, form_data(institute.branch), []),
        "ledgers": (Ledger, {"name": "上级交办", "year": 2026, "source": "superior"}, []),
        "calendar_days": (CalendarDay, {"day": "2026-05-09", "working": "1", "name": "补班"}, []),
        "requirement_add": (Requirement, owed, []),
        "kind_add": (ActivityKind, kind, []),
        "exemption_add": (Exemption, {"organization": branch, **closed, "reason": "换届"}, [asked.pk]),
        "organization_add": (Organization, unit, []),
        "person_add": (Person, {"name": "苏晚晴", "employee_number": "2019042"}, []),
        "membership_add": (Membership, {**member, **closed}, []),
        "appointment_add": (Appointment, held, []),
        "term_add": (Term, {"organization": branch, "starts_on": day, "years": 3}, []),
        "liaison_add": (Liaison, {"member": "陈柏舟", "organization": branch, **closed}, []),
        "vanguard_post_add": (VanguardPost, post, []),
        "team_add": (AssaultTeam, set_up, []),
        "team_member_add": (TeamMember, {"person": "赵启航", **closed}, [team.pk]),
        "milestone_add": (Milestone, {"phase": "define", "title": "定方案", "due_on": "2026-06-30"}, [team.pk]),
        "review_round_new": (ReviewRound, rounds, []),
    }  # fmt: skip


NAMES = [
    "item_add",
    "activity_log",
    "ledgers",
    "calendar_days",
    "requirement_add",
    "kind_add",
    "exemption_add",
    "organization_add",
    "person_add",
    "membership_add",
    "appointment_add",
    "term_add",
    "liaison_add",
    "vanguard_post_add",
    "team_add",
    "team_member_add",
    "milestone_add",
    "review_round_new",
]


def shown_token(page: Any) -> str:
    found = re.findall(r'<input type="hidden" name="token" value="([0-9a-f-]{36})"', page.content.decode())
    assert len(set(found)) == 1
    return found[0]


@pytest.mark.parametrize("name", NAMES)
def test_a_form_sent_twice_makes_one_row_and_leads_there_again(institute, client_of, name) -> None:
    model, data, args = forms(institute)[name]
    client, address = client_of(institute.office), reverse(name, args=args)
    data = {**data, "token": shown_token(client.get(address))}
    before, events = model.objects.count(), AuditEvent.objects.count()
    first = client.post(address, data)
    assert first.status_code == 302, first.context["form"].errors
    assert model.objects.count() == before + 1
    written = AuditEvent.objects.count()
    again = client.post(address, data)
    assert (again.status_code, again["Location"]) == (302, first["Location"])
    page = client.get(again["Location"])
    assert "这份表单已经提交过，没有重复记录。" in page.content.decode()
    assert model.objects.count() == before + 1
    assert AuditEvent.objects.count() == written >= events


@pytest.mark.parametrize("name", ["item_add", "milestone_add", "team_member_add", "membership_add"])
def test_a_form_without_a_token_is_known_by_its_words_for_a_moment(
    institute, client_of, name, time_machine
) -> None:
    model, data, args = forms(institute)[name]
    client, address = client_of(institute.office), reverse(name, args=args)
    before = model.objects.count()
    first, again = client.post(address, data), client.post(address, data)
    assert first["Location"] == again["Location"]
    assert model.objects.count() == before + 1
    if name in ("item_add", "milestone_add"):
        time_machine.move_to(timezone.now() + timedelta(minutes=2))
        client.post(address, data)
        assert model.objects.count() == before + 2


def test_other_words_without_a_token_are_another_form(institute, client_of) -> None:
    _model, data, _args = forms(institute)["item_add"]
    client = client_of(institute.office)
    for title in ("甲", "乙"):
        client.post(reverse("item_add"), {**data, "title": title})
    assert set(LedgerItem.objects.values_list("title", flat=True)) == {"甲", "乙"}


def test_the_same_words_in_a_form_opened_anew_are_another_row(institute, client_of) -> None:
    _model, data, _args = forms(institute)["item_add"]
    client = client_of(institute.office)
    for _time in range(2):
        client.post(reverse("item_add"), anew(data))
    assert LedgerItem.objects.count() == 2


def test_a_form_that_was_refused_is_sent_again_and_taken(institute, client_of) -> None:
    _model, data, _args = forms(institute)["item_add"]
    client, data = client_of(institute.office), anew(data)
    refused = client.post(reverse("item_add"), {**data, "title": ""})
    assert refused.status_code == 200 and shown_token(refused) == data["token"]
    assert not SentForm.objects.exists()
    assert client.post(reverse("item_add"), data).status_code == 302
    assert LedgerItem.objects.count() == 1


def test_two_people_with_one_token_each_make_their_row(institute, client_of) -> None:
    _model, data, _args = forms(institute)["item_add"]
    data = anew(data)
    led = [
        client_of(who).post(reverse("item_add"), data)["Location"]
        for who in (institute.office, institute.office_colleague)
    ]
    assert len(set(led)) == LedgerItem.objects.count() == 2


def test_forms_are_forgotten_after_a_month(institute, client_of, time_machine) -> None:
    _model, data, _args = forms(institute)["item_add"]
    client = client_of(institute.office)
    client.post(reverse("item_add"), anew(data))
    time_machine.move_to(timezone.now() + timedelta(days=31))
    client = client_of(institute.office)
    client.post(reverse("item_add"), anew({**data, "due_on": timezone.localdate() + timedelta(days=9)}))
    assert LedgerItem.objects.count() == 2
    assert SentForm.objects.count() == 1


def named(patterns: list[Any] | None = None) -> Iterator[URLPattern]:
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(pattern, URLResolver):
            yield from named(pattern.url_patterns)
        else:
            yield pattern


def test_every_page_that_adds_is_among_them() -> None:
    once = {pattern.name for pattern in named() if getattr(pattern.callback, "makes_once", False)}
    adding = {p.name for p in named() if p.name and re.search(r"_(add|new|log)$", p.name)}
    assert adding - once == set(OTHERWISE)
    assert once == set(NAMES)


# At the same moment ------------------------------------------------------


def together(acts: list[Callable[[], Any]]) -> list[Any]:
    """Acts from as many threads that start at the same moment, each with a connection of its own."""
    gate = Barrier(len(acts))

    def one(act: Callable[[], Any]) -> Any:
        gate.wait()
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["item_add", "requirement_add", "milestone_add", "exemption_add", "ledgers"])
@pytest.mark.parametrize("own_token", [True, False])
def test_six_at_once_make_one_row(institute, client_of, name, own_token) -> None:
    model, data, args = forms(institute)[name]
    data, address = anew(data) if own_token else data, reverse(name, args=args)
    before = model.objects.count()
    clients = [client_of(institute.office) for _number in range(6)]
    answers = together([lambda client=client: client.post(address, data) for client in clients])
    assert [answer.status_code for answer in answers] == [302] * 6
    assert len({answer["Location"] for answer in answers}) == 1
    assert model.objects.count() == before + 1
    if name == "item_add":
        assert ItemEvent.objects.filter(step="create").count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["requirement_add", "exemption_add", "ledgers", "calendar_days", "kind_add"])
def test_of_two_people_with_the_same_words_one_is_told(institute, client_of, name) -> None:
    model, data, args = forms(institute)[name]
    before, address = model.objects.count(), reverse(name, args=args)
    people = [institute.office, institute.office_colleague] * 2
    acts = [lambda c=client_of(who), d=anew(data): c.post(address, d) for who in people]  # noqa: B008
    answers = together(acts)
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 302]
    for answer in answers:
        assert answer.status_code == 302 or answer.context["form"].errors
    assert model.objects.count() == before + 1
