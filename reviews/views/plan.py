"""The plan as it stands, and who carries it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from branches.request import ActorRequest
from common.access import CONTENT, allow
from common.paging import paginate_computed
from common.typed import whole_number
from plans.models import ActionPlan, Pillar
from reviews.figures.base import rules
from reviews.figures.coverage import coverage
from reviews.figures.plan_text import UNDECOMPOSED, plan_text
from tasks.lights import Light
from tasks.models.calendar import current_calendar


@allow(*CONTENT)
@require_safe
def plan(request: ActorRequest, pk: int) -> HttpResponse:
    """Every clause of the document with a live light."""
    found = get_object_or_404(ActionPlan.objects.visible_to(request.actor), pk=pk)
    on, calendar = timezone.localdate(), current_calendar()
    asked = request.GET.get("light", "")
    chosen = asked if asked in {*Light.values, UNDECOMPOSED} else ""
    pillar = Pillar.objects.filter(plan=found, pk=whole_number(request.GET.get("pillar", "")))
    covered = coverage(found, request.actor)
    context = {
        "plan": found,
        "title": title_parts(found.title),
        "hangs": str(found).startswith("“"),
        "text": plan_text(
            found, request.actor, calendar, on, chosen, pillar.select_related("clause").first()
        ),
        "coverage": covered,
        "year_number": on.year - found.starts_on.year + 1,
        "may_decompose": request.actor.is_office,
        "rules": rules(),
    }
    return render(request, "reviews/plan/plan.html", context)


def title_parts(title: str) -> list[str]:
    """An official title is broken before 关于, between the issuer and the matter, and nowhere else by choice."""
    issuer, about, matter = title.partition("关于")
    return [issuer, about + matter] if issuer and about else [title]


@allow(*CONTENT)
@require_safe
def plan_coverage(request: ActorRequest, pk: int) -> HttpResponse:
    """Which organizations carry which pillar."""
    found = get_object_or_404(ActionPlan.objects.visible_to(request.actor), pk=pk)
    covered = coverage(found, request.actor)
    page = paginate_computed(covered.rows, query=request.GET)
    return render(request, "reviews/plan/coverage.html", {"plan": found, "coverage": covered, "page": page})
