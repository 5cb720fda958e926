"""An organization with its year, and the list of what organizations owe."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from branches.models import Organization
from branches.request import ActorRequest
from common.access import CONTENT, allow
from common.paging import paginate_computed
from common.typed import whole_number
from plans.models import Requirement
from reviews.figures.base import rules
from reviews.figures.compliance import SUMS, Tally, addressed, compliance, owed_rows
from reviews.figures.organization import contacts, current_term, officers, organization_year
from reviews.views.dashboard import asked_year
from tasks.models.calendar import current_calendar


@allow(*CONTENT)
@require_safe
def organization(request: ActorRequest, pk: int) -> HttpResponse:
    """Name and officers for everyone; the year for those in scope."""
    found = get_object_or_404(Organization, pk=pk)
    on = timezone.localdate()
    year = asked_year(request, on)
    in_scope = request.actor.in_scope(found)
    label = _("%(name)s in %(year)s") % {"name": found.label, "year": year}
    context = {
        "organization": found,
        "above": Organization.objects.get_ancestors(found),
        "below": Organization.objects.get_children(found).filter(active=True),
        "officers": officers(found, on),
        "contacts": contacts(found, on),
        "term": current_term(found),
        "in_scope": in_scope,
        "writes": request.actor.writes_for(found),
        "year": year,
        "years": [on.year, on.year - 1],
        "figure": organization_year(found, request.actor, year, current_calendar(), on, label)
        if in_scope
        else None,
        "rules": rules(),
    }
    return render(request, "reviews/organization/organization.html", context)


@allow(*CONTENT)
@require_safe
def owed(request: ActorRequest) -> HttpResponse:
    """The periods behind the numbers of the strip: organization, requirement, state."""
    on = timezone.localdate()
    year, state = asked_year(request, on), request.GET.get("state", "")
    state = state if state in (*SUMS, "exempt") else ""
    requirement = _asked(request, "requirement", Requirement.objects.select_related("activity_kind"))
    organizations = addressed([requirement]) if requirement else Organization.objects.branches().active()
    chosen = _asked(request, "organization", Organization.objects.all())
    if chosen or _named(request, "organization"):
        organizations = organizations.filter(pk=chosen.pk if chosen else None)
    if requirement is None and _named(request, "requirement"):
        organizations = organizations.none()
    if not request.actor.sees_all:
        organizations = organizations.filter(request.actor.scope_q("path"))
    found = compliance(organizations, year, on, only=[requirement.pk] if requirement else None)
    rows = owed_rows(found, state)
    context = {
        "year": year,
        "state": state,
        "requirement": requirement,
        "chosen": chosen,
        "views": _views(found.total, state),
        "page": paginate_computed(rows, query=request.GET),
        "total": len(rows) if state == "exempt" else getattr(found.total, SUMS[state]),
        "rules": rules(),
    }
    return render(request, "reviews/organization/owed.html", context)


def _views(total: Tally, state: str) -> list[dict[str, Any]]:
    """The tabs above the list, each with the sum of its rows; the exempt add to none."""
    labels = {
        "": _("All"),
        "missing": _("Not logged"),
        "logged": _("To be approved"),
        "approved": pgettext("strip", "approved"),
        "short": _("Less often than usual"),
        "exempt": _("Exempt"),
    }
    return [
        {
            "value": value,
            "label": label,
            "sum": getattr(total, SUMS[value]) if value in SUMS else None,
            "current": value == state,
        }
        for value, label in labels.items()
    ]


def _asked(request: ActorRequest, name: str, rows: Any) -> Any:
    """The one row the address keeps to under a name, if it names one."""
    return rows.filter(pk=whole_number(request.GET.get(name, ""))).first()


def _named(request: ActorRequest, name: str) -> bool:
    """Whether the address names a row by its key. One that is not there has no rows, rather than all."""
    return whole_number(request.GET.get(name, "")) > 0
