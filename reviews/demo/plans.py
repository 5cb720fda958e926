"""Both documents, imported as any document is, and what was asked of the branches besides the regulations."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

from branches.models import Person
from plans.importing.apply import apply
from plans.importing.parser import parse
from plans.importing.reader import read_bytes
from plans.models import ActionPlan, ActivityKind, Exemption, Measure, Requirement
from reviews.demo.clock import Clock
from reviews.demo.organizations import Organizations
from reviews.demo.people import People
from tasks.decomposing import source_of

TEXTS = Path(__file__).parent / "texts"

#: measure of the first document → code of its lead unit, names of its leader, its cooperating units
LEADS = {
    "1.1": ("A01", "周怀远", ["A03"]),
    "1.2": ("A02", "陈柏舟", ["A01"]),
    "1.3": ("A01", "李静姝", ["P04", "P02", "P16"]),
    "2.1": ("A02", "陈柏舟", ["A01", "A07"]),
    "2.2": ("A01", "陈柏舟", ["P01", "P02", "P03", "P06"]),
    "2.3": ("P03", "陈柏舟", ["A01"]),
    "3.1": ("P20", "李静姝", ["L", "A03"]),
    "3.2": ("A03", "周怀远", ["A02"]),
    "4.1": ("A07", "李静姝", ["A01"]),
    "4.2": ("A07", "李静姝", ["A02"]),
}
#: kind of activity, period, soft, measure of the first document it was decomposed from
ASKED = [
    ("study_visit", "year", True, "1.3"),
    ("joint_study", "year", True, "2.2"),
    ("training", "quarter", False, "2.2"),
    ("warning_education", "year", False, "4.1"),
]
#: The day from which the branches have followed what the regulation asks.
REGULATION_ISSUED = date(2018, 10, 28)
RETIRED = "离退休党员年高体弱、住地分散，酷暑严寒月份集中活动可合并进行"
FUNCTIONAL = "功能型党支部，组织生活由党员所在支部组织"


def make(organizations: Organizations, people: People, clock: Clock) -> dict[str, dict[str, Measure]]:
    """The measures of both plans by plan (``opinions``, ``points``) and code."""
    office = people["何砚秋"]
    first_year = min(2024, clock.on.year - 1)
    second_year = clock.on.year if clock.on >= date(clock.on.year, 3, 20) else clock.on.year - 1
    opinions = _imported("guiding_opinions", first_year, office, clock.at(date(first_year, 5, 27)))
    points = _imported("work_points", second_year, office, clock.at(date(second_year, 3, 19)))
    measures = {
        name: {measure.code: measure for measure in plan.measures.select_related("clause", "pillar__clause")}
        for name, plan in (("opinions", opinions), ("points", points))
    }
    for code, (lead, leader, cooperating) in LEADS.items():
        measure = measures["opinions"][code]
        measure.lead, measure.leader = organizations[lead], people[leader]
        measure.save(update_fields=["lead", "leader"])
        measure.cooperating.set([organizations[unit] for unit in cooperating])
    for measure in measures["points"].values():
        measure.lead, measure.leader = organizations["U"], people["李静姝"]
        measure.save(update_fields=["lead", "leader"])
    _requirements(measures["opinions"], opinions.starts_on)
    _exemptions(organizations, office, clock)
    return measures


def _imported(name: str, year: int, office: Person, at: datetime) -> ActionPlan:
    text = (TEXTS / f"{name}.txt").read_text("utf-8").replace("{year}", str(year))
    title = "指导意见" if name == "guiding_opinions" else "群团工作要点"
    source = read_bytes(text.encode(), f"{year}年{title}.txt")
    return apply(source, parse(source), at=at, by=office)


def _requirements(measures: dict[str, Measure], since: date) -> None:
    Requirement.objects.update(effective_from=REGULATION_ISSUED)
    kinds = {kind.code: kind for kind in ActivityKind.objects.all()}
    Requirement.objects.bulk_create(
        Requirement(
            measure=measures[code],
            organization_kind="branch",
            activity_kind=kinds[kind],
            period=period,
            soft=soft,
            source=source_of(measures[code]),
            effective_from=since,
        )
        for kind, period, soft, code in ASKED
    )


def _exemptions(organizations: Organizations, office: Person, clock: Clock) -> None:
    """The retired are spared the coldest and the hottest months, the functional branch everything."""
    year = clock.on.year
    asked = Requirement.objects.filter(organization_kind="branch", active=True)
    monthly = asked.filter(period="month")
    spans = [
        (date(y, first, 1), date(y, last, 1) + timedelta(days=27))
        for y in (year - 1, year)
        for first, last in ((1, 2), (7, 8))
    ]
    rows = [
        Exemption(
            organization=organizations["P16"],
            requirement=requirement,
            starts_on=first,
            ends_on=last + timedelta(days=3)
            if last.month == 8
            else date(last.year, 3, 1) - timedelta(days=1),
            reason=RETIRED,
            granted_by=office,
        )
        for requirement in monthly
        for first, last in spans
    ]
    rows += [
        Exemption(
            organization=organizations["P30"],
            requirement=requirement,
            starts_on=date(year - 2, 1, 1),
            ends_on=date(year + 1, 12, 31),
            reason=FUNCTIONAL,
            granted_by=office,
        )
        for requirement in asked
    ]
    Exemption.objects.bulk_create(rows)
