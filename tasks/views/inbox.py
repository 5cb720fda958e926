"""The inbox: what reached me, why, on which rung, and whether the e-mail arrived."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from branches.access import Actor
from branches.request import ActorRequest
from common.access import CONTENT, allow
from common.paging import paginate
from common.templatetags.gongjian import stamp
from tasks.models import Delivery, Notification, ReminderRule, ReminderRung
from tasks.reminders.lines import grouped_by_day, lines

SHOWN = ("week", "unread", "act", "liaison", "all")


@dataclass(frozen=True)
class Tab:
    """One choice above the list with the number behind it."""

    name: str
    label: str
    count: int


@allow(*CONTENT)
@require_GET
def inbox(request: ActorRequest) -> HttpResponse:
    """One's reminders by day, newest first."""
    today, mine = timezone.localdate(), Notification.objects.visible_to(request.actor)
    monday = today - timedelta(days=today.weekday())
    show = request.GET.get("show", "")
    show = show if show in SHOWN else "week"
    chosen = {
        "week": mine.since(monday),
        "unread": mine.unread(),
        "act": mine.to_act(),
        "liaison": mine.as_liaison(),
        "all": mine,
    }[show]
    tabs = _tabs(request.actor, monday)
    counts = {tab.name: tab.count for tab in tabs}
    page = paginate(
        chosen, order=["-planned_on", "-pk"], query=request.GET, total=counts.get(show, 0), default_size=20
    )
    made = lines(page.rows, today, request.actor)
    context = {
        "page": page,
        "groups": grouped_by_day(made, today),
        "tabs": [tab for tab in tabs if tab.count or tab.name != "liaison"],
        "show": show,
        "unread": counts["unread"],
        "ladder": ladder(page.rows),
        "arrivals": arrivals(request.actor, counts["unread"]),
        "today": today,
    }
    return render(request, "tasks/reminders/inbox.html", context)


def _tabs(actor: Actor, monday: date) -> list[Tab]:
    """The choices with their numbers. One query."""
    liaison = Q(audience=ReminderRung.Audience.LIAISON)
    counted = Notification.objects.visible_to(actor).aggregate(
        week=Count("pk", filter=Q(planned_on__gte=monday)),
        unread=Count("pk", filter=Q(read_at__isnull=True)),
        act=Count("pk", filter=Notification.objects.asks()),
        liaison=Count("pk", filter=liaison),
        all=Count("pk"),
    )
    labels = {
        "week": _("This week"),
        "unread": _("Unread"),
        "act": _("Mine to act on"),
        "liaison": _("My contact branches"),
        "all": _("All"),
    }
    return [Tab(name, labels[name], counted[name]) for name in SHOWN]


@dataclass(frozen=True)
class Step:
    """One step of the ladder as the panel shows it."""

    offset: int
    said: str
    mine: bool


def ladder(shown: list[Notification]) -> list[Step]:
    """The ladder of ledger items; the rung on which the newest of the reminders shown came is mine."""
    rungs = ReminderRung.objects.filter(rule__subject=ReminderRule.Subject.ITEM, rule__active=True)
    by_offset: dict[int, list[str]] = {}
    for rung in rungs.order_by("offset", "pk"):
        by_offset.setdefault(rung.offset, []).append(str(rung.get_audience_display()))
    mine = next((n.rung for n in shown if n.subject_kind == ReminderRule.Subject.ITEM), None)
    steps: list[Step] = []
    before: list[str] = []
    for offset, audiences in by_offset.items():
        more = [name for name in audiences if name not in before]
        grown = len(before) > 1 and more and set(before) <= set(audiences)
        said = _("and also %(names)s") % {"names": _(", ").join(more)} if grown else _(", ").join(audiences)
        steps.append(Step(offset, said, offset == mine))
        before = audiences
    return steps


@dataclass(frozen=True)
class Arrival:
    """One way by which reminders arrive, and how that stands."""

    label: str
    said: str
    failed: bool = False


def arrivals(actor: Actor, unread: int) -> list[Arrival]:
    """In the app always; by e-mail as the last digest says."""
    inside = ngettext("%(n)s unread, at once", "%(n)s unread, at once", unread) % {"n": unread}
    return [Arrival(_("in the app"), inside), _mail(actor)]


def _mail(actor: Actor) -> Arrival:
    label, person = _("by e-mail"), actor.person
    if person is None or not person.email:
        return Arrival(label, _("no address kept, so in the app only"))
    last = person.deliveries.exclude(state=Delivery.State.DROPPED).first()
    if last is None:
        return Arrival(label, _("one digest a day, none so far"))
    if last.state == Delivery.State.SENT:
        return Arrival(label, _("digest accepted %(when)s") % {"when": stamp(last.sent_at)})
    if last.state == Delivery.State.FAILED:
        said = ngettext("given up after %(n)s attempt", "given up after %(n)s attempts", last.attempts)
        return Arrival(label, said % {"n": last.attempts}, failed=True)
    if last.error:
        when = {"when": stamp(last.next_try_at), "n": last.attempts + 1}
        return Arrival(label, _("not reachable, again %(when)s (attempt %(n)s)") % when, failed=True)
    return Arrival(label, _("today's digest is on its way"))


@allow(*CONTENT)
@require_GET
def reminder(request: ActorRequest, pk: int) -> HttpResponse:
    """Open what a reminder is about; that is how it becomes read. Opening it twice changes nothing."""
    found = get_object_or_404(Notification.objects.visible_to(request.actor), pk=pk)
    Notification.objects.filter(pk=found.pk).mark_read(timezone.now())
    line = lines([found], timezone.localdate(), request.actor)[0]
    if not line.url:
        messages.info(request, _("What this reminder was about is no longer within your reach."))
    return redirect(line.url or "inbox")


@allow(*CONTENT)
@require_POST
def reminder_mark(request: ActorRequest, pk: int) -> HttpResponse:
    """Mark one reminder as read, or as unread again."""
    found = get_object_or_404(Notification.objects.visible_to(request.actor), pk=pk)
    one = Notification.objects.filter(pk=found.pk)
    if request.POST.get("read") == "0":
        one.mark_unread()
    else:
        one.mark_read(timezone.now())
    return _back(request)


@allow(*CONTENT)
@require_POST
def reminders_read(request: ActorRequest) -> HttpResponse:
    """Mark all of one's reminders as read."""
    number = Notification.objects.visible_to(request.actor).mark_read(timezone.now())
    said = ngettext("%(n)s reminder marked as read.", "%(n)s reminders marked as read.", number)
    messages.success(request, said % {"n": number})
    return _back(request)


def _back(request: ActorRequest) -> HttpResponse:
    """To the page one came from, if it is ours."""
    following = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        following, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return redirect(following if safe else "inbox")
