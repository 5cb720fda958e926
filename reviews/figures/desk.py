"""The branch desk: what is due this period, and one list of what waits for the branch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from branches.access import Actor
from branches.models import Organization
from common.templatetags.gongjian import sdate
from plans.models import Requirement
from reviews.figures.attention import SILENT_DAYS
from reviews.figures.base import joined, listed
from reviews.figures.compliance import Compliance
from tasks.models import Activity, ActivityEvent, LedgerItem, ProgressReport
from tasks.requirements import Owed, OwedState

State = LedgerItem.State
HAS_GROUPS = Requirement.Condition.HAS_GROUPS
#: Items, and activities, of the to-do list; as they are done, the others follow.
SHOWN = 20


@dataclass(frozen=True)
class DueRow:
    """One requirement of a running period: what was logged for it and where to log the rest."""

    state: str
    icon: str
    word: str
    title: str
    why: str
    act: str
    url: str
    done: bool
    last: date


def due_rows(year: Compliance, organization: Organization) -> tuple[list[DueRow], list[DueRow]]:
    """What ends this month, what is still to be logged first; and what is open of longer periods."""
    owed = year.due_now(organization.pk)
    last = _last_logged(organization, owed)
    rows = [_due_row(entry, last.get(entry.requirement.activity_kind_id)) for entry in owed]
    month = [row for row in rows if row.last.month == year.on.month]
    later = [row for row in rows if row.last.month != year.on.month and not row.done]
    return sorted(month, key=lambda row: row.done), later


def _last_logged(organization: Organization, owed: list[Owed]) -> dict[int, Activity]:
    """The latest record of each kind, of those that count for it: its groups' too where it is owed for them."""
    by_groups = {e.requirement.activity_kind_id for e in owed if e.requirement.condition == HAS_GROUPS}
    own = {entry.requirement.activity_kind_id for entry in owed} - by_groups
    return _newest(Activity.objects.of(organization), own) | _newest(
        Activity.objects.of_unit(organization), by_groups
    )


def _newest(rows: Any, kinds: set[int]) -> dict[int, Activity]:
    newest = rows.filter(kind=OuterRef("kind")).order_by("-held_on", "-pk").values("pk")[:1]
    return {row.kind_id: row for row in rows.filter(kind__in=kinds, pk=Subquery(newest))}


def _due_row(entry: Owed, last: Activity | None) -> DueRow:
    kind = entry.requirement.activity_kind
    log = listed("activity_log", kind=kind.code, organization=entry.organization.pk)
    records = listed("activities", organization=entry.organization.pk, kind=kind.code, year=entry.first.year)
    look = {
        OwedState.APPROVED: ("check2-circle", _("approved"), _("Look"), records, True),
        OwedState.LOGGED: ("hourglass-split", _("to be approved"), _("Look"), records, True),
        OwedState.EXEMPT: ("slash-circle", _("exempt"), _("Look"), records, True),
    }
    missing = ("circle", _("not logged"), _("Log it"), log, False)
    icon, word, act, url, done = look.get(OwedState(entry.state), missing)
    return DueRow(str(entry.state), icon, word, kind.name, _why(entry, last), act, url, done, entry.last)


def _why(entry: Owed, last: Activity | None) -> str:
    before = _("last on %(day)s") % {"day": sdate(last.held_on)} if last else _("none so far")
    if entry.state == OwedState.EXEMPT:
        # What is left of the minimum is nought: that is not what the rule asks.
        return joined(_("exempt"), entry.exempt_reason, before)
    period = {
        "month": _("%(n)s a month"),
        "quarter": _("%(n)s a quarter"),
        "year": _("%(n)s a year"),
    }[entry.requirement.period] % {"n": entry.minimum}
    logged = entry.approved + entry.submitted
    return joined(
        period,
        entry.exempt_reason,
        _("%(n)s logged") % {"n": logged} if 0 < logged < entry.minimum else "",
        _("until %(day)s") % {"day": sdate(entry.last)} if entry.short else "",
        _("expected; explain if not held") if entry.soft and entry.short else "",
        before,
    )


