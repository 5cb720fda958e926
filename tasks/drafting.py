"""Entering an item: the draft and its number, given out once even when two people enter at the same time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models.functions import Length
from django.utils.translation import gettext as _

from branches.models import Organization, Person
from common.days import demand_reach
from common.steps import StepRefused
from plans.models import Measure
from tasks.models import ItemEvent, Ledger, LedgerItem
from tasks.models.stepping import Step

#: What stands in the number of an item that carries out no measure, by the source of its ledger.
SOURCE_LETTERS = {
    Ledger.Source.PLAN: "J",
    Ledger.Source.SUPERIOR: "S",
    Ledger.Source.DECISION: "D",
    Ledger.Source.INSPECTION: "X",
    Ledger.Source.PROPOSAL: "T",
    Ledger.Source.PROBLEM: "W",
}
ATTEMPTS = 20


def stem_of(ledger: Ledger, measure: Measure | None) -> str:
    """Year and measure code (2026-2.1), or year and the letter of the source (2026-S)."""
    return f"{ledger.year}-{measure.code if measure else SOURCE_LETTERS[Ledger.Source(ledger.source)]}"


def next_number(stem: str) -> str:
    """The number after the highest given out under a stem: 2026-2.1-07."""
    taken = LedgerItem.objects.filter(number__startswith=stem + "-")
    last = taken.order_by(Length("number").desc(), "-number").values_list("number", flat=True).first()
    return f"{stem}-{int(last.rpartition('-')[2]) + 1 if last else 1:02d}"


def draft_item(
    *,
    ledger: Ledger,
    by: Person,
    at: datetime,
    cooperating: Iterable[Organization] = (),
    **values: Any,
) -> LedgerItem:
    """A new draft with its number and the first row of its history.

    Two people may be given the same next number; the database lets one through and the other
    tries again with the one after. Raises ``StepRefused`` for a day nobody can have meant.
    """
    demand_reach(values.get("starts_on"), values.get("due_on"))
    stem = stem_of(ledger, values.get("measure"))
    for _attempt in range(ATTEMPTS):
        number = next_number(stem)
        try:
            with transaction.atomic():
                item = LedgerItem.objects.create(ledger=ledger, number=number, created_by=by, **values)
        except IntegrityError:
            if not LedgerItem.objects.filter(number=number).exists():
                raise
        else:
            break
    else:
        raise StepRefused(_("Too many people are entering items at this moment. Try again."))
    item.cooperating.set(cooperating)
    ItemEvent.objects.create(item=item, step=Step.CREATE, by=by, at=at, to_state=item.state)
    return item
