"""What the tests of reminders share: items at a point of their life, without walking there."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from importlib import import_module

from django.apps import apps
from django.utils import timezone

from branches.models import Liaison
from tasks.models import Ledger, LedgerItem, Notification
from tasks.reminders.plan import plan, preview
from tasks.reminders.subjects import start_of

THURSDAY = date(2026, 6, 18)
"""The day before the Dragon Boat holiday (19 to 21 June 2026)."""


def noon(day: date) -> datetime:
    return start_of(day) + timedelta(hours=12)


def ship_ladders() -> None:
    """The ladders of the data migration (a test on real transactions empties the tables)."""
    import_module("tasks.migrations.0004_default_reminder_rules").make(apps, None)


def add_item(institute, due_on: date, title: str = "主题党日年度统筹计划", **values) -> LedgerItem:
    """An item in progress, led by the branch, owned by the member, begun long ago and heard of yesterday."""
    ledger, _ = Ledger.objects.get_or_create(name="行动计划", year=2026, source=Ledger.Source.PLAN)
    begun = values.pop("begun", due_on - timedelta(days=60))
    defaults = {
        "ledger": ledger,
        "number": f"T-{LedgerItem.objects.count() + 1}",
        "title": title,
        "lead": institute.branch,
        "owner": institute.member,
        "state": LedgerItem.State.IN_PROGRESS,
        "starts_on": begun,
        "due_on_original": due_on,
        "assigned_at": noon(begun),
        "signed_at": noon(begun),
        "signed_by": institute.member,
        "yellow_on": due_on - timedelta(days=7),
        "red_on": due_on + timedelta(days=1),
    }
    if values.get("state") not in (None, *LedgerItem.State.open()):
        defaults |= {"yellow_on": None, "red_on": None}
    return LedgerItem.objects.create(due_on=due_on, **(defaults | values))


def finish_all() -> None:
    """Every item is completed, however it came to be so."""
    LedgerItem.objects.update(state="completed", yellow_on=None, red_on=None)


def keep_contact(institute) -> Liaison:
    """The committee member keeps contact with the branch."""
    return Liaison.objects.create(
        member=institute.committee, organization=institute.branch, starts_on=date(2020, 1, 1)
    )


def run(on: date) -> int:
    return plan(on, noon(on))


def got(**conditions) -> list[tuple[str, int, str]]:
    """``(who, rung, as what)`` of the reminders there are, in a stable order."""
    rows = Notification.objects.filter(**conditions).select_related("recipient")
    return sorted((n.recipient.name, n.rung, n.audience) for n in rows)


def would(on: date) -> set[tuple]:
    return {_key(n) for n in preview(on)}


def done() -> set[tuple]:
    return {_key(n) for n in Notification.objects.all()}


def _key(n: Notification) -> tuple:
    return (
        n.subject_kind,
        n.subject_id,
        n.subject_part,
        n.rule_id,
        n.rung,
        n.due_on,
        n.recipient_id,
        n.audience,
    )


def now() -> datetime:
    return timezone.now()
