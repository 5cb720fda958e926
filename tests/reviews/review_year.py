"""A year of one branch, built row by row, for the tests of the annual review."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from branches.models import Organization, Person
from plans.models import ActionPlan, ActivityKind, Clause, Measure, Requirement
from reviews.models import AnnualReview, ReviewRound
from tasks.models import Activity, Attendance, FirstAgendaItem, Ledger, LedgerItem

YEAR = 2025
#: The draft is written on 8 January of the following year, 09:15 in Shanghai.
AT = datetime(2026, 1, 8, 1, 15, tzinfo=UTC)


def moment(day: date) -> datetime:
    """Ten in the morning of a day in Shanghai."""
    return datetime(day.year, day.month, day.day, 2, tzinfo=UTC)


def no_rules() -> None:
    """Take the kinds and requirements that ship away: a test states its own."""
    Requirement.objects.all().delete()
    ActivityKind.objects.all().delete()


def kind(code: str, name: str, group: str = "meetings", **values: Any) -> ActivityKind:
    values = {"name_zh": name, "name_en": name, "group": group, **values}
    return ActivityKind.objects.update_or_create(code=code, defaults=values)[0]


def measure(title: str = "坚持“第一议题”制度") -> Measure:
    plan = ActionPlan.objects.create(
        title="行动计划", kind="action_plan", starts_on=date(2024, 1, 1), sha256=title, confirmed_at=AT
    )
    clause = Clause.objects.create(plan=plan, position=1, level=3, kind="measure", number="1", title=title)
    return Measure.objects.create(clause=clause, plan=plan, code="1.1", working_title=title)


def activity(
    organization: Organization,
    of: ActivityKind,
    on: date,
    by: Person,
    *,
    status: str = "approved",
    present: list[Person] | None = None,
    absent: list[Person] | None = None,
    partners: list[Organization] | None = None,
    measures: list[Measure] | None = None,
    agenda: date | None = None,
    **values: Any,
) -> Activity:
    """An activity with its roster; ``agenda`` is the day its first agenda's material was published."""
    values.setdefault("title", f"{of.name_zh}{on:%m%d}")
    decided = {"decided_by": by, "decided_at": moment(on)} if status == "approved" else {}
    row = Activity.objects.create(
        kind=of,
        organization=organization,
        held_on=on,
        created_by=by,
        status=status,
        submitted_at=None if status == "draft" else moment(on),
        **decided,
        **values,
    )
    row.partners.set(partners or [])
    row.measures.set(measures or [])
    for people, state in ((present or [], "present"), (absent or [], "absent")):
        for person in people:
            Attendance.objects.create(activity=row, person=person, status=state)
    if agenda is not None:
        FirstAgendaItem.objects.create(activity=row, title="重要讲话精神", material_on=agenda)
    return row


def item(
    lead: Organization,
    owner: Person,
    number: str,
    due: date,
    *,
    begun: date | None = None,
    original: date | None = None,
    completed: date | None = None,
    **values: Any,
) -> LedgerItem:
    """A ledger item assigned on a day and, perhaps, completed on another."""
    ledger, _new = Ledger.objects.get_or_create(name="行动计划", year=YEAR, source="plan")
    begun = begun or date(YEAR, 2, 3)
    return LedgerItem.objects.create(
        ledger=ledger,
        number=number,
        title=values.pop("title", f"事项{number}"),
        lead=lead,
        owner=owner,
        due_on=due,
        due_on_original=original or due,
        state="completed" if completed else "in_progress",
        registered_at=moment(begun),
        assigned_at=moment(begun),
        completed_on=completed,
        completed_at=moment(completed) if completed else None,
        yellow_on=None if completed else due - timedelta(days=7),
        red_on=None if completed else due + timedelta(days=1),
        **values,
    )


def requirement(of: ActivityKind, period: str = "year", **values: Any) -> Requirement:
    values.setdefault("organization_kind", "branch")
    return Requirement.objects.create(
        activity_kind=of, period=period, source="支部工作条例", effective_from=date(2020, 1, 1), **values
    )


def open_round(office: Person, year: int = YEAR, at: datetime = AT, **values: Any) -> ReviewRound:
    values = {"confirm_due_on": date(year + 1, 1, 12), "written_limit": 4000, **values}
    return ReviewRound.begin(year=year, by=office, at=at, **values)


def report_of(round: ReviewRound, organization: Organization) -> AnnualReview:
    return AnnualReview.objects.select_related("round", "organization").get(
        round=round, organization=organization
    )


def text_of(review: AnnualReview) -> str:
    """The whole text of a report as it stands in the database."""
    fresh = AnnualReview.objects.select_related("round", "organization").get(pk=review.pk)
    return "\n".join(section.text for section in fresh.shown_sections)
