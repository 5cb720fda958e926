"""Coverage (全覆盖): which organizations carry which pillar of a plan, by items and by approved records."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from branches.access import Actor
from branches.models import Organization
from plans.models import ActionPlan, Pillar
from reviews.figures.base import listed
from reviews.figures.homes import homes_of
from tasks.models import Activity, LedgerItem


@dataclass(frozen=True)
class CoverageCell:
    """What an organization does for a pillar."""

    pillar: Pillar
    items: int
    items_url: str
    activities: int
    activities_url: str


@dataclass(frozen=True)
class CoverageRow:
    """``in_scope``: whether the reader may see what is counted; that it is covered is for everyone."""

    organization: Organization
    cells: tuple[CoverageCell, ...]
    in_scope: bool

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


def coverage(plan: ActionPlan, actor: Actor) -> Coverage:
    """Organizations of the plan's own system that report once a year, in the tree's order. Six queries."""
    pillars = tuple(Pillar.objects.filter(plan=plan).select_related("clause").order_by("position"))
    organizations = list(Organization.objects.reporting().filter(system=plan.system))
    items = _items(plan)
    activities = _activities(plan, organizations)
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
                            "activities", pillar=pillar.pk, unit=organization.pk, status="approved"
                        ),
                    )
                    for pillar in pillars
                ),
                actor.in_scope(organization),
            )
            for organization in organizations
        ),
    )


def _items(plan: ActionPlan) -> Counter[Any]:
    """Items each organization leads, by pillar."""
    counted: Any = LedgerItem.objects.filter(measure__plan=plan)
    rows = counted.counted().order_by().values_list("lead", "measure__pillar").annotate(number=Count("pk"))
    return Counter({(organization, pillar): number for organization, pillar, number in rows})


def _activities(plan: ActionPlan, organizations: list[Organization]) -> Counter[Any]:
    """Approved records that serve the plan, as ``ActivityQuerySet.of_unit`` finds them: held by the
    organization or its Party groups, alone or with others. One that serves two measures of a pillar, or was
    held by two of its groups together, counts once there."""
    homes = homes_of(organizations)
    served = Activity.objects.filter(measures__plan=plan, status=Activity.Status.APPROVED).order_by()
    found: Counter[Any] = Counter()
    hosted = served.values_list("organization", "measures__pillar").annotate(
        number=Count("pk", distinct=True)
    )
    for host, pillar, number in hosted:
        found[homes.get(host), pillar] += number
    joint = served.filter(partners__isnull=False).values_list(
        "pk", "organization", "partners", "measures__pillar"
    )
    # A partner that counts for the host's own unit was counted with the host.
    others = {
        (homes.get(partner), pillar, pk)
        for pk, host, partner, pillar in joint
        if homes.get(partner) != homes.get(host)
    }
    found.update((home, pillar) for home, pillar, _pk in others)
    return found
