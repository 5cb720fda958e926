"""Assault teams: the list, a team's page with its timeline, its forms, members and milestones."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.once import once
from branches.forms.organization import LastDayForm
from branches.forms.team import MilestoneForm, TeamFilter, TeamForm, TeamMemberForm, TeamTextsForm
from branches.history import history
from branches.models import AssaultTeam, Milestone, Organization, TeamMember
from branches.request import ActorRequest
from branches.timeline import team_timeline
from branches.views.doing import acting, conflict, done
from common.access import CONTENT, Role, allow
from common.forms import Form
from common.paging import paginate
from common.steps import Stale
from common.typed import whole_number

FORM = "branches/team/form.html"
STATES = [
    ("", gettext_lazy("at work")),
    ("late", gettext_lazy("with a milestone overdue")),
    ("ended", gettext_lazy("ended")),
    ("all", gettext_lazy("all")),
]


@allow(*CONTENT)
@require_safe
def teams(request: ActorRequest) -> HttpResponse:
    """The teams of one's scope by name; the posts stand on the page beside."""
    visible = AssaultTeam.objects.visible_to(request.actor)
    own = Organization.objects.active().filter(pk__in=visible.values("organization"))
    form = TeamFilter(request.GET, organizations=own, states=STATES)
    empty: dict[str, Any] = {"q": "", "organization": None, "state": ""}
    wanted = form.cleaned_data if form.is_valid() else empty
    today, text = timezone.localdate(), wanted["q"].strip()
    found = AssaultTeam.objects.filter(pk__in=visible.values("pk")).in_state(wanted["state"], today)
    if text:
        found = found.filter(Q(name__icontains=text) | Q(captain__name__icontains=text))
    if wanted["organization"]:
        found = found.filter(organization__in=Organization.objects.under(wanted["organization"]).values("pk"))
    rows = found.select_related("organization", "captain").with_numbers(today)
    page = paginate(rows, order=["name", "pk"], query=request.GET, total=found.count())
    context = {"page": page, "form": form, "narrowed": any(wanted.values())}
    return render(request, "branches/team/list.html", context)


def _team(request: ActorRequest, pk: int) -> AssaultTeam:
    visible = AssaultTeam.objects.visible_to(request.actor).values("pk")
    rows = AssaultTeam.objects.filter(pk__in=visible).select_related("organization", "captain")
    return get_object_or_404(rows, pk=pk)


def _writes(request: ActorRequest, shown: AssaultTeam) -> None:
    """403 for who may see the team and not write for it."""
    if not request.actor.writes_for(shown.organization):
        raise PermissionDenied


@allow(*CONTENT)
@require_safe
def team(request: ActorRequest, pk: int) -> HttpResponse:
    """One team: timeline, facts, four texts, its members' posts, milestones, history."""
    shown = _team(request, pk)
    today = timezone.localdate()
    asked = whole_number(request.GET.get("year", ""))
    year = asked if 2000 <= asked <= 2200 else today.year
    milestones = list(shown.milestones.all())
    members = list(shown.members.select_related("person"))
    current = [
        row for row in members if row.starts_on <= today and (row.ends_on is None or row.ends_on >= today)
    ]
    posts = shown.organization.vanguard_posts.filter(holder__in=[row.person_id for row in current])
    context = {
        "team": shown,
        "timeline": team_timeline(shown, milestones, year, today),
        "year": year,
        "milestones": _lit(milestones, today),
        "next": next((m for m in milestones if m.done_on is None and m.due_on >= today), None),
        "current": current,
        "past": [row for row in members if row not in current],
        "posts": posts.select_related("holder", "organization").prefetch_related("reviews"),
        "writes": request.actor.writes_for(shown.organization),
        "history": history(shown, *members, *milestones),
        "today": today,
    }
    return render(request, "branches/team/page.html", context)


def _lit(milestones: list[Milestone], today: date) -> list[dict[str, Any]]:
    days = settings.LIGHT_YELLOW_DAYS
    return [
        {
            "row": row,
            "light": row.light(today, days),
            "word": row.word(today, days),
            "days": (row.due_on - today).days,
        }
        for row in milestones
    ]


