"""Delivering: one mail a person and day, sent until it is accepted, never twice, never empty."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend

from branches.models import Organization, Person
from tasks.models import Delivery, LedgerItem, Notification, ReminderRule
from tasks.reminders.deliver import BACKOFF, LEASE, MOST_ATTEMPTS, deliver, take
from tests.tasks.reminding import THURSDAY, add_item, finish_all, keep_contact, noon, run

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


class Refusing(BaseEmailBackend):
    """A mail server that cannot be reached."""

    def send_messages(self, email_messages):
        raise ConnectionRefusedError(111, "Connection refused")


@pytest.fixture
def mail_is_down(settings):
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"


@pytest.fixture
def only_items(db):
    ReminderRule.objects.exclude(subject="item").update(active=False)


@pytest.fixture
def one(institute, only_items):
    """One item due today, planned, its digest waiting."""
    item = add_item(institute, THURSDAY)
    run(THURSDAY)
    return item


def digest() -> Delivery:
    return Delivery.objects.get()


def test_all_reminders_of_a_day_are_one_mail(institute, only_items) -> None:
    for number in range(3):
        add_item(institute, THURSDAY, title=f"事项{number}")
    run(THURSDAY)
    assert deliver(noon(THURSDAY)) == 1
    (sent,) = mail.outbox
    assert sent.to == ["member@example.org"]
    assert all(f"事项{number}" in sent.body for number in range(3))
    assert digest().state == Delivery.State.SENT
    assert digest().sent_at is not None
    assert deliver(noon(THURSDAY)) == 0


def test_the_mail_says_why_and_links_to_the_reminder(one, settings) -> None:
    settings.SITE_URL = "https://gongjian.example.org"
    deliver(noon(THURSDAY))
    body = mail.outbox[0].body
    assert one.title in body
    assert f"https://gongjian.example.org/reminders/{Notification.objects.get().pk}/" in body
    assert mail.outbox[0].extra_headers["Message-ID"] == f"<{digest().message_id}@gongjian.example.org>"


def test_the_mail_speaks_the_language_of_its_reader(institute, only_items) -> None:
    for owner, language in ((institute.member, "en"), (institute.deputy, "zh-hans")):
        owner.user.language = language
        owner.user.save()
        add_item(institute, THURSDAY, owner=owner)
    run(THURSDAY)
    deliver(noon(THURSDAY))
    english = next(m for m in mail.outbox if m.to == ["member@example.org"])
    assert "1 reminder, 18 Jun" in english.subject
    assert "you are the person responsible" in english.body
    chinese = next(m for m in mail.outbox if m.to == ["deputy@example.org"])
    assert "6月18日" in chinese.subject


def test_the_subject_bears_the_name_of_the_institute_where_there_is_one(one) -> None:
    deliver(noon(THURSDAY))
    assert mail.outbox[0].subject.endswith("（6月18日） · 清岚所")


def test_without_an_institute_the_subject_bears_no_name(one) -> None:
    Organization.objects.filter(depth=1).update(active=False)
    deliver(noon(THURSDAY))
    assert mail.outbox[0].subject == "1 条提醒（6月18日）"


def test_what_was_settled_meanwhile_is_left_out_and_an_empty_mail_is_not_sent(one) -> None:
    finish_all()
    assert deliver(noon(THURSDAY)) == 0
    assert mail.outbox == []
    assert digest().state == Delivery.State.DROPPED


def test_what_was_read_meanwhile_is_not_mailed(one) -> None:
    Notification.objects.all().mark_read(noon(THURSDAY))
    deliver(noon(THURSDAY))
    assert mail.outbox == []


def test_what_the_reader_may_no_longer_see_is_not_mailed(institute, one) -> None:
    keep_contact(institute)
    LedgerItem.objects.update(owner=institute.other_secretary, lead=institute.other_branch)
    deliver(noon(THURSDAY))
    assert mail.outbox == []


def test_a_failure_is_put_off_longer_each_time_and_then_given_up(one, mail_is_down) -> None:
    at, waits = noon(THURSDAY), []
    for attempt in range(1, MOST_ATTEMPTS):
        assert deliver(at) == 0
        found = digest()
        assert (found.state, found.attempts) == (Delivery.State.WAITING, attempt)
        assert "Connection refused" in found.error
        assert deliver(found.next_try_at - MINUTE / 2) == 0
        assert digest().attempts == attempt
        waits.append((found.next_try_at - at) // MINUTE)
        at = found.next_try_at
    assert waits[: len(BACKOFF)] == list(BACKOFF) == [1, 5, 15, 60, 180, 360]
    assert set(waits[len(BACKOFF) :]) == {360}
    deliver(at)
    assert digest().state == Delivery.State.FAILED
    assert deliver(at + DAY) == 0


def test_a_mail_that_failed_is_sent_later_with_the_same_message_id(one, settings) -> None:
    up = settings.EMAIL_BACKEND
    before = digest().message_id
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    deliver(noon(THURSDAY))
    settings.EMAIL_BACKEND = up
    assert deliver(noon(THURSDAY) + 2 * MINUTE) == 1
    assert str(before) in mail.outbox[0].extra_headers["Message-ID"]
    assert (digest().state, digest().attempts, digest().error) == (Delivery.State.SENT, 2, "")


def test_what_a_given_up_digest_held_goes_into_the_next(institute, one) -> None:
    Delivery.objects.update(state=Delivery.State.FAILED, error="x")
    Notification.objects.update(delivery=Delivery.objects.get())
    run(THURSDAY + DAY)
    assert deliver(noon(THURSDAY + DAY)) == 1
    assert one.title in mail.outbox[0].body


def test_a_reminder_planned_after_the_mail_of_the_day_waits_for_the_next(institute, one) -> None:
    deliver(noon(THURSDAY))
    add_item(institute, THURSDAY, title="下午新到的事项")
    run(THURSDAY)
    assert deliver(noon(THURSDAY)) == 0
    run(THURSDAY + DAY)
    deliver(noon(THURSDAY + DAY))
    assert len(mail.outbox) == 2
    assert "下午新到的事项" in mail.outbox[1].body
    assert one.title not in mail.outbox[1].body


def test_a_dead_worker_gives_its_digest_back_after_the_lease(one) -> None:
    assert take(noon(THURSDAY)) is not None
    assert take(noon(THURSDAY) + LEASE - MINUTE) is None
    assert take(noon(THURSDAY) + LEASE + MINUTE) is not None


def test_a_worker_that_lost_its_lease_does_not_write_over_the_one_that_has_it(one) -> None:
    from tasks.reminders.deliver import _finish

    slow = take(noon(THURSDAY))
    deliver(noon(THURSDAY) + 2 * LEASE)
    sent_at = digest().sent_at
    assert _finish(slow, state=Delivery.State.FAILED, error="slow") == 0
    assert (digest().state, digest().sent_at) == (Delivery.State.SENT, sent_at)


def test_one_bad_address_does_not_hold_up_the_others(institute, only_items, settings) -> None:
    add_item(institute, THURSDAY)
    add_item(institute, THURSDAY, owner=institute.deputy)
    Person.objects.filter(pk=institute.member.pk).update(email="broken@example.org")
    settings.EMAIL_BACKEND = f"{__name__}.Picky"
    run(THURSDAY)
    assert deliver(noon(THURSDAY)) == 1
    states = dict(Delivery.objects.values_list("recipient__name", "state"))
    assert states == {"郑知行": "waiting", "赵启航": "sent"}


class Picky(BaseEmailBackend):
    def send_messages(self, email_messages):
        if any("broken" in to for message in email_messages for to in message.to):
            raise OSError("550 no such user")
        return len(email_messages)


def test_delivering_ten_digests_costs_ten_times_one(
    institute, only_items, django_assert_max_num_queries
) -> None:
    for number in range(10):
        add_item(institute, THURSDAY, title=f"事项{number}")
    run(THURSDAY)
    with django_assert_max_num_queries(36):
        deliver(noon(THURSDAY))
