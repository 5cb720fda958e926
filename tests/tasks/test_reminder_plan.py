"""Planning: who is reminded of what, once, whatever happened to the days before."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from branches.models import Membership, Person, Term, VanguardPost
from plans.models import ActivityKind, Exemption, Requirement
from tasks.models import (
    Activity,
    CalendarDay,
    Delivery,
    Extension,
    ItemEvent,
    LedgerItem,
    Notification,
    ReminderRule,
)
from tests.conftest import add_organization, add_person, appoint
from tests.tasks.reminding import THURSDAY, add_item, done, got, keep_contact, noon, run, would

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def quiet(*subjects: str) -> None:
    """Only these ladders."""
    ReminderRule.objects.exclude(subject__in=subjects).update(active=False)


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 6, 11), []),
        # Seven working days before Wednesday 24 June, with the holiday of 19 to 21 June between.
        (date(2026, 6, 12), [("郑知行", -7, "owner")]),
        (date(2026, 6, 18), [("郑知行", -3, "owner")]),
        (date(2026, 6, 21), [("郑知行", -3, "owner")]),
        (date(2026, 6, 23), [("郑知行", -1, "owner")]),
        (date(2026, 6, 24), [("郑知行", 0, "owner")]),
        (date(2026, 6, 25), [("林若溪", 1, "secretary"), ("郑知行", 1, "owner")]),
        (date(2026, 6, 29), [("林若溪", 3, "secretary"), ("郑知行", 3, "owner"), ("陈柏舟", 3, "liaison")]),
        (
            date(2026, 7, 3),
            [
                ("何砚秋", 7, "office"),
                ("林若溪", 7, "secretary"),
                ("郑知行", 7, "owner"),
                ("陈柏舟", 7, "liaison"),
                ("齐望舒", 7, "office"),
            ],
        ),
    ],
)
def test_the_ladder_of_an_item_is_climbed_in_working_days(institute, on, expected) -> None:
    quiet("item")
    keep_contact(institute)
    add_item(institute, date(2026, 6, 24))
    run(on)
    assert got() == sorted(expected)


def test_a_second_run_of_the_day_plans_nothing(institute) -> None:
    keep_contact(institute)
    add_item(institute, THURSDAY - 5 * DAY)
    assert run(THURSDAY) > 0
    assert run(THURSDAY) == 0


def test_every_rung_is_sent_once_when_every_day_runs(institute) -> None:
    quiet("item")
    add_item(institute, date(2026, 6, 24))
    for days in range(30):
        run(date(2026, 6, 5) + days * DAY)
    assert [rung for name, rung, _ in got(audience="owner")] == [-7, -3, -1, 0, 1, 3, 7]


def test_days_without_a_run_lose_nothing(institute) -> None:
    quiet("item")
    add_item(institute, date(2026, 6, 24))
    run(date(2026, 6, 12))
    # Nobody ran from the 13th to the 23rd: rung −1 of that day is made up for, −3 before it is not.
    run(date(2026, 6, 23))
    assert [rung for _, rung, _ in got()] == [-7, -1]


def test_a_first_run_does_not_flood(institute) -> None:
    quiet("item")
    keep_contact(institute)
    add_item(institute, THURSDAY - 300 * DAY)
    run(THURSDAY)
    people = [name for name, _, _ in got()]
    assert len(people) == len(set(people)) == 5
    run(THURSDAY + DAY)
    assert len(got()) == 5


def test_a_dry_run_says_what_the_run_then_does_and_changes_nothing(institute) -> None:
    keep_contact(institute)
    for days in (-40, -3, 0, 3, 9):
        add_item(institute, THURSDAY + days * DAY)
    add_item(institute, THURSDAY + 20 * DAY, state="assigned", signed_at=None, signed_by=None)
    said = would(THURSDAY)
    assert Notification.objects.count() == Delivery.objects.count() == 0
    run(THURSDAY)
    assert said == done()
    assert len(said) > 8


def test_a_moved_date_stops_the_old_ladder_and_begins_a_new_one(institute) -> None:
    quiet("item")
    item = add_item(institute, THURSDAY)
    run(THURSDAY)
    LedgerItem.objects.filter(pk=item.pk).update(due_on=date(2026, 9, 30))
    run(THURSDAY + 5 * DAY)
    assert got() == [("郑知行", 0, "owner")]
    run(date(2026, 9, 30))
    assert got() == [("郑知行", 0, "owner"), ("郑知行", 0, "owner")]


@pytest.mark.parametrize("state", ["draft", "completed"])
def test_what_is_completed_or_back_in_draft_is_no_longer_reminded_of(institute, state) -> None:
    quiet("item")
    add_item(institute, THURSDAY, state=state)
    run(THURSDAY)
    assert got() == []


def test_who_asked_for_completion_is_not_pressed_but_who_decides_is(institute) -> None:
    quiet("item")
    add_item(institute, THURSDAY - 20 * DAY, state="completion_requested")
    run(THURSDAY)
    assert got() == [("何砚秋", 7, "office"), ("齐望舒", 7, "office")]


def test_nobody_is_reminded_of_what_they_did_the_same_day_but_is_the_next(institute) -> None:
    quiet("item")
    item = add_item(institute, THURSDAY)
    ItemEvent.objects.create(
        item=item, step="report", by=institute.member, at=noon(THURSDAY), to_state=item.state
    )
    run(THURSDAY)
    assert got() == []
    run(THURSDAY + DAY)
    assert got() == [("郑知行", 0, "owner")]


def test_what_somebody_else_did_the_same_day_silences_nobody(institute) -> None:
    quiet("item")
    item = add_item(institute, THURSDAY)
    ItemEvent.objects.create(
        item=item, step="urge", by=institute.office, at=noon(THURSDAY), to_state=item.state
    )
    run(THURSDAY)
    assert got() == [("郑知行", 0, "owner")]


def test_a_rung_taken_away_does_not_bring_a_lower_one(institute) -> None:
    quiet("item")
    add_item(institute, THURSDAY)
    run(THURSDAY)
    ReminderRule.objects.get(subject="item").rungs.filter(offset=0).delete()
    assert run(THURSDAY) == 0


def test_a_changed_calendar_does_not_send_a_lower_rung_later(institute) -> None:
    quiet("item")
    add_item(institute, date(2026, 6, 23))
    run(date(2026, 6, 22))
    assert got() == [("郑知行", -1, "owner")]
    CalendarDay.objects.create(day=date(2026, 6, 23), working=False)
    assert run(date(2026, 6, 22)) == 0


def test_a_rule_turned_off_is_silent(institute) -> None:
    add_item(institute, THURSDAY)
    ReminderRule.objects.update(active=False)
    assert run(THURSDAY) == 0


def test_who_left_is_not_reminded(institute) -> None:
    quiet("item")
    add_item(institute, THURSDAY)
    Person.objects.filter(pk=institute.member.pk).update(active=False)
    assert run(THURSDAY) == 0


def test_one_person_in_two_parts_is_reminded_once(institute) -> None:
    quiet("item")
    add_item(institute, THURSDAY - 5 * DAY, owner=institute.secretary)
    run(THURSDAY)
    assert [row for row in got() if row[0] == "林若溪"] == [("林若溪", 3, "owner")]


def climb(subject: str, **rungs: list[int]) -> None:
    """Only this ladder: for each audience its rungs."""
    quiet(subject)
    rule = ReminderRule.objects.get(subject=subject)
    rule.rungs.all().delete()
    for audience, offsets in rungs.items():
        for offset in offsets:
            rule.rungs.create(audience=audience, offset=offset)


@pytest.mark.parametrize(
    ("rungs", "expected"),
    [
        ({"owner": [1], "secretary": [3]}, ("林若溪", 3, "secretary")),
        ({"owner": [3], "secretary": [1]}, ("林若溪", 3, "owner")),
        ({"owner": [1], "leader": [3]}, ("林若溪", 3, "leader")),
        ({"owner": [3], "leader": [1]}, ("林若溪", 3, "owner")),
        ({"leader": [3], "owner": [3]}, ("林若溪", 3, "owner")),
        ({"leader": [1], "secretary": [3]}, ("林若溪", 3, "secretary")),
        ({"secretary": [3], "liaison": [1]}, ("林若溪", 3, "secretary")),
        ({"secretary": [1], "liaison": [3]}, ("林若溪", 3, "liaison")),
        ({"office": [3], "secretary": [3]}, ("林若溪", 3, "secretary")),
    ],
)
def test_of_several_parts_the_highest_rung_counts(institute, rungs, expected) -> None:
    climb("item", **rungs)
    contact = keep_contact(institute)
    contact.member = institute.secretary
    contact.save()
    appoint(institute.secretary, institute.party, "office")
    add_item(institute, THURSDAY - 5 * DAY, owner=institute.secretary, leader=institute.secretary)
    run(THURSDAY)
    assert [row for row in got() if row[0] == "林若溪"] == [expected]


def test_who_both_does_the_work_and_decides_goes_on_deciding(institute) -> None:
    climb("item", owner=[1], secretary=[1], office=[0])
    item = add_item(institute, THURSDAY - 5 * DAY, owner=institute.office)
    LedgerItem.objects.filter(pk=item.pk).update(state="completion_requested")
    run(THURSDAY)
    assert got() == [("何砚秋", 0, "office"), ("齐望舒", 0, "office")]


def test_silence_reminds_one_person_of_two_parts_once_a_month(institute) -> None:
    climb("silence", owner=[30], secretary=[60, 120])
    add_item(institute, date(2027, 6, 30), begun=date(2026, 1, 1), owner=institute.secretary)
    for days in range(175):
        run(date(2026, 1, 1) + days * DAY)
    assert [rung for _, rung, _ in got()] == [30, 60, 90, 120, 150]


def test_a_first_run_a_year_late_tells_one_person_of_two_parts_once(institute) -> None:
    climb("silence", owner=[30], secretary=[60, 120])
    add_item(institute, date(2027, 6, 30), begun=date(2026, 1, 1), owner=institute.secretary)
    said = would(date(2026, 4, 5))
    run(date(2026, 4, 5))
    assert got() == [("林若溪", 90, "owner")]
    assert said == done()


def test_a_new_person_responsible_is_told_once(institute) -> None:
    quiet("item")
    item = add_item(institute, THURSDAY - 20 * DAY)
    run(THURSDAY)
    LedgerItem.objects.filter(pk=item.pk).update(owner=institute.deputy)
    run(THURSDAY + DAY)
    run(THURSDAY + 2 * DAY)
    assert [row for row in got() if row[0] == "赵启航"] == [("赵启航", 7, "owner")]


def test_the_nearest_secretary_at_or_above_is_asked(institute) -> None:
    quiet("item")
    institute.branch.refresh_from_db()
    group = add_organization(institute.branch, system="party", kind="group", name="第一党小组", code="P0101")
    add_item(institute, THURSDAY - 2 * DAY, lead=group)
    run(THURSDAY)
    assert ("林若溪", 1, "secretary") in got()


def test_a_department_has_its_head_and_the_liaison_of_the_branch_based_in_it(institute) -> None:
    quiet("item")
    keep_contact(institute)
    institute.branch.based_in = institute.department
    institute.branch.save()
    add_item(institute, THURSDAY - 5 * DAY, lead=institute.department)
    run(THURSDAY)
    assert ("高云松", 3, "secretary") in got()
    assert ("陈柏舟", 3, "liaison") in got()


def test_an_unsigned_item_asks_owner_then_secretary_then_office(institute) -> None:
    quiet("unsigned")
    add_item(
        institute, date(2026, 9, 30), begun=date(2026, 6, 8), state="assigned", signed_at=None, signed_by=None
    )
    run(date(2026, 6, 9))
    assert got() == [("郑知行", 1, "owner")]
    run(date(2026, 6, 11))
    run(date(2026, 6, 15))
    assert [row for row in got() if row[2] == "office"] == [("何砚秋", 5, "office"), ("齐望舒", 5, "office")]
    LedgerItem.objects.update(state="in_progress", signed_at=noon(THURSDAY), signed_by=institute.member)
    assert run(date(2026, 6, 30)) == 0


def test_silence_is_reminded_of_once_and_then_monthly_until_a_report_comes(institute) -> None:
    quiet("silence")
    item = add_item(institute, date(2027, 6, 30), begun=date(2026, 1, 1))
    for days in range(135):
        run(date(2026, 1, 1) + days * DAY)
    assert [rung for _, rung, _ in got(audience="owner")] == [30, 60, 90, 120]
    assert [rung for _, rung, _ in got(audience="secretary")] == [60, 90, 120]
    ItemEvent.objects.create(
        item=item, step="report", by=institute.member, at=noon(date(2026, 5, 16)), to_state=item.state
    )
    assert sum(run(date(2026, 5, 17) + days * DAY) for days in range(28)) == 0
    assert run(date(2026, 6, 15)) == 1


def ask_for_more_time(institute, item: LedgerItem, by: Person) -> Extension:
    return Extension.objects.create(
        item=item,
        due_before=item.due_on,
        due_requested=item.due_on + 30 * DAY,
        reason="流片推迟",
        requested_by=by,
        requested_at=noon(date(2026, 6, 16)),
    )


def test_an_extension_asks_those_who_decide_and_silences_the_deadline(institute) -> None:
    quiet("extension", "item")
    item = add_item(institute, THURSDAY, leader=institute.committee)
    extension = ask_for_more_time(institute, item, institute.member)
    run(THURSDAY)
    assert got() == [("何砚秋", 2, "office"), ("陈柏舟", 2, "leader"), ("齐望舒", 2, "office")]
    extension.status, extension.decided_by, extension.decided_at = "refused", institute.office, noon(THURSDAY)
    extension.save()
    run(THURSDAY + DAY)
    assert got(subject_kind="item") == [("郑知行", 0, "owner")]


def test_who_asked_for_an_extension_or_owns_the_item_is_not_asked_to_decide(institute) -> None:
    quiet("extension")
    ask_for_more_time(institute, add_item(institute, THURSDAY), institute.office)
    ask_for_more_time(institute, add_item(institute, THURSDAY, owner=institute.office), institute.secretary)
    run(THURSDAY)
    assert got() == [("齐望舒", 2, "office"), ("齐望舒", 2, "office")]


def require(institute, **values) -> Requirement:
    kind, _ = ActivityKind.objects.get_or_create(
        code="theme-day-test", defaults={"name_zh": "主题党日（测）", "name_en": "Themed Party day (test)"}
    )
    defaults = {
        "organization": institute.branch,
        "activity_kind": kind,
        "period": "month",
        "source": "党支部工作条例",
        "effective_from": date(2026, 6, 1),
    }
    return Requirement.objects.create(**(defaults | values))


def hold(institute, requirement: Requirement, day: date, **values) -> Activity:
    defaults = {"status": "submitted", "submitted_at": noon(day)}
    return Activity.objects.create(
        kind=requirement.activity_kind,
        organization=institute.branch,
        title="主题党日",
        held_on=day,
        created_by=institute.secretary,
        **(defaults | values),
    )


@pytest.fixture
def only_own_requirements(institute):
    quiet("requirement")
    Requirement.objects.update(active=False)


def test_a_requirement_asks_its_secretary_as_the_period_ends(institute, only_own_requirements) -> None:
    keep_contact(institute)
    requirement = require(institute)
    run(date(2026, 6, 22))
    assert got() == []
    run(date(2026, 6, 23))
    assert got() == [("林若溪", -5, "secretary")]
    run(date(2026, 7, 3))
    assert got(due_on=date(2026, 6, 30)) == [
        ("林若溪", -5, "secretary"),
        ("林若溪", 3, "secretary"),
        ("陈柏舟", 3, "liaison"),
    ]
    assert set(Notification.objects.values_list("subject_id", "subject_part")) == {
        (requirement.pk, institute.branch.pk)
    }


def test_a_requirement_stops_once_logged(institute, only_own_requirements) -> None:
    requirement = require(institute)
    hold(institute, requirement, date(2026, 6, 10))
    run(date(2026, 6, 29))
    assert got() == []


def test_months_missed_long_ago_do_not_flood(institute, only_own_requirements) -> None:
    require(institute)
    run(date(2026, 12, 4))
    assert {n.due_on for n in Notification.objects.all()} == {date(2026, 11, 30)}


def test_december_is_still_reminded_of_in_january(institute, only_own_requirements) -> None:
    require(institute)
    run(date(2027, 1, 8))
    assert {n.due_on for n in Notification.objects.all()} == {date(2026, 12, 31)}


def test_a_soft_figure_is_not_pressed_once_its_period_is_over(institute, only_own_requirements) -> None:
    require(institute, soft=True)
    run(date(2026, 6, 29))
    assert got() == [("林若溪", -1, "secretary")]
    assert run(date(2026, 7, 3)) == 0


def test_an_exempt_organization_is_left_in_peace(institute, only_own_requirements) -> None:
    requirement = require(institute)
    Exemption.objects.create(
        organization=institute.branch,
        requirement=requirement,
        starts_on=date(2026, 6, 1),
        ends_on=date(2026, 6, 30),
        reason="集中外出试验",
    )
    assert run(date(2026, 6, 29)) == 0


def test_a_term_is_reminded_of_180_90_and_30_days_before(institute) -> None:
    quiet("term")
    term = Term.objects.create(
        organization=institute.branch, starts_on=date(2023, 12, 15), due_on=date(2026, 12, 15)
    )
    for days in range(200):
        run(date(2026, 6, 1) + days * DAY)
    secretary = Notification.objects.filter(recipient=institute.secretary).order_by("planned_on")
    assert [(n.rung, n.planned_on) for n in secretary] == [
        (-180, date(2026, 6, 18)),
        (-90, date(2026, 9, 16)),
        (-30, date(2026, 11, 15)),
    ]
    Notification.objects.all().delete()
    term.ends_on = date(2026, 12, 1)
    term.save()
    assert run(date(2026, 12, 14)) == 0


def test_a_post_is_reminded_of_until_its_review(institute) -> None:
    quiet("post")
    post = VanguardPost.objects.create(
        holder=institute.member,
        organization=institute.branch,
        challenge="三维集成热管理",
        commitment="年内打通工艺",
        status="approved",
        decided_by=institute.office,
        decided_on=date(2025, 7, 1),
        valid_from=date(2025, 7, 1),
        valid_to=date(2026, 7, 10),
    )
    run(THURSDAY)
    assert got() == [("林若溪", -30, "secretary"), ("郑知行", -30, "owner")]
    post.review(
        institute.office,
        noon(THURSDAY),
        post.version,
        year=2026,
        renewed=True,
        note="完成",
        valid_to=date(2027, 7, 10),
    )
    assert run(date(2026, 7, 11)) == 0
    run(date(2027, 7, 5))
    assert got(due_on=date(2027, 7, 10)) == [("林若溪", -7, "secretary"), ("郑知行", -7, "owner")]


def test_an_urge_reaches_the_owner_unless_a_report_came_since(institute) -> None:
    quiet("urge")
    item, answered = add_item(institute, THURSDAY + 20 * DAY), add_item(institute, THURSDAY + 20 * DAY)
    for row in (item, answered):
        row.urges.create(by=institute.office, at=noon(THURSDAY), note="请本周反馈")
    ItemEvent.objects.create(
        item=answered,
        step="report",
        by=institute.member,
        at=noon(THURSDAY) + timedelta(minutes=5),
        to_state=answered.state,
    )
    run(THURSDAY + DAY)
    assert got() == [("郑知行", 0, "owner")]
    assert run(THURSDAY + 2 * DAY) == 0


def test_a_digest_is_planned_for_those_with_an_address(institute) -> None:
    quiet("item")
    add_item(institute, THURSDAY)
    add_item(institute, THURSDAY, owner=institute.deputy)
    Person.objects.filter(pk=institute.deputy.pk).update(email="")
    run(THURSDAY)
    assert [d.recipient for d in Delivery.objects.all()] == [institute.member]
    run(THURSDAY)
    assert Delivery.objects.count() == 1


def test_planning_costs_the_same_number_of_statements_for_more_items(
    institute, django_assert_max_num_queries
) -> None:
    keep_contact(institute)
    for _ in range(3):
        add_item(institute, THURSDAY)
    with django_assert_max_num_queries(120) as few:
        run(THURSDAY)
    for number in range(40):
        add_item(institute, THURSDAY - number * DAY)
    with django_assert_max_num_queries(len(few)):
        run(THURSDAY)


def test_many_items_are_planned_in_chunks(institute, monkeypatch) -> None:
    quiet("item")
    monkeypatch.setattr("tasks.reminders.plan.FIRST_CHUNK", 2)
    monkeypatch.setattr("tasks.reminders.plan.CHUNK", 3)
    for _ in range(8):
        add_item(institute, THURSDAY)
    assert run(THURSDAY) == 8
    assert run(THURSDAY) == 0


def test_many_requirements_are_planned_in_chunks(institute, only_own_requirements, monkeypatch) -> None:
    monkeypatch.setattr("tasks.reminders.plan.PAIRS", 2)
    for number in range(5):
        kind = ActivityKind.objects.create(
            code=f"k{number}", name_zh=f"会{number}", name_en=f"Meeting {number}"
        )
        require(institute, activity_kind=kind)
    assert run(date(2026, 6, 29)) == 5


def test_a_standing_made_by_a_new_liaison_counts_from_its_day(institute) -> None:
    quiet("item")
    add_item(institute, THURSDAY - 5 * DAY)
    newcomer = add_person("齐越", "newcomer", account=False)
    appoint(newcomer, institute.party, "committee_member")
    contact = keep_contact(institute)
    contact.starts_on = THURSDAY + 10 * DAY
    contact.save()
    run(THURSDAY)
    assert got(audience="liaison") == []


def test_membership_alone_reminds_nobody(institute) -> None:
    quiet("item")
    Membership.objects.filter(person=institute.outsider).delete()
    add_item(institute, THURSDAY)
    run(THURSDAY)
    assert [name for name, _, _ in got()] == ["郑知行"]
