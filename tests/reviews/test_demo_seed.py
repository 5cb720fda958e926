"""The demo institute: whole, the same every time, consistent as if people had walked every step."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.db.models import F
from django.test import Client, override_settings
from django.urls import reverse

from accounts.models import AdminGrant, User
from branches.models import Organization, Person, Term, VanguardPost
from plans.models import ActionPlan
from reviews.demo.people import ACCOUNTS, ADMINISTRATORS, PASSWORD
from reviews.demo.seed import seed
from reviews.models import AnnualReview, ReviewRound, ReviewSection
from tasks.lights import Light
from tasks.models import (
    Activity,
    Attendance,
    Delivery,
    Extension,
    ItemEvent,
    LedgerItem,
    Notification,
    ProgressReport,
)
from tasks.reminders.plan import preview

DAY = date(2026, 6, 18)


@pytest.fixture(scope="module")
def seeded(django_db_setup, django_db_blocker):
    """The institute once for all these tests; taken back at the end."""
    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
            seed(DAY)
        yield
        transaction.set_rollback(True)
        outer.__exit__(None, None, None)


@pytest.fixture
def demo(seeded, db):
    """One test within it."""


def test_it_has_the_size_of_an_institute(demo) -> None:
    assert 55 <= Organization.objects.count() <= 70
    assert Person.objects.count() == 400
    assert 800 <= Activity.objects.count() <= 1400
    assert Attendance.objects.count() > 8000


def test_both_plans_have_the_structure_of_the_published_ones(demo) -> None:
    opinions, points = ActionPlan.objects.order_by("issued_on")
    kinds = Counter(opinions.clauses.values_list("kind", flat=True))
    assert (kinds["section"], kinds["goal"], kinds["pillar"]) == (4, 3, 4)
    assert opinions.measures.filter(pillar__assurance__gt="").count() == 11
    assert [p.assurance for p in opinions.pillars.all()] == ["方向正", "干成事", "有潜力", "可持续"]
    assert points.measures.count() == 15
    assert points.pillars.count() == 4
    assert DAY.year == points.issued_on.year


def test_items_stand_in_every_state_and_show_every_light(demo) -> None:
    assert set(LedgerItem.objects.values_list("state", flat=True)) == set(LedgerItem.State)
    lights = LedgerItem.objects.filter(ledger__source="plan", measure__plan__kind="guiding_opinions")
    expected = {
        Light.BLUE: 14,
        Light.GREEN: 19,
        Light.YELLOW: 5,
        Light.PURPLE: 2,
        Light.RED: 3,
        Light.GREY: 4,
    }
    assert lights.light_counts(DAY) == {light.value: number for light, number in expected.items()}


def test_every_item_of_the_plan_carries_out_words_of_its_clause(demo) -> None:
    for item in LedgerItem.objects.exclude(measure=None).select_related("measure__clause"):
        assert item.phrase in item.measure.clause.title + item.measure.clause.text, item


def test_the_history_of_every_item_runs_forward_and_ends_where_it_stands(demo) -> None:
    for item in LedgerItem.objects.prefetch_related("events"):
        events = sorted(item.events.all(), key=lambda event: event.pk)
        moments = [event.at for event in events]
        assert moments == sorted(moments), item
        assert events[-1].to_state == item.state, item
        assert not any(e.at.date() > DAY for e in events), item


def test_an_extension_waits_reports_wait_and_some_were_returned(demo) -> None:
    assert Extension.objects.filter(status="pending").count() == 2
    assert set(ProgressReport.objects.values_list("status", flat=True)) == {"pending", "accepted", "returned"}
    assert ItemEvent.objects.filter(step="urge").exists()


def test_activities_have_a_history_that_fits_their_state(demo) -> None:
    assert set(Activity.objects.values_list("status", flat=True)) == set(Activity.Status)
    last = {Activity.Status.APPROVED: "approve", Activity.Status.RETURNED: "send_back"}
    for activity in Activity.objects.prefetch_related("events"):
        steps = [event.step for event in sorted(activity.events.all(), key=lambda event: event.pk)]
        assert steps[0] == "log"
        if activity.status in last:
            assert steps[-1] == last[activity.status]
            assert activity.decided_by_id != activity.submitter_id
            assert activity.held_on <= activity.submitted_at.date() <= activity.decided_at.date() <= DAY


def test_a_host_is_there_and_nothing_has_yet_to_come(demo) -> None:
    away = Attendance.objects.exclude(status="present")
    assert not away.filter(person=F("activity__host")).exists()
    # The first minute of the day shown, as the institute reckons it.
    latest = datetime(DAY.year, DAY.month, DAY.day, 0, 1, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert AnnualReview.objects.filter(generated_at__isnull=False).exists()
    assert not AnnualReview.objects.filter(generated_at__gt=latest).exists()
    assert not ItemEvent.objects.filter(at__gt=latest).exists()
    assert not Activity.objects.filter(submitted_at__gt=latest).exists()
    assert not Notification.objects.filter(read_at__gt=latest).exists()


def test_posts_terms_and_the_round_of_the_year_are_there(demo) -> None:
    assert set(VanguardPost.objects.values_list("status", flat=True)) == set(VanguardPost.Status)
    assert Term.objects.filter(due_on__lt=DAY, ends_on=None).exists()
    round = ReviewRound.objects.get()
    assert (round.year, round.status) == (2026, "open")
    assert AnnualReview.objects.count() == Organization.objects.reporting().count()
    assert 0 < AnnualReview.objects.confirmed().count() < AnnualReview.objects.count()
    assert ReviewSection.objects.exclude(edited=None).exists()


def test_reminders_are_planned_for_the_day_and_no_mail_waits(demo) -> None:
    assert Notification.objects.filter(planned_on=DAY).exists()
    assert preview(DAY) == []
    assert not Delivery.objects.filter(state=Delivery.State.WAITING).exists()
    assert Delivery.objects.in_trouble().count() == 1


@pytest.mark.parametrize("username", [row[0] for row in ACCOUNTS + ADMINISTRATORS])
def test_every_account_signs_in_and_sees_its_home(demo, username) -> None:
    user = User.objects.get(username=username)
    assert user.is_demo
    assert user.check_password(PASSWORD)
    client = Client()
    client.force_login(user)
    assert client.get(reverse("home"), follow=True).status_code == 200


def test_the_three_administrators_are_three(demo) -> None:
    assert sorted(AdminGrant.objects.values_list("role", flat=True)) == sorted(AdminGrant.Role)
