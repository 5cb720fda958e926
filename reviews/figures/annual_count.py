"""Every figure of the annual review, counted from the records of the year. Pure: no query, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from branches.models import Organization
from common.workdays import Calendar
from reviews.figures.annual import Figure, FigureRow, Value
from reviews.figures.annual_records import Held, Item, YearRecords
from tasks.requirements import Owed, OwedState


def count(records: YearRecords, calendar: Calendar) -> list[Figure]:
    """All figures of one organization's year, in the order of the report.

    A year before the ledger began has no items that anyone knows of: missing, not zero.
    """
    return [
        *_life(records),
        *_agenda(records),
        *_ledger(records),
        *_measures(records),
        *_fronts(records),
        *_problems(records, calendar),
        *_carried(records),
        *_next(records),
    ]


def _life(records: YearRecords) -> Iterator[Figure]:
    year, approved = records.year, records.approved
    # A kind that is owed and has no approved record may have been held and not logged: missing, not zero.
    for kind in records.kinds:
        held = [activity for activity in approved if activity.kind == kind]
        rule = (
            f"{year}年内已核定、种类为“{kind.name}”、由本组织（含所属党小组）主办或联办，每次活动只计一次。"
        )
        yield _figure(f"kind-{kind.code}", f"{kind.name}次数", len(held) or None, "次", rule, _rows(held))
    total_rule = f"{year}年内已核定、由本组织（含所属党小组）主办或联办的活动，每次只计一次。"
    known = len(approved) if approved or not records.owed_kinds else None
    yield _figure("activities", "活动总次数", known, "次", total_rule, _rows(approved))
    counted = [activity for activity in approved if activity.due]
    due, present = sum(a.due for a in counted), sum(a.present for a in counted)
    rate = round(100 * present / due) if due else None
    rule = f"{year}年内已核定并登记了名单的活动，实到人次除以应到人次，四舍五入到整数。"
    yield _figure("attendance", "平均到会率", rate, "%", rule, _rows(counted))
    joint = [activity for activity in approved if activity.partners]
    yield _figure(
        "joint", "联合开展次数", len(joint), "次", "已核定的活动中与其他组织联合开展的。", _rows(joint)
    )
    waiting = [activity for activity in records.activities if not activity.approved]
    rule = f"{year}年内已报送、尚未核定的活动，不计入本报告的其他数字。"
    yield _figure("waiting", "待核定活动次数", len(waiting), "次", rule, _rows(waiting))


def _agenda(records: YearRecords) -> Iterator[Figure]:
    meetings = [activity for activity in records.approved if activity.opens_with_agenda]
    opened = [activity for activity in meetings if activity.agenda]
    if not meetings and records.organization.system != Organization.System.PARTY:
        return
    known = bool(meetings)
    rule = "已核定的会议中，按行动计划应当首先安排“第一议题”学习的七类会议。"
    yield _figure(
        "agenda-due",
        "应落实“第一议题”的会议次数",
        _number(meetings, known=known),
        "次",
        rule,
        _rows(meetings),
    )
    rule = "上述会议中登记了“第一议题”学习内容的。"
    yield _figure(
        "agenda-done", "已落实“第一议题”的会议次数", _number(opened, known=known), "次", rule, _rows(opened)
    )
    lags = [
        (activity, (activity.held_on - day).days)
        for activity in opened
        for _title, day in activity.agenda
        if day
    ]
    mean: Value = round(sum(lag for _activity, lag in lags) / len(lags), 1) if lags else None
    rule = "会议日期减学习材料发布日期（自然日）的平均数，保留一位小数；没有登记材料日期的不计。"
    rows = [
        FigureRow(a.held_on, a.kind.name, a.title, f"发布后第{lag}天", "activity", a.pk) for a, lag in lags
    ]
    yield _figure("agenda-lag", "“第一议题”平均间隔", mean, "天", rule, rows)


def _number(rows: Sequence[object], *, known: bool) -> int | None:
    """How many, or ``None`` where nobody knows: missing, never zero."""
    return len(rows) if known else None


def _ledger(records: YearRecords) -> Iterator[Figure]:
    year, items, known = records.year, records.items, records.ledger_kept
    done = _done(items)
    rule = f"督办台账中由本组织牵头、{year}年内处于办理期间（已交办且年初前未办结）的事项。"
    yield _figure("items", "承担督办事项", _number(items, known=known), "项", rule, _item_rows(items))
    rule = f"上述事项中{year}年内经审定办结的；是否按时，以申请办结之日为准。"
    yield _figure("items-done", "办结事项", _number(done, known=known), "项", rule, _item_rows(done))
    original = [item for item in done if item.completed_on and item.completed_on <= item.due_on_original]
    rule = "已办结事项中，办结日期不晚于交办时原定时限的；延期不改变原定时限。"
    yield _figure(
        "on-time-original",
        "按原定时限办结",
        _number(original, known=known),
        "项",
        rule,
        _item_rows(original),
    )
    current = [item for item in done if item.completed_on and item.completed_on <= item.due_on]
    rule = "已办结事项中，办结日期不晚于现行时限（含批准的延期）的。"
    yield _figure(
        "on-time-current",
        "按调整后时限办结",
        _number(current, known=known),
        "项",
        rule,
        _item_rows(current),
    )
    rule = f"{year}年内处于办理期间、由其他组织牵头、本组织配合的事项。"
    yield _figure(
        "items-joined",
        "配合事项",
        _number(records.joined, known=known),
        "项",
        rule,
        _item_rows(records.joined),
    )


def _measures(records: YearRecords) -> Iterator[Figure]:
    items = {pk: [item for item in records.items if item.measure == pk] for pk in records.measures}
    held = {pk: [a for a in records.approved if pk in a.measures] for pk in records.measures}
    served = [pk for pk in records.measures if items[pk] or held[pk]]
    rule = (
        "行动计划中由本组织承担事项或开展过已核定活动的举措；同一活动服务几项举措，每项都列、合计只计一次。"
    )
    rows = [
        FigureRow(
            None,
            "举措",
            records.measures[pk],
            f"承担事项{len(items[pk])}项，开展活动{len(held[pk])}次",
            "measure",
            pk,
        )
        for pk in served
    ]
    yield _figure("measures", "落实举措", len(served), "项", rule, rows)
    for pk in served:
        name = records.measures[pk]
        if items[pk]:
            done, rule = _done(items[pk]), f"本组织牵头、用于落实“{name}”的督办事项。"
            yield _figure(
                f"m{pk}-items", f"“{name}”承担事项", len(items[pk]), "项", rule, _item_rows(items[pk])
            )
            yield _figure(
                f"m{pk}-done",
                f"“{name}”办结事项",
                len(done),
                "项",
                rule + "其中年内办结的。",
                _item_rows(done),
            )
        if held[pk]:
            rule = f"已核定并关联“{name}”的活动。"
            yield _figure(f"m{pk}-held", f"“{name}”开展活动", len(held[pk]), "次", rule, _rows(held[pk]))


def _fronts(records: YearRecords) -> Iterator[Figure]:
    posts = [FigureRow(p.valid_from, p.holder.name, p.challenge, "", "post", p.pk) for p in records.posts]
    rule = f"{records.year}年内有效、经批准的攻坚先锋岗。"
    yield _figure("posts", "攻坚先锋岗", len(posts), "个", rule, posts)
    teams = [FigureRow(t.starts_on, t.named_after, t.name, "", "team", t.pk) for t in records.teams]
    rule = f"{records.year}年内在册的突击队和攻坚小组。"
    yield _figure("teams", "突击队和攻坚小组", len(teams), "支", rule, teams)


def _problems(records: YearRecords, calendar: Calendar) -> Iterator[Figure]:
    known = records.ledger_kept
    late = [(item, _days_late(item, records, calendar)) for item in records.items]
    red = [(item, days) for item, days in late if days is not None]
    rule = "现行时限过后仍未办结、亮过红灯的牵头事项（逾期在本年内）。"
    rows = [_item_row(item, f"逾期{days}个工作日") for item, days in red]
    yield _figure("red", "亮红灯事项", _number(red, known=known), "项", rule, rows)
    if red:
        rule = "亮过红灯的事项中，时限之后到办结之日（未办结的到统计截止日）的工作日数，取最大。"
        worst = max(red, key=lambda pair: pair[1] or 0)
        yield _figure(
            "longest",
            "最长逾期",
            worst[1],
            "个工作日",
            rule,
            [_item_row(worst[0], f"逾期{worst[1]}个工作日")],
        )
    sent = [item for item in records.items if item.returned]
    rule = "年内办理反馈和办结申请被退回的次数合计。"
    rows = [_item_row(item, f"退回{item.returned}次") for item in sent]
    times = sum(item.returned for item in sent) if known else None
    yield _figure("returned", "反馈和办结申请被退回", times, "次", rule, rows)
    short = [entry for entry in records.owed if entry.state == OwedState.MISSING]
    rule = "按频次要求应当开展、周期已过而已核定和待核定的记录仍不足的周期数；没有记录不等于没有开展。"
    yield _figure(
        "short", "固定动作未达频次", len(short), "个周期", rule, [_owed_row(entry) for entry in short]
    )
    rule = "年内活动记录报送后被退回的次数。"
    back = records.returned
    rows = [FigureRow(r.held_on, r.kind, r.title, f"退回{r.times}次", "activity", r.pk) for r in back]
    yield _figure("activities-returned", "活动记录被退回", sum(r.times for r in back), "次", rule, rows)


def _carried(records: YearRecords) -> Iterator[Figure]:
    carried = [item for item in records.items if item.begun_on < records.first]
    # Before the ledger began nobody knows what was left over: missing, not zero.
    known = len(carried) if records.ledger_begun else None
    rule = f"{records.year}年1月1日前交办、当日尚未办结的牵头事项。"
    yield _figure("carried", "上年结转事项", known, "项", rule, _item_rows(carried))
    if carried:
        done = _done(carried)
        yield _figure(
            "carried-done",
            "上年结转事项本年办结",
            len(done),
            "项",
            rule + "其中本年办结的。",
            _item_rows(done),
        )


def _next(records: YearRecords) -> Iterator[Figure]:
    known = records.ledger_kept
    still = [item for item in records.items if item.completed_on is None]
    rule = "统计截止日尚未办结的牵头事项。"
    yield _figure("open", "结转下年事项", _number(still, known=known), "项", rule, _item_rows(still))
    early = [item for item in still if (item.due_on.year, item.due_on.month) <= (records.year + 1, 3)]
    rule = f"其中现行时限在{records.year + 1}年3月31日以前（含已逾期）的。"
    yield _figure(
        "open-early", "下年一季度前到期", _number(early, known=known), "项", rule, _item_rows(early)
    )


def _days_late(item: Item, records: YearRecords, calendar: Calendar) -> int | None:
    """Working days past the current deadline, or ``None`` when it never passed in the year."""
    until = item.completed_on or records.last
    if until <= item.due_on or until < records.first:
        return None
    return calendar.distance(item.due_on, until)


def _done(items: Iterable[Item]) -> list[Item]:
    return [item for item in items if item.completed_on]


def _figure(key: str, label: str, value: Value, unit: str, rule: str, rows: Iterable[FigureRow]) -> Figure:
    return Figure(key, label, value, unit, rule, tuple(rows))


def _rows(activities: Iterable[Held]) -> list[FigureRow]:
    return [
        FigureRow(
            on=activity.held_on,
            tag=activity.kind.name,
            title=activity.title,
            note="，".join(
                part
                for part in (
                    f"应到 {activity.due}、实到 {activity.present}" if activity.due else "",
                    f"与{'、'.join(activity.partners)}联合开展" if activity.partners else "",
                )
                if part
            ),
            target="activity",
            pk=activity.pk,
        )
        for activity in activities
    ]


def _owed_row(entry: Owed) -> FigureRow:
    kind = entry.requirement.activity_kind.name_zh
    span = f"{_day(entry.first)}至{_day(entry.last)}"
    note = f"应{entry.minimum}次、已核定{entry.approved}次"
    return FigureRow(entry.last, kind, span, note, "", 0)


def _item_rows(items: Iterable[Item]) -> list[FigureRow]:
    return [_item_row(item, _outcome(item)) for item in items]


def _item_row(item: Item, note: str) -> FigureRow:
    return FigureRow(item.due_on, item.number, item.title, note, "item", item.pk)


def _outcome(item: Item) -> str:
    moved = "" if item.due_on == item.due_on_original else f"，原定时限{_day(item.due_on_original)}"
    return (f"{_day(item.completed_on)}办结" if item.completed_on else "未办结") + moved


def _day(day: object) -> str:
    return f"{day.year}年{day.month}月{day.day}日"  # type: ignore[attr-defined]
