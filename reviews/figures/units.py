"""The organizations by what they lead: one bar of lights each, in the order of the tree."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from branches.access import Actor
from branches.models import Organization
from common.charts import BarRow, StackedBars, stacked_bars
from reviews.figures.base import LightCount, light_counts, listed, shares
from tasks.lights import Light
from tasks.models import LedgerItem

#: As wide as the page.
WIDTH = 1136
#: Bars drawn; where more units lead something, those with a light to look at.
MOST = 40
LOUD = (Light.RED, Light.PURPLE, Light.YELLOW)


@dataclass(frozen=True)
class Units:
    """The bars, and the sum of each light: the key to their colours."""

    bars: StackedBars
    lights: tuple[LightCount, ...]
    hidden: int


def units(actor: Actor, on: date) -> Units | None:
    """Every organization that leads an item the reader may see. Nobody is ranked. Two queries."""
    items: Any = LedgerItem.objects.visible_to(actor)
    rows = items.counted().order_by().with_light(on).values_list("lead", "light_on").annotate(n=Count("pk"))
    by_lead: dict[int, dict[str, int]] = defaultdict(dict)
    for lead, light, number in rows:
        by_lead[lead][light] = number
    if not by_lead:
        return None
    leading = list(Organization.objects.filter(pk__in=list(by_lead)))
    drawn = leading
    if len(leading) > MOST:
        loud = [unit for unit in leading if any(light in by_lead[unit.pk] for light in LOUD)]
        drawn = (loud or leading)[:MOST]
    whole: dict[str, int] = defaultdict(int)
    for lights in by_lead.values():
        for light, number in lights.items():
            whole[light] += number
    bars = [unit_bar(unit, by_lead[unit.pk]) for unit in drawn]
    return Units(
        stacked_bars(bars, _("Items by lead unit and light"), WIDTH),
        light_counts(whole, lambda light: listed("items", view="all", light=light)),
        len(leading) - len(drawn),
    )


def unit_bar(unit: Organization, lights: dict[str, int], **filters: Any) -> BarRow:
    """The items that one unit itself leads, each light linked to its rows."""
    return BarRow(
        unit.label,
        listed("items", view="all", unit=unit.pk, **filters),
        shares(lights, lambda light: listed("items", view="all", unit=unit.pk, light=light, **filters)),
    )
