"""The strip: organizations or requirements by month, and what they owe, approved and lack."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from branches.models import Organization
from common.charts import CellState, Strip, StripCell, StripRow, strip
from plans.models import Requirement
from reviews.figures.base import Number, listed, rules
from tasks.requirements import Owed, OwedState, Rows, load, reckon

STATES = {
    OwedState.APPROVED: CellState.APPROVED,
    OwedState.LOGGED: CellState.LOGGED,
    OwedState.MISSING: CellState.MISSING,
    OwedState.DUE: CellState.DUE,
    OwedState.EXEMPT: CellState.EXEMPT,
    OwedState.NONE: CellState.NONE,
}
EMPTY = StripCell(CellState.NONE)


@dataclass(frozen=True)
class Tally:
    """Up to a day: how many were due, approved, waiting for approval, and lacking (soft ones apart)."""

    due: int = 0
    approved: int = 0
    waiting: int = 0
    missing: int = 0
    short: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))


@dataclass(frozen=True)
class Compliance:
    """A year of any number of organizations: the rows as they were reckoned, and their sums."""

    year: int
    on: date
    rows: Rows
    entries: dict[int, list[Owed]]
    tallies: dict[int, Tally]

    @property
    def total(self) -> Tally:
        return sum(self.tallies.values(), Tally())

    def by_requirement(self) -> dict[int, Tally]:
        """The same sums by requirement."""
        found: dict[int, Tally] = defaultdict(Tally)
        for entry in (entry for entries in self.entries.values() for entry in entries):
            found[entry.requirement.pk] += _tally(entry, self.on)
        return found

    def lacking(self, organization: int) -> list[Owed]:
        """Periods that are over and were not met, soft ones left out, latest first."""
        lacking = [e for e in self.entries[organization] if e.state == OwedState.MISSING and not e.soft]
        return sorted(lacking, key=lambda e: e.last, reverse=True)

    def due_now(self, organization: int) -> list[Owed]:
        """What the running periods ask, the earliest end first."""
        now = [
            e
            for e in self.entries[organization]
            if e.first <= self.on <= e.last and e.state != OwedState.NONE
        ]
        return sorted(now, key=lambda e: (e.last, e.requirement.activity_kind.position))


def compliance(
    organizations: Iterable[Organization], year: int, on: date, only: Collection[int] | None = None
) -> Compliance:
    """Reckon a year as it stands on a day. At most seven queries, whatever the number of organizations.

    ``only`` keeps to some requirements, by their keys.
    """
    rows = load(organizations, year)
    if only is not None:
        rows.requirements = [requirement for requirement in rows.requirements if requirement.pk in only]
    entries: dict[int, list[Owed]] = {organization.pk: [] for organization in rows.organizations}
    for entry in reckon(rows, on):
        entries[entry.organization.pk].append(entry)
    tallies = {pk: sum((_tally(e, on) for e in owed), Tally()) for pk, owed in entries.items()}
    return Compliance(year, on, rows, entries, tallies)


def addressed(requirements: Iterable[Requirement]) -> Any:
    """The active organizations that some requirements address, in the tree's order."""
    asked = Q(pk__in=[])
    for requirement in requirements:
        asked |= (
            Q(pk=requirement.organization_id)
            if requirement.organization_id
            else Q(kind=requirement.organization_kind)
        )
    return Organization.objects.active().filter(asked)


def _tally(entry: Owed, on: date) -> Tally:
    if entry.minimum == 0 or entry.state in (OwedState.NONE, OwedState.EXEMPT):
        return Tally()
    approved = min(entry.approved, entry.minimum)
    waiting = min(entry.submitted, entry.minimum - approved)
    over = entry.last < on
    lacking = entry.minimum - approved - waiting if over else 0
    return Tally(
        due=entry.minimum if over else approved + waiting,
        approved=approved,
        waiting=waiting,
        missing=0 if entry.soft else lacking,
        short=lacking if entry.soft else 0,
    )


def worth_drawing(found: Compliance, most: int) -> list[Organization]:
    """The organizations a strip shows, in the tree's order: all, or when there are too many those that lack."""
    those = found.rows.organizations
    if len(those) <= most:
        return those
    lacking = [o for o in those if found.tallies[o.pk].missing or found.tallies[o.pk].waiting]
    return (lacking or those)[:most]


def strip_of_organizations(
    found: Compliance, label: str, organizations: Sequence[Organization] | None = None
) -> Strip:
    """One row per organization: every requirement of a month in one cell, what is owed outweighs the rest."""
    rows = []
    for organization in found.rows.organizations if organizations is None else organizations:
        cells = _cells_by_month(found, found.entries[organization.pk])
        tally = found.tallies[organization.pk]
        rows.append(
            StripRow(
                label=organization.label,
                href=organization.get_absolute_url(),
                cells=[
                    _linked(cell, organization.pk, found.year, month) for month, cell in enumerate(cells, 1)
                ],
                total=f"{tally.due} / {tally.approved}",
                total_href=listed("owed", organization=organization.pk, year=found.year),
            )
        )
    return strip(rows, _current_month(found), label)


