"""Decomposing a measure: the queue, one screen, several rows at once, all or nothing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from plans.models import ActivityKind, Requirement
from tasks.decomposing import proposals, undecomposed
from tasks.models import Ledger, LedgerItem
from tests.tasks.items import add_item, add_ledger, add_measure

TEXT = "鼓励党支部发挥桥梁纽带作用。每季度至少两次走访一线。2099年12月20日前形成办法。不定期通报。"


@pytest.fixture
def measure(institute):
    return add_measure("2.2", TEXT)


@pytest.fixture
def kind(db):
    return ActivityKind.objects.get_or_create(
        name_zh="主题党日", defaults={"code": "theme_day", "name_en": "Themed Party day"}
    )[0]


def due(days: int = 40) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def screen(measure, items=(), requirements=(), then="assign", **own) -> dict:
    data = {
        "version": measure.version,
        "then": then,
        "measure-working_title": measure.working_title,
        "measure-lead": "激光技术党支部",
        "measure-leader": "陈柏舟",
        "measure-cooperating": "微波器件党支部",
        "items-INITIAL_FORMS": 0,
        "requirements-INITIAL_FORMS": 0,
        **{f"measure-{name}": value for name, value in own.items()},
    }
    for name, rows in (("items", items), ("requirements", requirements)):
        data[f"{name}-TOTAL_FORMS"] = len(rows)
        for number, row in enumerate(rows):
            data |= {f"{name}-{number}-{field}": value for field, value in row.items()}
    return data


def row(title="形成办法", **values) -> dict:
    return {"title": title, "lead": "激光技术党支部", "owner": "郑知行", "due_on": due(), **values}


EMPTY = {"title": "", "lead": "", "owner": "", "due_on": ""}


def quarterly(kind, **values) -> dict:
    return {
        "activity_kind": kind.pk,
        "period": "quarter",
        "minimum": 2,
        "organization_kind": "branch",
        "organization": "",
        **values,
    }


def address(measure) -> str:
    return reverse("decompose", args=[measure.pk])


def test_a_measure_waits_until_an_item_beyond_draft_or_a_requirement_carries_it_out(institute, measure, kind):
    second, third = add_measure("2.1"), add_measure("1.1")
    assert set(undecomposed()) == {measure, second, third}
    add_item(institute, "draft", measure=measure)
    assert measure in undecomposed()
    add_item(institute, "registered", measure=measure)
    Requirement.objects.create(
        measure=second,
        activity_kind=kind,
        period="month",
        organization_kind="branch",
        source="文件",
        effective_from=date(2026, 1, 1),
    )
    assert set(undecomposed()) == {third}
    third.plan.status = "withdrawn"
    third.plan.save()
    assert not undecomposed().exists()


def test_the_words_of_the_clause_become_proposals(measure):
    made = proposals(measure, date(2026, 6, 18))
    assert [(p.kind, p.value) for p in made] == [
        ("never_overdue", "鼓励"),
        ("recurring", "每季度至少两次"),
        ("deadline", "2099年12月20日前"),
        ("never_overdue", "不定期"),
    ]
    assert (made[1].period, made[1].minimum) == ("quarter", 2)
    assert made[2].due_on == date(2099, 12, 20)


@pytest.mark.parametrize(
    ("words", "period", "minimum"),
    [
        ("每月", "month", 1),
        ("每年一次", "year", 1),
        ("每半年", "year", 2),
        ("每两个月", "", 1),
        ("每周", "", 1),
    ],
)
def test_a_frequency_is_read_only_where_a_period_has_it(words, period, minimum, institute):
    measure = add_measure("3.1", f"{words}开展学习。")
    made = [p for p in proposals(measure, date(2026, 6, 18)) if p.kind == "recurring"]
    assert (made[0].period, made[0].minimum) == (period, minimum)


def test_a_deadline_that_has_passed_is_proposed_without_its_day(institute):
    measure = add_measure("3.1", "2025年3月1日前完成。")
    assert proposals(measure, date(2026, 6, 18))[0].due_on is None


def test_the_screen_shows_the_text_and_prefills_what_it_proposes(institute, measure, client_of):
    page = client_of(institute.office).get(address(measure)).content.decode()
    assert "鼓励党支部发挥桥梁纽带作用" in page
    assert 'value="2099-12-20"' in page
    assert 'value="2099年12月20日前形成办法"' in page


def test_several_items_and_requirements_are_made_at_once(institute, measure, kind, client_of):
    rows = [row("形成办法", phrase="形成办法"), row("走访清单", lead="微波器件党支部", owner="宋望舒"), EMPTY]
    data = screen(measure, rows, [quarterly(kind)])
    response = client_of(institute.office).post(address(measure), data)
    assert response["Location"] == reverse("decompose_queue")
    items = list(LedgerItem.objects.order_by("pk"))
    assert [(i.number, i.title, i.state) for i in items] == [
        ("2026-2.2-01".replace("2026", str(timezone.localdate().year)), "形成办法", "assigned"),
        ("2026-2.2-02".replace("2026", str(timezone.localdate().year)), "走访清单", "assigned"),
    ]
    assert items[0].leader == institute.committee
    assert list(items[0].cooperating.all()) == [institute.other_branch]
    # A unit does not cooperate with itself.
    assert list(items[1].cooperating.all()) == []
    made = Requirement.objects.get(measure=measure)
    assert (made.minimum, made.period, made.organization_kind) == (2, "quarter", "branch")
    assert made.source == "清半党字〔2026〕3号 （二）-2"
    measure.refresh_from_db()
    assert (measure.lead, measure.leader, measure.version) == (institute.branch, institute.committee, 2)
    assert list(measure.cooperating.all()) == [institute.other_branch]
    assert AuditEvent.objects.filter(verb="measure.decompose").count() == 1
    assert not undecomposed().exists()
    assert [e.step for e in items[0].events.order_by("pk")] == ["create", "register", "assign"]


def test_registering_only_leaves_the_assigning_for_later(institute, measure, client_of):
    ledger = add_ledger(name="专项", year=2027)
    client_of(institute.office).post(
        address(measure), screen(measure, [row()], then="register", ledger=ledger.pk)
    )
    item = LedgerItem.objects.get()
    assert (item.state, item.ledger, item.number) == ("registered", ledger, "2027-2.2-01")


def test_a_year_without_a_ledger_gets_one(institute, measure, client_of):
    client = client_of(institute.office)
    client.post(address(measure), screen(measure, [row()]))
    ledger = Ledger.objects.get()
    assert (ledger.year, ledger.source) == (timezone.localdate().year, "plan")
    measure.refresh_from_db()
    client.post(address(measure), screen(measure, [row("又一件")]))
    assert Ledger.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"owner": ""}, "items-1-owner"),
        ({"lead": "没有的支部"}, "items-1-lead"),
        ({"due_on": "2026-02-31"}, "items-1-due_on"),
        ({"due_on": "2020-01-01"}, "items-1-due_on"),
        ({"title": ""}, "items-1-title"),
        ({"phrase": "文件里没有的话"}, "items-1-phrase"),
    ],
)
def test_an_error_stands_beside_its_field_and_nothing_is_half_written(
    wrong, field, institute, measure, kind, client_of
):
    data = screen(measure, [row("第一件"), row("第二件") | wrong], [quarterly(kind)])
    response = client_of(institute.office).post(address(measure), data)
    page = response.content.decode()
    assert response.status_code == 200
    assert f'id="id_{field}_error"' in page
    assert "第一件" in page
    assert not LedgerItem.objects.exists() and not Requirement.objects.filter(measure=measure).exists()
    measure.refresh_from_db()
    assert (measure.lead, measure.version) == (None, 1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"organization_kind": "", "organization": ""},
        {"organization": "激光技术党支部"},
        {"minimum": 0},
        {"minimum": 99},
        {"period": "week"},
    ],
)
def test_a_requirement_that_makes_no_sense_is_refused_by_row(wrong, institute, measure, kind, client_of):
    data = screen(measure, [row()], [quarterly(kind, **wrong)])
    page = client_of(institute.office).post(address(measure), data).content.decode()
    assert 'id="id_requirements-0-' in page and "_error" in page
    assert not LedgerItem.objects.exists()


def test_a_row_marked_to_be_left_out_is_left_out_whatever_it_holds(institute, measure, client_of):
    rows = [row("要的"), {"title": "不要的", "lead": "", "owner": "", "due_on": "", "DELETE": "on"}]
    client_of(institute.office).post(address(measure), screen(measure, rows))
    assert [item.title for item in LedgerItem.objects.all()] == ["要的"]


def test_an_empty_screen_decomposes_nothing_but_saves_who_leads(institute, measure, client_of):
    client = client_of(institute.office)
    client.post(address(measure), screen(measure, [EMPTY]))
    measure.refresh_from_db()
    assert measure.lead == institute.branch
    assert measure in undecomposed()
    as_shown = {
        "lead": "激光技术党支部 · P01",
        "leader": "陈柏舟 · committee",
        "cooperating": "微波器件党支部 · P02",
    }
    unchanged = client.post(address(measure), screen(measure, [EMPTY], **as_shown))
    assert unchanged.status_code == 200
    assert "note-danger" in unchanged.content.decode()


def test_one_more_row_loses_nothing_and_complains_of_nothing(institute, measure, client_of):
    rows = [{"title": "才写了一半", "lead": "", "owner": "", "due_on": ""}]
    response = client_of(institute.office).post(address(measure), screen(measure, rows, then="add-item"))
    page = response.content.decode()
    assert "才写了一半" in page and "items-1-title" in page
    assert "invalid-feedback" not in page and "note-danger" not in page
    assert not LedgerItem.objects.exists()


def test_two_people_decomposing_one_measure_the_second_is_told(institute, measure, client_of):
    data = screen(measure, [row()])
    client_of(institute.office).post(address(measure), data)
    second = client_of(institute.office_colleague).post(address(measure), screen(measure, [row("同一件")]))
    assert second.status_code == 409
    page = second.content.decode()
    assert "同一件" in page and "形成办法" in page
    assert LedgerItem.objects.count() == 1


def test_too_many_rows_or_a_broken_form_are_said_and_never_a_crash(institute, measure, client_of):
    client = client_of(institute.office)
    assert client.post(address(measure), screen(measure, [row()] * 41)).status_code == 200
    assert client.post(address(measure), {"version": "x", "items-TOTAL_FORMS": "many"}).status_code == 200
    assert client.post(address(measure), screen(measure, [row()]) | {"version": "x"}).status_code == 409
    assert not LedgerItem.objects.exists()


def test_only_the_office_decomposes(institute, measure, client_of):
    for person in (institute.committee, institute.secretary):
        assert client_of(person).get(reverse("decompose_queue")).status_code == 403
        assert client_of(person).post(address(measure), screen(measure, [row()])).status_code == 403


def test_the_queue_costs_the_same_with_thirty_measures_as_with_three(
    institute, client_of, django_assert_max_num_queries
):
    client = client_of(institute.office)
    for codes in ([1, 2, 3], range(4, 10)):
        for number in codes:
            add_measure(f"2.{number}", lead=institute.branch)
        with django_assert_max_num_queries(14):
            assert client.get(reverse("decompose_queue")).status_code == 200
