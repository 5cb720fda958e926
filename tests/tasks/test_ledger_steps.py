"""The steps of an item through their addresses: works, wrong state, stale copy, wrong person, history."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from branches.models import Appointment, Organization
from common.steps import Stale, StepForbidden, StepRefused
from tasks.models import ItemEvent, LedgerItem
from tests.conftest import add_organization, appoint
from tests.tasks.items import add_item, at

TODAY = date(2026, 6, 18)


def later(days: int = 60) -> date:
    return timezone.localdate() + timedelta(days=days)


def reported(institute, by=None, **values) -> LedgerItem:
    item = add_item(institute, "in_progress", **values)
    item.report(by=by or institute.member, at=timezone.now(), progress=40, text="协调办法第一稿完成。")
    return item


def extension_asked(institute) -> LedgerItem:
    item = add_item(institute, "in_progress")
    item.request_extension(by=institute.member, at=timezone.now(), due_on=later(90), reason="评审顺延。")
    return item


#: step: (how the item is made, who takes it, what is posted, state before, state after)
CASES = {
    "register": ("draft", "office", {}, "registered"),
    "assign": ("registered", "office", {}, "assigned"),
    "sign_for": ("assigned", "member", {}, "in_progress"),
    "report": ("in_progress", "member", {"progress": 30, "text": "摸底完成。"}, "in_progress"),
    "accept_report": (reported, "office", {"reply": ""}, "in_progress"),
    "return_report": (reported, "office", {"reply": "请补本月做了哪几步。"}, "in_progress"),
    "request_completion": ("in_progress", "member", {"note": "已会签。"}, "completion_requested"),
    "send_back": ("completion_requested", "office", {"reason": "还差一个支部会签。"}, "in_progress"),
    "complete": ("completion_requested", "office", {"note": ""}, "completed"),
    "clear": ("completed", "committee", {"note": ""}, "cleared"),
    "request_extension": (
        "in_progress",
        "member",
        {"due_on": later(90), "reason": "评审顺延。"},
        "in_progress",
    ),
    "decide_extension": (extension_asked, "committee", {"granted": "1", "reply": ""}, "in_progress"),
    "urge": ("in_progress", "office", {"note": ""}, "in_progress"),
    "correct_assignment": (
        "in_progress",
        "office",
        {"lead": "微波器件党支部", "owner": "宋望舒", "reason": "分工有误。"},
        "assigned",
    ),
    "return_to_draft": ("assigned", "office", {"reason": "重复立项。"}, "draft"),
}
#: A state in which the step is never possible.
WRONG_STATE = dict.fromkeys(CASES, "cleared") | {"clear": "in_progress"}
#: Someone who sees the item and may not take the step.
WRONG_PERSON = {
    "register": "committee",
    "assign": "committee",
    "sign_for": "committee",
    "report": "committee",
    "accept_report": "member",
    "return_report": "secretary",
    "request_completion": "office",
    "send_back": "member",
    "complete": "member",
    "clear": "secretary",
    "request_extension": "office",
    "decide_extension": "member",
    "urge": "member",
    "correct_assignment": "secretary",
    "return_to_draft": "secretary",
}


def made(institute, how) -> LedgerItem:
    return add_item(institute, how) if isinstance(how, str) else how(institute)


def post(client, item: LedgerItem, step: str, data: dict, version: int | None = None):
    return client.post(
        reverse("item_step", args=[item.pk, step]), {"version": version or item.version, **data}
    )


@pytest.mark.parametrize("step", CASES)
def test_a_step_works_and_leaves_its_row_in_the_history(step, institute, client_of):
    how, who, data, after = CASES[step]
    item = made(institute, how)
    before, version = item.state, item.version

    response = post(client_of(getattr(institute, who)), item, step, data)

    assert response.status_code == 302, response.content.decode()[:2000]
    item.refresh_from_db()
    assert item.state == after
    event = item.events.first()
    assert (event.step, event.by, event.from_state, event.to_state) == (
        step,
        getattr(institute, who),
        before,
        after,
    )
    # An urge changes nothing about the item, so that a form open elsewhere stays good.
    assert item.version == (version if step == "urge" else version + 1)


@pytest.mark.parametrize("step", CASES)
def test_a_step_in_the_wrong_state_changes_nothing(step, institute, client_of):
    who, data = CASES[step][1:3]
    item = add_item(institute, WRONG_STATE[step])
    events = item.events.count()

    response = post(client_of(getattr(institute, who)), item, step, data)

    assert response.status_code == 409
    state = item.state
    item.refresh_from_db()
    assert (item.state, item.events.count()) == (state, events)


@pytest.mark.parametrize("step", CASES)
def test_a_stale_copy_is_a_conflict_and_nothing_typed_is_lost(step, institute, client_of):
    how, who, data, _after = CASES[step]
    item = made(institute, how)

    response = post(client_of(getattr(institute, who)), item, step, data, version=item.version + 7)

    assert response.status_code == 409
    page = response.content.decode()
    assert all(str(value) in page for value in data.values() if len(str(value)) > 1)
    state = item.state
    item.refresh_from_db()
    assert item.state == state


@pytest.mark.parametrize("step", CASES)
def test_a_step_is_not_for_just_anyone(step, institute, client_of):
    how, _who, data, _after = CASES[step]
    item = made(institute, how)
    events = item.events.count()

    assert post(client_of(getattr(institute, WRONG_PERSON[step])), item, step, data).status_code in (403, 404)
    assert post(client_of(institute.other_secretary), item, step, data).status_code == 404
    assert item.events.count() == events


@pytest.mark.parametrize("step", CASES)
def test_a_step_is_never_a_link(step, institute, client_of):
    item = add_item(institute, "in_progress")
    assert client_of(institute.office).get(reverse("item_step", args=[item.pk, step])).status_code == 405


def test_an_unknown_step_does_not_exist(institute, client_of):
    item = add_item(institute, "in_progress")
    assert post(client_of(institute.office), item, "delete", {}).status_code == 404


# What each step keeps -------------------------------------------------------


def test_assigning_sets_the_original_deadline_once_and_pace_begins(institute):
    item = add_item(institute, "assigned", on=TODAY)
    assert (item.due_on_original, item.starts_on) == (TODAY + timedelta(days=60), TODAY)
    item.sign_for(by=institute.member, at=at(TODAY))
    item.request_extension(
        by=institute.member, at=at(TODAY), due_on=TODAY + timedelta(days=80), reason="顺延"
    )
    item.decide_extension(by=institute.office, at=at(TODAY), granted=True)
    assert (item.due_on, item.due_on_original) == (TODAY + timedelta(days=80), TODAY + timedelta(days=60))
    assert item.red_on == TODAY + timedelta(days=81)
    assert item.events.first().data["due_on"] == {"old": "2026-08-17", "new": "2026-09-06"}


def test_the_original_deadline_survives_a_return_to_draft(institute):
    item = add_item(institute, "assigned", on=TODAY)
    item.return_to_draft(by=institute.office, at=at(TODAY), reason="改期")
    item.edit(by=institute.office, at=at(TODAY), values={"due_on": TODAY + timedelta(days=90)})
    item.register(by=institute.office, at=at(TODAY))
    item.assign(by=institute.office, at=at(TODAY))
    assert item.due_on_original == TODAY + timedelta(days=60)


def test_a_start_given_is_not_overwritten(institute):
    item = add_item(institute, "assigned", on=TODAY, starts_on=TODAY + timedelta(days=10))
    assert item.starts_on == TODAY + timedelta(days=10)


@pytest.mark.parametrize("missing", ["due_on", "lead", "owner"])
def test_a_draft_needs_nothing_but_registration_does(missing, institute):
    item = add_item(institute, "draft", **{missing: None})
    with pytest.raises(StepRefused):
        item.register(by=institute.office, at=timezone.now())
    item.refresh_from_db()
    assert item.state == "draft"


def test_an_item_whose_deadline_has_passed_is_not_assigned(institute):
    item = add_item(institute, "registered", on=TODAY, due_on=TODAY + timedelta(days=3))
    with pytest.raises(StepRefused):
        item.assign(by=institute.office, at=at(TODAY + timedelta(days=4)))


def test_progress_is_what_was_accepted_never_what_was_reported(institute):
    item = reported(institute)
    assert item.accepted_progress() == 0
    item.accept_report(by=institute.office, at=timezone.now())
    assert item.accepted_progress() == 40
    item.report(by=institute.member, at=timezone.now(), progress=90, text="快了。")
    item.return_report(by=institute.office, at=timezone.now(), reply="没有依据。")
    assert item.accepted_progress() == 40


def test_one_report_waits_at_a_time(institute, client_of):
    item = reported(institute)
    with pytest.raises(StepRefused):
        item.report(by=institute.secretary, at=timezone.now(), progress=50, text="又一次。")
    response = post(client_of(institute.member), item, "report", {"progress": 50, "text": "又一次。"})
    assert response.status_code == 409
    assert "又一次。" in response.content.decode()
    assert item.reports.count() == 1


@pytest.mark.parametrize("progress", ["-1", "101", "很多", ""])
def test_progress_is_a_whole_number_from_0_to_100(progress, institute, client_of):
    item = add_item(institute, "in_progress")
    response = post(client_of(institute.member), item, "report", {"progress": progress, "text": "做了。"})
    assert response.status_code == 200
    assert "invalid-feedback" in response.content.decode()
    assert "做了。" in response.content.decode()
    assert not item.reports.exists()


def test_an_extension_is_asked_for_on_the_day_but_not_after(institute):
    item = add_item(institute, "in_progress", on=TODAY, due_on=TODAY + timedelta(days=5))
    last = TODAY + timedelta(days=5)
    with pytest.raises(StepRefused):
        item.request_extension(
            by=institute.member,
            at=at(last + timedelta(days=1)),
            due_on=last + timedelta(days=9),
            reason="晚了",
        )
    with pytest.raises(StepRefused):
        item.request_extension(by=institute.member, at=at(last), due_on=last, reason="没有更晚")
    item.request_extension(by=institute.member, at=at(last), due_on=last + timedelta(days=1), reason="来得及")
    with pytest.raises(StepRefused):
        item.request_extension(
            by=institute.member, at=at(last), due_on=last + timedelta(days=2), reason="又一次"
        )
    assert item.extensions.count() == 1


def test_a_refused_extension_leaves_the_deadline_and_says_why(institute, client_of):
    item = extension_asked(institute)
    due = item.due_on
    client = client_of(institute.office)
    answer = post(client, item, "decide_extension", {"granted": "0", "reply": ""})
    assert answer.status_code == 200
    assert item.extensions.get().status == "pending"
    post(client, item, "decide_extension", {"granted": "0", "reply": "时间够用。"})
    item.refresh_from_db()
    assert (item.due_on, item.extensions.get().status) == (due, "refused")
    assert "时间够用。" in client.get(item.get_absolute_url()).content.decode()


def test_the_day_of_the_request_is_the_day_the_work_was_done(institute):
    item = add_item(institute, "completion_requested", on=TODAY)
    item.complete(by=institute.office, at=at(TODAY + timedelta(days=30)))
    assert item.completed_on == TODAY
    other = add_item(institute, "completion_requested", on=TODAY)
    other.send_back(by=institute.office, at=at(TODAY), reason="没完")
    assert other.completed_on is None


def test_completing_answers_what_still_waits(institute):
    item = reported(institute)
    item.request_extension(by=institute.secretary, at=timezone.now(), due_on=later(90), reason="万一")
    item.request_completion(by=institute.member, at=timezone.now())
    item.complete(by=institute.office, at=timezone.now())
    assert (item.reports.get().status, item.extensions.get().status) == ("accepted", "refused")
    assert item.reports.get().decided_by == institute.office
    assert item.accepted_progress() == 40
    assert item.events.first().data["progress"] == 40


def test_a_corrected_assignment_waits_to_be_signed_for_again(institute):
    item = add_item(institute, "in_progress")
    item.correct_assignment(
        by=institute.office,
        at=timezone.now(),
        lead=institute.other_branch,
        owner=institute.other_secretary,
        reason="分工有误",
    )
    assert (item.state, item.signed_at, item.signed_by) == ("assigned", None, None)
    assert item.events.first().data["lead"]["old"]["name"] == "激光技术党支部"
    with pytest.raises(StepRefused):
        item.correct_assignment(
            by=institute.office,
            at=timezone.now(),
            lead=institute.other_branch,
            owner=institute.other_secretary,
            reason="没有变",
        )


def test_what_waits_is_answered_before_a_return_to_draft(institute):
    item = reported(institute)
    with pytest.raises(StepRefused):
        item.return_to_draft(by=institute.office, at=timezone.now(), reason="重复")


def test_an_item_is_urged_once_a_day(institute):
    item = add_item(institute, "in_progress", on=TODAY)
    item.urge(by=institute.office, at=at(TODAY, 9))
    with pytest.raises(StepRefused):
        item.urge(by=institute.committee, at=at(TODAY, 15))
    item.urge(by=institute.committee, at=at(TODAY + timedelta(days=1)))
    assert item.urges.count() == 2


# Never one's own ------------------------------------------------------------


def test_nobody_accepts_a_report_of_their_own(institute):
    item = add_item(institute, "in_progress")
    appoint(institute.office, institute.branch, Appointment.Post.MEMBER)
    item.report(by=institute.office, at=timezone.now(), progress=10, text="自己写的。")
    with pytest.raises(StepForbidden):
        item.accept_report(by=institute.office, at=timezone.now())
    with pytest.raises(StepForbidden):
        item.return_report(by=institute.member, at=timezone.now(), reply="责任人也不行")
    item.accept_report(by=institute.office_colleague, at=timezone.now())


def test_nobody_decides_an_extension_of_their_own(institute):
    item = extension_asked(institute)
    with pytest.raises(StepForbidden):
        item.decide_extension(by=institute.member, at=timezone.now(), granted=True)
    item.refresh_from_db()
    assert item.extensions.get().status == "pending"


def test_nobody_finds_their_own_work_complete(institute):
    item = add_item(institute, "in_progress", owner=institute.office, lead=institute.party)
    item.request_completion(by=institute.office, at=timezone.now())
    with pytest.raises(StepForbidden):
        item.complete(by=institute.office, at=timezone.now())
    item.complete(by=institute.office_colleague, at=timezone.now())


def test_an_item_is_cleared_by_someone_outside_the_unit_that_did_the_work(institute):
    item = add_item(institute, "in_progress", owner=institute.secretary)
    item.report(by=institute.deputy, at=timezone.now(), progress=100, text="完成。")
    item.accept_report(by=institute.office, at=timezone.now())
    item.request_completion(by=institute.secretary, at=timezone.now())
    item.complete(by=institute.office, at=timezone.now())
    Appointment.objects.filter(person=institute.deputy).update(
        ends_on=timezone.localdate() - timedelta(days=1)
    )
    appoint(institute.committee, institute.branch, Appointment.Post.MEMBER)
    for person, why in [
        (institute.secretary, "owner"),
        (institute.deputy, "reported on it, an officer no more"),
        (institute.committee, "officer of the lead unit"),
    ]:
        with pytest.raises(StepForbidden):
            item.clear(by=person, at=timezone.now())
        item.refresh_from_db()
        assert item.state == "completed", why
    item.clear(by=institute.office, at=timezone.now())
    assert item.cleared_by == institute.office


def test_who_took_a_step_for_the_unit_never_finds_it_complete_nor_clears_it(institute):
    item = add_item(institute, "assigned")
    item.sign_for(by=institute.deputy, at=timezone.now())
    item.request_extension(
        by=institute.committee, at=timezone.now(), due_on=item.due_on + timedelta(days=9), reason="等设备"
    )
    item.decide_extension(by=institute.office, at=timezone.now(), granted=True)
    item.request_completion(by=institute.office_colleague, at=timezone.now())
    for person in (institute.deputy, institute.committee, institute.office_colleague):
        with pytest.raises(StepForbidden):
            item.complete(by=person, at=timezone.now())
    item.complete(by=institute.office, at=timezone.now())
    for person in (institute.deputy, institute.committee, institute.office_colleague):
        with pytest.raises(StepForbidden):
            item.clear(by=person, at=timezone.now())
    item.refresh_from_db()
    assert item.state == "completed"


def test_an_officer_above_the_lead_unit_reports_for_it_and_does_not_clear_it(institute, client_of):
    general = add_organization(
        institute.party,
        system="party",
        kind=Organization.Kind.GENERAL_BRANCH,
        name="研究生党总支",
        code="P09",
    )
    below = add_organization(
        general, system="party", kind=Organization.Kind.BRANCH, name="研究生第一党支部", code="P0901"
    )
    item = add_item(institute, "completed", lead=below, owner=institute.outsider)
    appoint(institute.committee, general, Appointment.Post.DEPUTY)
    client = client_of(institute.committee)
    assert "/clear/" not in client.get(item.get_absolute_url()).content.decode()
    assert post(client, item, "clear", {}).status_code == 403
    item.clear(by=institute.office, at=timezone.now())


def test_clearing_by_a_hand_of_the_unit_is_refused_on_the_page_too(institute, client_of):
    item = add_item(institute, "completed")
    appoint(institute.committee, institute.branch, Appointment.Post.MEMBER)
    client = client_of(institute.committee)
    assert "/clear/" not in client.get(item.get_absolute_url()).content.decode()
    assert post(client, item, "clear", {}).status_code == 403


# Two copies -----------------------------------------------------------------


def test_a_copy_read_before_someone_elses_step_is_stale(institute):
    item = add_item(institute, "completion_requested")
    copy = LedgerItem.objects.get(pk=item.pk)
    item.complete(by=institute.office, at=timezone.now())
    with pytest.raises(Stale):
        copy.send_back(by=institute.office_colleague, at=timezone.now(), reason="没看见")
    assert ItemEvent.objects.filter(item=item, step="send_back").count() == 0


def test_a_second_submit_does_nothing_twice(institute, client_of):
    item = add_item(institute, "in_progress")
    client, data = client_of(institute.member), {"progress": 30, "text": "摸底完成。"}
    assert post(client, item, "report", data).status_code == 302
    assert post(client, item, "report", data).status_code == 409
    assert item.reports.count() == 1


def test_a_failed_step_leaves_nothing_half_written(institute, monkeypatch):
    item = add_item(institute, "in_progress")
    version = item.version

    def broken(*args, **kwargs):
        raise RuntimeError("disk full")

    monkeypatch.setattr(ItemEvent.objects, "create", broken)
    with pytest.raises(RuntimeError):
        item.report(by=institute.member, at=timezone.now(), progress=30, text="摸底完成。")
    fresh = LedgerItem.objects.get(pk=item.pk)
    assert not fresh.reports.exists()
    assert fresh.version == version
