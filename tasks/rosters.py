"""Who is due at an activity of a kind, in an organization, on a day."""

from __future__ import annotations

from datetime import date

from branches.models import Appointment, Organization, Person
from plans.models import ActivityKind

#: Meetings of a committee: its members are due, not everyone who belongs to the organization.
COMMITTEE_MEETINGS = frozenset({"branch_committee", "committee_meeting"})


def roster(organization: Organization, kind: ActivityKind, on: date) -> list[Person]:
    """People due, by name. One or two queries.

    At a meeting of a committee: who holds a seat in it. Otherwise the members; where an organization
    has none of its own (a department, a Party committee), those who hold a post in it.
    """
    seats = Appointment.Post.committee()
    if kind.code in COMMITTEE_MEETINGS:
        found = holders(organization, on, seats)
        if found:
            return found
    members = list(Person.objects.members_of(organization, on).filter(active=True))
    return members or holders(organization, on, list(Appointment.Post))


def holders(organization: Organization, on: date, posts: list[Appointment.Post]) -> list[Person]:
    """People who hold one of the posts in an organization on a day, by name."""
    held = Appointment.objects.on(on).filter(organization=organization, post__in=posts)
    return list(Person.objects.filter(active=True, pk__in=held.values("person")).order_by("name", "pk"))
