"""The ledger as a workbook: exactly the list that is seen, in the order its pages show it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common.exporting.document import Cell
from common.paging import ordered
from common.workdays import Calendar
from plans.models.measure import cited
from tasks.forms.filters import Filters
from tasks.lights import Light
from tasks.models import Ledger, LedgerItem
from tasks.standing import Standing, standing_at

#: Rows read at a time.
CHUNK = 1000


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


#: What a row is made of. Plain columns, not items: an item with its related rows costs three times as much.
_COLUMNS = (
    "pk",
    "number",
    "title",
    "phrase",
    "requirement",
    "done_when",
    "state",
    "starts_on",
    "due_on",
    "due_on_original",
    "signed_at",
    "completed_on",
    "cleared_at",
    "light_on",
    "accepted",
    "last_report_on",
    "ledger__name",
    "ledger__year",
    "ledger__source",
    "lead__name",
    "leader__name",
    "owner__name",
    "measure__code",
    "measure__clause__number",
    "measure__pillar__clause__number",
)


def export_rows(filters: Filters, chosen: list[int], calendar: Calendar) -> Iterator[list[Cell]]:
    """The whole list, read in chunks; with ``chosen`` only those rows."""
    found: Any = filters.rows()
    if chosen:
        found = found.filter(pk__in=chosen)
    found = ordered(found.with_light(filters.on).with_progress(), filters.order, filters.filled)
    rows = found.values_list(*_COLUMNS, named=True).iterator(chunk_size=CHUNK)
    words = (dict(LedgerItem.State.choices), dict(Ledger.Source.choices))
    while chunk := list(islice(rows, CHUNK)):
        units = _cooperating([row.pk for row in chunk])
        for row in chunk:
            standing = standing_at(row, Light(row.light_on), row.accepted, filters.on, calendar)
            yield _cells(row, standing, units.get(row.pk, []), words)


def _cooperating(keys: list[int]) -> dict[int, list[str]]:
    """Names of the cooperating units by item."""
    names: dict[int, list[str]] = defaultdict(list)
    through = LedgerItem.cooperating.through.objects.filter(ledgeritem__in=keys)
    for key, name in through.order_by("organization__path").values_list("ledgeritem", "organization__name"):
        names[key].append(name)
    return names


def _cells(row: Any, standing: Standing, units: list[str], words: tuple[dict[str, Any], ...]) -> list[Cell]:
    states, sources = words
    measure = (row.measure__code, row.measure__clause__number, row.measure__pillar__clause__number)
    return [
        row.number,
        row.title,
        f"{row.ledger__year} {row.ledger__name}",
        str(sources[row.ledger__source]),
        cited(*measure) if row.measure__code else "",
        row.phrase,
        row.requirement,
        row.done_when,
        row.lead__name or "",
        "、".join(units),
        row.leader__name or "",
        row.owner__name or "",
        str(states[row.state]),
        standing.word,
        row.starts_on,
        row.due_on_original,
        row.due_on,
        standing.expected,
        standing.accepted,
        row.last_report_on,
        row.signed_at,
        row.completed_on,
        row.cleared_at,
    ]
