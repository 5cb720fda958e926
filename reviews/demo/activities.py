"""A year of activities with the gaps a real year has: written in bulk, consistent as if walked step by step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import F

from branches.models import Membership, Organization, Person
from plans.models import ActivityKind, Measure
from reviews.demo.clock import Clock
from reviews.demo.organizations import BRANCHES, GROUPS, POSTGRADUATES, STUDY_GROUPS, Organizations
from reviews.demo.people import People
from reviews.demo.topics import ABSENCES, AGENDA, TOPICS
from tasks.models import Activity, ActivityEvent, Attendance, FirstAgendaItem

Status = Activity.Status
CODES = [code for code, *_ in BRANCHES] + [code for code, *_ in POSTGRADUATES]

#: What was never logged: branch, kind, months before this one.
NEVER_LOGGED = {
    ("P03", "party_day", 1),
    ("P02", "party_day", 2),
    ("P08", "branch_committee", 1),
    ("P2002", "party_day", 3),
}
#: Logged long ago and still waiting for the office.
STILL_WAITING = {("P06", "party_day", 2), ("P01", "branch_committee", 1)}
#: Sent back by the office, with the reason.
RETURNED = {
    ("P01", "joint_study", 1): "请补联建单位的名称和对方到会人数。",
    ("P07", "party_day", 1): "结果只写了“已开展”，请写做成了什么。",
}
#: Months and activities a branch has not come to yet in the current month (its desk shows them as due).
NOT_YET = {("P01", "party_day"), ("P01-2", "group_meeting")}
#: How many records go missing by chance, in percent (none of the first branch, whose desk is shown).
FORGOTTEN = 1


@dataclass(frozen=True)
class Held:
    """One activity to write: of what kind, by whom, when, how many months back."""

    kind: str
    code: str
    day: date
    back: int
    partners: tuple[str, ...] = ()


@dataclass
class _Rows:
    """Everything to write, row by row in the order of the activities."""

    activities: list[Activity] = field(default_factory=list)
    rosters: list[list[Person]] = field(default_factory=list)
    plans: list[Held] = field(default_factory=list)


def make(
    organizations: Organizations,
    people: People,
    measures: dict[str, dict[str, Measure]],
    clock: Clock,
) -> None:
    """Write the activities of the last twelve months with attendance, agenda, measures and history."""
    kinds = {kind.code: kind for kind in ActivityKind.objects.all()}
    members = _members()
    rows = _Rows()
    for held in sorted(_year(clock), key=lambda h: (h.day, h.code, h.kind)):
        organization = organizations[held.code]
        roster = _roster(held, organization, members, people, clock)
        rows.activities.append(_activity(held, organization, kinds[held.kind], roster, people, clock))
        rows.rosters.append(roster)
        rows.plans.append(held)
    Activity.objects.bulk_create(rows.activities)
    Activity.objects.filter(submitted_at__isnull=False).update(created_at=F("submitted_at"))
    _attendance(rows, clock)
    _agenda(rows, kinds, clock)
    _links(rows, organizations, measures)
    _history(rows)


def _months(clock: Clock) -> Iterator[tuple[int, date]]:
    """``(months back, first day)`` of this month and the twelve before it."""
    first = clock.on.replace(day=1)
    for back in range(13):
        yield back, first
        first = (first - timedelta(days=1)).replace(day=1)


def _year(clock: Clock) -> Iterator[Held]:
    """Everything that was held, gaps left out, nothing after yesterday."""
    for back, first in _months(clock):
        for held in _month(back, first, clock):
            if held.day >= clock.on or (held.code, held.kind, back) in NEVER_LOGGED:
                continue
            if back == 0 and (held.code, held.kind) in NOT_YET:
                continue
            if (
                held.kind == "general_meeting"
                and held.code == "P01"
                and _quarter(held.day) == _quarter(clock.on)
            ):
                continue
            spared = (held.code, held.kind, back) in STILL_WAITING or (held.code, held.kind, back) in RETURNED
            if clock.random.randrange(100) >= FORGOTTEN or spared or held.code.startswith("P01"):
                yield held


def _quarter(day: date) -> tuple[int, int]:
    return day.year, (day.month - 1) // 3


def _month(back: int, first: date, clock: Clock) -> Iterator[Held]:
    def on(day: int) -> date:
        found = first + timedelta(days=day - 1)
        while not clock.calendar.is_workday(found):
            found += timedelta(days=1)
        return found

    for place, code in enumerate(CODES):
        retired = code == "P16" and first.month in (1, 2, 7, 8)
        if not retired:
            yield Held("party_day", code, on(15 + place % 6), back)
        if code != "P15" and not retired:
            yield Held("branch_committee", code, on(3 + place % 5), back)
        for number in range(1, GROUPS.get(code, 0) + 1):
            yield Held("group_meeting", f"{code}-{number}", on(7 + number), back)
        if first.month % 3 == 2:
            yield Held("general_meeting", code, on(12 + place % 6), back)
            yield Held("training", code, on(22), back)
        if first.month % 3 == place % 3:
            yield Held("party_lecture", code, on(18), back)
        yield from _yearly(back, first, place, code, on)
    yield from _above(back, first, on)


def _yearly(back: int, first: date, place: int, code: str, on: Any) -> Iterator[Held]:
    """What a branch does once or twice a year, spread over the months."""
    if first.month == 2:
        yield Held("org_life", code, on(10 + place % 8), back)
        yield Held("appraisal", code, on(20 + place % 5), back)
    if first.month == 3 + place % 3:
        yield Held("talk", code, on(21), back)
    if first.month == 4 + place % 5:
        yield Held("study_visit", code, on(24), back)
    if first.month == 5 + place % 4:
        yield Held("warning_education", code, on(11), back)
    if back in (1 + place % 5, 7 + place % 5) and place < 15:
        yield Held("joint_study", code, on(14), back, (CODES[(place + 1) % 12],))
    if code in ("P12", "P13") and first.month % 4 == 0:
        yield Held("drill", code, on(25), back)
    if code in ("P04", "P09", "P10") and first.month % 6 == 5:
        yield Held("forum", code, on(26), back, ("P02",))


def _above(back: int, first: date, on: Any) -> Iterator[Held]:
    """The Party committee, union, League and study groups."""
    for day in (6, 20):
        yield Held("committee_meeting", "P", on(day), back)
    yield Held("theory_study", "P", on(13), back)
    if first.month % 3 == 0:
        yield Held("party_lecture", "P", on(17), back)
    for code, _name in STUDY_GROUPS:
        yield Held("youth_study", code, on(16), back)
    if first.month in (3, 4, 6, 9, 12):
        yield Held("culture_sports", "U", on(27), back)
    if first.month % 2:
        yield Held("practical_deed", "U", on(10), back)
    if first.month == 3:
        yield Held("congress", "U", on(23), back)
    if first.month in (5, 7):
        yield Held("publicity", "L", on(4), back)
    if first.month in (3, 10):
        yield Held("volunteering", "L", on(9), back)


def _members() -> dict[int, list[tuple[date, Person]]]:
    """Who belongs where since when, by organization."""
    found: dict[int, list[tuple[date, Person]]] = {}
    for row in Membership.objects.filter(ends_on=None).select_related("person").order_by("pk"):
        found.setdefault(row.organization_id, []).append((row.starts_on, row.person))
    return found


def _roster(
    held: Held,
    organization: Organization,
    members: dict[int, list[tuple[date, Person]]],
    people: People,
    clock: Clock,
) -> list[Person]:
    if held.code == "P":
        return people.committee
    own = [person for since, person in members.get(organization.pk, []) if since <= held.day]
    if held.kind == "branch_committee":
        return own[:5]
    if held.code in ("U", "L"):
        staff = sorted(people.staff)
        return [p for code in staff for p in people.staff[code][-2:]]
    return own


def _activity(
    held: Held,
    organization: Organization,
    kind: ActivityKind,
    roster: list[Person],
    people: People,
    clock: Clock,
) -> Activity:
    titles, results, place, _codes = TOPICS[held.kind]
    writer = (
        people.secretary.get(held.code.partition("-")[0]) or people.head.get(held.code) or people["何砚秋"]
    )
    if held.code in ("P", "L11", "L12"):
        writer = people["何砚秋"] if held.code == "P" else people.head["L"]
    mark = clock.random.randrange(1000)
    status, decided = _status(held, clock), None
    submitted = clock.at(min(held.day + timedelta(days=1 + mark % 4), clock.on))
    if status in (Status.APPROVED, Status.RETURNED):
        decided = max(submitted, clock.at(min(held.day + timedelta(days=5 + mark % 5), clock.on)))
    return Activity(
        kind=kind,
        organization=organization,
        title=titles[(mark + held.back) % len(titles)],
        held_on=held.day,
        place=place,
        host=roster[0] if roster else None,
        result=results[mark % len(results)],
        status=status,
        created_by=writer,
        submitted_by=None if status == Status.DRAFT else writer,
        submitted_at=None if status == Status.DRAFT else submitted,
        decided_by=(people["齐望舒"] if writer == people["何砚秋"] else people["何砚秋"])
        if decided
        else None,
        decided_at=decided,
        version=1 if status == Status.DRAFT else 2 if decided is None else 3,
    )


def _status(held: Held, clock: Clock) -> str:
    key = (held.code, held.kind, held.back)
    if key in RETURNED:
        return Status.RETURNED
    if key in STILL_WAITING:
        return Status.SUBMITTED
    if (clock.on - held.day).days <= 4:
        return Status.DRAFT if clock.random.randrange(6) == 0 else Status.SUBMITTED
    if (clock.on - held.day).days <= 9 and clock.random.randrange(3):
        return Status.SUBMITTED
    return Status.APPROVED


def _attendance(rows: _Rows, clock: Clock) -> None:
    entries: list[Attendance] = []
    for activity, roster in zip(rows.activities, rows.rosters, strict=True):
        for person in roster:
            draw = clock.random.randrange(100)
            status, reason = Attendance.Status.PRESENT, ""
            if person == activity.host:
                pass  # who holds a meeting is there
            elif draw < 9:
                status, reason = Attendance.Status.EXCUSED, ABSENCES[draw % len(ABSENCES)]
            elif draw == 9:
                status = Attendance.Status.ABSENT
            entries.append(Attendance(activity=activity, person=person, status=status, reason=reason))
    Attendance.objects.bulk_create(entries, batch_size=5000)


def _agenda(rows: _Rows, kinds: dict[str, ActivityKind], clock: Clock) -> None:
    """Most meetings of the seven kinds opened with study, some days after the material had come out."""
    FirstAgendaItem.objects.bulk_create(
        FirstAgendaItem(
            activity=activity,
            title=AGENDA[clock.random.randrange(len(AGENDA))],
            material_on=activity.held_on - timedelta(days=clock.random.randint(1, 9)),
        )
        for activity, held in zip(rows.activities, rows.plans, strict=True)
        if kinds[held.kind].first_agenda and clock.random.randrange(100) < 97
    )


def _links(rows: _Rows, organizations: Organizations, measures: dict[str, dict[str, Measure]]) -> None:
    """The measures served and the partners."""
    served, joined = Activity.measures.through, Activity.partners.through
    plans = {"a": measures["opinions"], "b": measures["points"]}
    links, partners = [], []
    for activity, held in zip(rows.activities, rows.plans, strict=True):
        codes = TOPICS[held.kind][3]
        # Now and then an activity serves one measure only.
        for code in codes if activity.held_on.day % 3 else codes[:1]:
            if measure := plans[code[0]].get(code[1:]):
                links.append(served(activity=activity, measure=measure))
        partners += [
            joined(activity=activity, organization=organizations[code])
            for code in held.partners
            if code != held.code
        ]
    served.objects.bulk_create(links, batch_size=5000)
    joined.objects.bulk_create(partners)


def _history(rows: _Rows) -> None:
    events: list[ActivityEvent] = []
    for activity, held in zip(rows.activities, rows.plans, strict=True):
        logged = activity.submitted_at or activity.created_at
        events.append(ActivityEvent(activity=activity, step="log", by=activity.created_by, at=logged))
        if activity.submitted_at is None:
            continue
        moved = {"status": [Status.DRAFT, Status.SUBMITTED]}
        events.append(
            ActivityEvent(activity=activity, step="submit", by=activity.created_by, at=logged, data=moved)
        )
        if activity.decided_at is None:
            continue
        step = "approve" if activity.status == Status.APPROVED else "send_back"
        events.append(
            ActivityEvent(
                activity=activity,
                step=step,
                by=activity.decided_by,
                at=activity.decided_at,
                note=RETURNED.get((held.code, held.kind, held.back), ""),
                data={"status": [Status.SUBMITTED, activity.status]},
            )
        )
    ActivityEvent.objects.bulk_create(events, batch_size=5000)
