"""Two people at once, on PostgreSQL: row locks decide, one wins, the other is told."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection
from django.utils import timezone

from common.steps import StepRefused
from tasks.decomposing import Decomposition, decompose
from tasks.drafting import draft_item
from tasks.models import ItemEvent, LedgerItem
from tests.tasks.items import add_item, add_ledger, add_measure

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Run the acts in as many threads, let go at the same moment; what each returned or raised."""
    gate, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(number: int, act: Callable[[], object]) -> None:
        try:
            gate.wait(timeout=10)
            results[number] = act()
        except Exception as error:
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results


def refusals(results: list[object]) -> int:
    assert all(not isinstance(r, Exception) or isinstance(r, StepRefused) for r in results), results
    return sum(isinstance(result, StepRefused) for result in results)


def copies(item: LedgerItem, count: int) -> list[LedgerItem]:
    return [LedgerItem.objects.get(pk=item.pk) for _copy in range(count)]


def test_two_people_deciding_at_once_decide_once(institute):
    item, now = add_item(institute, "in_progress"), timezone.now()
    later = item.due_on.replace(year=item.due_on.year + 1)
    item.request_extension(by=institute.member, at=now, due_on=later, reason="顺延")
    first, second = copies(item, 2)
    results = at_once(
        lambda: first.decide_extension(by=institute.office, at=now, granted=True),
        lambda: second.decide_extension(by=institute.committee, at=now, granted=False, reply="不同意"),
    )
    assert refusals(results) == 1
    fresh = LedgerItem.objects.get(pk=item.pk)
    decided = fresh.extensions.get()
    assert (fresh.due_on == later) == (decided.status == "granted")
    assert ItemEvent.objects.filter(item=item, step="decide_extension").count() == 1


def test_two_reports_at_once_leave_one_waiting(institute):
    item, now = add_item(institute, "in_progress"), timezone.now()
    acts = [
        lambda copy=copy, by=by: copy.report(by=by, at=now, progress=20, text="做了。")
        for copy, by in zip(
            copies(item, 3), [institute.member, institute.secretary, institute.deputy], strict=True
        )
    ]
    assert refusals(at_once(*acts)) == 2
    assert item.reports.count() == 1


def test_completing_and_sending_back_at_once_is_one_of_the_two(institute):
    item, now = add_item(institute, "completion_requested"), timezone.now()
    first, second = copies(item, 2)
    results = at_once(
        lambda: first.complete(by=institute.office, at=now),
        lambda: second.send_back(by=institute.office_colleague, at=now, reason="没完"),
    )
    assert refusals(results) == 1
    fresh = LedgerItem.objects.get(pk=item.pk)
    assert fresh.events.first().to_state == fresh.state
    assert fresh.version == item.version + 1


def test_numbers_given_out_at_once_are_all_different(institute):
    ledger, measure, now = add_ledger(), add_measure("2.2"), timezone.now()

    def enter() -> LedgerItem:
        return draft_item(ledger=ledger, by=institute.office, at=now, measure=measure, title="事项")

    results = at_once(*[enter] * 8)
    assert refusals(results) == 0
    assert sorted(LedgerItem.objects.values_list("number", flat=True)) == [
        f"2026-2.2-{number:02d}" for number in range(1, 9)
    ]


def test_two_people_urging_at_once_urge_once(institute):
    item, now = add_item(institute, "in_progress"), timezone.now()
    first, second = copies(item, 2)
    results = at_once(
        lambda: first.urge(by=institute.office, at=now), lambda: second.urge(by=institute.committee, at=now)
    )
    assert refusals(results) == 1
    assert item.urges.count() == 1


def test_two_people_decomposing_at_once_decompose_once(institute):
    measure, now = add_measure("2.2"), timezone.now()
    today = timezone.localdate()
    due = today.replace(year=today.year + 1, day=1)
    rows = [{"title": "事项", "lead": institute.branch, "owner": institute.member, "due_on": due}]

    def act(by) -> Callable[[], object]:
        own = type(measure).objects.get(pk=measure.pk)
        plan = Decomposition(
            assignment={"lead": institute.branch, "leader": None, "working_title": "举措"},
            cooperating=[],
            ledger=add_ledger(),
            items=rows,
        )
        return lambda: decompose(own, plan, version=1, by=by, at=now, on=today)

    assert refusals(at_once(act(institute.office), act(institute.office_colleague))) == 1
    assert LedgerItem.objects.count() == 1
