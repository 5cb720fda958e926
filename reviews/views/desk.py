"""The branch desk and one's own page."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from branches.models import Organization
from branches.request import ActorRequest
from common.access import CONTENT, Role, allow
from reviews.figures.base import rules
from reviews.figures.burden import burden, minutes_less
from reviews.figures.desk import due_rows, todo
from reviews.figures.me import my_page
from reviews.figures.organization import contacts, current_term, organization_year
from tasks.models.calendar import current_calendar


@allow(Role.OFFICER)
@require_safe
def desk(request: ActorRequest) -> HttpResponse:
    """What the organization owes this month, what waits for it, what it was asked to fill in."""
    on, calendar, mine = timezone.localdate(), current_calendar(), _mine(request)
    found = _asked(request, mine)
    label = _("%(name)s in %(year)s") % {"name": found.label, "year": on.year}
    figure = organization_year(found, request.actor, on.year, calendar, on, label)
    due, later = due_rows(figure.year, found)
    ends = max((row.last for row in due), default=None)
    less = minutes_less(found, on)
    waiting, more_waits = todo(request.actor, found, on)
    context = {
        "today": on,
        "organization": found,
        "mine": mine,
        "figure": figure,
        "due": due,
        "later": later,
        "open_count": sum(not row.done for row in due),
        "ends": ends,
        "days_left": calendar.workdays_between(on, ends) if ends else 0,
        "todo": waiting,
        "more_waits": more_waits,
        "burden": burden(found, on),
        "less": less,
        "more": -less,
        "contacts": contacts(found, on),
        "term": current_term(found),
        "rules": rules(),
    }
    return render(request, "reviews/desk/desk.html", context)


def _mine(request: ActorRequest) -> list[Any]:
    """The organizations one holds an office in, in the order of the tree."""
    return list(Organization.objects.filter(path__in=request.actor.officer_paths))


def _asked(request: ActorRequest, mine: list[Any]) -> Any:
    """The organization of the address, else the first Party branch among one's own, else the first."""
    asked = request.GET.get("organization", "")
    if asked:
        chosen = [o for o in mine if str(o.pk) == asked]
    else:
        chosen = [o for o in mine if o.kind in Organization.Kind.branches()] or mine
    if not chosen:
        raise Http404
    return chosen[0]


@allow(*CONTENT)
@require_safe
def me(request: ActorRequest) -> HttpResponse:
    """Where one belongs, what one carries, what one takes part in."""
    on = timezone.localdate()
    return render(
        request, "reviews/me/me.html", {"page": my_page(request.actor, current_calendar(), on), "today": on}
    )
