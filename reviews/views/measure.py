"""One measure of a plan: its words, what carries it out, how far it is."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from branches.request import ActorRequest
from common.access import CONTENT, allow
from plans.models import ActionPlan, Measure
from reviews.figures.base import rules
from reviews.figures.measure import measure_figure
from reviews.figures.plan_text import heading_of, wording
from tasks.models.calendar import current_calendar


@allow(*CONTENT)
@require_safe
def measure(request: ActorRequest, pk: int) -> HttpResponse:
    """The measure for everyone; items and records as far as the reader may see them."""
    rows = Measure.objects.filter(plan__in=ActionPlan.objects.visible_to(request.actor))
    found = get_object_or_404(
        rows.select_related("plan", "clause", "pillar__clause", "lead", "leader").prefetch_related(
            "cooperating"
        ),
        pk=pk,
    )
    on = timezone.localdate()
    context = {
        "measure": found,
        "wording": wording(found.clause),
        "pillar_heading": heading_of(found.pillar.clause) if found.pillar else "",
        "figure": measure_figure(found, request.actor, current_calendar(), on),
        "year": on.year,
        "partial": not request.actor.sees_all,
        "may_decompose": request.actor.is_office and found.plan.status == ActionPlan.Status.CONFIRMED,
        "rules": rules(),
    }
    return render(request, "reviews/measure/measure.html", context)
