"""People: the list within one's scope, one person's page, add, edit, deactivate."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.once import once
from branches.forms.organization import LastDayForm
from branches.forms.person import PersonFilter, PersonForm
from branches.history import history
from branches.models import Appointment, Membership, Organization, Person
from branches.request import ActorRequest
from branches.views.doing import acting, conflict, done
from common.access import CONTENT, Role, allow
from common.forms import Form
from common.paging import paginate
from common.steps import Stale

FORM = "branches/person/form.html"


def _scope(request: ActorRequest) -> Any:
    """The organizations whose people one may list."""
    actor = request.actor
    own = Organization.objects.all() if actor.sees_all else Organization.objects.filter(actor.scope_q("path"))
    return own.active()


@allow(Role.OFFICE, Role.OFFICER, Role.COMMITTEE, Role.COMMISSION)
@require_safe
def people(request: ActorRequest) -> HttpResponse:
    """The people of one's scope by name, with where they belong and what they hold."""
    form = PersonFilter(request.GET, organizations=_scope(request))
    empty: dict[str, Any] = {"q": "", "organization": None, "stage": "", "state": ""}
    wanted = form.cleaned_data if form.is_valid() else empty
    found = Person.objects.visible_to(request.actor).matching(wanted["q"].strip())
    if wanted["state"] != "all":
        found = found.filter(active=wanted["state"] != "closed")
    today = timezone.localdate()
    belongs = Membership.objects.on(today)
    if wanted["organization"]:
        belongs = belongs.filter(
            organization__in=Organization.objects.under(wanted["organization"]).values("pk")
        )
    if wanted["stage"]:
        belongs = belongs.filter(stage=wanted["stage"])
    if wanted["organization"] or wanted["stage"]:
        found = found.filter(pk__in=belongs.values("person"))
    rows = found.prefetch_related(
        Prefetch("memberships", Membership.objects.on(today).select_related("organization"), "current"),
        Prefetch("appointments", Appointment.objects.on(today).select_related("organization"), "held"),
    )
    page = paginate(rows, order=["name", "pk"], query=request.GET, total=found.count())
    narrowed = any(wanted.values())
    return render(request, "branches/person/list.html", {"page": page, "form": form, "narrowed": narrowed})


@allow(*CONTENT)
@require_safe
def person(request: ActorRequest, pk: int) -> HttpResponse:
    """One person: memberships, posts, liaisons, teams, vanguard posts; all of them with their days."""
    shown = get_object_or_404(Person.objects.visible_to(request.actor).select_related("user"), pk=pk)
    memberships = list(shown.memberships.select_related("organization", "person"))
    appointments = list(shown.appointments.select_related("organization", "person"))
    liaisons = list(shown.liaisons.select_related("organization", "member"))
    context = {
        "person": shown,
        "memberships": memberships,
        "appointments": appointments,
        "liaisons": liaisons,
        "teams": shown.team_memberships.select_related("team"),
        "posts": shown.vanguard_posts.select_related("organization"),
        "history": history(shown, *memberships, *appointments, *liaisons),
        "today": timezone.localdate(),
    }
    return render(request, "branches/person/page.html", context)


@allow(Role.OFFICE)
@once
def add(request: ActorRequest) -> HttpResponse:
    """A new person."""
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made, at = form.instance, timezone.now()
        if done(form, lambda: made.enter(acting(request), at)):
            messages.success(request, _("%(name)s is added.") % {"name": made})
            return HttpResponseRedirect(made.get_absolute_url())
    return render(request, FORM, {"form": form, "back": reverse("people")})


@allow(Role.OFFICE)
def edit(request: ActorRequest, pk: int) -> HttpResponse:
    """Correct name, number or address."""
    row = get_object_or_404(Person, pk=pk)
    form = PersonForm(request.POST or None, instance=row)
    standing = get_object_or_404(Person, pk=pk)
    context = {"person": standing, "back": row.get_absolute_url()}
    if request.method == "POST" and form.is_valid():
        version, at = form.cleaned_data["version"] or 0, timezone.now()
        try:
            if done(form, lambda: row.change(acting(request), at, version, form.values)):
                messages.success(request, _("%(name)s is saved.") % {"name": row})
                return HttpResponseRedirect(row.get_absolute_url())
        except Stale:
            return conflict(request, FORM, _form_for, standing, context)
    return render(request, FORM, {**context, "form": form})


def _form_for(data: Any, instance: Any) -> PersonForm:
    return PersonForm(data, instance=instance)


@allow(Role.OFFICE)
def deactivate(request: ActorRequest, pk: int) -> HttpResponse:
    """Ask for the last day, say what ends with it, then deactivate; what is open is handed over next."""
    row = get_object_or_404(Person, pk=pk)
    hint = _("Memberships, posts, liaisons and places in teams that are still open end on this day.")
    form = LastDayForm(request.POST or None, hint=hint, initial={"ends_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        at = timezone.now()
        if done(form, lambda: row.leave(acting(request), at, form.cleaned_data["ends_on"])):
            messages.success(request, _("%(name)s is deactivated. Hand over what is open.") % {"name": row})
            return HttpResponseRedirect(reverse("handover", args=[pk]))
    context = {"person": row, "form": form, "back": row.get_absolute_url()}
    return render(request, "branches/person/deactivate.html", context)


@require_POST
@allow(Role.OFFICE)
def reactivate(request: ActorRequest, pk: int) -> HttpResponse:
    """Make a deactivated person active again."""
    row = get_object_or_404(Person, pk=pk)
    form, at = Form(request.POST), timezone.now()
    if form.is_valid() and done(form, lambda: row.come_back(acting(request), at)):
        messages.success(request, _("%(name)s is active again.") % {"name": row})
    for error in form.non_field_errors():
        messages.error(request, str(error))
    return HttpResponseRedirect(row.get_absolute_url())
