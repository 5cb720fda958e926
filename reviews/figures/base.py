"""A number on a page: its value, the rows it counts, the rule it was counted by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from common.charts import LIGHTS, Share
from tasks.lights import URGENCY, Light


@dataclass(frozen=True)
class Number:
    """``url`` leads to the rows that ``value`` counts; ``rule`` says in one sentence how."""

    value: int
    url: str
    rule: str


@dataclass(frozen=True)
class LightCount:
    """So many items show a light; ``url`` leads to them."""

    value: str
    label: str
    count: int
    url: str


def listed(name: str, **filters: Any) -> str:
    """The address of a list with its filters; empty filters are left out, several values repeat."""
    kept = [(key, value) for key, value in filters.items() if value not in (None, "", [])]
    query = urlencode(kept, doseq=True)
    return reverse(name) + (f"?{query}" if query else "")


def light_counts(counts: Mapping[str, int], url: Callable[[str], str]) -> tuple[LightCount, ...]:
    """Only the lights that occur, the most urgent first."""
    return tuple(
        LightCount(light.value, str(light.label), counts[light.value], url(light.value))
        for light in URGENCY
        if counts.get(light.value)
    )


def shares(counts: Mapping[str, int], url: Callable[[str], str]) -> list[Share]:
    """The same for a ring or a bar, in drawing order."""
    return [Share(key, str(Light(key).label), counts.get(key, 0), url(key)) for key in LIGHTS]


def joined(*parts: str) -> str:
    """Short facts in a row, empty ones left out; a sentence among them gives up its full stop."""
    return " · ".join(part.rstrip("。") for part in parts if part)


def rules() -> dict[str, str]:
    """How the numbers of the dashboards are counted, by name. Pages show them as they stand."""
    return {
        "counted": _("Items count from registration on; a draft promises nothing yet."),
        "accepted": _(
            "Accepted progress is the mean over items of the last accepted report; a completed item counts "
            "100%, an item not signed for 0%."
        ),
        "expected": _(
            "Expected pace is the mean over items of working days elapsed from start to deadline, public "
            "holidays and exchanged weekends observed; it stops on the day completion was requested."
        ),
        "light": _(
            "A light follows from dates, the first that fits: completed; extension pending; overdue; not "
            "signed for; seven days or less to the deadline or more than 20 points behind pace; on course."
        ),
        "measures": _(
            "A measure without a ledger item and without a standing requirement is not yet decomposed."
        ),
        "owed": _(
            "Due are the periods that are over and what was logged in those that run; approved never counts "
            "beyond what is due. A branch formed inside a period owes its share; exempt ones owe nothing."
        ),
        "overdue": _("Open items whose current deadline has passed; a pending extension is shown as such."),
        "silent": _("Items in progress without any report for 30 days."),
        "burden": _(
            "Records of this month by the organization: activities, reports, extension requests. Inputs are "
            "the fields that were filled in, reckoned at 20 seconds each."
        ),
    }
