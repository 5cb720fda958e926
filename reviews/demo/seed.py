"""The whole demo institute in one transaction, the same for the same day."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils import translation

from accounts.models import User
from branches.models import Organization, Person
from reviews.demo import activities, items, organizations, people, plans, rounds, teams
from reviews.demo.clock import Clock
from tasks.models import Delivery, Notification
from tasks.models.calendar import current_calendar
from tasks.reminders.plan import plan

#: Calendar days for which reminders were planned before the day shown.
REMINDED = 14


def is_empty() -> bool:
    """Whether nobody has begun to work here: no organization, no person, no account."""
    return not (Organization.objects.exists() or Person.objects.exists() or User.objects.exists())


@transaction.atomic
def seed(on: date) -> None:
    """Make the institute as it stands on a day. Nothing of it is classified, real or measured."""
    with translation.override("zh-hans"):
        clock = Clock(on, current_calendar())
        forest = organizations.make(clock.begun)
        staff = people.make(forest, clock)
        measures = plans.make(forest, staff, clock)
        teams.make(forest, staff, clock)
        activities.make(forest, staff, measures, clock)
        items.make(forest, staff, measures, clock)
        rounds.make(staff, clock)
        _reminders(clock)


def _reminders(clock: Clock) -> None:
    """Two weeks of reminders: digests accepted, the older ones read, one address that fails."""
    for days in range(REMINDED, -1, -1):
        day = clock.on - timedelta(days=days)
        plan(day, clock.at(day, 7))
        sent = Delivery.objects.filter(day=day)
        sent.update(state=Delivery.State.SENT, sent_at=clock.at(day, 7), attempts=1)
        for delivery in sent:
            carried = Notification.objects.filter(recipient=delivery.recipient_id, delivery=None)
            carried.update(delivery=delivery)
    old = Notification.objects.filter(planned_on__lte=clock.on - timedelta(days=3))
    old.update(read_at=clock.at(clock.on - timedelta(days=2), 9))
    failing = Delivery.objects.order_by("-day", "recipient__name").first()
    if failing is not None:
        Delivery.objects.filter(pk=failing.pk).update(
            state=Delivery.State.FAILED,
            sent_at=None,
            attempts=10,
            error="SMTPRecipientsRefused: 550 no such user",
        )
