"""Beside the list: the organizations one keeps contact with, the next two weeks, the teams."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from branches.access import Actor
from branches.models import AssaultTeam, Liaison, Organization, Term, VanguardPost
from branches.models import Milestone as TeamMilestone
from branches.models.organization import path_range
from common.charts import Milestone, Phase, Timeline, TimelineRow, timeline
from common.templatetags.gongjian import sdate
from common.workdays import Calendar
from reviews.figures.base import LightCount, joined, light_counts, listed
from reviews.figures.compliance import Compliance
from reviews.figures.progress import Progress, progress_by
from tasks.lights import Light
from tasks.models import LedgerItem

FORTNIGHT = timedelta(days=14)
#: Entries of the next two weeks, and teams drawn, before the link to all.
ENTRIES, TEAMS = 10, 12


@dataclass(frozen=True)
class Linked:
    """An organization one keeps contact with: the lights of what it leads, and what it lacks."""

    organization: Organization
    lights: tuple[LightCount, ...]
    said: str


def linked_organizations(member: int, on: date) -> list[Organization]:
    """The organizations a committee member keeps contact with on a day, in the order of the tree."""
    rows = Organization.objects.filter(liaisons__in=Liaison.objects.on(on).filter(member=member))
    return list(rows.distinct())


def linked(
    organizations: Iterable[Organization], year: Compliance, calendar: Calendar, on: date
) -> list[Linked]:
    """Each with its lights and gaps, from one reckoned year. Two queries."""
    those = list(organizations)
    condition = reduce(or_, (path_range(o.path) for o in those), Q(pk__in=[]))
    # The leads first, then their items by index: a range over the joined path would read every item.
    paths = dict(Organization.objects.filter(condition).values_list("pk", "path"))
    by_lead = progress_by(LedgerItem.objects.filter(lead__in=list(paths)), "lead", calendar, on)
    found = []
    for organization in those:
        own = Progress()
        for lead, part in by_lead.items():
            if paths[lead].startswith(organization.path):
                own.add(part)
        lacking = year.lacking(organization.pk)
        few = _(", ").join(f"{sdate(e.last)} {e.requirement.activity_kind.name}" for e in lacking[:2])
        unsigned = own.lights[Light.GREY]
        signed = ngettext("%(n)s item not signed for", "%(n)s items not signed for", unsigned) % {
            "n": unsigned
        }
        lights = light_counts(
            own.lights,
            lambda light, pk=organization.pk: listed("items", lead=pk, light=light),  # type: ignore[misc]
        )
        said = joined(
            _("not logged: %(what)s") % {"what": few} if few else "",
            signed if unsigned else "",
        )
        found.append(Linked(organization, lights[:2], said or _("Nothing lacking.")))
    return found


@dataclass(frozen=True)
class Upcoming:
    day: date
    what: str
    url: str


def fortnight(actor: Actor, on: date) -> list[Upcoming]:
    """What falls due in the next two weeks: items, milestones, posts to review, elections. Four queries."""
    last = on + FORTNIGHT
    items: Any = LedgerItem.objects.visible_to(actor)
    found = [
        Upcoming(item.due_on, item.title, item.get_absolute_url())
        for item in items.due_between(on, last).order_by("due_on", "pk")[:ENTRIES]
    ]
    teams: Any = AssaultTeam.objects.visible_to(actor)
    milestones = TeamMilestone.objects.filter(team__in=teams, done_on__isnull=True, due_on__range=(on, last))
    found += [
        Upcoming(m.due_on, f"{m.team.name}: {m.title}", m.team.get_absolute_url())
        for m in milestones.select_related("team")[:ENTRIES]
    ]
    posts: Any = VanguardPost.objects.visible_to(actor)
    ending = posts.current(on).filter(valid_to__lte=last).select_related("holder")
    found += [
        Upcoming(p.valid_to, _("vanguard post ends: %(post)s") % {"post": p}, p.get_absolute_url())
        for p in ending.order_by("valid_to", "pk")[:ENTRIES]
    ]
    terms = Term.objects.filter(ends_on__isnull=True, due_on__range=(on, last)).select_related("organization")
    found += [
        Upcoming(
            t.due_on,
            _("election due: %(unit)s") % {"unit": t.organization},
            t.organization.get_absolute_url(),
        )
        for t in terms.order_by("due_on")[:ENTRIES]
    ]
    return sorted(found, key=lambda entry: (entry.day, entry.what))[:ENTRIES]


def team_timeline(actor: Actor, on: date) -> tuple[Timeline | None, int, int]:
    """The teams of the year as bars and diamonds; how many teams there are, and milestones overdue."""
    all_teams: Any = AssaultTeam.objects.visible_to(actor).active(on)
    total = all_teams.count()
    if not total:
        return None, 0, 0
    teams = list(all_teams.select_related("organization").prefetch_related("milestones")[:TEAMS])
    rows = [_team_row(team, on) for team in teams]
    late = TeamMilestone.objects.overdue(on).filter(team__in=all_teams.values("pk")).count()
    return timeline(rows, on.year, on, _("Assault teams and breakthrough groups")), total, late


def _team_row(team: AssaultTeam, on: date) -> TimelineRow:
    flag = _("flag awarded %(day)s") % {"day": sdate(team.flag_awarded_on)} if team.flag_awarded_on else ""
    return TimelineRow(
        label=team.name,
        sub=joined(team.organization.label, flag or (_("to be named") if not team.named_after else "")),
        href=team.get_absolute_url(),
        phases=_phases(team),
        milestones=[_mark(m, on) for m in team.milestones.all()],
    )


def _phases(team: AssaultTeam) -> list[Phase]:
    """A phase runs to its last milestone; the next one takes over the day after."""
    phases, begun = [], team.starts_on
    for phase in TeamMilestone.Phase:
        ends = max((m.due_on for m in team.milestones.all() if m.phase == phase), default=None)
        if ends is not None and ends >= begun:
            phases.append(Phase(str(phase.label), begun, ends))
            begun = ends + timedelta(days=1)
    return phases


def _mark(milestone: TeamMilestone, on: date) -> Milestone:
    light = milestone.light(on, settings.LIGHT_YELLOW_DAYS)
    begun = light != Light.GREY
    return Milestone(
        label=milestone.title,
        day=milestone.due_on,
        light=light if begun else "",
        word=str(Light(light).label),
        when=sdate(milestone.due_on),
    )


def liaison_members(organization: Organization, on: date) -> list[Liaison]:
    """Who keeps contact with an organization on a day; what lies above counts for it too."""
    above = [
        organization.path[:end]
        for end in range(organization.steplen, len(organization.path) + 1, organization.steplen)
    ]
    rows: Any = (
        Liaison.objects.on(on)
        .filter(Q(organization__path__in=above))
        .select_related("member", "organization")
    )
    return list(rows.order_by("member__name"))
