"""What may be reminded of, as querysets of one shape, so that planning is one statement for all of them.

Every source gives the columns of ``COLUMNS``: the key of the subject and its part, the date it is about, the
organization and the people it concerns, one person who is never reminded of it, and the item behind it (0
when there is none); then whether the ball is with those who do the work, and whether anyone took a step on
the item on the day. What is settled is not in its source: that is how a reminder stops at once.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.fields import BigIntegerField
from django.db.models.functions import Coalesce
from django.utils import timezone

from branches.models import Term, VanguardPost
from common.localday import LocalDay
from tasks.models import Extension, ItemEvent, LedgerItem, ReminderRule, Urge
from tasks.models.stepping import Step

Subject = ReminderRule.Subject
State = LedgerItem.State

COLUMNS = (
    "s_id",
    "s_part",
    "s_due",
    "s_org",
    "s_owner",
    "s_leader",
    "s_not",
    "s_item",
    "s_doing",
    "s_stirred",
)

#: Signs of life of an item: after one of these nobody calls it silent.
SIGNS_OF_LIFE = (
    Step.SIGN_FOR,
    Step.REPORT,
    Step.REQUEST_EXTENSION,
    Step.DECIDE_EXTENSION,
    Step.REQUEST_COMPLETION,
    Step.SEND_BACK,
)
#: In these states the ball is with the lead unit; beyond them only those who decide are reminded.
AT_WORK = (State.ASSIGNED, State.IN_PROGRESS)


def start_of(day: date) -> datetime:
    """The first moment of a day in the institute's time."""
    return timezone.make_aware(datetime.combine(day, time.min))


def source(subject: str, until: date, on: date) -> QuerySet[Any]:
    """The open subjects whose date is not after ``until``, with ``COLUMNS`` as they stand on a day."""
    return {
        Subject.ITEM: _items,
        Subject.UNSIGNED: _unsigned,
        Subject.SILENCE: _silent,
        Subject.EXTENSION: _extensions,
        Subject.TERM: _terms,
        Subject.POST: _posts,
        Subject.URGE: _urges,
    }[Subject(subject)](until, on)


def _end_of(day: date) -> datetime:
    """The first moment after a day."""
    return start_of(day + timedelta(days=1))


def _nobody() -> Value:
    return Value(0, output_field=BigIntegerField())


def _of_items(
    rows: QuerySet[Any], due: Any, on: date, prefix: str = "", refused: Any = None, doing: Any = None
) -> QuerySet[Any]:
    steps = ItemEvent.objects.filter(at__gte=start_of(on), at__lt=_end_of(on))
    found: QuerySet[Any] = rows.order_by().annotate(
        s_id=F("pk"),
        s_part=_nobody(),
        s_due=due,
        s_org=F(f"{prefix}lead_id"),
        s_owner=F(f"{prefix}owner_id"),
        s_leader=Coalesce(F(f"{prefix}leader_id"), _nobody()),
        s_not=refused or _nobody(),
        s_item=F(f"{prefix}id"),
        s_doing=doing or Value(True),
        s_stirred=Exists(steps.filter(item=OuterRef(f"{prefix}id"))),
    )
    return found


def _items(until: date, on: date) -> QuerySet[Any]:
    """Due or overdue. While an extension waits, its own rule speaks, to those who decide."""
    waiting = Extension.objects.filter(item=OuterRef("pk"), status=Extension.Status.PENDING)
    rows = LedgerItem.objects.open().filter(~Exists(waiting), due_on__lte=until)
    return _of_items(rows, F("due_on"), on, doing=Q(state__in=AT_WORK))


def _unsigned(until: date, on: date) -> QuerySet[Any]:
    rows = LedgerItem.objects.unsigned().filter(assigned_at__lt=_end_of(until))
    return _of_items(rows, LocalDay("assigned_at"), on)


def _silent(until: date, on: date) -> QuerySet[Any]:
    life = ItemEvent.objects.filter(item=OuterRef("pk"), step__in=SIGNS_OF_LIFE).order_by("-at")
    last = Coalesce(Subquery(life.values("at")[:1]), F("signed_at"))
    # That there was life later, or that it was signed for later, the index tells: it leaves few to look at.
    later = life.filter(at__gte=_end_of(until))
    rows = LedgerItem.objects.filter(~Exists(later), state=State.IN_PROGRESS, signed_at__lt=_end_of(until))
    return _of_items(rows, LocalDay(last), on)


def _extensions(until: date, on: date) -> QuerySet[Any]:
    waiting = Extension.objects.filter(status=Extension.Status.PENDING, item__state__in=State.open())
    rows = waiting.filter(requested_at__lt=_end_of(until))
    return _of_items(rows, LocalDay("requested_at"), on, "item__", F("requested_by_id"))


def _urges(until: date, on: date) -> QuerySet[Any]:
    """Urged, and no sign of life since."""
    answered = ItemEvent.objects.filter(item=OuterRef("item"), at__gt=OuterRef("at"), step__in=SIGNS_OF_LIFE)
    rows = Urge.objects.filter(~Exists(answered), item__state__in=AT_WORK, at__lt=_end_of(until))
    return _of_items(rows, LocalDay("at"), on, "item__", F("by_id"))


def _terms(until: date, _on: date) -> QuerySet[Any]:
    rows = Term.objects.filter(ends_on__isnull=True, due_on__lte=until, organization__active=True)
    return _of_organizations(rows, F("due_on"), _nobody())


def _posts(until: date, _on: date) -> QuerySet[Any]:
    """Posts in force whose validity ends: the review renews them, which moves the end, or withdraws them."""
    rows = VanguardPost.objects.filter(valid_to__lte=until, status=VanguardPost.Status.APPROVED)
    return _of_organizations(rows, F("valid_to"), F("holder_id"))


def _of_organizations(rows: QuerySet[Any], due: Any, owner: Any) -> QuerySet[Any]:
    found: QuerySet[Any] = rows.order_by().annotate(
        s_id=F("pk"),
        s_part=_nobody(),
        s_due=due,
        s_org=F("organization_id"),
        s_owner=owner,
        s_leader=_nobody(),
        s_not=_nobody(),
        s_item=_nobody(),
        s_doing=Value(True),
        s_stirred=Value(False),
    )
    return found
