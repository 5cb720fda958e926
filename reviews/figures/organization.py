"""An organization's year: its people in office, what it carries, what it owes, its posts and teams."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count
from django.utils.translation import ngettext

from branches.access import Actor
from branches.models import Appointment, AssaultTeam, Liaison, Membership, Organization, Term, VanguardPost
from branches.models.organization import path_range
from common.charts import Meter, Strip
from common.workdays import Calendar
from reviews.figures.around import liaison_members
from reviews.figures.base import LightCount, Number, light_counts, listed, rules
from reviews.figures.compliance import Compliance, compliance, strip_of_requirements
from reviews.figures.progress import Progress, progress_by
from tasks.models import LedgerItem
from tasks.standing import Standing, standing_of

#: Items listed on the page before the link to the ledger.
LISTED = 8


@dataclass(frozen=True)
class OrganizationYear:
    """What stands on the page of an organization for those in scope."""

    strip: Strip | None
    year: Compliance
    items: tuple[tuple[Any, Standing], ...]
    carried: Number
    lights: tuple[LightCount, ...]
    meter: Meter | None
    posts: tuple[VanguardPost, ...]
    teams: tuple[AssaultTeam, ...]
    members: tuple[str, ...]
    people: tuple[Membership, ...]


def officers(organization: Organization, on: date) -> list[Appointment]:
    """Who holds which post in it on a day, in the order of the posts."""
    order = {post.value: place for place, post in enumerate(Appointment.Post)}
    held = Appointment.objects.on(on).filter(organization=organization).select_related("person")
    return sorted(held, key=lambda a: (order[a.post], a.starts_on, a.pk))


def current_term(organization: Organization) -> Term | None:
    found: Term | None = organization.terms.filter(ends_on__isnull=True).order_by("-starts_on").first()
    return found


def contacts(organization: Organization, on: date) -> list[Liaison]:
    return liaison_members(organization, on)


def organization_year(
    organization: Organization, actor: Actor, year: int, calendar: Calendar, on: date, label: str
) -> OrganizationYear:
    """The year of one organization as it stands on a day."""
    found = compliance([organization], year, on)
    items: Any = LedgerItem.objects.visible_to(actor).filter(path_range(organization.path, "lead__path"))
    whole = Progress()
    for part in progress_by(items, "lead", calendar, on).values():
        whole.add(part)
    open_items = items.open().with_progress().with_light(on).select_related("owner", "lead")
    few = tuple(open_items.order_by("due_on", "pk")[:LISTED])
    posts: Any = VanguardPost.objects.filter(organization=organization)
    teams: Any = AssaultTeam.objects.filter(organization=organization)
    owes = any(entry.minimum or entry.exempt_reason for entry in found.entries[organization.pk])
    return OrganizationYear(
        strip=strip_of_requirements(found, organization, label) if owes else None,
        year=found,
        items=tuple((item, standing_of(item, on, calendar)) for item in few),
        carried=Number(whole.items, listed("items", view="all", lead=organization.pk), rules()["counted"]),
        lights=light_counts(whole.lights, lambda light: listed("items", lead=organization.pk, light=light)),
        meter=whole.meter,
        posts=tuple(posts.current(on).select_related("holder").order_by("valid_to")),
        teams=tuple(teams.active(on).select_related("captain").annotate(size=Count("members"))),
        members=_members(organization, on),
        people=tuple(
            Membership.objects.on(on)
            .filter(organization=organization)
            .select_related("person")
            .order_by("person__name", "pk")[:200]
        ),
    )


def _members(organization: Organization, on: date) -> tuple[str, ...]:
    """How many of each stage, in words; stages nobody is in are left out.

    Stages are the Party's: of others only how many belong to them is said.
    """
    rows = (
        Membership.objects.on(on)
        .filter(organization=organization)
        .order_by()
        .values_list("stage")
        .annotate(number=Count("person", distinct=True))
    )
    counts = dict(rows)
    if organization.system != Organization.System.PARTY:
        number = sum(counts.values())
        return (ngettext("%(n)s member", "%(n)s members", number) % {"n": number},) if number else ()
    full, probationary, none = (counts.get(stage.value, 0) for stage in Membership.Stage)
    said = (
        (full, ngettext("%(n)s full member", "%(n)s full members", full)),
        (probationary, ngettext("%(n)s probationary", "%(n)s probationary", probationary)),
        (none, ngettext("%(n)s not in the Party", "%(n)s not in the Party", none)),
    )
    return tuple(words % {"n": number} for number, words in said if number)
