"""The steps of an activity through HTTP: works, wrong state, stale copy, wrong person, GET, history."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from common.steps import StepForbidden, StepRefused
from tasks.models import Activity
from tests.tasks.activity_forms import logged

STEPS = ["submit", "withdraw", "approve", "send_back", "unlock"]


def url(activity: Activity, step: str) -> str:
    return f"/activities/{activity.pk}/{step}/"


def take(client, activity: Activity, step: str, **data):
    activity.refresh_from_db()
    return client.post(url(activity, step), {"version": activity.version, **data})


@pytest.fixture
def submitted(institute):
    return logged(institute.branch, institute.secretary)


@pytest.fixture
def approved(institute):
    return logged(institute.branch, institute.secretary, approve=institute.office)


def test_the_office_approves_and_it_counts(institute, client_of, submitted):
    assert not Activity.objects.approved().exists()
    answer = take(client_of(institute.office), submitted, "approve")
    submitted.refresh_from_db()
    assert answer.status_code == 302
    assert (submitted.status, submitted.decided_by) == ("approved", institute.office)
    assert submitted.decided_at is not None
    assert Activity.objects.approved().get() == submitted
    event = submitted.events.first()
    assert (event.step, event.by, event.data) == (
        "approve",
        institute.office,
        {"status": ["submitted", "approved"]},
    )
    assert (
        institute.office.name
        in client_of(institute.secretary).get(submitted.get_absolute_url()).content.decode()
    )


def test_the_office_returns_with_a_reason_and_the_branch_submits_again(institute, client_of, submitted):
    office, branch = client_of(institute.office), client_of(institute.secretary)
    take(office, submitted, "send_back", reason="请补联建单位名称")
    submitted.refresh_from_db()
    assert submitted.status == "returned"
    assert submitted.events.first().note == "请补联建单位名称"
    assert "请补联建单位名称" in branch.get(submitted.get_absolute_url()).content.decode()
    take(branch, submitted, "submit")
    submitted.refresh_from_db()
    assert submitted.status == "submitted"
    take(office, submitted, "approve")
    assert [event.step for event in submitted.events.all()] == [
        "approve",
        "submit",
        "send_back",
        "submit",
        "log",
    ]


@pytest.mark.parametrize("step", ["send_back", "unlock"])
def test_a_step_that_needs_a_reason_keeps_the_rest_when_it_is_missing(institute, client_of, step):
    activity = logged(
        institute.branch, institute.secretary, approve=institute.office if step == "unlock" else None
    )
    before = activity.status
    answer = take(client_of(institute.office_colleague), activity, step, reason="  ")
    activity.refresh_from_db()
    assert answer.status_code == 409
    assert 'role="alert"' in answer.content.decode()
    assert activity.status == before


def test_an_approved_activity_is_opened_with_a_reason_and_counts_no_more(institute, client_of, approved):
    take(client_of(institute.office), approved, "unlock", reason="日期有误")
    approved.refresh_from_db()
    assert (approved.status, approved.decided_by, approved.decided_at) == ("returned", None, None)
    assert approved.events.first().note == "日期有误"
    assert not Activity.objects.approved().exists()


def test_the_submitter_withdraws_within_a_day(institute, client_of, submitted):
    take(client_of(institute.secretary), submitted, "withdraw")
    submitted.refresh_from_db()
    assert submitted.status == "draft"
    assert submitted.events.first().step == "withdraw"


def test_after_a_day_withdrawing_is_refused(institute, client_of):
    late = logged(institute.branch, institute.secretary, at=timezone.now() - timedelta(hours=24, minutes=1))
    answer = take(client_of(institute.secretary), late, "withdraw")
    late.refresh_from_db()
    assert answer.status_code == 409
    assert late.status == "submitted"


def test_only_the_submitter_withdraws(institute, client_of, submitted):
    assert take(client_of(institute.deputy), submitted, "withdraw").status_code == 403
    assert take(client_of(institute.office), submitted, "withdraw").status_code == 403


def test_nobody_approves_what_they_submitted(institute, client_of):
    own = logged(institute.branch, institute.office)
    assert take(client_of(institute.office), own, "approve").status_code == 403
    page = client_of(institute.office).get(own.get_absolute_url()).content.decode()
    assert url(own, "approve") not in page
    assert take(client_of(institute.office_colleague), own, "approve").status_code == 302


def test_the_database_refuses_an_approval_by_the_submitter(institute, submitted):
    with pytest.raises(IntegrityError), transaction.atomic():
        Activity.objects.filter(pk=submitted.pk).update(
            status="approved", decided_by=institute.secretary, decided_at=timezone.now()
        )


@pytest.mark.parametrize("step", ["approve", "send_back", "unlock"])
def test_an_officer_decides_nothing(institute, client_of, step):
    activity = logged(
        institute.branch, institute.secretary, approve=institute.office if step == "unlock" else None
    )
    assert take(client_of(institute.deputy), activity, step, reason="x").status_code == 403


@pytest.mark.parametrize("step", STEPS)
def test_a_step_in_the_wrong_state_is_refused_and_writes_nothing(institute, client_of, step):
    wrong = logged(
        institute.branch,
        institute.secretary,
        submit=step in {"submit", "unlock"},
        approve=institute.office if step == "submit" else None,
    )
    who = institute.secretary if step in {"submit", "withdraw"} else institute.office_colleague
    version, events = wrong.version, wrong.events.count()
    answer = take(client_of(who), wrong, step, reason="理由")
    wrong.refresh_from_db()
    expected = 404 if wrong.status == "draft" and who == institute.office_colleague else 409
    assert answer.status_code == expected
    assert (wrong.version, wrong.events.count()) == (version, events)


@pytest.mark.parametrize("step", STEPS)
def test_a_step_on_an_old_copy_is_refused(institute, client_of, step):
    activity = logged(
        institute.branch,
        institute.secretary,
        submit=step != "submit",
        approve=institute.office if step == "unlock" else None,
    )
    who = institute.secretary if step in {"submit", "withdraw"} else institute.office_colleague
    before = activity.status
    answer = client_of(who).post(url(activity, step), {"version": activity.version - 1, "reason": "我的理由"})
    activity.refresh_from_db()
    assert answer.status_code == 409
    assert activity.status == before
    if step in {"send_back", "unlock"}:
        assert "我的理由" in answer.content.decode()


@pytest.mark.parametrize("step", STEPS)
def test_steps_are_posted(institute, client_of, submitted, step):
    assert client_of(institute.office).get(url(submitted, step)).status_code == 405


def test_a_step_of_another_branchs_activity_does_not_exist(institute, client_of, submitted):
    for step in STEPS:
        assert take(client_of(institute.other_secretary), submitted, step, reason="x").status_code == 404


def test_an_unknown_step_does_not_exist(institute, client_of, submitted):
    assert client_of(institute.office).post(url(submitted, "delete")).status_code == 404


def test_a_draft_of_the_future_is_not_submitted(institute, client_of):
    draft = logged(
        institute.branch, institute.secretary, held_on=timezone.localdate() + timedelta(days=3), submit=False
    )
    assert take(client_of(institute.secretary), draft, "submit").status_code == 409


def test_several_are_approved_at_once_each_in_the_version_shown(institute, client_of):
    first, second, changed = (logged(institute.branch, institute.secretary) for _n in range(3))
    own = logged(institute.branch, institute.office)
    answer = client_of(institute.office).post(
        "/activities/approve/",
        {
            "picked": [
                f"{first.pk}:{first.version}",
                f"{second.pk}:{second.version}",
                f"{changed.pk}:{changed.version - 1}",
                f"{own.pk}:{own.version}",
                "x:1",
                "99999999999999999999:1",
            ],
            "next": "/activities/?status=submitted",
        },
    )
    assert answer["Location"] == "/activities/?status=submitted"
    assert set(Activity.objects.approved()) == {first, second}
    page = client_of(institute.office).get("/activities/?status=submitted")
    assert page.context["counts"]["submitted"] == 2


def test_approving_several_is_the_offices(institute, client_of, submitted):
    data = {"picked": [f"{submitted.pk}:{submitted.version}"]}
    assert client_of(institute.secretary).post("/activities/approve/", data).status_code == 403
    assert client_of(institute.office).get("/activities/approve/").status_code == 405
    elsewhere = client_of(institute.office).post(
        "/activities/approve/", {**data, "next": "https://example.org/"}
    )
    assert elsewhere["Location"] == "/activities/"


def test_the_buttons_are_those_that_work(institute, client_of, submitted, approved):
    draft = logged(institute.branch, institute.secretary, submit=False)
    people = {"secretary": institute.secretary, "office": institute.office, "member": institute.member}
    offered = {
        (name, activity.status): {
            step
            for step in STEPS
            if url(activity, step) in client_of(person).get(activity.get_absolute_url()).content.decode()
        }
        for name, person in people.items()
        for activity in (submitted, approved, draft)
        if not (activity.status == "draft" and name != "secretary")
    }
    assert offered == {
        ("secretary", "submitted"): {"withdraw"},
        ("secretary", "approved"): set(),
        ("secretary", "draft"): {"submit"},
        ("office", "submitted"): {"approve", "send_back"},
        ("office", "approved"): {"unlock"},
        ("member", "submitted"): set(),
        ("member", "approved"): set(),
    }


def test_a_step_outside_a_page_says_why_it_is_refused(institute, submitted):
    with pytest.raises(StepForbidden):
        submitted.approve(by=institute.secretary, at=timezone.now())
    with pytest.raises(StepRefused):
        submitted.submit(by=institute.secretary, at=timezone.now())
    assert submitted.events.count() == 2