@allow(Role.OFFICE)
@once
def add(request: ActorRequest) -> HttpResponse:
    """Set up a team."""
    form = TeamForm(request.POST or None, initial={"starts_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        made, at = form.instance, timezone.now()
        if done(form, lambda: made.form(acting(request), at)):
            messages.success(request, _("%(name)s is set up.") % {"name": made})
            return HttpResponseRedirect(made.get_absolute_url())
    return render(request, FORM, {"form": form, "back": reverse("teams")})


def _form_for(request: ActorRequest) -> Any:
    """The whole form for the Party office, the four texts for the officers."""
    kind = TeamForm if request.actor.is_office else TeamTextsForm
    return lambda data, instance: kind(data, instance=instance)


@allow(Role.OFFICE, Role.OFFICER)
def edit(request: ActorRequest, pk: int) -> HttpResponse:
    """Change the team, or its four texts."""
    row, standing = _team(request, pk), _team(request, pk)
    _writes(request, row)
    make = _form_for(request)
    form = make(request.POST or None, row)
    context = {"team": standing, "back": row.get_absolute_url()}
    if request.method == "POST" and form.is_valid():
        version, at = form.cleaned_data["version"] or 0, timezone.now()
        try:
            if done(form, lambda: row.change(acting(request), at, version, form.values)):
                messages.success(request, _("%(name)s is saved.") % {"name": row})
                return HttpResponseRedirect(row.get_absolute_url())
        except Stale:
            return conflict(request, FORM, make, standing, context)
    return render(request, FORM, {**context, "form": form})


@allow(Role.OFFICE)
@once
def member_add(request: ActorRequest, pk: int) -> HttpResponse:
    """Take someone into a team."""
    shown = _team(request, pk)
    form = TeamMemberForm(
        request.POST or None, instance=TeamMember(team=shown), initial={"starts_on": timezone.localdate()}
    )
    if request.method == "POST" and form.is_valid():
        at = timezone.now()
        if done(form, lambda: form.instance.begin(acting(request), at)):
            messages.success(request, _("%(name)s is in the team.") % {"name": form.instance.person})
            return HttpResponseRedirect(shown.get_absolute_url())
    context = {
        "form": form,
        "title": _("Take into the team"),
        "eyebrow": shown,
        "back": shown.get_absolute_url(),
    }
    return render(request, "branches/office/add.html", context)


@allow(Role.OFFICE)
def member_end(request: ActorRequest, pk: int) -> HttpResponse:
    """Let someone leave a team."""
    row = get_object_or_404(TeamMember.objects.select_related("team", "person"), pk=pk)
    form = LastDayForm(
        request.POST or None, hint=_("The last day in the team."), initial={"ends_on": timezone.localdate()}
    )
    back = row.team.get_absolute_url()
    if request.method == "POST" and form.is_valid():
        at = timezone.now()
        if done(form, lambda: row.end(acting(request), at, form.cleaned_data["ends_on"])):
            messages.success(request, _("%(name)s has left the team.") % {"name": row.person})
            return HttpResponseRedirect(back)
    context = {"form": form, "title": _("Leave the team"), "row": row, "back": back}
    return render(request, "branches/office/end.html", context)


@allow(Role.OFFICE, Role.OFFICER)
@once
def milestone_add(request: ActorRequest, pk: int) -> HttpResponse:
    """Promise a day."""
    shown = _team(request, pk)
    _writes(request, shown)
    form = MilestoneForm(request.POST or None, instance=Milestone(team=shown))
    if request.method == "POST" and form.is_valid():
        at = timezone.now()
        if done(form, lambda: form.instance.promise(acting(request), at)):
            messages.success(request, _("Saved: %(what)s.") % {"what": form.instance.title})
            return HttpResponseRedirect(shown.get_absolute_url())
    context = {
        "form": form,
        "title": _("Add a milestone"),
        "eyebrow": shown,
        "back": shown.get_absolute_url(),
    }
    return render(request, "branches/office/add.html", context)


def _milestone(request: ActorRequest, pk: int) -> Milestone:
    """A milestone of a team one may see; 403 for who does not write for it."""
    row = get_object_or_404(Milestone.objects.select_related("team__organization"), pk=pk)
    _writes(request, _team(request, row.team_id))
    return row


@allow(Role.OFFICE, Role.OFFICER)
def milestone_edit(request: ActorRequest, pk: int) -> HttpResponse:
    """Correct a milestone, or say when it was reached."""
    row = _milestone(request, pk)
    form = MilestoneForm(request.POST or None, instance=row)
    back = row.team.get_absolute_url()
    if request.method == "POST" and form.is_valid():
        at = timezone.now()
        if done(form, lambda: row.change(acting(request), at, form.values)):
            messages.success(request, _("Saved: %(what)s.") % {"what": row.title})
            return HttpResponseRedirect(back)
    context = {"form": form, "title": _("Milestone"), "eyebrow": row.team, "back": back}
    return render(request, "branches/office/add.html", context)


@require_POST
@allow(Role.OFFICE, Role.OFFICER)
def milestone_done(request: ActorRequest, pk: int) -> HttpResponse:
    """Reached today, in one click."""
    row = _milestone(request, pk)
    form, at = Form(request.POST), timezone.now()
    if form.is_valid() and done(
        form, lambda: row.change(acting(request), at, {"done_on": timezone.localdate()})
    ):
        messages.success(request, _("Reached: %(what)s.") % {"what": row.title})
    for error in form.non_field_errors():
        messages.error(request, str(error))
    return HttpResponseRedirect(row.team.get_absolute_url())
