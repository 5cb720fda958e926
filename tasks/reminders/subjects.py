"""What may be reminded of, as querysets of one shape, so that planning is one statement for all of them.

Every source gives the columns of ``COLUMNS``: the key of the subject, the date it is about, the
organization and the people it concerns, the item behind it (0 when there is none) and one person who is
never reminded of it (0 when there is none). What is settled is not in its source: that is how a reminder
stops at once.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.fields import BigIntegerField
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from branches.models import Term, VanguardPost
from tasks.models import Extension, ItemEvent, LedgerItem, ReminderRule, ReminderRung, Urge
from tasks.models.stepping import Step
from tasks.reminders.rules import Window

Subject = ReminderRule.Subject
Audience = ReminderRung.Audience
State = LedgerItem.State

COLUMNS = ("s_id", "s_due", "s_org", "s_owner", "s_leader", "s_item", "s_not")

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
DOING = (Audience.OWNER, Audience.SECRETARY)


def start_of(day: date) -> datetime:
    """The first moment of a day in the institute's time."""
    return timezone.make_aware(datetime.combine(day, time.min))


def source(subject: str, window: Window) -> QuerySet[Any]:
    """The open subjects whose date falls in the window, in the columns of ``COLUMNS``."""
    return {
        Subject.ITEM: _items,
        Subject.UNSIGNED: _unsigned,
        Subject.SILENCE: _silent,
        Subject.EXTENSION: _extensions,
        Subject.TERM: _terms,
        Subject.POST: _posts,
        Subject.URGE: _urges,
    }[Subject(subject)](window)


def _within(window: Window, field: str) -> dict[str, date]:
    bounds = {f"{field}__lte": window.until}
    return bounds if window.after is None else bounds | {f"{field}__gt": window.after}


def _moments(window: Window, field: str) -> dict[str, datetime]:
    """The same for a moment whose local day is the date: a range the index can answer."""
    one = timedelta(days=1)
    bounds = {f"{field}__lt": start_of(window.until + one)}
    return bounds if window.after is None else bounds | {f"{field}__gte": start_of(window.after + one)}


def _nobody() -> Value:
    return Value(0, output_field=BigIntegerField())


def _of_items(rows: QuerySet[Any], due: Any, prefix: str = "", refused: Any = None) -> QuerySet[Any]:
    found: QuerySet[Any] = rows.order_by().annotate(
        s_id=F("pk"),
        s_due=due,
        s_org=F(f"{prefix}lead_id"),
        s_owner=F(f"{prefix}owner_id"),
        s_leader=F(f"{prefix}leader_id"),
        s_item=F(f"{prefix}id"),
        s_not=refused or _nobody(),
    )
    return found


def _items(window: Window) -> QuerySet[Any]:
    """Due or overdue. While an extension waits, its own rule speaks, to those who decide."""
    states = AT_WORK if window.audience in DOING else State.open()
    waiting = Extension.objects.filter(item=OuterRef("pk"), status=Extension.Status.PENDING)
    rows = LedgerItem.objects.filter(~Exists(waiting), state__in=states, **_within(window, "due_on"))
    return _of_items(rows, F("due_on"))


def _unsigned(window: Window) -> QuerySet[Any]:
    rows = LedgerItem.objects.unsigned().filter(**_moments(window, "assigned_at"))
    return _of_items(rows, TruncDate("assigned_at"))


def _silent(window: Window) -> QuerySet[Any]:
    life = ItemEvent.objects.filter(item=OuterRef("pk"), step__in=SIGNS_OF_LIFE).order_by("-at")
    last = Coalesce(Subquery(life.values("at")[:1]), F("signed_at"))
    rows: QuerySet[Any] = LedgerItem.objects.filter(state=State.IN_PROGRESS)
    # Nothing signed for later can have been silent so long: the index leaves little to look at.
    rows = rows.filter(signed_at__lt=start_of(window.until + timedelta(days=1)))
    rows = rows.alias(last_sign=last).filter(**_moments(window, "last_sign"))
    return _of_items(rows, TruncDate(F("last_sign")))


def _extensions(window: Window) -> QuerySet[Any]:
    rows = Extension.objects.filter(
        status=Extension.Status.PENDING, item__state__in=State.open(), **_moments(window, "requested_at")
    )
    return _of_items(rows, TruncDate("requested_at"), "item__", F("requested_by_id"))


def _urges(window: Window) -> QuerySet[Any]:
    """Urged, and no sign of life since."""
    answered = ItemEvent.objects.filter(item=OuterRef("item"), at__gt=OuterRef("at"), step__in=SIGNS_OF_LIFE)
    rows = Urge.objects.filter(~Exists(answered), item__state__in=AT_WORK, **_moments(window, "at"))
    return _of_items(rows, TruncDate("at"), "item__", F("by_id"))


def _terms(window: Window) -> QuerySet[Any]:
    rows: QuerySet[Any] = Term.objects.filter(ends_on__isnull=True, **_within(window, "due_on"))
    rows = rows.filter(organization__active=True).order_by()
    return _of_organizations(rows, F("due_on"), _nobody())


def _posts(window: Window) -> QuerySet[Any]:
    """Posts in force whose validity ends: the review renews them, which moves the end, or withdraws them."""
    rows: QuerySet[Any] = VanguardPost.objects.filter(**_within(window, "valid_to"))
    rows = rows.filter(status=VanguardPost.Status.APPROVED).order_by()
    return _of_organizations(rows, F("valid_to"), F("holder_id"))


def _of_organizations(rows: QuerySet[Any], due: Any, owner: Any) -> QuerySet[Any]:
    found: QuerySet[Any] = rows.annotate(
        s_id=F("pk"),
        s_due=due,
        s_org=F("organization_id"),
        s_owner=owner,
        s_leader=_nobody(),
        s_item=_nobody(),
        s_not=_nobody(),
    )
    return found
