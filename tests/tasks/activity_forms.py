"""What a browser sends when it logs an activity."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django.utils import timezone

from branches.models import Organization, Person
from plans.models import ActionPlan, ActivityKind, Clause, Measure, Pillar
from tasks.models import Activity
from tasks.recording import Present, Record, log


def kind(code: str = "party_day") -> ActivityKind:
    return ActivityKind.objects.get(code=code)


def form_data(organization: Organization, **values: Any) -> dict[str, Any]:
    """A filled form; ``present`` and ``shown`` are the roster's keys."""
    return {
        "organization": organization.pk,
        "kind": "party_day",
        "title": "重走首条外延线",
        "held_on": timezone.localdate().isoformat(),
        "place": "激光楼 204",
        "token": str(uuid4()),
        "action": "submit",
        **values,
    }


def logged(
    organization: Organization,
    by: Person,
    *,
    held_on: date | None = None,
    code: str = "party_day",
    at: datetime | None = None,
    submit: bool = True,
    approve: Person | None = None,
    roster: tuple[Person, ...] = (),
    **values: Any,
) -> Activity:
    """An activity through its steps, as far as asked."""
    at = at or timezone.now()
    record = Record(
        kind=kind(code),
        organization=organization,
        title=values.pop("title", "重走首条外延线"),
        held_on=held_on or timezone.localdate(at),
        roster=[Present(person) for person in roster],
        **values,
    )
    activity = log(record, by=by, at=at, submit=submit)
    if approve:
        activity.approve(by=approve, at=at)
    return activity


def add_measures(count: int = 3) -> list[Measure]:
    """A confirmed plan with one pillar and some measures."""
    plan = ActionPlan.objects.create(
        title="关于推动党建与科研深度融合的指导意见",
        kind=ActionPlan.Kind.GUIDING_OPINIONS,
        starts_on=date(2024, 5, 22),
        sha256=uuid4().hex,
        confirmed_at=timezone.now(),
    )
    head = Clause.objects.create(
        plan=plan, position=1, level=2, kind=Clause.Kind.PILLAR, number="（一）", title="方向正"
    )
    pillar = Pillar.objects.create(clause=head, plan=plan, position=1, assurance="方向正")
    found = []
    for number in range(1, count + 1):
        clause = Clause.objects.create(
            plan=plan,
            position=number + 1,
            level=3,
            kind=Clause.Kind.MEASURE,
            number=str(number),
            title=f"举措{number}",
        )
        found.append(
            Measure.objects.create(
                clause=clause, plan=plan, pillar=pillar, code=f"1.{number}", working_title=f"举措{number}"
            )
        )
    return found
