"""The committee's dashboard, and the home page that leads everyone to their own."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from branches.models import Organization
from branches.request import ActorRequest
from common.access import Role, allow
from common.paging import paginate_computed
from common.typed import whole_number
from common.workdays import Calendar
from reviews.figures.around import fortnight, linked, linked_organizations, team_timeline
from reviews.figures.attention import GROUPS, Attention, attention, has_own
from reviews.figures.base import rules
from reviews.figures.compliance import compliance, numbers, strip_of_organizations, worth_drawing
from reviews.figures.month import this_month
from reviews.figures.pillars import chosen_plan, plan_figure
from reviews.figures.units import units
from tasks.models.calendar import current_calendar

LEADING = (Role.OFFICE, Role.COMMITTEE, Role.COMMISSION)
#: Rows of the strip; an institute with more branches sees those that lack something.
DRAWN = 40


@allow(Role.SIGNED_IN)
@require_safe
def home(request: ActorRequest) -> HttpResponse:
    """Where each role begins its day."""
    actor = request.actor
    if actor.is_administrator:
        return redirect("accounts" if Role.SYSTEM_ADMIN in actor.roles else "account_change_password")
    if actor.sees_all:
        return redirect("dashboard")
    return redirect("desk" if actor.is_officer else "me")


@allow(*LEADING)
@require_safe
def dashboard(request: ActorRequest) -> HttpResponse:
    """What needs attention first; then the pillars, the organizations, the teams."""
    on, actor, calendar = timezone.localdate(), request.actor, current_calendar()
    own = has_own(actor, on)
    mine = own and request.GET.get("scope") != "all"
    if request.GET.get("all") in GROUPS:
        return _unfolded(request, attention(actor, calendar, on, mine, request.GET["all"]))
    plan, plans = chosen_plan(request.GET.get("plan", ""), on)
    teams, team_count, milestones_late = team_timeline(actor, on)
    context = {
        "today": on,
        "days_left": workdays_left(calendar, on),
        "attention": attention(actor, calendar, on, mine),
        "has_own": own,
        "figure": plan_figure(plan, calendar, on) if plan else None,
        "plans": plans,
        **_organizational_life(on),
        "units": units(actor, on),
        "linked": _linked(request, calendar, on),
        "month": this_month(actor, on),
        "upcoming": fortnight(actor, on),
        "teams": teams,
        "team_count": team_count,
        "milestones_late": milestones_late,
        "rules": rules(),
    }
    return render(request, "reviews/dashboard/dashboard.html", context)


def _organizational_life(on: date) -> dict[str, Any]:
    """The strip of the branches' year with the sums above it."""
    branches = list(Organization.objects.branches().active())
    year = compliance(branches, on.year, on)
    drawn = worth_drawing(year, DRAWN)
    return {
        "strip": strip_of_organizations(year, _("Organizational life"), drawn) if branches else None,
        "strip_hidden": len(branches) - len(drawn),
        "numbers": numbers(year),
        "behind": sum(tally.missing > 0 for tally in year.tallies.values()),
    }


def _unfolded(request: ActorRequest, found: Attention) -> HttpResponse:
    """All rows of one group, page by page."""
    group = next(iter(found.groups), None)
    page = paginate_computed(group.every if group else [], query=request.GET)
    context = {"group": group, "attention": found, "page": page, "rules": rules()}
    return render(request, "reviews/dashboard/attention.html", context)


def _linked(request: ActorRequest, calendar: Calendar, on: date) -> list[Any]:
    """The organizations the reader keeps contact with, each with what it lacks."""
    organizations = linked_organizations(request.actor.person_id, on)
    if not organizations:
        return []
    return linked(organizations, compliance(organizations, on.year, on), calendar, on)


def workdays_left(calendar: Calendar, on: date) -> int:
    """Working days from today to Sunday, today included."""
    return calendar.workdays_between(on, on + timedelta(days=6 - on.weekday()))


def asked_year(request: HttpRequest, on: date) -> int:
    """The year of the address, this year when it names none (or one nobody has records of)."""
    asked = whole_number(request.GET.get("year", ""))
    return asked if 2000 <= asked <= on.year + 1 else on.year