def strip_of_requirements(found: Compliance, organization: Organization, label: str) -> Strip:
    """The whole organization on top, then a row per kind of activity it owes."""
    entries = found.entries[organization.pk]
    by_kind: dict[int, list[Owed]] = defaultdict(list)
    for entry in entries:
        if entry.minimum or entry.exempt_reason:
            by_kind[entry.requirement.activity_kind_id].append(entry)
    tally = found.tallies[organization.pk]
    rows = [_row(found, organization, entries, organization.label, tally, strong=True)] if by_kind else []
    for owed in by_kind.values():
        kind_tally = sum((_tally(entry, found.on) for entry in owed), Tally())
        kind = owed[0].requirement.activity_kind
        rows.append(_row(found, organization, owed, kind.name, kind_tally, kind=kind.code))
    return strip(rows, _current_month(found), label)


def _row(
    found: Compliance,
    organization: Organization,
    entries: Sequence[Owed],
    label: str,
    tally: Tally,
    *,
    strong: bool = False,
    kind: str | None = None,
) -> StripRow:
    cells = _cells_by_month(found, entries)
    return StripRow(
        label=label,
        href=listed("activities", organization=organization.pk, kind=kind, year=found.year),
        cells=[
            _linked(cell, organization.pk, found.year, month, kind)
            for month, cell in enumerate(cells, start=1)
        ],
        total=f"{tally.due} / {tally.approved}" if tally.due else _("not yet due"),
        strong=strong,
        indented=not strong,
    )


def _cells_by_month(found: Compliance, entries: Iterable[Owed]) -> list[StripCell]:
    cells = [EMPTY] * 12
    for entry in entries:
        for month, state in _months(found, entry):
            note = entry.requirement.activity_kind.name
            cells[month - 1] = _heavier(cells[month - 1], StripCell(state, note=note))
    return cells


def _heavier(one: StripCell, other: StripCell) -> StripCell:
    """The state that asks for more; notes of equal states are joined."""
    if one.state == other.state and one.note and other.note != one.note:
        return replace(one, note=one.note + _(", ") + other.note)
    return max(one, other, key=lambda cell: cell.state.weight)


def _months(found: Compliance, entry: Owed) -> Iterable[tuple[int, CellState]]:
    """Where a period shows: a month in itself, a longer one where it was held and where it ends lacking."""
    state = STATES[OwedState(entry.state)]
    if state is CellState.MISSING and entry.soft:
        state = CellState.SHORT
    if entry.requirement.period == Requirement.Period.MONTH:
        yield entry.first.month, state
        return
    for day, approved in _days_held(found.rows, entry):
        yield day.month, CellState.APPROVED if approved else CellState.LOGGED
    ends_here = entry.last.month == found.on.month and found.year == found.on.year
    if state in (CellState.MISSING, CellState.SHORT, CellState.EXEMPT) or (
        state is CellState.DUE and ends_here
    ):
        yield entry.last.month, state


def _days_held(rows: Rows, entry: Owed) -> list[tuple[date, bool]]:
    kind, organization = entry.requirement.activity_kind_id, entry.organization.pk
    holders = [organization]
    if entry.requirement.condition == Requirement.Condition.HAS_GROUPS:
        holders += [group.pk for group in rows.groups.get(organization, [])]
    held = [pair for holder in holders for pair in rows.held.get((holder, kind), {}).values()]
    return [(day, approved) for day, approved in held if entry.first <= day <= entry.last]


def _linked(cell: StripCell, organization: int, year: int, month: int, kind: str | None = None) -> StripCell:
    if cell.state is CellState.NONE:
        return cell
    url = listed("activities", organization=organization, kind=kind, month=f"{year}-{month:02d}")
    return replace(cell, href=url)


def _current_month(found: Compliance) -> int | None:
    return found.on.month if found.year == found.on.year else None


def numbers(found: Compliance) -> dict[str, Number]:
    """The four sums above a strip, each with its rows."""
    total, rule = found.total, rules()["owed"]
    return {
        "due": Number(total.due, listed("owed", year=found.year), rule),
        "approved": Number(total.approved, listed("owed", year=found.year, state="approved"), rule),
        "waiting": Number(total.waiting, listed("owed", year=found.year, state="logged"), rule),
        "missing": Number(total.missing, listed("owed", year=found.year, state="missing"), rule),
    }


#: A view of the list of what is owed → the sum its rows add to.
SUMS = {
    "": "due",
    "missing": "missing",
    "logged": "waiting",
    "approved": "approved",
    "short": "short",
}


@dataclass(frozen=True)
class OwedRow:
    """One period of one requirement: whose, what, until when, how it stands, what it adds to the sums."""

    entry: Owed
    state: CellState
    tally: Tally

    # Written for the rows that are shown only: an institute owes tens of thousands of periods a year.
    @property
    def records_url(self) -> str:
        entry = self.entry
        kind, year = entry.requirement.activity_kind.code, entry.first.year
        return listed("activities", organization=entry.organization.pk, kind=kind, year=year)


def owed_rows(found: Compliance, view: str) -> list[OwedRow]:
    """The periods behind a sum of the strip, in the tree's order: exactly those that add to it; or the exempt."""
    rows = []
    for organization in found.rows.organizations:
        for entry in found.entries[organization.pk]:
            row = _owed_row(entry, found.on)
            if row.state is CellState.EXEMPT if view == "exempt" else getattr(row.tally, SUMS[view]):
                rows.append(row)
    return rows


def _owed_row(entry: Owed, on: date) -> OwedRow:
    state = STATES[OwedState(entry.state)]
    if state is CellState.MISSING and entry.soft:
        state = CellState.SHORT
    return OwedRow(entry, state, _tally(entry, on))
