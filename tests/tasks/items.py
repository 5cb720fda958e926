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
    moment = at(day, 0)
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


def add_measure(code: str = "2.2", text: str = "", title: str = "发挥党支部战斗堡垒作用", **values):
    """A measure of a confirmed plan with one pillar for each first figure of the code."""
    from plans.models import ActionPlan, Clause, Measure, Pillar

    plan, _new = ActionPlan.objects.get_or_create(
        sha256="0" * 64,
        defaults={
            "title": "关于推进党建促攻坚的指导意见",
            "working_title": "党建促攻坚",
            "document_number": "清半党字〔2026〕3号",
            "kind": ActionPlan.Kind.GUIDING_OPINIONS,
            "issued_on": date(2026, 1, 5),
            "starts_on": date(2026, 1, 5),
            "confirmed_at": at(date(2026, 1, 5)),
        },
    )
    first, second = (int(part) for part in code.split("."))
    number = f"（{'一二三四'[first - 1]}）"
    heading, _new = Clause.objects.get_or_create(
        plan=plan,
        position=first * 10,
        defaults={"level": 2, "kind": "pillar", "number": number, "title": "深度融合"},
    )
    pillar, _new = Pillar.objects.get_or_create(clause=heading, plan=plan, position=first)
    clause = Clause.objects.create(
        plan=plan,
        parent=heading,
        position=first * 10 + second,
        level=3,
        kind="measure",
        number=str(second),
        title=title,
        text=text or "鼓励党支部发挥桥梁纽带作用。每季度至少两次走访一线。2099年12月20日前形成办法。",
    )
    return Measure.objects.create(
        clause=clause,
        plan=plan,
        pillar=pillar,
        code=code,
        working_title=values.pop("working_title", title),
        **values,
    )
