"""Ledger items of every state and light, each walked there by the real steps on past days.

A fate says where an item stands on the day shown; ``FATES`` maps it to the walk that leads there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F

from branches.models import Organization, Person
from plans.models import Measure
from reviews.demo import duties
from reviews.demo.clock import Clock
from reviews.demo.organizations import Organizations
from reviews.demo.people import People
from tasks.drafting import draft_item
from tasks.lights import expected_progress
from tasks.models import Ledger, LedgerItem

#: Working days within which a report is answered.
ANSWERED_IN = 2


@dataclass
class Walk:
    """One item on its way, with the people who take the steps."""

    item: LedgerItem
    clock: Clock
    office: Person
    clerk: Person
    clearer: Person
    last: datetime | None = None

    def at(self, day: date, hour: int = 0) -> datetime:
        """A moment of a day, never before the step taken last."""
        moment = self.clock.at(day, hour)
        if self.last is not None:
            moment = max(moment, self.last + timedelta(minutes=11))
        self.last = moment
        return moment

    @property
    def owner(self) -> Person:
        assert self.item.owner is not None  # noqa: S101 (every item of the demo has one)
        return self.item.owner

    @property
    def watcher(self) -> Person:
        """Who answers: never the one who did the work."""
        return self.clerk if self.owner == self.office else self.office

    def begin(self, on: date, signed_after: int = 1) -> None:
        """Register, assign, and sign for some working days later."""
        self.item.register(by=self.office, at=self.at(on, 9))
        self.item.assign(by=self.office, at=self.at(on, 10))
        self.item.sign_for(by=self.owner, at=self.at(self._later(on, signed_after)))

    def _later(self, day: date, workdays: int) -> date:
        return min(self.clock.calendar.shift(day, workdays), self.clock.workday(-1))

    def report(self, on: date, progress: int, *, answered: bool = True) -> None:
        """Report, and have it accepted a little later."""
        number = self.item.reports.count()
        text = duties.DONE[min(number, len(duties.DONE) - 1)]
        self.item.report(by=self.owner, at=self.at(on, 11), progress=progress, text=text)
        if answered:
            self.item.accept_report(by=self.watcher, at=self.at(self._later(on, ANSWERED_IN), 15))

    def send_report_back(self, on: date, progress: int) -> None:
        """A report that only said that work goes on."""
        self.item.report(by=self.owner, at=self.at(on, 11), progress=progress, text="正在推进。")
        answer = "只写了“正在推进”，请补本月做了哪几步、和谁。"
        self.item.return_report(by=self.watcher, at=self.at(self._later(on, 1), 15), reply=answer)

    def keep_pace(self, last: date, ahead: int, times: int = 3) -> None:
        """Reports evenly over the course up to a day, the last ``ahead`` points before today's pace."""
        item = self.item
        assert item.starts_on is not None and item.due_on is not None  # noqa: S101 (assigned)
        goal = expected_progress(self.clock.calendar, item.starts_on, item.due_on, self.clock.on) + ahead
        goal = min(95, max(5, goal))
        span = (last - item.starts_on).days
        for number in range(1, times + 1):
            on = self.clock.day((item.starts_on - self.clock.on).days + span * number // times)
            self.report(max(on, item.starts_on + timedelta(days=3)), goal * number // times)

    def finish(self, on: date, *, found: bool = True, cleared: bool = False) -> None:
        """Ask for completion, have it found complete, have it struck off."""
        self.item.request_completion(by=self.owner, at=self.at(on, 14), note="已按完成标准办结，材料已归档。")
        if found:
            self.item.complete(by=self.watcher, at=self.at(self._later(on, 2), 10))
        if found and cleared:
            self.item.clear(by=self.clearer, at=self.at(self._later(on, 5), 10))

    def extend(self, on: date, due_on: date, *, granted: bool | None) -> None:
        """Ask for more time; ``None``: still waiting."""
        reason = "联合单位的评审时间顺延，相关条款需在评审后会签。"
        self.item.request_extension(by=self.owner, at=self.at(on, 10), due_on=due_on, reason=reason)
        if granted is not None:
            decided = self.at(self._later(on, 2), 16)
            self.item.decide_extension(
                by=self.watcher, at=decided, granted=granted, reply="同意，请按新时限办结。"
            )


def make(
    organizations: Organizations,
    people: People,
    measures: dict[str, dict[str, Measure]],
    clock: Clock,
) -> None:
    """All ledgers with their items."""
    year = clock.on.year
    ledgers = {
        source: Ledger.objects.create(name=name, year=year, source=source, default_days=days)
        for source, (name, days) in duties.LEDGERS.items()
    }
    ledgers["points"] = Ledger.objects.create(name="群团工作要点台账", year=year, source="plan")
    maker = _Maker(organizations, people, clock)
    for code, *rest in duties.OPINIONS:
        maker.make(ledgers["plan"], measures["opinions"][code], *rest)
    for code, *rest in duties.POINTS:
        maker.make(ledgers["points"], measures["points"][code], *rest)
    for source, *rest in duties.OTHERS:
        maker.make(ledgers[source], None, *rest)
    LedgerItem.objects.filter(registered_at__isnull=False).update(created_at=F("registered_at"))


@dataclass
class _Maker:
    organizations: Organizations
    people: People
    clock: Clock
    number: int = 0

    def make(
        self, ledger: Ledger, measure: Measure | None, lead: str, fate: str, title: str, phrase: str
    ) -> None:
        """One item, walked to where its fate puts it."""
        self.number += 1
        begun, due, walk = FATES[fate]
        # Not all on one day: a few days apart, in the same way every time.
        shift = (self.number * 7) % 23 if due > 20 else 0
        due_on = self.clock.day(due + shift) if abs(due) > 20 else self.clock.workday(due)
        begun_on = (
            self.clock.day(begun - (self.number * 5) % 19) if begun < -20 else self.clock.workday(begun)
        )
        item = draft_item(
            ledger=ledger,
            by=self.people["何砚秋"],
            at=self.clock.at(begun_on, 8),
            cooperating=self._cooperating(measure, lead),
            title=title,
            requirement=self._requirement(measure, title),
            done_when=duties.DONE_WHEN[self.number % len(duties.DONE_WHEN)],
            measure=measure,
            phrase=phrase,
            lead=self.organizations[lead],
            owner=self._owner(lead),
            leader=self._leader(measure, fate),
            due_on=due_on,
        )
        leader = item.leader or self.people["陈柏舟"]
        walker = Walk(item, self.clock, self.people["何砚秋"], self.people["齐望舒"], leader)
        walk(walker, begun_on)

    def _owner(self, lead: str) -> Person:
        if lead == "P01" and self.number % 2:
            return self.people["郑知行"]
        if lead == "P20":
            return self.people["韩书瑶"]
        return self.people.secretary.get(lead) or self.people.head[lead]

    def _leader(self, measure: Measure | None, fate: str) -> Person:
        if fate == "completed_chen" or measure is None or measure.leader is None:
            return self.people["陈柏舟"]
        return measure.leader

    def _cooperating(self, measure: Measure | None, lead: str) -> list[Organization]:
        if measure is None or self.number % 2:
            return []
        return [unit for unit in measure.cooperating.all() if unit.code != lead][:2]

    def _requirement(self, measure: Measure | None, title: str) -> str:
        if measure is None:
            return f"按要求办理“{title}”，过程留痕，结果可查。"
        return measure.clause.text[:300]


def _draft(walk: Walk, begun: date) -> None:
    """Stays a draft."""


def _registered(walk: Walk, begun: date) -> None:
    walk.item.register(by=walk.office, at=walk.at(begun, 9))


def _unsigned(walk: Walk, begun: date) -> None:
    walk.item.register(by=walk.office, at=walk.at(begun, 9))
    walk.item.assign(by=walk.office, at=walk.at(begun, 10))


def _green(walk: Walk, begun: date) -> None:
    walk.begin(begun)
    walk.keep_pace(walk.clock.day(-6), 4)


def _green_extended(walk: Walk, begun: date) -> None:
    walk.begin(begun)
    due = walk.item.due_on
    walk.extend(walk.clock.day(-25), walk.clock.day((due - walk.clock.on).days + 40), granted=True)  # type: ignore[operator]
    walk.keep_pace(walk.clock.day(-5), 3, times=2)


def _silent(walk: Walk, begun: date) -> None:
    walk.begin(begun)
    walk.keep_pace(walk.clock.day(-34), -24, times=2)


def _behind(walk: Walk, begun: date) -> None:
    walk.begin(begun)
    walk.send_report_back(walk.clock.day((begun - walk.clock.on).days // 2), 30)
    walk.keep_pace(walk.clock.day(-9), -26, times=2)


def _near(walk: Walk, begun: date) -> None:
    walk.begin(begun)
    walk.keep_pace(walk.clock.workday(-3), -6)


def _near_extended(walk: Walk, begun: date) -> None:
    walk.begin(begun)
    due = walk.item.due_on
    walk.extend(walk.clock.workday(-9), walk.clock.workday(4), granted=True)
    assert due is not None  # noqa: S101 (assigned)
    walk.keep_pace(walk.clock.workday(-3), -5, times=2)


def _purple(walk: Walk, begun: date) -> None:
    walk.begin(begun)
    walk.send_report_back(walk.clock.day(-40), 40)
    walk.keep_pace(walk.clock.workday(-6), -14, times=2)
    walk.extend(walk.clock.workday(-2), walk.clock.day(45), granted=None)


def _pending_report(walk: Walk, begun: date) -> None:
    walk.begin(begun)
    walk.keep_pace(walk.clock.day(-30), 0, times=2)
    walk.report(walk.clock.workday(-1), 70, answered=False)


def _returned(walk: Walk, begun: date) -> None:
    walk.begin(begun)
    walk.keep_pace(walk.clock.day(-22), 10, times=2)
    asked = walk.clock.workday(-8)
    walk.finish(asked, found=False)
    reason = "缺少两个支部的会签意见，请补齐后再申请办结。"
    walk.item.send_back(by=walk.watcher, at=walk.at(walk.clock.workday(-6), 10), reason=reason)


def _requested(walk: Walk, begun: date) -> None:
    walk.begin(begun)
    walk.keep_pace(walk.clock.workday(-9), 0, times=2)
    walk.report(walk.clock.workday(-4), 100)
    walk.finish(walk.clock.workday(-1), found=False)


def _red(walk: Walk, begun: date) -> None:
    walk.begin(begun)
    walk.report(walk.clock.workday(-20), 20)
    walk.report(walk.clock.workday(-12), 40)
    for days in (-4, -2):
        walk.item.urge(by=walk.office, at=walk.at(walk.clock.workday(days), 15), note="已逾期，请本周反馈。")


def _red_two(walk: Walk, begun: date) -> None:
    walk.begin(begun)
    walk.report(walk.clock.workday(-15), 33)
    walk.report(walk.clock.workday(-6), 67)
    walk.item.urge(by=walk.office, at=walk.at(walk.clock.workday(-1), 15), note="请说明剩余部分何时办结。")


def _completed(walk: Walk, begun: date) -> None:
    walk.begin(begun)
    walk.keep_pace(walk.clock.workday(-15), 0, times=2)
    walk.report(walk.clock.workday(-7), 100)
    walk.finish(walk.clock.workday(-4))


def _cleared(walk: Walk, begun: date) -> None:
    _walk_to_the_end(walk, begun, late=0)


def _cleared_late(walk: Walk, begun: date) -> None:
    _walk_to_the_end(walk, begun, late=7)


def _walk_to_the_end(walk: Walk, begun: date, late: int) -> None:
    """Done some days before the deadline, or ``late`` working days after it."""
    due = walk.item.due_on
    assert due is not None  # noqa: S101 (assigned)
    walk.begin(begun)
    done = walk.clock.calendar.shift(due, late or -3)
    middle = walk.clock.day(((begun - walk.clock.on).days + (done - walk.clock.on).days) // 2)
    walk.report(middle, 50)
    walk.report(walk.clock.calendar.shift(done, -4), 100)
    walk.finish(done, cleared=True)


#: fate → begun, due (days from today; up to twenty in working days), the walk
FATES: dict[str, tuple[int, int, Callable[[Walk, date], None]]] = {
    "draft": (-2, 40, _draft),
    "registered": (-6, 90, _registered),
    "grey": (-3, 60, _unsigned),
    "red_unsigned": (-9, -2, _unsigned),
    "green": (-75, 70, _green),
    "green_extended": (-95, 50, _green_extended),
    "silent": (-100, 120, _silent),
    "behind": (-85, 40, _behind),
    "near": (-60, 3, _near),
    "near_extended": (-70, -4, _near_extended),
    "purple": (-75, 6, _purple),
    "pending_report": (-70, 60, _pending_report),
    "returned": (-80, 45, _returned),
    "requested": (-65, 4, _requested),
    "red": (-50, -6, _red),
    "red_two": (-60, -4, _red_two),
    "completed": (-70, 2, _completed),
    "completed_chen": (-75, 1, _completed),
    "cleared": (-170, -45, _cleared),
    "cleared_late": (-190, -60, _cleared_late),
}
