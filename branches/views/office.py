"""Memberships, terms, appointments and liaisons: begin one, end one. Only by the Party office."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.once import once
from branches.forms.office import AppointmentForm, LiaisonForm, MembershipForm, SpanForm, TermForm
from branches.forms.organization import LastDayForm
from branches.models import Appointment, Liaison, Membership, Organization, Person, Term
from branches.models.recorded import Span
from branches.request import ActorRequest
from branches.views.doing import acting, done
from common.access import Role, allow
from common.typed import whole_number


@dataclass(frozen=True)
class Noun:
    """One kind of span: its model and form, its titles, what ending it means."""

    model: type[Span]
    form: type[SpanForm]
    add: str | Promise
    end: str | Promise
    hint: str | Promise
    person: str = "person"


MEMBERSHIP = Noun(
    Membership,
    MembershipForm,
    gettext_lazy("Add a membership"),
    gettext_lazy("End the membership"),
    gettext_lazy("The last day of the membership."),
)
APPOINTMENT = Noun(
    Appointment,
    AppointmentForm,
    gettext_lazy("Appoint to a post"),
    gettext_lazy("End the appointment"),
    gettext_lazy("The last day in the post; the rights of the post end with it."),
)
TERM = Noun(
    Term,
    TermForm,
    gettext_lazy("Add a term of office"),
    gettext_lazy("End the term"),
    gettext_lazy("The last day of the term; appointments are ended one by one."),
    person="",
)
LIAISON = Noun(
    Liaison,
    LiaisonForm,
    gettext_lazy("Assign a liaison"),
    gettext_lazy("End the liaison"),
    gettext_lazy("The last day of the liaison."),
    person="member",
)


def _begin(request: ActorRequest, noun: Noun) -> HttpResponse:
    """The form of a new span; ``?person=`` and ``?organization=`` prefill it, and say where to go back to."""
    person = _asked(request, "person", Person)
    organization = _asked(request, "organization", Organization)
    initial = {noun.person: person, "organization": organization, "starts_on": timezone.localdate()}
    form = noun.form(request.POST or None, initial=initial)
    back = _back(person, organization)
    if request.method == "POST" and form.is_valid():
        if isinstance(form, AppointmentForm):
            form.save_term()
        at = timezone.now()
        if done(form, lambda: form.instance.begin(acting(request), at)):
            messages.success(request, _("Saved: %(what)s.") % {"what": form.instance})
            return HttpResponseRedirect(back or _home(form.instance))
    return render(
        request,
        "branches/office/add.html",
        {
            "form": form,
            "title": noun.add,
            "back": back or reverse("organizations"),
            "place": person or organization,
        },
    )


def _asked(request: ActorRequest, name: str, model: type[Any]) -> Any:
    return model.objects.filter(pk=whole_number(request.GET.get(name, ""))).first()


def _back(person: Person | None, organization: Organization | None) -> str:
    if person is not None:
        return person.get_absolute_url()
    return reverse("organization_manage", args=[organization.pk]) if organization is not None else ""


def _home(row: Any) -> str:
    return reverse("organization_manage", args=[row.organization_id])


def _end(request: ActorRequest, noun: Noun, pk: int) -> HttpResponse:
    """Ask for the last day and end the span; from an appointment on to handing over what is open."""
    row: Any = get_object_or_404(noun.model, pk=pk)
    form = LastDayForm(request.POST or None, hint=str(noun.hint), initial={"ends_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        at = timezone.now()
        if done(form, lambda: row.end(acting(request), at, form.cleaned_data["ends_on"])):
            messages.success(request, _("Ended: %(what)s.") % {"what": row})
            handed = noun is APPOINTMENT
            return HttpResponseRedirect(reverse("handover", args=[row.person_id]) if handed else _home(row))
    context = {"form": form, "title": noun.end, "row": row, "back": _home(row)}
    return render(request, "branches/office/end.html", context)


def _views(noun: Noun) -> tuple[Callable[..., HttpResponse], Callable[..., HttpResponse]]:
    name = noun.model._meta.model_name

    @allow(Role.OFFICE)
    @once
    def add(request: ActorRequest) -> HttpResponse:
        return _begin(request, noun)

    @allow(Role.OFFICE)
    def end(request: ActorRequest, pk: int) -> HttpResponse:
        return _end(request, noun, pk)

    add.__name__, end.__name__ = f"{name}_add", f"{name}_end"
    return add, end


membership_add, membership_end = _views(MEMBERSHIP)
appointment_add, appointment_end = _views(APPOINTMENT)
term_add, term_end = _views(TERM)
liaison_add, liaison_end = _views(LIAISON)
