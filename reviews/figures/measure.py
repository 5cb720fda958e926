"""One measure: how far it is by what was accepted, what carries it out, what served it.

Everything about items and records is of those the reader may see; whether the measure is decomposed at
all is for everyone.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, IntegerField, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from branches.access import Actor
from branches.models import Organization
from common.charts import LineChart, LinePoint, Meter, StackedBars, line_chart, meter, stacked_bars
from common.templatetags.gongjian import zhdate
from common.workdays import Calendar
from plans.models import Measure, Requirement
from reviews.figures.base import LightCount, Number, light_counts, listed, rules
from reviews.figures.compliance import Tally, addressed, compliance
from reviews.figures.progress import Progress, progress_by
from reviews.figures.units import unit_bar
from tasks.lights import DONE_STATES, UNSIGNED_STATES, URGENCY, expected_progress
from tasks.listing import Row, in_full, rows_of
from tasks.models import Activity, LedgerItem, ProgressReport

#: Rows shown before the link to all.
ITEMS, ACTIVITIES = 20, 5
#: The expected pace is drawn through so many points.
PACE_POINTS = 24
#: The bars stand in the side column.
SIDE = 360


@dataclass(frozen=True)
class StandingRow:
    """One standing requirement and where its year stands; ``meter`` only where something was due."""

    requirement: Requirement
    tally: Tally
    due: Number
    meter: Meter | None


@dataclass(frozen=True)
class MeasureFigure:
    """What stands on the page of a measure."""

    decomposed: bool
    whole: Progress
    items: Number
    lights: tuple[LightCount, ...]
    rows: tuple[Row, ...]
    line: LineChart | None
    bars: StackedBars | None
    standing: tuple[StandingRow, ...]
    activities: Number
    latest: tuple[Any, ...]

    @property
    def hidden(self) -> int:
        """Items that are not among the rows."""
        return self.items.value - len(self.rows)


def measure_figure(measure: Measure, actor: Actor, calendar: Calendar, on: date) -> MeasureFigure:
    """The measure on a day, for a reader. A fixed number of queries."""
    items: Any = LedgerItem.objects.visible_to(actor).filter(measure=measure)
    by_lead = progress_by(items, "lead", calendar, on)
    whole = Progress()
    for part in by_lead.values():
        whole.add(part)
    requirements = list(
        Requirement.objects.filter(measure=measure, active=True).select_related(
            "activity_kind", "organization"
        )
    )
    served: Any = Activity.objects.visible_to(actor)
    through = Activity.measures.through.objects.filter(measure=measure)
    served = served.approved().filter(pk__in=through.values("activity"))
    return MeasureFigure(
        decomposed=bool(requirements) or LedgerItem.objects.counted().filter(measure=measure).exists(),
        whole=whole,
        items=Number(whole.items, listed("items", view="all", measure=measure.pk), rules()["counted"]),
        lights=light_counts(
            whole.lights, lambda light: listed("items", view="all", measure=measure.pk, light=light)
        ),
        rows=_rows(items, calendar, on),
        line=_line(items, whole.items, calendar, on) if whole.items else None,
        bars=_bars(measure, by_lead) if len(by_lead) > 1 else None,
        standing=_standing(requirements, actor, on),
        activities=Number(
            served.count(),
            listed("activities", measure=measure.pk, status=Activity.Status.APPROVED),
            _("Approved records that name this measure; each counts once."),
        ),
        latest=tuple(served.select_related("organization").order_by("-held_on", "-pk")[:ACTIVITIES]),
    )


def _rows(items: Any, calendar: Calendar, on: date) -> tuple[Row, ...]:
    """The items, the most urgent first."""
    ranks = [When(light_on=light, then=Value(rank)) for rank, light in enumerate(URGENCY)]
    urgency = Case(*ranks, default=Value(len(URGENCY)), output_field=IntegerField())
    ordered = items.counted().with_light(on).annotate(urgency=urgency).order_by("urgency", "due_on", "pk")
    return tuple(rows_of(in_full(ordered[:ITEMS], on), on, calendar))


def _bars(measure: Measure, by_lead: dict[Any, Progress]) -> StackedBars:
    """Who carries it: the items of each lead unit by light."""
    units = Organization.objects.filter(pk__in=list(by_lead))
    return stacked_bars(
        [unit_bar(u, by_lead[u.pk].lights, measure=measure.pk) for u in units], _("Lead units"), SIDE
    )


# The line ----------------------------------------------------------------------


def _line(items: Any, number: int, calendar: Calendar, on: date) -> LineChart | None:
    """The mean accepted percent of today's items day by day, against the mean of their own paces."""
    spans = list(
        items.counted()
        .exclude(state="registered")
        .filter(starts_on__isnull=False, due_on__isnull=False)
        .order_by()
        .values_list("starts_on", "due_on", "completed_on")
        .annotate(number=Count("pk"))
    )
    if not spans:
        return None
    points = _points(items, number, on)
    begun = min([begun for begun, _due, _done, _number in spans] + [point.day for point in points])
    first, last = begun.replace(day=1), max(due for _begun, due, _done, _number in spans)
    steps = {first + (last - first) * step // PACE_POINTS for step in range(PACE_POINTS + 1)}
    days = sorted(steps | {day for day in (on,) if first <= day <= last})

    def pace(day: date) -> int:
        """The mean of the items' own paces, each up to the day its completion was requested."""
        expected = sum(
            expected_progress(calendar, begun, due, min(day, done or day)) * n
            for begun, due, done, n in spans
        )
        return int(round(expected / number))

    return line_chart(points, [(day, pace(day)) for day in days], first, last, on)


def _points(items: Any, number: int, on: date) -> list[LinePoint]:
    """The days on which something was accepted, each with the mean it made. Two queries.

    As everywhere: the last accepted report counts, a completed item counts 100, one not signed for 0.
    """
    counted = items.counted().exclude(state__in=UNSIGNED_STATES)
    accepted: list[Any] = [
        (at, pk, percent)
        for at, pk, percent in ProgressReport.objects.filter(
            item__in=counted.order_by().values("pk"), status=ProgressReport.Status.ACCEPTED
        )
        .order_by("decided_at", "pk")
        .values_list("decided_at", "item", "progress")
    ]
    done = counted.filter(state__in=DONE_STATES).order_by().values_list("completed_at", "pk")
    accepted += [(at, pk, 100) for at, pk in done]
    by_day: dict[date, dict[int, int]] = defaultdict(dict)
    for at, pk, percent in sorted(accepted, key=lambda row: row[0]):
        by_day[timezone.localdate(at)][pk] = percent
    latest: dict[int, int] = {}
    total, points = 0, []
    for day, changed in sorted(by_day.items()):
        for pk, percent in changed.items():
            total += percent - latest.get(pk, 0)
            latest[pk] = percent
        points.append(LinePoint(day, round(total / number), _where(list(changed)), zhdate(day)))
    return points


def _where(changed: list[int]) -> str:
    """The item that moved, or the items of the page when several did."""
    return LedgerItem(pk=changed[0]).get_absolute_url() if len(changed) == 1 else "#h-items"


# Standing requirements -----------------------------------------------------------


def _standing(requirements: list[Requirement], actor: Actor, on: date) -> tuple[StandingRow, ...]:
    """This year's standing of each requirement over the organizations in the reader's scope."""
    if not requirements:
        return ()
    organizations = addressed(requirements)
    if not actor.sees_all:
        organizations = organizations.filter(actor.scope_q("path"))
    found = compliance(organizations, on.year, on, only={r.pk for r in requirements})
    tallies = found.by_requirement()
    return tuple(_standing_row(r, tallies.get(r.pk, Tally()), on) for r in requirements)


def _standing_row(requirement: Requirement, tally: Tally, on: date) -> StandingRow:
    return StandingRow(
        requirement,
        tally,
        Number(tally.due, listed("owed", requirement=requirement.pk, year=on.year), rules()["owed"]),
        meter(round(100 * tally.approved / tally.due), None) if tally.due else None,
    )
