"""What needs someone: to decide, overdue, worth a question. Every row says why it is there and what to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, Max, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from branches.access import Actor
from branches.models import Liaison
from branches.models.organization import path_range
from common.templatetags.gongjian import sdate
from common.workdays import Calendar
from reviews.figures.base import joined, listed
from reviews.figures.groups import Group, Part, Row, item_part, one, plain_part
from tasks.decomposing import undecomposed
from tasks.forms.activity_filters import TO_DECIDE
from tasks.lights import Light, light_q
from tasks.models import Activity, Extension, LedgerItem, ProgressReport
from tasks.standing import expected_of

SILENT_DAYS = 30
#: The groups, as an address names them.
DECIDE, OVERDUE, ASK = "decide", "overdue", "ask"
GROUPS = (DECIDE, OVERDUE, ASK)
State = LedgerItem.State


@dataclass(frozen=True)
class Attention:
    groups: tuple[Group, ...]
    mine: bool

    @property
    def count(self) -> int:
        return sum(group.count for group in self.groups)


def attention(actor: Actor, calendar: Calendar, on: date, mine: bool, only: str = "") -> Attention:
    """The three groups for someone who sees all; ``mine`` keeps to what the person leads or looks after,
    ``only`` to the group of this name."""
    items: Any = LedgerItem.objects.visible_to(actor)
    if mine:
        items = items.filter(mine_q(actor, on))
    groups: dict[str, Callable[[], Group]] = {
        DECIDE: lambda: _to_decide(actor, items, calendar, on, mine),
        OVERDUE: lambda: _overdue(items, calendar, on, mine),
        ASK: lambda: _to_ask(actor, items, calendar, on, mine),
    }
    found = [group() for name, group in groups.items() if only in ("", name)]
    return Attention(tuple(group for group in found if group.count), mine)


def _unfolded(name: str, mine: bool) -> str:
    """The address of all rows of a group, in the same scope."""
    return listed("dashboard", all=name, scope="" if mine else "all")


def mine_q(actor: Actor, on: date) -> Q:
    """Items a person leads, or whose lead unit lies in an organization the person keeps contact with."""
    condition = Q(leader=actor.person_id) | Q(measure__leader=actor.person_id)
    paths = Liaison.objects.on(on).filter(member=actor.person_id).values_list("organization__path", flat=True)
    for path in paths:
        condition |= path_range(path, "lead__path")
    return condition


def has_own(actor: Actor, on: date) -> bool:
    """Whether anything at all is the person's own: else the dashboard shows the whole institute."""
    if actor.is_office or actor.person is None:
        return False
    return (
        bool(Liaison.objects.on(on).filter(member=actor.person).exists())
        or LedgerItem.objects.filter(leader=actor.person).exists()
    )


def _to_decide(actor: Actor, items: Any, calendar: Calendar, on: date, mine: bool) -> Group:
    """Extensions to decide, completed items to clear, records to approve: what waits for this person."""
    parts: list[Part] = []
    if actor.is_office or actor.is_committee:
        foreign = items.exclude(owner=actor.person_id)
        # Asked from the few that wait: as a list, the items alone would be read whole.
        pending = Extension.objects.filter(
            Exists(foreign.filter(pk=OuterRef("item"))), status=Extension.Status.PENDING
        ).exclude(requested_by=actor.person_id)
        told = pending.select_related("item__lead", "requested_by").order_by("requested_at", "pk")
        parts.append(plain_part(told, lambda extension: _extension(extension, calendar, on)))
        waiting = foreign.awaiting_clearing().exclude(actor.officer_q("lead__path"))
        parts.append(item_part(waiting, "completed_on", _with_files, _to_clear))
    if actor.is_office:
        number = Activity.objects.to_decide(actor.person_id).count()
        parts += [one(_records(number))] if number else []
    return Group(DECIDE, _("For you to decide"), tuple(parts), _unfolded(DECIDE, mine))


def _with_files(items: Any) -> Any:
    return items.select_related("lead", "owner").annotate(files=Count("reports__evidence"))


def _extension(extension: Extension, calendar: Calendar, on: date) -> Row:
    item = extension.item
    days = calendar.distance(timezone.localdate(extension.requested_at), on)
    said = {
        "unit": item.lead,
        "person": extension.requested_by,
        "before": sdate(extension.due_before),
        "after": sdate(extension.due_requested),
    }
    waited = ngettext("waiting %(days)s working day", "waiting %(days)s working days", days) % {"days": days}
    return Row(
        light=Light.PURPLE,
        word=str(Light.PURPLE.label),
        title=item.title,
        url=item.get_absolute_url(),
        why=joined(
            _("%(unit)s, %(person)s asks to move %(before)s to %(after)s") % said,
            extension.reason,
            waited if days > 0 else "",
        ),
        act=_("Decide"),
        act_url=item.get_absolute_url(),
        primary=True,
    )


def _to_clear(item: Any) -> Row:
    files = ngettext("%(count)s file of evidence", "%(count)s files of evidence", item.files) % {
        "count": item.files
    }
    completed = {"unit": item.lead, "day": sdate(item.completed_on)}
    return Row(
        light=Light.BLUE,
        word=_("to be cleared"),
        title=item.title,
        url=item.get_absolute_url(),
        why=joined(
            _("%(unit)s completed it on %(day)s") % completed,
            files if item.files else "",
            _("waiting to be cleared"),
        ),
        act=_("Check"),
        act_url=item.get_absolute_url(),
    )


