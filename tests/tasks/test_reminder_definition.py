"""Planning an item's reminders is one statement; here the rule once more, read plainly, person by person."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from random import Random

import pytest

from branches.models import Person
from common.workdays import Calendar
from tasks.models import Extension, ItemEvent, LedgerItem, Notification, ReminderRule
from tests.conftest import appoint
from tests.tasks.reminding import THURSDAY, add_item, keep_contact, noon, run

pytestmark = pytest.mark.django_db

ORDER = ("owner", "leader", "secretary", "liaison", "office")
CALENDAR = Calendar()


def expected(institute, ladder: dict[str, list[int]], on: date, sent: set[tuple]) -> set[tuple]:
    """``(item, person, rung, audience)`` of what is to be planned on a day, after ``sent``."""
    found = set()
    for item in LedgerItem.objects.filter(state__in=LedgerItem.State.open()):
        if item.extensions.filter(status=Extension.Status.PENDING).exists():
            continue
        parts: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for number, audience in enumerate(ORDER):
            at_work = item.state in (LedgerItem.State.ASSIGNED, LedgerItem.State.IN_PROGRESS)
            if audience in ("owner", "secretary") and not at_work:
                continue
            crossed = [rung for rung in ladder.get(audience, []) if CALENDAR.shift(item.due_on, rung) <= on]
            for person in stands(institute, item, audience) if crossed else []:
                parts[person].append((max(crossed), -number))
        for person, calls in parts.items():
            rung, number = max(calls)
            told = any(key[:3] == (item.pk, person, item.due_on) and key[3] >= rung for key in sent)
            acted = item.events.filter(by_id=person, at__date=on).exists()
            if Person.objects.get(pk=person).active and not told and not acted:
                found.add((item.pk, person, item.due_on, rung, ORDER[-number]))
    return found


def stands(institute, item: LedgerItem, audience: str) -> list[int]:
    """Everyone who is this to an item of the test's institute."""
    charge = {
        institute.branch.pk: institute.secretary.pk,
        institute.other_branch.pk: institute.other_secretary.pk,
    }
    people = {
        "owner": [item.owner_id],
        "leader": [item.leader_id] if item.leader_id else [],
        "secretary": [charge[item.lead_id]],
        "liaison": [institute.committee.pk] if item.lead_id == institute.branch.pk else [],
        "office": [institute.office.pk, institute.office_colleague.pk, institute.secretary.pk],
    }
    return people[audience]


def planned() -> set[tuple]:
    rows = Notification.objects.values_list("subject_id", "recipient_id", "due_on", "rung", "audience")
    return set(rows)


@pytest.mark.parametrize("seed", range(8))
def test_days_of_mixed_items_are_planned_as_the_rule_says(institute, seed: int) -> None:
    chance = Random(seed)
    keep_contact(institute)
    # One person with several parts: in charge of a branch and in the Party office.
    appoint(institute.secretary, institute.party, "office")
    ReminderRule.objects.exclude(subject="item").update(active=False)
    rule = ReminderRule.objects.get(subject="item")
    rule.rungs.all().delete()
    ladder = {who: chance.sample(range(-8, 9), chance.randint(0, 4)) for who in ORDER}
    for audience, offsets in ladder.items():
        for offset in offsets:
            rule.rungs.create(audience=audience, offset=offset)
    people = [
        institute.secretary,
        institute.member,
        institute.office,
        institute.committee,
        institute.outsider,
    ]
    states = [*LedgerItem.State.open(), "completed"]
    items = [
        add_item(
            institute,
            THURSDAY + timedelta(days=chance.randint(-16, 16)),
            lead=chance.choice([institute.branch, institute.other_branch]),
            owner=chance.choice(people),
            leader=chance.choice([None, *people]),
            state=chance.choice(states),
        )
        for _ in range(25)
    ]
    for item in chance.sample(items, 4):
        by = chance.choice(people)
        ItemEvent.objects.create(item=item, step="report", by=by, at=noon(THURSDAY), to_state=item.state)
    waiting = chance.choice([item for item in items if item.state == "in_progress"] or items)
    Extension.objects.create(
        item=waiting,
        due_before=waiting.due_on,
        due_requested=waiting.due_on + timedelta(days=30),
        reason="设备到货推迟。",
        requested_by=institute.member,
        requested_at=noon(THURSDAY),
    )
    Person.objects.filter(pk=institute.outsider.pk).update(active=False)
    total = 0
    for on in (
        THURSDAY - timedelta(days=6),
        THURSDAY,
        THURSDAY + timedelta(days=1),
        THURSDAY + timedelta(days=9),
    ):
        before = planned()
        due = expected(institute, ladder, on, before)
        run(on)
        assert planned() - before == due, on
        total += len(due)
    assert total > 0 or not any(ladder.values())
