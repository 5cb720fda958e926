"""Decomposing a measure: from the words of a clause to items with a day, and to standing requirements."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from accounts.audit import difference, record, snapshot
from branches.models import Organization, Person
from common.steps import Stale, StepRefused
from plans.importing import proposals as words
from plans.models import Measure, Requirement
from tasks.drafting import draft_item
from tasks.models import Ledger, LedgerItem

#: What a decomposition may change on the measure itself.
ASSIGNMENT = ("working_title", "lead", "leader")


def _carried_out() -> tuple[Exists, Exists]:
    """What carries a measure out: an item beyond draft, or a standing requirement."""
    return (
        Exists(LedgerItem.objects.counted().filter(measure=OuterRef("pk"))),
        Exists(Requirement.objects.filter(measure=OuterRef("pk"), active=True)),
    )


def with_decomposition(measures: Any) -> Any:
    """Annotate ``decomposed``."""
    by_item, by_requirement = _carried_out()
    return measures.annotate(decomposed=by_item | by_requirement)


def undecomposed() -> Any:
    """Measures of plans in force that nothing carries out yet, in the order of their documents."""
    by_item, by_requirement = _carried_out()
    # Two conditions, not the negation of one: PostgreSQL answers each from its index.
    waiting = Measure.objects.in_force().filter(~by_item, ~by_requirement)
    return waiting.select_related("plan", "clause", "pillar__clause", "lead").order_by(
        "plan", "clause__position"
    )


@dataclass(frozen=True)
class Proposal:
    """What the clause says about time, and what follows from it: an item, a requirement, or neither."""

    kind: str
    value: str
    sentence: str
    due_on: date | None = None
    period: str = ""
    minimum: int = 1


def proposals(measure: Measure, on: date) -> list[Proposal]:
    """In the order of the clause's words. A deadline that lies before ``on`` is proposed without its day."""
    text = f"{measure.clause.title}。{measure.clause.text}"
    made = []
    for found in words.proposals((), text):
        due = words.deadline(found.value, on.year) if found.kind == words.DEADLINE else None
        period, minimum = _frequency(found.value) if found.kind == words.RECURRING else ("", 1)
        made.append(
            Proposal(
                found.kind,
                found.value,
                found.sentence,
                due if due and due >= on else None,
                period,
                minimum,
            )
        )
    return made


_TIMES = re.compile(r"([0-9]+|[一二三四五六七八九十两])次")
_DIGITS = {character: number for number, character in enumerate("一二三四五六七八九十", start=1)} | {"两": 2}


def _frequency(value: str) -> tuple[str, int]:
    """Period and times of a phrase such as 每季度至少1次; no period but month, quarter and year."""
    times = _TIMES.search(value)
    minimum = 1
    if times:
        minimum = int(times[1]) if times[1].isdigit() else _DIGITS[times[1]]
    if "半年" in value:
        return Requirement.Period.YEAR, 2 * minimum
    for sign, period in (
        ("季", Requirement.Period.QUARTER),
        ("月", Requirement.Period.MONTH),
        ("年", Requirement.Period.YEAR),
    ):
        if sign in value and not re.search(r"[两二三四五六]\s*(?:个)?(?:月|年)", value):
            return period, minimum
    return "", minimum


@dataclass(frozen=True)
class Decomposition:
    """What is to be made of a measure. ``assignment`` are its own lead, leader and working title."""

    assignment: dict[str, Any]
    cooperating: Sequence[Organization]
    ledger: Ledger | None
    items: Sequence[dict[str, Any]] = field(default_factory=list)
    requirements: Sequence[dict[str, Any]] = field(default_factory=list)
    assign: bool = False


@transaction.atomic
def decompose(
    measure: Measure, plan: Decomposition, *, version: int, by: Person, at: datetime, on: date
) -> list[LedgerItem]:
    """Write the measure's assignment, the items (registered, assigned if asked) and the requirements.

    Raises ``Stale`` when the measure changed since ``version``.
    """
    fresh = Measure.objects.select_for_update().get(pk=measure.pk)
    if fresh.version != version:
        raise Stale(_("Someone decomposed or changed this measure since you opened it."))
    before = snapshot(measure, ASSIGNMENT) | {"cooperating": _names(measure)}
    for name, value in plan.assignment.items():
        setattr(measure, name, value)
    measure.version = version + 1
    measure.save(update_fields=[*plan.assignment, "version"])
    measure.cooperating.set(plan.cooperating)
    after = snapshot(measure, ASSIGNMENT) | {"cooperating": _names(measure)}
    record("measure.decompose", measure, by=by.user, changes=difference(before, after))
    for values in plan.requirements:
        made = Requirement(measure=measure, source=source_of(measure), effective_from=on, **values)
        if Requirement.objects.all().asking_the_same(made).exists():
            said = {
                "kind": made.activity_kind,
                "who": made.organization or made.get_organization_kind_display(),
            }
            raise StepRefused(_("%(kind)s is asked of %(who)s already. Leave this row out.") % said)
        made.save()
        record("requirement.add", made, by=by.user)
    return [_item(measure, plan, values, by, at, on) for values in plan.items]


def _item(
    measure: Measure, plan: Decomposition, values: dict[str, Any], by: Person, at: datetime, on: date
) -> LedgerItem:
    item = draft_item(
        ledger=plan.ledger or plan_ledger(on),
        by=by,
        at=at,
        measure=measure,
        leader=measure.leader,
        cooperating=[unit for unit in plan.cooperating if unit != values["lead"]],
        **values,
    )
    item.register(by=by, at=at)
    if plan.assign:
        item.assign(by=by, at=at)
    return item


def plan_ledger(on: date) -> Ledger:
    """The year's ledger for items of action plans; made when the year has none."""
    source = Ledger.Source.PLAN
    found = Ledger.objects.filter(year=on.year, source=source).order_by("pk").first()
    return found or Ledger.objects.create(year=on.year, name=_("Action plan ledger"), source=source)


def source_of(measure: Measure) -> str:
    """What a requirement cites: the document and the measure's place in it."""
    plan = measure.plan
    return f"{plan.document_number or plan} {measure.reference}"[:120]


def _names(measure: Measure) -> list[str]:
    return [unit.name for unit in measure.cooperating.all()]
