"""What standing requirements ask of organizations in a year, and whether it was done.

``owed`` loads with a constant number of queries, whatever the number of organizations, and leaves the
reckoning to ``reckon``, which only looks at the loaded rows. Rules:

- A requirement binds an organization on the days on which it is in force and the organization exists.
  An organization formed or dissolved inside a period owes its share of it: minimum × days bound ÷ days
  of the period, rounded half up. So a monthly one is not owed by a branch formed in the second half.
- Days of an exemption are taken out in the same way; when nothing is left, the state is *exempt*.
- *Has a committee*: seven full members on the first day bound (支部工作条例 第六章); who grows to seven
  within a month owes from the next.
- *Has groups*: the minimum is for each Party group directly below, and their meetings count
  with the branch's.
- A joint activity counts for the host and for every partner. Only approved ones fulfil a requirement.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from django.db.models import Q

from branches.models import Membership, Organization
from plans.models import Exemption, Requirement
from tasks.models.activity import Activity

#: Full members from which a branch elects a committee (支部工作条例（试行）第六章).
COMMITTEE_SIZE = 7
DAY = timedelta(days=1)


class OwedState(StrEnum):
    """Where one requirement of one organization in one period stands."""

    APPROVED = "approved"
    LOGGED = "logged"
    MISSING = "missing"
    DUE = "due"
    EXEMPT = "exempt"
    NONE = "none"


@dataclass(frozen=True)
class Owed:
    """One requirement × organization × period.

    ``first`` and ``last`` are the days of the period on which the requirement binds the organization;
    ``minimum`` is its share; ``approved`` and ``submitted`` count activities held within. A period that
    has not begun has the state ``none`` with its minimum already there.
    """

    requirement: Requirement
    organization: Organization
    first: date
    last: date
    minimum: int
    approved: int
    submitted: int
    exempt_reason: str
    state: str

    @property
    def short(self) -> int:
        """How many are still to be logged."""
        return max(0, self.minimum - self.approved - self.submitted)

    @property
    def soft(self) -> bool:
        """ "一般" in the rule: shown as 未达频次, not as a red mark."""
        return self.requirement.soft


@dataclass
class Rows:
    """What the reckoning looks at. Keys are organization ids, or an organization's with another key.

    ``held`` maps (organization, activity kind) to its activities: id → (day, whether approved).
    """

    year: int
    organizations: list[Organization]
    requirements: list[Requirement] = field(default_factory=list)
    exemptions: dict[tuple[int, int], list[Exemption]] = field(default_factory=lambda: defaultdict(list))
    held: dict[tuple[int, int], dict[int, tuple[date, bool]]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    full_members: dict[int, list[tuple[int, date, date | None]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    groups: dict[int, list[Organization]] = field(default_factory=lambda: defaultdict(list))


def owed(organizations: Iterable[Organization], year: int, on: date) -> list[Owed]:
    """Everything the organizations owe in a year, as it stands on a day. At most six queries."""
    return list(reckon(load(organizations, year), on))


def load(organizations: Iterable[Organization], year: int) -> Rows:
    """Load what ``reckon`` needs for a year."""
    rows = Rows(year, list(organizations))
    first, last = date(year, 1, 1), date(year, 12, 31)
    kinds = {organization.kind for organization in rows.organizations}
    ids = [organization.pk for organization in rows.organizations]
    rows.requirements = list(
        Requirement.objects.filter(
            Q(effective_to__isnull=True) | Q(effective_to__gte=first),
            Q(organization__in=ids) | Q(organization_kind__in=kinds),
            active=True,
            effective_from__lte=last,
        ).select_related("activity_kind", "measure__clause", "measure__pillar__clause")
    )
    if not rows.requirements:
        return rows
    for exemption in Exemption.objects.filter(
        organization__in=ids, requirement__in=rows.requirements, starts_on__lte=last, ends_on__gte=first
    ).order_by("starts_on", "pk"):
        rows.exemptions[exemption.organization_id, exemption.requirement_id].append(exemption)
    conditions = {requirement.condition for requirement in rows.requirements}
    if Requirement.Condition.HAS_GROUPS in conditions:
        _load_groups(rows)
    if Requirement.Condition.HAS_COMMITTEE in conditions:
        _load_members(rows, ids, first, last)
    _load_activities(rows, ids, first, last)
    return rows


def _load_groups(rows: Rows) -> None:
    by_path = {organization.path: organization.pk for organization in rows.organizations}
    steplen = Organization.steplen
    for group in Organization.objects.filter(kind=Organization.Kind.GROUP):
        parent = by_path.get(group.path[:-steplen])
        if parent is not None:
            rows.groups[parent].append(group)


def _load_members(rows: Rows, ids: list[int], first: date, last: date) -> None:
    spans = Membership.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=first),
        organization__in=ids,
        stage=Membership.Stage.FULL,
        starts_on__lte=last,
    )
    for organization, person, begun, ended in spans.values_list(
        "organization_id", "person_id", "starts_on", "ends_on"
    ):
        rows.full_members[organization].append((person, begun, ended))


def _load_activities(rows: Rows, ids: list[int], first: date, last: date) -> None:
    """Each activity once for its host and once for every partner (never twice for one organization)."""
    wanted = {*ids, *(group.pk for groups in rows.groups.values() for group in groups)}
    counted = Activity.objects.between(first, last).filter(
        kind__in={requirement.activity_kind_id for requirement in rows.requirements},
        status__in=[Activity.Status.APPROVED, Activity.Status.SUBMITTED],
    )
    for name in ("organization", "partners"):
        for pk, organization, kind, day, status in counted.filter(**{f"{name}__in": wanted}).values_list(
            "pk", name, "kind_id", "held_on", "status"
        ):
            rows.held[organization, kind][pk] = (day, status == Activity.Status.APPROVED)


def reckon(rows: Rows, on: date) -> Iterator[Owed]:
    """Work out every requirement × organization × period of the loaded year. Pure."""
    for organization in rows.organizations:
        for requirement in rows.requirements:
            if requirement.organization_id not in {None, organization.pk}:
                continue
            if requirement.organization_id is None and requirement.organization_kind != organization.kind:
                continue
            for first, last in periods(requirement.period, rows.year):
                yield _one(rows, requirement, organization, first, last, on)


def periods(period: str, year: int) -> list[tuple[date, date]]:
    """First and last day of every month, quarter or the whole of a year."""
    length = {Requirement.Period.MONTH: 1, Requirement.Period.QUARTER: 3}.get(Requirement.Period(period), 12)
    starts = [date(year, month, 1) for month in range(1, 13, length)] + [date(year + 1, 1, 1)]
    return [(first, following - DAY) for first, following in zip(starts, starts[1:], strict=False)]


def _one(
    rows: Rows, requirement: Requirement, organization: Organization, first: date, last: date, on: date
) -> Owed:
    days = (last - first).days + 1
    bound = _bound(requirement, organization, first, last)
    begun, ended = bound or (first, last)
    full = requirement.minimum * _times(rows, requirement, organization, begun, ended) if bound else 0
    span = (ended - begun).days + 1
    share = _share(full, span, days)
    reasons, free = _exempt(rows.exemptions.get((organization.pk, requirement.pk), []), begun, ended)
    minimum = _share(full, span - free, days)
    held = [ok for day, ok in _held(rows, requirement, organization).values() if begun <= day <= ended]
    approved, submitted = held.count(True), held.count(False)
    return Owed(
        requirement=requirement,
        organization=organization,
        first=begun,
        last=ended,
        minimum=minimum,
        approved=approved,
        submitted=submitted,
        exempt_reason=reasons,
        state=_state(share, minimum, approved, submitted, begun, ended, on),
    )


def _held(rows: Rows, requirement: Requirement, organization: Organization) -> dict[int, tuple[date, bool]]:
    """The activities that count for a requirement; with those of the groups where it is owed for them."""
    kind = requirement.activity_kind_id
    own = rows.held.get((organization.pk, kind), {})
    if requirement.condition != Requirement.Condition.HAS_GROUPS:
        return own
    return own | {
        pk: entry
        for group in rows.groups.get(organization.pk, [])
        for pk, entry in rows.held.get((group.pk, kind), {}).items()
    }


def _bound(
    requirement: Requirement, organization: Organization, first: date, last: date
) -> tuple[date, date] | None:
    """The days of a period on which the requirement is in force and the organization exists."""
    if not organization.owes_on(first, last):
        return None
    begun = max(first, requirement.effective_from, organization.founded_on or first)
    ended = min(last, requirement.effective_to or last, organization.dissolved_on or last)
    return (begun, ended) if begun <= ended else None


def _times(rows: Rows, requirement: Requirement, organization: Organization, begun: date, ended: date) -> int:
    """How often the minimum applies: once, not at all, or once for each group."""
    if requirement.condition == Requirement.Condition.HAS_COMMITTEE:
        spans = rows.full_members.get(organization.pk, [])
        there = {person for person, start, end in spans if start <= begun and (end is None or end >= begun)}
        return int(len(there) >= COMMITTEE_SIZE)
    if requirement.condition == Requirement.Condition.HAS_GROUPS:
        return sum(group.owes_on(begun, ended) for group in rows.groups.get(organization.pk, []))
    return 1


def _share(minimum: int, part: int, whole: int) -> int:
    """``minimum`` × part ÷ whole, rounded half up (in whole numbers, so no float decides)."""
    return (2 * minimum * part + whole) // (2 * whole)


def _exempt(exemptions: list[Exemption], begun: date, ended: date) -> tuple[str, int]:
    """The reasons that apply to a span and the number of its days they cover; overlaps count once."""
    reasons: list[str] = []
    covered: set[date] = set()
    for exemption in exemptions:
        start, end = max(begun, exemption.starts_on), min(ended, exemption.ends_on)
        if start <= end:
            reasons.append(exemption.reason)
            covered.update(start + DAY * number for number in range((end - start).days + 1))
    return " · ".join(dict.fromkeys(reasons)), len(covered)


def _state(
    share: int, minimum: int, approved: int, submitted: int, begun: date, ended: date, on: date
) -> OwedState:
    if share == 0:
        return OwedState.NONE
    if minimum == 0:
        return OwedState.EXEMPT
    if approved >= minimum:
        return OwedState.APPROVED
    if approved + submitted >= minimum:
        return OwedState.LOGGED
    if begun > on:
        return OwedState.NONE
    return OwedState.MISSING if ended < on else OwedState.DUE
