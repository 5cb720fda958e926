"""When an officer changes: everything that is open goes to the successor, on one page."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import AuditEvent
from branches.models import Person
from branches.request import ActorRequest
from common.access import Role, allow
from common.steps import StepForbidden, StepRefused
from reviews.forms.handover import HandoverForm


@allow(Role.OFFICE)
def handover(request: ActorRequest, pk: int) -> HttpResponse:
    """What a person has open; the ticked rows go to another with one step each, all or none."""
    person = get_object_or_404(Person.objects.select_related("user"), pk=pk)
    form = HandoverForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        try:
            count = _hand_over(request, person, form.cleaned_data)
        except StepForbidden as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        except StepRefused as refusal:
            form.take(ValidationError(str(refusal)))
        else:
            to = form.cleaned_data["to"]
            messages.success(request, _("Handed over to %(name)s: %(count)s.") % {"name": to, "count": count})
            return HttpResponseRedirect(reverse("handover", args=[pk]))
    today = timezone.localdate()
    context = {
        "person": person,
        "form": form,
        "items": _rows(form, "items"),
        "activities": _rows(form, "activities"),
        "appointments": person.appointments.on(today).select_related("organization"),
        "liaisons": person.liaisons.on(today).select_related("organization"),
        "teams": person.teams_led.active(today).select_related("organization"),
    }
    return render(request, "reviews/handover/page.html", context)


def _rows(form: HandoverForm, name: str) -> list[dict[str, Any]]:
    ticked = form.ticked(name)
    rows = form.fields[name].queryset  # type: ignore[attr-defined]
    return [{"row": row, "ticked": str(row.pk) in ticked} for row in rows]


@transaction.atomic
def _hand_over(request: ActorRequest, person: Person, wanted: dict[str, Any]) -> int:
    by, at = request.actor.person, timezone.now()
    if by is None:
        raise StepForbidden
    rows = [*wanted["items"], *wanted["activities"]]
    for row in rows:
        row.hand_over(by, at, to=wanted["to"], reason=wanted["reason"])
    record(
        AuditEvent.Verb.HANDOVER,
        person,
        by=request.user,
        changes={"to": [None, str(wanted["to"])], "rows": [None, len(rows)]},
        note=wanted["reason"],
    )
    return len(rows)
