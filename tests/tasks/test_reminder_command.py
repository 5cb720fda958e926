"""``manage.py send_reminders`` and the two jobs: doors to the same functions."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone

from tasks import jobs
from tasks.models import Delivery, Notification, ReminderRule
from tests.tasks.reminding import THURSDAY, add_item, done, would

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _only_items(db):
    ReminderRule.objects.exclude(subject="item").update(active=False)


def command(*arguments: str) -> str:
    out = StringIO()
    call_command("send_reminders", *arguments, stdout=out)
    return out.getvalue()


def test_the_dry_run_says_who_would_get_what_and_why(institute) -> None:
    item = add_item(institute, THURSDAY)
    said = command("--on", "2026-06-18", "--dry-run")
    assert "郑知行" in said
    assert item.title in said
    assert Notification.objects.count() == Delivery.objects.count() == len(mail.outbox) == 0


def test_the_dry_run_as_json_agrees_with_the_run(institute) -> None:
    add_item(institute, THURSDAY)
    expected = would(THURSDAY)
    said = json.loads(command("--on", "2026-06-18", "--dry-run", "--json"))
    assert said["planned"] == 1
    (row,) = said["reminders"]
    assert (row["recipient"], row["audience"], row["rung"]) == ("郑知行", "owner", 0)
    assert row["why"]
    ran = json.loads(command("--on", "2026-06-18", "--json"))
    assert ran == {"on": "2026-06-18", "dry_run": False, "planned": 1, "sent": 1}
    assert done() == expected
    assert len(mail.outbox) == 1


def test_a_second_run_does_nothing(institute) -> None:
    add_item(institute, THURSDAY)
    command("--on", "2026-06-18")
    assert json.loads(command("--on", "2026-06-18", "--json"))["planned"] == 0
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("text", ["2026-02-31", "tomorrow", "20260618x", "", "9999-12-31", "0001-01-01"])
def test_a_bad_date_is_one_line_and_changes_nothing(institute, text) -> None:
    add_item(institute, THURSDAY)
    with pytest.raises(CommandError) as refused:
        command("--on", text)
    assert "\n" not in str(refused.value)
    assert Notification.objects.count() == 0


def test_without_a_date_it_is_today(institute) -> None:
    assert json.loads(command("--dry-run", "--json"))["on"] == timezone.localdate().isoformat()


def test_the_jobs_plan_and_deliver(institute, django_capture_on_commit_callbacks) -> None:
    add_item(institute, timezone.localdate())
    with django_capture_on_commit_callbacks() as bells:
        jobs.plan_reminders()
    assert Notification.objects.count() == 1
    assert len(bells) == 1
    jobs.deliver_notifications()
    assert len(mail.outbox) == 1
