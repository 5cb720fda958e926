"""Coverage (全覆盖): which organizations carry which pillar of a plan, by items and by approved records."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from branches.models import Organization
from plans.models import ActionPlan, Pillar
from reviews.figures.base import listed
from tasks.models import Activity, LedgerItem


@dataclass(frozen=True)
class CoverageCell:
    pillar: Pillar
    items: int
    items_url: str
    activities: int
    activities_url: str


@dataclass(frozen=True)
class CoverageRow:
    organization: Organization
    cells: tuple[CoverageCell, ...]

    @property
    def covered(self) -> bool:
        return any(cell.items or cell.activities for cell in self.cells)


@dataclass(frozen=True)
class Coverage:
    pillars: tuple[Pillar, ...]
    rows: tuple[CoverageRow, ...]

    @property
    def covered(self) -> int:
        return sum(row.covered for row in self.rows)


def coverage(plan: ActionPlan) -> Coverage:
    """Organizations of the plan's own system that report once a year, in the tree's order. Four queries."""
    pillars = tuple(Pillar.objects.filter(plan=plan).select_related("clause").order_by("position"))
    organizations = list(Organization.objects.reporting().filter(system=plan.system))
    items = _items(plan)
    activities = _activities(plan)
    return Coverage(
        pillars,
        tuple(
            CoverageRow(
                organization,
                tuple(
                    CoverageCell(
                        pillar=pillar,
                        items=items[organization.pk, pillar.pk],
                        items_url=listed("items", view="all", pillar=pillar.pk, unit=organization.pk),
                        activities=activities[organization.pk, pillar.pk],
                        activities_url=listed(
                            "activities", pillar=pillar.pk, organization=organization.pk, status="approved"
                        ),
                    )
                    for pillar in pillars
                ),
            )
            for organization in organizations
        ),
    )


def _items(plan: ActionPlan) -> Counter[Any]:
    """Items each organization leads, by pillar."""
    counted: Any = LedgerItem.objects.filter(measure__plan=plan)
    rows = counted.counted().order_by().values_list("lead", "measure__pillar").annotate(number=Count("pk"))
    return Counter({(organization, pillar): number for organization, pillar, number in rows})


def _activities(plan: ActionPlan) -> Counter[Any]:
    """Approved records that serve the plan; one that serves two measures of a pillar counts once there."""
    rows = (
        Activity.objects.filter(measures__plan=plan, status=Activity.Status.APPROVED)
        .order_by()
        .values_list("organization", "measures__pillar")
        .annotate(number=Count("pk", distinct=True))
    )
    return Counter({(organization, pillar): number for organization, pillar, number in rows})
