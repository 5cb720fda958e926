"""What a form for an activity holds before anyone types: as the last one of its kind, likely measures."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Q

from branches.models import Organization
from plans.models import ActivityKind, Measure
from tasks.models import Activity

#: How many measures are offered at once; the others are one click away.
OFFERED = 4


@dataclass(frozen=True)
class Prefill:
    """Values for an empty form. ``last`` is where they come from, ``None`` when there is nothing to copy."""

    held_on: date
    last: Activity | None = None
    place: str = ""
    host: int | None = None
    measures: list[int] = field(default_factory=list)


def prefill(organization: Organization, kind: ActivityKind, on: date) -> Prefill:
    """From the last activity of the kind that the organization held. Absences are never copied."""
    last = (
        Activity.objects.filter(organization=organization, kind=kind, held_on__lte=on)
        .exclude(status=Activity.Status.DRAFT)
        .prefetch_related("measures")
        .first()
    )
    if last is None:
        return Prefill(on)
    return Prefill(on, last, last.place, last.host_id, [measure.pk for measure in last.measures.all()])


def ranked_measures(organization: Organization, kind: ActivityKind) -> list[Measure]:
    """Measures in force: those most served by this kind, then the most served, then in the plan's order."""
    return list(
        Measure.objects.in_force()
        .select_related("clause", "pillar__clause", "plan")
        .annotate(
            with_kind=Count("activities", filter=Q(activities__kind=kind)),
            with_any=Count("activities"),
        )
        .order_by("-with_kind", "-with_any", "plan", "clause__position")
    )


def usual_kind(organization: Organization, on: date) -> ActivityKind | None:
    """The kind to begin with when none was asked for: the last logged here, else the first of the table."""
    last = Activity.objects.filter(organization=organization, held_on__lte=on, kind__active=True).first()
    return last.kind if last else ActivityKind.objects.filter(active=True).first()
