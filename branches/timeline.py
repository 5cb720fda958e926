"""A team's year as a timeline: phases from its milestones, each milestone in the colour of its light."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from branches.models import AssaultTeam, Milestone
from common.charts import Timeline, timeline
from common.charts.timeline import Milestone as Mark
from common.charts.timeline import Phase, TimelineRow
from common.templatetags.gongjian import zhdate


def team_timeline(team: AssaultTeam, milestones: Sequence[Milestone], year: int, today: date) -> Timeline:
    """One row. A phase lasts from the end of the one before to its own last milestone."""
    row = TimelineRow(
        label=team.name,
        sub=team.captain.name,
        href=team.get_absolute_url(),
        phases=_phases(team, milestones),
        milestones=[_mark(milestone, today) for milestone in milestones],
    )
    label = _("Milestones of %(team)s in %(year)s") % {"team": team.name, "year": year}
    return timeline([row], year, today, label)


def _phases(team: AssaultTeam, milestones: Sequence[Milestone]) -> list[Phase]:
    found, begins = [], team.starts_on
    for phase in Milestone.Phase:
        days = [milestone.due_on for milestone in milestones if milestone.phase == phase]
        if days and max(days) > begins:
            found.append(Phase(str(phase.label), begins, max(days)))
            begins = max(days) + timedelta(days=1)
    return found


def _mark(milestone: Milestone, today: date) -> Mark:
    days = settings.LIGHT_YELLOW_DAYS
    light = milestone.light(today, days)
    return Mark(
        label=milestone.title,
        day=milestone.due_on,
        light="" if light == "grey" else light,
        word=milestone.word(today, days),
        when=zhdate(milestone.due_on),
    )
