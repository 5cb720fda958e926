"""The ledger as a list: rows with where each stands, counts of the views."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count

from common.workdays import Calendar
from plans.models.measure import cited
from tasks.forms.filters import last_of_month
from tasks.lights import Light
from tasks.models import Ledger, LedgerItem
from tasks.standing import Standing, standing_at, standing_of


@dataclass(frozen=True)
class Line:
    """What the list shows of one item, and nothing else of it: a page is fifty of these from one query, not
    fifty items with seven related rows each."""

    pk: int
    number: str
    title: str
    #: The measure it serves, or where it comes from.
    under: str
    lead: str
    owner: str
    state: str
    standing: Standing
    due_on: date | None
    #: The original deadline where it is no longer the current one.
    was: date | None
    last_report_on: datetime | None


_LINE = (
    "pk",
    "number",
    "title",
    "state",
    "starts_on",
    "due_on",
    "due_on_original",
    "completed_on",
    "light_on",
    "accepted",
    "last_report_on",
    "lead__name",
    "lead__short_name",
    "owner__name",
    "ledger__source",
    "measure__code",
    "measure__clause__number",
    "measure__pillar__clause__number",
)


def lines(keys: list[int], on: date, calendar: Calendar) -> list[Line]:
    """The items of these keys, in this order; one query."""
    rows = LedgerItem.objects.filter(pk__in=keys).with_light(on).with_progress()
    found = {row.pk: row for row in rows.order_by().values_list(*_LINE, named=True)}
    words = _Words(dict(LedgerItem.State.choices), dict(Ledger.Source.choices))
    return [_line(found[key], words, on, calendar) for key in keys if key in found]


@dataclass(frozen=True)
class _Words:
    """State and source in the reader's language, looked up once for a page."""

    state: dict[str, Any]
    source: dict[str, Any]


def _line(row: Any, words: _Words, on: date, calendar: Calendar) -> Line:
    under = words.source[row.ledger__source]
    if row.measure__code:
        under = cited(row.measure__code, row.measure__clause__number, row.measure__pillar__clause__number)
    return Line(
        pk=row.pk,
        number=row.number,
        title=row.title,
        under=str(under),
        lead=row.lead__short_name or row.lead__name or "",
        owner=row.owner__name or "",
        state=str(words.state[row.state]),
        standing=standing_at(row, Light(row.light_on), row.accepted, on, calendar),
        due_on=row.due_on,
        was=row.due_on_original if row.due_on_original != row.due_on else None,
        last_report_on=row.last_report_on,
    )


@dataclass(frozen=True)
class Row:
    """One item with where it stands."""

    item: LedgerItem
    standing: Standing

    @property
    def was(self) -> date | None:
        """The original deadline where it is no longer the current one."""
        original = self.item.due_on_original
        return original if original != self.item.due_on else None


def with_standing(rows: Any, on: date) -> Any:
    """What a row of a list needs, in one query."""
    related = ("ledger", "lead", "owner", "measure__clause", "measure__pillar__clause")
    return rows.select_related(*related).with_light(on).with_progress()


def in_full(items: Iterable[LedgerItem], on: date) -> list[LedgerItem]:
    """The same items in the same order, with what a row of a list needs; one query."""
    keys = [item.pk for item in items]
    found = with_standing(LedgerItem.objects.filter(pk__in=keys), on).in_bulk()
    return [found[key] for key in keys if key in found]


def rows_of(items: Iterable[LedgerItem], on: date, calendar: Calendar) -> list[Row]:
    """Items as rows; no query."""
    return [Row(item, standing_of(item, on, calendar)) for item in items]


@dataclass(frozen=True)
class Counts:
    """How many stand in each view, for its tab and for the head of the page."""

    open: int
    overdue: int
    unsigned: int
    clearing: int
    month: int
    draft: int
    all: int


def counts(scope: Any, on: date) -> Counts:
    """Three queries, each answered from an index alone: a plain count by state is half the work of one that
    also looks at every date."""
    number = dict(scope.order_by().values_list("state").annotate(total=Count("*")))
    first = on.replace(day=1)
    states = LedgerItem.State
    return Counts(
        open=sum(number.get(state, 0) for state in states.open()),
        overdue=scope.overdue(on).count(),
        unsigned=number.get(states.ASSIGNED, 0),
        clearing=number.get(states.COMPLETED, 0),
        month=scope.due_between(first, last_of_month(first)).count(),
        draft=number.get(states.DRAFT, 0),
        all=sum(n for state, n in number.items() if state != states.DRAFT),
    )
