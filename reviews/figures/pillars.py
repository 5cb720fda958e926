"""The pillars of a plan: how far, which lights, at what pace, decomposed or not."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from common.charts import LIGHTS, Meter, Ring, Table, ring
from common.workdays import Calendar
from plans.models import ActionPlan, Measure, Pillar
from reviews.figures.base import LightCount, Number, light_counts, listed, rules, shares
from reviews.figures.progress import Progress, progress_by
from tasks.decomposing import with_decomposition
from tasks.lights import Light
from tasks.models import LedgerItem


@dataclass(frozen=True)
class PillarFigure:
    """One pillar as the dashboard shows it."""

    name: str
    heading: str
    url: str
    ring: Ring
    lights: tuple[LightCount, ...]
    meter: Meter | None
    measures: int
    items: Number
    undecomposed: int
    undecomposed_url: str


@dataclass(frozen=True)
class PlanFigure:
    """A plan in a line and its pillars."""

    plan: ActionPlan
    url: str
    pillars: tuple[PillarFigure, ...]
    measures: int
    decomposed: int
    items: Number
    progress: Progress
    table: Table

    @property
    def undecomposed(self) -> int:
        return self.measures - self.decomposed


def plan_figure(plan: ActionPlan, calendar: Calendar, on: date) -> PlanFigure:
    """The pillars of a plan on a day. Three queries."""
    by_measure = progress_by(LedgerItem.objects.filter(measure__plan=plan), "measure", calendar, on)
    pillars = list(Pillar.objects.filter(plan=plan).select_related("clause").order_by("position"))
    totals: dict[int | None, Progress] = defaultdict(Progress)
    whole = Progress()
    measures: dict[int | None, int] = defaultdict(int)
    open_ones: dict[int | None, int] = defaultdict(int)
    rows: Any = with_decomposition(Measure.objects.filter(plan=plan))
    for pk, pillar, decomposed in rows.order_by().values_list("pk", "pillar", "decomposed"):
        measures[pillar] += 1
        open_ones[pillar] += not decomposed
        totals[pillar].add(by_measure[pk])
        whole.add(by_measure[pk])
    return PlanFigure(
        plan=plan,
        url=plan.get_absolute_url(),
        pillars=tuple(_pillar(p, totals[p.pk], measures[p.pk], open_ones[p.pk]) for p in pillars),
        measures=sum(measures.values()),
        decomposed=sum(measures.values()) - sum(open_ones.values()),
        items=Number(whole.items, listed("items", view="all", plan=plan.pk), rules()["counted"]),
        progress=whole,
        table=_table([(pillar.name, totals[pillar.pk]) for pillar in pillars]),
    )


def _table(rows: list[tuple[str, Progress]]) -> Table:
    """The rings and meters in numbers."""
    head = ("", *(str(Light(key).label) for key in LIGHTS), _("Expected"), _("Accepted"))
    body = tuple(
        (name, *(str(p.lights.get(key, 0)) for key in LIGHTS), _percent(p.expected), _percent(p.accepted))
        for name, p in rows
    )
    return Table(_("The pillars"), head, body)


def _percent(value: int | None) -> str:
    return "—" if value is None else f"{value}%"


def _pillar(pillar: Pillar, progress: Progress, measures: int, undecomposed: int) -> PillarFigure:
    def rows(light: str) -> str:
        return listed("items", pillar=pillar.pk, light=light)

    every = listed("items", view="all", pillar=pillar.pk)
    return PillarFigure(
        name=pillar.name,
        heading=_short(pillar) if pillar.assurance else "",
        url=reverse("plan", args=[pillar.plan_id]) + f"#c{pillar.clause_id}",
        ring=ring(shares(progress.lights, rows), progress.accepted, _("accepted"), every),
        lights=light_counts(progress.lights, rows),
        meter=progress.meter,
        measures=measures,
        items=Number(progress.items, every, rules()["counted"]),
        undecomposed=undecomposed,
        undecomposed_url=reverse("plan", args=[pillar.plan_id]) + f"?light=none&pillar={pillar.pk}",
    )


def _short(pillar: Pillar) -> str:
    """The heading up to its first comma: the rest says what for."""
    return pillar.clause.title.split("，")[0]


def chosen_plan(asked: str, on: date) -> tuple[ActionPlan | None, list[ActionPlan]]:
    """The current plan that was asked for, else the newest of the Party; and all current ones."""
    current = list(ActionPlan.objects.confirmed().current(on))
    by_key = {str(plan.pk): plan for plan in current}
    party = [plan for plan in current if plan.system == "party"]
    return by_key.get(asked) or next(iter(party or current), None), current
