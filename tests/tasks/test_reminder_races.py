"""Two beats and two workers at once: nothing is planned twice, nothing is sent twice, nothing is lost."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection

from tasks.models import Delivery, Notification, ReminderRule
from tasks.reminders.deliver import deliver
from tests.conftest import add_person
from tests.tasks.reminding import THURSDAY, add_item, keep_contact, noon, run, ship_ladders

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
TOGETHER = 6


class Counting(BaseEmailBackend):
    """A slow mail server that remembers what it accepted."""

    accepted: Counter = Counter()
    lock = threading.Lock()

    def send_messages(self, email_messages):
        with self.lock:
            self.accepted.update(m.extra_headers["Message-ID"] for m in email_messages)
        threading.Event().wait(0.005)
        return len(email_messages)


def together(step) -> list[int]:
    """The same step from many threads that start at the same moment, each with a connection of its own."""
    gate = threading.Barrier(TOGETHER)

    def one(_: int) -> int:
        gate.wait()
        try:
            return step()
        finally:
            connection.close()

    with ThreadPoolExecutor(TOGETHER) as pool:
        return list(pool.map(one, range(TOGETHER)))


@pytest.fixture
def many(institute):
    ship_ladders()
    ReminderRule.objects.exclude(subject="item").update(active=False)
    keep_contact(institute)
    people = [add_person(f"人员{number}", f"n{number}", account=False) for number in range(25)]
    for person in people:
        for _ in range(3):
            add_item(institute, THURSDAY, owner=person)
    return people


def test_beats_at_once_plan_each_reminder_and_each_digest_once(many) -> None:
    made = together(lambda: run(THURSDAY))
    assert sum(made) == Notification.objects.count() == 75
    assert Delivery.objects.count() == 25
    assert run(THURSDAY) == 0


def test_workers_at_once_send_each_digest_once(many, settings) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Counting"
    Counting.accepted.clear()
    run(THURSDAY)
    sent = together(lambda: deliver(noon(THURSDAY)))
    assert sum(sent) == 25
    assert set(Counting.accepted.values()) == {1}
    assert len(Counting.accepted) == 25
    assert Delivery.objects.filter(state=Delivery.State.SENT).count() == 25
