"""The ledger as a list: rows with where each stands, counts of the views, columns of the export."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common.exporting.document import Cell
from common.paging import ordered
from common.workdays import Calendar
from plans.models.measure import cited
from tasks.forms.filters import Filters, last_of_month
from tasks.lights import Light
from tasks.models import Ledger, LedgerItem
from tasks.standing import Standing, standing_at, standing_of

#: Rows read at a time for an export.
CHUNK = 500


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


def headers() -> list[str]:
    """The columns of the workbook."""
    return [
        _("Number"),
        _("Item"),
        _("Ledger"),
        pgettext("ledger", "Source"),
        _("Measure"),
        _("Official phrase"),
        _("What is required"),
        _("Completion standard"),
        _("Lead unit"),
        _("Cooperating units"),
        _("Leader responsible"),
        _("Person responsible"),
        _("State"),
        _("Light"),
        _("Starts on"),
        _("Original deadline"),
        _("Deadline"),
        _("Expected %"),
        _("Accepted %"),
        _("Last report"),
        _("Signed for on"),
        _("Completed on"),
        _("Cleared on"),
    ]


def export_rows(filters: Filters, chosen: list[int], calendar: Calendar) -> Iterator[list[Cell]]:
    """The whole list in the order its pages show it, read in chunks; with ``chosen`` only those rows."""
    found = filters.rows()
    if chosen:
        found = found.filter(pk__in=chosen)
    found = with_standing(ordered(found, filters.order), filters.on)
    found = found.select_related(*_RELATED).prefetch_related("cooperating")
    for item in found.iterator(chunk_size=CHUNK):
        yield _cells(item, standing_of(item, filters.on, calendar))


_RELATED = ("ledger", "lead", "owner", "leader", "measure__clause", "measure__pillar__clause")


def _cells(item: LedgerItem, standing: Standing) -> list[Cell]:
    return [
        item.number,
        item.title,
        str(item.ledger),
        item.ledger.get_source_display(),
        item.measure.reference if item.measure else "",
        item.phrase,
        item.requirement,
        item.done_when,
        item.lead.name if item.lead else "",
        "、".join(unit.name for unit in item.cooperating.all()),
        item.leader.name if item.leader else "",
        item.owner.name if item.owner else "",
        item.get_state_display(),
        standing.word,
        item.starts_on,
        item.due_on_original,
        item.due_on,
        standing.expected,
        standing.accepted,
        item.last_report_on,  # type: ignore[attr-defined]
        item.signed_at,
        item.completed_on,
        item.cleared_at,
    ]
