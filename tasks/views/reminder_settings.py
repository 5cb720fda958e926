"""Settings of the reminders, for the Party office: ladders, 调休, dry run, digests in trouble."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.once import once
from branches.request import ActorRequest
from common.access import Role, allow
from common.paging import paginate
from common.steps import Stale, StepRefused
from common.typed import whole_number
from tasks.forms.reminders import CalendarDayForm, DryRunForm, RungForm
from tasks.models import CalendarDay, Delivery, Notification, ReminderRule, ReminderRung
from tasks.reminders.lines import Line, lines, recipients
from tasks.reminders.plan import preview
from tasks.turning import put_day, take_day

#: Reminders of a dry run that are written out; the rest is counted.
DRY_RUN_SHOWS = 100
TROUBLE_SHOWS = 20


@allow(Role.OFFICE)
@require_GET
def reminder_settings(request: ActorRequest) -> HttpResponse:
    """Every ladder with its switch and its rungs."""
    return _settings(request)


def _settings(
    request: ActorRequest, bound: RungForm | None = None, of: int = 0, status: int = 200
) -> HttpResponse:
    rules = [
        {
            "rule": rule,
            "rungs": list(rule.rungs.all()),
            "form": bound if bound is not None and rule.pk == of else RungForm(rule=rule),
        }
        for rule in ReminderRule.objects.prefetch_related("rungs")
    ]
    trouble = Delivery.objects.in_trouble().select_related("recipient")
    context = {"rules": rules, "trouble": trouble[:TROUBLE_SHOWS], "trouble_count": trouble.count()}
    return render(request, "tasks/reminders/settings.html", context, status=status)


def _rule(request: ActorRequest, pk: int) -> ReminderRule:
    """The rule as the form saw it, so that a ladder changed meanwhile is noticed."""
    rule = get_object_or_404(ReminderRule, pk=pk)
    rule.version = whole_number(request.POST.get("version", ""))
    return rule


def _took(request: ActorRequest, step: Callable[[], Any], said: str) -> HttpResponse:
    """Take a step and say so; a stale page is shown anew with 409, a refusal is said above it."""
    try:
        step()
    except Stale as stale:
        messages.warning(request, str(stale))
        return _settings(request, status=409)
    except StepRefused as refused:
        messages.error(request, str(refused))
        return redirect("reminder_settings")
    messages.success(request, said)
    return redirect("reminder_settings")


@allow(Role.OFFICE)
@require_POST
def reminder_switch(request: ActorRequest, pk: int) -> HttpResponse:
    """Turn a ladder on or off."""
    rule, active = _rule(request, pk), request.POST.get("active") == "1"
    said = _("“%(rule)s” is on.") if active else _("“%(rule)s” is off.")
    return _took(request, lambda: rule.switch(request.user, active), said % {"rule": rule})


@allow(Role.OFFICE)
@require_POST
def rung_add(request: ActorRequest, pk: int) -> HttpResponse:
    """One more rung on a ladder."""
    rule = _rule(request, pk)
    form = RungForm(request.POST, rule=rule)
    if not form.is_valid():
        return _settings(request, form, rule.pk)
    offset, audience = form.cleaned_data["offset"], form.cleaned_data["audience"]
    try:
        rule.add_rung(request.user, offset, audience)
    except Stale as stale:
        messages.warning(request, str(stale))
        return _settings(request, form, rule.pk, status=409)
    except StepRefused as refused:
        form.take(ValidationError({"offset": str(refused)}))
        return _settings(request, form, rule.pk)
    messages.success(request, _("Rung added to “%(rule)s”.") % {"rule": rule})
    return redirect("reminder_settings")


@allow(Role.OFFICE)
@require_POST
def rung_remove(request: ActorRequest, pk: int) -> HttpResponse:
    """One rung less."""
    rung = get_object_or_404(ReminderRung.objects.select_related("rule"), pk=pk)
    rule = _rule(request, rung.rule_id)
    said = _("Rung taken off “%(rule)s”.") % {"rule": rule}
    return _took(request, lambda: rule.remove_rung(request.user, rung), said)


@allow(Role.OFFICE)
@require_POST
def delivery_retry(request: ActorRequest, pk: int) -> HttpResponse:
    """Send a digest in trouble again now."""
    found = get_object_or_404(Delivery, pk=pk)
    said = _("The digest is sent again within a minute.")
    return _took(request, lambda: found.retry(request.user, timezone.now()), said)


@allow(Role.OFFICE)
@require_http_methods(["GET", "POST"])
@once
def calendar_days(request: ActorRequest) -> HttpResponse:
    """The table of 调休; the form adds a day."""
    form = CalendarDayForm(request.POST or None)
    moved: list[int] = []
    if form.is_valid() and form.keeps(lambda: moved.append(put_day(form.instance, request.user))):
        messages.success(request, _moved(moved[0]))
        return redirect("calendar_days")
    page = paginate(CalendarDay.objects.all(), order=["-day"], query=request.GET)
    return render(request, "tasks/reminders/calendar.html", {"page": page, "form": form})


@allow(Role.OFFICE)
@require_POST
def calendar_day_remove(request: ActorRequest, pk: int) -> HttpResponse:
    """Take a day off the table."""
    day = get_object_or_404(CalendarDay, pk=pk)
    try:
        messages.success(request, _moved(take_day(day, request.user)))
    except Stale as stale:
        messages.warning(request, str(stale))
    return redirect("calendar_days")


def _moved(number: int) -> str:
    said = ngettext(
        "Saved. The light of %(n)s item turns on another day now.",
        "Saved. The lights of %(n)s items turn on another day now.",
        number,
    )
    return said % {"n": number} if number else _("Saved. No light turns on another day.")


@allow(Role.OFFICE)
@require_GET
def reminder_dry_run(request: ActorRequest) -> HttpResponse:
    """Who would get what on a day and why. Nothing is written."""
    form = DryRunForm(request.GET or {"on": timezone.localdate().isoformat()})
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        on = form.cleaned_data["on"]
        planned = sorted(preview(on), key=lambda n: (n.recipient_id, n.rule_id, n.due_on))
        people = recipients(planned)
        shown = planned[:DRY_RUN_SHOWS]
        context |= {
            "on": on,
            "total": len(planned),
            "people": len(people),
            "rest": len(planned) - len(shown),
            "groups": _by_person(shown, lines(shown, on), people),
        }
    return render(request, "tasks/reminders/dry_run.html", context)


def _by_person(
    shown: list[Notification], made: list[Line], people: dict[int, Any]
) -> list[tuple[Any, list[Line]]]:
    groups: dict[int, list[Line]] = {}
    for notification, line in zip(shown, made, strict=True):
        groups.setdefault(notification.recipient_id, []).append(line)
    return [(people[pk], group) for pk, group in groups.items()]