def _records(number: int) -> Row:
    url = listed("activities", status=TO_DECIDE)
    said = {"count": number}
    return Row(
        light="",
        icon="hourglass-split",
        word=_("to be approved"),
        title=ngettext("%(count)s activity record", "%(count)s activity records", number) % said,
        url=url,
        why=_("Submitted by branches; they count once approved."),
        act=_("Look"),
        act_url=url,
    )


def _overdue(items: Any, calendar: Calendar, on: date, mine: bool) -> Group:
    late = item_part(
        items.filter(light_q(Light.RED, on)), "red_on", _with_facts, lambda item: _late(item, calendar, on)
    )
    # Of the whole institute these are exactly the ledger's red items, which can be filtered further there.
    more = _unfolded(OVERDUE, mine) if mine else listed("items", light=Light.RED)
    return Group(OVERDUE, _("Overdue"), (late,), more)


def _with_facts(items: Any) -> Any:
    facts = items.select_related("lead", "owner").with_progress()
    return facts.annotate(urged=Count("urges"), urged_at=Max("urges__at"))


def _late(item: Any, calendar: Calendar, on: date) -> Row:
    days = calendar.distance(item.due_on, on)
    late = ngettext("%(days)s working day late", "%(days)s working days late", days) % {"days": days}
    urged = ""
    if item.urged:
        said = {"count": item.urged, "day": sdate(item.urged_at)}
        urged = ngettext("urged on %(day)s", "urged %(count)s times, last on %(day)s", item.urged) % said
    unsigned = item.state in (State.REGISTERED, State.ASSIGNED)
    return Row(
        light=Light.RED,
        word=str(Light.RED.label),
        title=item.title,
        url=item.get_absolute_url(),
        why=joined(
            late, f"{item.lead} {item.owner}", _("not signed for") if unsigned else _accepted(item), urged
        ),
        act=_("Urge"),
        act_url=item.get_absolute_url() + "#urge",
    )


def _accepted(item: Any) -> str:
    return _("accepted %(percent)s%%") % {"percent": item.accepted}


def _to_ask(actor: Actor, items: Any, calendar: Calendar, on: date, mine: bool) -> Group:
    """Behind pace, silent, not decomposed. An item stands here once, for the first reason that fits."""
    near = on + timedelta(days=settings.LIGHT_YELLOW_DAYS + 1)
    running = (State.IN_PROGRESS, State.COMPLETION_REQUESTED)
    behind = items.filter(light_q(Light.YELLOW, on), state__in=running, red_on__gt=near)
    since = timezone.make_aware(datetime.combine(on - timedelta(days=SILENT_DAYS), time.min))
    heard = ProgressReport.objects.filter(item=OuterRef("pk"), reported_at__gte=since)
    quiet = items.filter(light_q(Light.GREEN, on), state=State.IN_PROGRESS, signed_at__lt=since).exclude(
        Exists(heard)
    )
    measures = undecomposed() if not mine else undecomposed().none()
    parts = (
        item_part(behind, "yellow_on", _with_facts, lambda item: _behind(item, calendar, on)),
        item_part(quiet, "signed_at", _with_facts, lambda item: _silent(item, on)),
        plain_part(measures, lambda measure: _open_measure(measure, actor.is_office)),
    )
    return Group(ASK, _("Worth a question"), parts, _unfolded(ASK, mine))


def _behind(item: Any, calendar: Calendar, on: date) -> Row:
    expected = expected_of(item, on, calendar) or 0
    points = {"points": expected - item.accepted}
    pace = {"expected": expected, "accepted": item.accepted}
    return Row(
        light=Light.YELLOW,
        word=_("%(points)s points behind") % points,
        title=item.title,
        url=item.get_absolute_url(),
        why=joined(
            _("Expected %(expected)s%%, accepted %(accepted)s%%") % pace,
            f"{item.lead} {item.owner}",
            _silence(item, on),
        ),
        act=_("Ask"),
        act_url=item.get_absolute_url() + "#urge",
    )


def _silent(item: Any, on: date) -> Row:
    return Row(
        light="",
        icon="chat-left",
        word=_("silent"),
        title=item.title,
        url=item.get_absolute_url(),
        why=joined(_silence(item, on), f"{item.lead} {item.owner}", _accepted(item)),
        act=_("Ask"),
        act_url=item.get_absolute_url() + "#urge",
    )


def _silence(item: Any, on: date) -> str:
    """How long nothing was heard, from 30 days on."""
    heard = item.last_report_on or item.signed_at
    days = (on - timezone.localdate(heard)).days if heard else 0
    return _("no report for %(days)s days") % {"days": days} if days >= SILENT_DAYS else ""


def _open_measure(measure: Any, decomposes: bool) -> Row:
    own = reverse("measure", args=[measure.pk])
    return Row(
        light=Light.GREY,
        word=_("not decomposed"),
        title=measure.working_title,
        url=own,
        why=_("Measure %(reference)s has no lead unit, item or deadline yet and does not count as progress.")
        % {"reference": measure.reference},
        act=_("Decompose") if decomposes else _("Look"),
        act_url=reverse("decompose", args=[measure.pk]) if decomposes else own,
    )
