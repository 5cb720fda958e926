"""Doors for Celery: each job is one call, may be lost and may be rung twice."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from tasks.reminders.deliver import deliver
from tasks.reminders.plan import plan


@shared_task
def plan_reminders() -> None:
    """Plan the reminders of today and ring for their delivery."""
    plan(timezone.localdate(), timezone.now())
    deliver_notifications.delay_on_commit()  # type: ignore[attr-defined]


@shared_task
def deliver_notifications() -> None:
    """Send the digests that are due."""
    deliver(timezone.now())
