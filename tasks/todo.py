"""What one person has to do about ledger items today: one list in a few groups, the urgent first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from branches.access import Actor
from common.workdays import Calendar
from tasks.listing import Row, rows_of, with_standing
from tasks.models import Extension, ItemEvent, LedgerItem, ProgressReport
from tasks.models.stepping import Step

#: Calendar days without a report after which one is due (domain rule 5: silence).
SILENT_DAYS = 30
#: Rows of a group; the rest is one click away in the ledger.
SHOWN = 30
State = LedgerItem.State


@dataclass(frozen=True)
class Group:
    """Items that wait for the same act."""

    name: str
    title: str | Promise
    act: str | Promise
    rows: list[Row]
    total: int


def _handled(actor: Actor, on: date) -> Any:
    """What the actor does: items owned, items led by units one is an officer of."""
    return LedgerItem.objects.filter(Q(owner=actor.person_id) | actor.officer_q("lead__path"))


def _watched(actor: Actor, on: date) -> Any:
    """What the actor watches: everything for the office, what one is the leader of for others."""
    rows = LedgerItem.objects.exclude(owner=actor.person_id)
    return rows if actor.is_office else rows.filter(leader=actor.person_id)


def _pending_report(**more: Any) -> Exists:
    return Exists(ProgressReport.objects.filter(item=OuterRef("pk"), status="pending", **more))


def _to_sign(actor: Actor, on: date) -> Any:
    return _handled(actor, on).unsigned()


def _to_report(actor: Actor, on: date) -> Any:
    """In progress, nothing waiting for an answer, and behind, near the deadline, past it, or long silent."""
    since = timezone.make_aware(datetime.combine(on - timedelta(days=SILENT_DAYS), time.min))
    lately = ProgressReport.objects.filter(item=OuterRef("pk"), reported_at__gte=since)
    running = _handled(actor, on).filter(state=State.IN_PROGRESS).filter(~_pending_report())
    silent = Q(signed_at__lt=since) & ~Exists(lately)
    return running.filter(Q(yellow_on__lte=on) | Q(red_on__lte=on) | silent | _returned())


def _returned() -> Q:
    """The last report came back."""
    newer = ProgressReport.objects.filter(item=OuterRef("item"), pk__gt=OuterRef("pk"))
    returned = ProgressReport.objects.filter(item=OuterRef("pk"), status="returned")
    return Q(Exists(returned.filter(~Exists(newer))))


def _to_answer(actor: Actor, on: date) -> Any:
    others = ProgressReport.objects.filter(item=OuterRef("pk"), status="pending").exclude(
        reported_by=actor.person_id
    )
    return _watched(actor, on).open().filter(Exists(others))


def _to_decide(actor: Actor, on: date) -> Any:
    asked = Extension.objects.filter(item=OuterRef("pk"), status="pending").exclude(
        requested_by=actor.person_id
    )
    rows = LedgerItem.objects.exclude(owner=actor.person_id).open()
    if not actor.is_office:
        mine = Q(leader=actor.person_id)
        rows = rows.filter(mine | Q(leader__isnull=True) if actor.is_committee else mine)
    return rows.filter(Exists(asked))


def _to_complete(actor: Actor, on: date) -> Any:
    own = ProgressReport.objects.filter(item=OuterRef("pk"), reported_by=actor.person_id)
    asked = ItemEvent.objects.filter(
        item=OuterRef("pk"),
        step=Step.REQUEST_COMPLETION,
        by=actor.person_id,
        to_state=State.COMPLETION_REQUESTED,
    )
    rows = _watched(actor, on).filter(state=State.COMPLETION_REQUESTED)
    return rows.filter(~Exists(own), ~Exists(asked))


def _to_clear(actor: Actor, on: date) -> Any:
    if not (actor.is_office or actor.is_committee):
        return LedgerItem.objects.none()
    own = ProgressReport.objects.filter(item=OuterRef("pk"), reported_by=actor.person_id)
    held = actor.person.appointments.on(on) if actor.person else None
    led = [a.organization_id for a in held if a.post in a.Post.officers()] if held is not None else []
    return _watched(actor, on).awaiting_clearing().filter(~Exists(own)).exclude(lead__in=led)


def _to_assign(actor: Actor, on: date) -> Any:
    return LedgerItem.objects.filter(state=State.REGISTERED) if actor.is_office else LedgerItem.objects.none()


#: In the order of the page.
GROUPS: tuple[tuple[str, Any, Any, Callable[[Actor, date], Any]], ...] = (
    ("decide", _("Extensions to decide"), _("Decide"), _to_decide),
    ("answer", _("Reports to answer"), _("Answer"), _to_answer),
    ("complete", _("Completion to decide"), _("Decide"), _to_complete),
    ("clear", _("To be cleared"), pgettext_lazy("step", "Clear"), _to_clear),
    ("sign", _("To be signed for"), _("Sign for it"), _to_sign),
    ("report", _("Reports due"), _("Report"), _to_report),
    ("assign", _("Registered, to be assigned"), _("Assign"), _to_assign),
)


def todo(actor: Actor, on: date, calendar: Calendar) -> list[Group]:
    """The groups that are not empty. A fixed number of queries, whatever the number of items."""
    if actor.person is None:
        return []
    made = []
    for name, title, act, find in GROUPS:
        rows = list(with_standing(find(actor, on), on).order_by("due_on", "pk")[: SHOWN + 1])
        if rows:
            total = len(rows) if len(rows) <= SHOWN else find(actor, on).count()
            made.append(Group(name, title, act, rows_of(rows[:SHOWN], on, calendar), total))
    return made
