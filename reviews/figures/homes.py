"""For which reporting organization a Party group's work counts."""

from __future__ import annotations

from collections.abc import Iterable

from branches.models import Organization


def homes_of(organizations: Iterable[Organization]) -> dict[int, int]:
    """Organization → the reporting one it counts for: itself, and the Party groups directly below. One query."""
    by_path = {organization.path: organization.pk for organization in organizations}
    homes = {pk: pk for pk in by_path.values()}
    groups = Organization.objects.filter(kind=Organization.Kind.GROUP).values_list("pk", "path")
    for pk, path in groups:
        parent = by_path.get(path[: -Organization.steplen])
        if parent is not None:
            homes.setdefault(pk, parent)
    return homes
