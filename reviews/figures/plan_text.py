"""The plan as it stands: the document itself, the phrases that became items underlined by their light.

The light of a clause is for everyone and reckoned over all its items; what is counted (items, activities,
progress) is of those the reader may see, as on the page of a measure, so that a number equals the rows
behind it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse

from branches.access import Actor
from common.charts import Meter
from common.workdays import Calendar
from plans.models import ActionPlan, Clause, Measure, Pillar, Requirement
from reviews.figures.base import LightCount, light_counts, listed
from reviews.figures.progress import progress_by
from tasks.decomposing import with_decomposition
from tasks.lights import URGENCY, Light
from tasks.models import Activity, LedgerItem

Kind = Clause.Kind
#: The filter's name for measures that nothing carries out yet.
UNDECOMPOSED = "none"


@dataclass(frozen=True)
class Segment:
    """A stretch of official text; with ``url`` it is a duty that became an item (or several)."""

    text: str
    light: str = ""
    word: str = ""
    url: str = ""


@dataclass(frozen=True)
class Standing:
    """What stands beside a measure.

    ``shown`` are its lights for everyone; ``lights`` counts those of the items the reader may see.
    """

    measure: Measure
    decomposed: bool
    shown: frozenset[str]
    items: int
    items_url: str
    requirements: int
    activities: int
    activities_url: str
    lights: tuple[LightCount, ...]
    meter: Meter | None

    @property
    def hidden_light(self) -> Light | None:
        """The most urgent light where the reader may see none of the items that show it."""
        urgent = next((light for light in URGENCY if light.value in self.shown), None)
        return urgent if urgent not in {entry.value for entry in self.lights} else None


@dataclass(frozen=True)
class Line:
    """One clause as it is printed: a heading of some level, or a paragraph with what stands beside it.

    ``body`` is what a heading's own clause says below it.
    """

    clause: Clause
    heading: int
    segments: tuple[Segment, ...]
    standing: Standing | None
    body: str = ""


@dataclass(frozen=True)
class Entry:
    """A line of the contents, with the most urgent light below it."""

    clause: Clause
    level: int
    label: str
    light: str


@dataclass(frozen=True)
class PlanText:
    """``lights`` counts measures by the lights below them: what a light keeps to are these."""

    lines: tuple[Line, ...]
    contents: tuple[Entry, ...]
    lights: tuple[LightCount, ...]
    undecomposed: int
    measures: int
    items: int
    requirements: int
    chosen: str
    pillar: Pillar | None
    items_url: str
    undecomposed_url: str


def plan_text(
    plan: ActionPlan,
    actor: Actor,
    calendar: Calendar,
    on: date,
    chosen: str = "",
    pillar: Pillar | None = None,
) -> PlanText:
    """Every clause in order; ``chosen`` keeps to one light (or ``none``: not decomposed), ``pillar`` to its own
    measures, in the text and in all that is counted. Eight queries at most."""
    clauses = list(plan.clauses.select_related("pillar").order_by("position"))
    standings = _standings(plan, actor, calendar, on)
    duties = _duties(plan, actor, on)
    below = _below(clauses, standings)
    if pillar is not None:
        standings = {pk: each for pk, each in standings.items() if each.measure.pillar_id == pillar.pk}
    kept = _below(clauses, standings)
    lines = [
        _line(clause, standings.get(clause.pk), duties.get(clause.pk, []))
        for clause in clauses
        if chosen in kept[clause.pk] or not (chosen or pillar)
    ]
    states = list(standings.values())
    showing = Counter(light for standing in states for light in standing.shown)
    return PlanText(
        lines=tuple(lines),
        contents=tuple(
            _entry(clause, below[clause.pk]) for clause in clauses if _heading(clause) and clause.level <= 2
        ),
        lights=light_counts(showing, lambda light: _kept_to(plan, light, pillar)),
        undecomposed=sum(not standing.decomposed for standing in states),
        measures=len(states),
        items=sum(standing.items for standing in states),
        requirements=sum(standing.requirements for standing in states),
        chosen=chosen,
        pillar=pillar,
        items_url=listed("items", view="all", **({"pillar": pillar.pk} if pillar else {"plan": plan.pk})),
        undecomposed_url=_kept_to(plan, UNDECOMPOSED, pillar),
    )


def _kept_to(plan: ActionPlan, light: str, pillar: Pillar | None) -> str:
    """The address of the text that keeps to a light, and to a pillar."""
    query = {"light": light} | ({"pillar": pillar.pk} if pillar else {})
    return f"{plan.get_absolute_url()}?{urlencode(query)}"


def _below(clauses: list[Clause], standings: dict[int, Standing]) -> dict[int, set[str]]:
    """The lights at and below each clause that has a measure there; the empty one stands for any."""
    parents = {clause.pk: clause.parent_id for clause in clauses}
    found: dict[int, set[str]] = defaultdict(set)
    for clause_id, standing in standings.items():
        above: int | None = clause_id
        while above is not None:
            found[above] |= {"", *standing.shown, *([] if standing.decomposed else [UNDECOMPOSED])}
            above = parents[above]
    return found


def _standings(plan: ActionPlan, actor: Actor, calendar: Calendar, on: date) -> dict[int, Standing]:
    """What stands beside each measure, by clause."""
    items: Any = LedgerItem.objects.filter(measure__plan=plan)
    every = progress_by(items, "measure", calendar, on)
    seen = every if actor.sees_all else progress_by(items.visible_to(actor), "measure", calendar, on)
    asked = dict(
        Requirement.objects.filter(measure__plan=plan, active=True)
        .order_by()
        .values_list("measure")
        .annotate(number=Count("pk"))
    )
    served = _served(plan, actor)
    measures: Any = with_decomposition(
        Measure.objects.filter(plan=plan).select_related("pillar__clause", "clause", "lead")
    )
    found = {}
    for measure in measures:
        own = seen[measure.pk]
        found[measure.clause_id] = Standing(
            measure=measure,
            decomposed=measure.decomposed,
            shown=frozenset(light for light, count in every[measure.pk].lights.items() if count),
            items=own.items,
            items_url=listed("items", view="all", measure=measure.pk),
            requirements=asked.get(measure.pk, 0),
            activities=served.get(measure.pk, 0),
            activities_url=listed("activities", measure=measure.pk, status=Activity.Status.APPROVED),
            lights=light_counts(
                own.lights,
                lambda light, pk=measure.pk: listed("items", measure=pk, light=light),  # type: ignore[misc]
            ),
            meter=own.meter,
        )
    return found


def _served(plan: ActionPlan, actor: Actor) -> dict[int, int]:
    """Approved records the reader may see, by the measure they served."""
    through: Any = Activity.measures.through.objects
    rows = through.filter(measure__plan=plan, activity__status=Activity.Status.APPROVED)
    if not actor.sees_all:
        rows = rows.filter(activity__in=Activity.objects.visible_to(actor).values("pk"))
    return dict(rows.order_by().values_list("measure").annotate(number=Count("pk")))


def _duties(plan: ActionPlan, actor: Actor, on: date) -> dict[int, list[Any]]:
    """Items that quote their clause, by clause, the most urgent first. The light is for all, the item not."""
    items: Any = LedgerItem.objects.filter(measure__plan=plan)
    quoted = items.visible_to(actor).exclude(phrase="")
    visible = None if actor.sees_all else set(quoted.values_list("pk", flat=True))
    rows = (
        items.counted()
        .exclude(phrase="")
        .with_light(on)
        .values("pk", "phrase", "light_on", "measure", "measure__clause")
    )
    found: dict[int, list[Any]] = defaultdict(list)
    order = {light.value: place for place, light in enumerate(URGENCY)}
    for row in sorted(rows, key=lambda row: (order[row["light_on"]], row["pk"])):
        found[row["measure__clause"]].append({**row, "visible": visible is None or row["pk"] in visible})
    return found


def _heading(clause: Clause) -> bool:
    return clause.kind in (Kind.SECTION, Kind.PILLAR, Kind.ATTACHMENT)


def _line(clause: Clause, standing: Standing | None, duties: list[Any]) -> Line:
    if _heading(clause) and standing is None and clause.title:
        level = min(clause.level, 3)
        return Line(clause, level, _segments(heading_of(clause), duties), None, clause.text)
    return Line(clause, 0, _segments(wording(clause), duties), standing)


def heading_of(clause: Clause) -> str:
    """Number and title as they are printed: 一、指导思想; 1.坚持“第一议题”制度."""
    number = clause.number
    if number and number[-1].isdigit():
        number += "."
    elif number and not number.endswith(("）", ")")):
        number += "、"
    return f"{number}{clause.title}"


def wording(clause: Clause) -> str:
    """The clause as published; a heading runs into its text with the 。 it was cut at."""
    stop = "。" if clause.title and clause.text else ""
    return f"{heading_of(clause)}{stop}{clause.text}"


def _segments(text: str, duties: list[Any]) -> tuple[Segment, ...]:
    """Cut the text at the phrases. Phrases that overlap a more urgent one are left to the list beside."""
    taken: list[tuple[int, int, list[Any]]] = []
    by_phrase: dict[str, list[Any]] = defaultdict(list)
    for duty in duties:
        by_phrase[duty["phrase"]].append(duty)
    for phrase, rows in by_phrase.items():
        start = text.find(phrase)
        end = start + len(phrase)
        if start >= 0 and not any(start < b and end > a for a, b, _rows in taken):
            taken.append((start, end, rows))
    segments, at = [], 0
    for start, end, rows in sorted(taken, key=lambda span: span[0]):
        if start > at:
            segments.append(Segment(text[at:start]))
        segments.append(_duty(text[start:end], rows))
        at = end
    if at < len(text):
        segments.append(Segment(text[at:]))
    return tuple(segments)


def _duty(text: str, rows: list[Any]) -> Segment:
    light = Light(rows[0]["light_on"])
    seen = [row for row in rows if row["visible"]]
    if not seen:
        return Segment(text, light.value, str(light.label))
    only = len(seen) == 1
    url = (
        reverse("item", args=[seen[0]["pk"]])
        if only
        else listed("items", measure=rows[0]["measure"], q=rows[0]["phrase"])
    )
    return Segment(text, light.value, str(light.label), url)


def _entry(clause: Clause, lights: set[str]) -> Entry:
    calm = (Light.GREEN, Light.BLUE)
    urgent = next((light.value for light in URGENCY if light.value in lights and light not in calm), "")
    pillar = getattr(clause, "pillar", None)
    short = f"{clause.number}{pillar.assurance}" if pillar is not None and pillar.assurance else ""
    return Entry(clause, clause.level, short or heading_of(clause), urgent)
