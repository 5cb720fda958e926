"""Ledger items for tests, made by the product's own steps."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from tasks.models import Ledger, LedgerItem

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(day: date, hour: int = 10) -> datetime:
    """A moment of a day in the institute's time."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)


def add_ledger(**values) -> Ledger:
    values = {"name": "行动计划台账", "year": 2026, "source": Ledger.Source.PLAN, **values}
    return Ledger.objects.get_or_create(name=values.pop("name"), year=values.pop("year"), defaults=values)[0]


def add_item(institute, state: str = "draft", on: date | None = None, **values) -> LedgerItem:
    """An item led by the branch and owned by its member, taken step by step to ``state``.

    Every step is of the day ``on`` (today unless given); the deadline is 60 days later unless given.
    """
    from django.utils import timezone

    day = on or timezone.localdate()
    number = LedgerItem.objects.count() + 1
    values = {
        "ledger": values.pop("ledger", None) or add_ledger(),
        "number": f"2026-1.1-{number:02d}",
        "title": f"事项{number}",
        "lead": institute.branch,
        "owner": institute.member,
        "due_on": day + timedelta(days=60),
        "created_by": institute.office,
        **values,
    }
    item = LedgerItem.objects.create(**values)
    moment = at(day)
    path = [
        ("registered", lambda: item.register(by=institute.office, at=moment)),
        ("assigned", lambda: item.assign(by=institute.office, at=moment)),
        ("in_progress", lambda: item.sign_for(by=item.owner, at=moment)),
        ("completion_requested", lambda: item.request_completion(by=item.owner, at=moment)),
        ("completed", lambda: item.complete(by=institute.office, at=moment)),
        ("cleared", lambda: item.clear(by=institute.committee, at=moment)),
    ]
    for reached, take in path:
        if item.state == state:
            break
        take()
        assert item.state == reached
    assert item.state == state
    return item