@dataclass(frozen=True)
class Todo:
    """One thing that waits: to sign for, to report on, sent back."""

    icon: str
    word: str
    title: str
    why: str
    act: str
    url: str
    due: date | None


def todo(actor: Actor, organization: Organization, on: date) -> tuple[list[Todo], bool]:
    """What waits for an organization's officers and owners, by deadline; whether more waits. Two queries."""
    items = list(_waiting_items(actor, organization, on)[: SHOWN + 1])
    activities = list(_waiting_activities(organization)[: SHOWN + 1])
    found = [_item_todo(item, on) for item in items[:SHOWN]]
    found += [_activity_todo(activity) for activity in activities[:SHOWN]]
    more = len(items) > SHOWN or len(activities) > SHOWN
    return sorted(found, key=lambda entry: (entry.due or date.max, entry.title)), more


def _waiting_items(actor: Actor, organization: Organization, on: date) -> Any:
    """Not signed for; in progress and silent, overdue, near the deadline, or sent back."""
    since = timezone.make_aware(datetime.combine(on - timedelta(days=SILENT_DAYS), time.min))
    reports = ProgressReport.objects.filter(item=OuterRef("pk")).order_by("-reported_at", "-pk")
    items: Any = LedgerItem.objects.visible_to(actor).filter(lead=organization)
    annotated = items.with_progress().annotate(
        last_status=Subquery(reports.values("status")[:1]), last_reply=Subquery(reports.values("reply")[:1])
    )
    silent = Q(last_report_on__lt=since) | Q(last_report_on__isnull=True, signed_at__lt=since)
    calls = silent | Q(due_on__lte=on + timedelta(days=7)) | Q(last_status="returned")
    running = Q(state=State.IN_PROGRESS) & calls & ~Q(last_status="pending")
    # A subquery that finds no report gives no status at all, which "not pending" would drop.
    running |= Q(state=State.IN_PROGRESS, last_status__isnull=True) & calls
    return (
        annotated.filter(Q(state=State.ASSIGNED) | running).select_related("owner").order_by("due_on", "pk")
    )


def _item_todo(item: Any, on: date) -> Todo:
    until = _("until %(day)s") % {"day": sdate(item.due_on)}
    if item.state == State.ASSIGNED:
        assigned = _("assigned on %(day)s") % {"day": sdate(item.assigned_at)}
        said = ("pen", _("to sign for"), joined(assigned, str(item.owner), until), _("Sign for"))
    elif item.last_status == ProgressReport.Status.RETURNED:
        said = ("arrow-return-left", _("sent back"), joined(item.last_reply, until), _("Complete it"))
    else:
        heard = _("last report %(day)s") % {"day": sdate(item.last_report_on)}
        if not item.last_report_on:
            heard = _("no report yet")
        late = _("overdue") if item.due_on < on else ""
        said = ("chat-left-text", _("to report on"), joined(late, heard, until), _("Report"))
    icon, word, why, act = said
    return Todo(icon, word, item.title, why, act, item.get_absolute_url(), item.due_on)


def _waiting_activities(organization: Organization) -> Any:
    """Sent back, or begun and not submitted."""
    note = ActivityEvent.objects.filter(activity=OuterRef("pk"), step="send_back").order_by("-at", "-pk")
    unfinished = [Activity.Status.RETURNED, Activity.Status.DRAFT]
    rows = Activity.objects.filter(organization=organization, status__in=unfinished)
    return (
        rows.annotate(note=Subquery(note.values("note")[:1])).select_related("kind").order_by("held_on", "pk")
    )


def _activity_todo(activity: Any) -> Todo:
    returned = activity.status == Activity.Status.RETURNED
    return Todo(
        icon="arrow-return-left" if returned else "pencil",
        word=_("sent back") if returned else _("draft"),
        title=activity.title,
        why=joined(activity.kind.name, sdate(activity.held_on), activity.note if returned else ""),
        act=_("Complete it"),
        url=reverse("activity", args=[activity.pk]),
        due=activity.held_on,
    )
