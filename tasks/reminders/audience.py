"""Who stands where on a day: for every organization the one in charge, the liaison, and the Party office."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from branches.models import Appointment, Liaison, Organization
from tasks.reminders.rules import Audience

#: The people of every organization, for each audience that a post or a liaison makes one.
Places = dict[str, dict[int, list[int]]]

#: Who is in charge of an organization, best first: a union has a chair, a department a head.
IN_CHARGE = (Appointment.Post.SECRETARY, Appointment.Post.CHAIR, Appointment.Post.HEAD)


def standing(on: date) -> Places:
    """Everyone's place on a day. Three queries, whatever the number of organizations."""
    organizations = list(Organization.objects.values_list("pk", "path", "based_in_id"))
    charge: dict[int, list[int]] = {}
    office: set[int] = set()
    held = Appointment.objects.on(on).filter(post__in=[*IN_CHARGE, Appointment.Post.OFFICE])
    best: dict[int, int] = {}
    for organization, person, post in held.order_by("pk").values_list("organization_id", "person_id", "post"):
        if post == Appointment.Post.OFFICE:
            office.add(person)
        elif (rank := IN_CHARGE.index(post)) < best.get(organization, len(IN_CHARGE)):
            best[organization], charge[organization] = rank, [person]
    contact: dict[int, list[int]] = defaultdict(list)
    for organization, member in (
        Liaison.objects.on(on).order_by("pk").values_list("organization_id", "member_id")
    ):
        contact[organization].append(member)
    return {
        Audience.SECRETARY: _nearest(organizations, charge),
        Audience.LIAISON: _nearest(organizations, contact),
        # The Party office is everybody's.
        Audience.OFFICE: {pk: sorted(office) for pk, _, _ in organizations},
    }


def _nearest(
    organizations: list[tuple[int, str, int | None]], own: dict[int, list[int]]
) -> dict[int, list[int]]:
    """For each organization the people of the nearest one at or above that has any; for a department or
    laboratory without any, those of the branch that is based in it."""
    by_path = {path: own[pk] for pk, path, _ in organizations if pk in own}
    found: dict[int, list[int]] = {}
    for pk, path, _ in organizations:
        for end in range(len(path), 0, -Organization.steplen):
            if people := by_path.get(path[:end]):
                found[pk] = people
                break
    for pk, _, based_in in organizations:
        if based_in is not None and based_in not in found and pk in found:
            found[based_in] = found[pk]
    return found
