"""One's own page: where one belongs, what one carries, what one takes part in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from branches.access import Actor
from branches.models import Appointment, AssaultTeam, Membership, TeamMember, VanguardPost
from common.workdays import Calendar
from tasks.models import Activity, LedgerItem
from tasks.standing import Standing, standing_of

#: Rows of each list before the link to all.
SHOWN = 10


@dataclass(frozen=True)
class MyPage:
    memberships: tuple[Membership, ...]
    appointments: tuple[Appointment, ...]
    items: tuple[tuple[Any, Standing], ...]
    posts: tuple[VanguardPost, ...]
    teams: tuple[AssaultTeam, ...]
    activities: tuple[Activity, ...]


def my_page(actor: Actor, calendar: Calendar, on: date) -> MyPage:
    """Everything of one person on a day. Six queries."""
    person = actor.person_id
    open_items: Any = LedgerItem.objects.filter(owner=person)
    few = (
        open_items.open()
        .with_progress()
        .with_light(on)
        .select_related("lead")
        .order_by("due_on", "pk")[:SHOWN]
    )
    memberships = Membership.objects.on(on).filter(person=person).select_related("organization")
    posts: Any = VanguardPost.objects.filter(holder=person)
    joined = TeamMember.objects.on(on).filter(person=person).values("team")
    attended: Any = Activity.objects.filter(attendance__person=person)
    return MyPage(
        memberships=tuple(memberships.order_by("organization__path")),
        appointments=tuple(Appointment.objects.on(on).filter(person=person).select_related("organization")),
        items=tuple((item, standing_of(item, on, calendar)) for item in few),
        posts=tuple(posts.current(on).select_related("organization").order_by("valid_to")),
        teams=tuple(AssaultTeam.objects.active(on).filter(pk__in=joined).select_related("organization")),
        activities=tuple(
            attended.approved().select_related("kind", "organization").order_by("-held_on", "-pk")[:SHOWN]
        ),
    )
