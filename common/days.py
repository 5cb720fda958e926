"""The days this product counts with. What lies outside was mistyped, and counting on from it overflows."""

from __future__ import annotations

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.steps import StepRefused

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2200, 12, 31)
OUT_OF_REACH = _("The year must lie between 1900 and 2200.")


def within_reach(day: date) -> bool:
    """Whether it is a day to be counted with."""
    return FIRST_DAY <= day <= LAST_DAY


def demand_reach(*days: date | None) -> None:
    """Raise ``StepRefused`` for a day nobody can have meant; one that is not given is none."""
    if not all(within_reach(day) for day in days if day is not None):
        raise StepRefused(gettext("The year must lie between 1900 and 2200."))


def reach_q(*columns: str) -> Q:
    """The same as a condition of the database; an empty column fulfils it."""
    condition = Q()
    for column in columns:
        condition &= Q(**{f"{column}__isnull": True}) | Q(**{f"{column}__range": (FIRST_DAY, LAST_DAY)})
    return condition
