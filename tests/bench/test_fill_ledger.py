"""The benchmark fills in rows that the product could have written: same constraints, same history."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from bench.fill import LAST_DEADLINE, fill
from plans.models import ActionPlan, Clause, Measure
from tasks.models import Ledger, LedgerItem, ProgressReport

ON = date(2026, 11, 20)


@pytest.fixture
def ledger(institute) -> Ledger:
    plan = ActionPlan.objects.create(
        title="指导意见", kind="guiding_opinions", starts_on=ON, sha256="0" * 64, confirmed_at=timezone.now()
    )
    clause = Clause.objects.create(plan=plan, position=1, level=1, kind="measure", number="1", title="举措")
    Measure.objects.create(plan=plan, clause=clause, code="1", working_title="举措")
    return Ledger.objects.create(name="行动计划台账", year=2026, source="plan")


def test_twenty_items_hold_every_state_with_history_and_reports(ledger: Ledger) -> None:
    fill(40, ON)
    states = list(LedgerItem.objects.values_list("state", flat=True))
    assert {state: states.count(state) for state in set(states)} == {
        "registered": 2,
        "assigned": 4,
        "in_progress": 16,
        "completion_requested": 2,
        "completed": 4,
        "cleared": 12,
    }
    item = LedgerItem.objects.filter(state="in_progress")[0]
    assert item.events.count() == 3
    assert item.red_on == item.due_on + timedelta(days=1)
    assert ProgressReport.objects.count() == 34


def test_filling_further_keeps_what_is_there_and_every_row_is_valid(ledger: Ledger) -> None:
    fill(20, ON)
    kept = list(LedgerItem.objects.values_list("pk", flat=True))
    fill(60, ON)
    assert LedgerItem.objects.count() == 60
    assert LedgerItem.objects.filter(pk__in=kept).count() == 20
    for item in LedgerItem.objects.all():
        item.full_clean(exclude=["number"])


def test_every_open_deadline_has_passed_on_the_planning_day(ledger: Ledger) -> None:
    fill(400, ON)
    assert not LedgerItem.objects.open().filter(due_on__gt=ON + timedelta(days=LAST_DEADLINE)).exists()
