"""The approved records of a year, read for any number of organizations in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, F, Q
from django.utils import timezone

from branches.models import AssaultTeam, Organization, VanguardPost
from plans.models import Measure
from reviews.figures.homes import homes_of
from tasks.models import Activity, ActivityEvent, FirstAgendaItem, ItemEvent, LedgerItem, ProgressReport
from tasks.requirements import Owed, OwedState, owed


@dataclass(frozen=True, order=True)
class Kind:
    """A kind of activity; kinds sort as the institute ordered them."""

    position: int
    code: str
    name: str
    group: str


@dataclass(frozen=True)
class Held:
    """An activity of the year, approved or waiting for it."""

    pk: int
    kind: Kind
    opens_with_agenda: bool
    held_on: date
    title: str
    result: str
    approved: bool
    due: int
    present: int
    partners: tuple[str, ...] = ()
    agenda: tuple[tuple[str, date | None], ...] = ()
    measures: tuple[int, ...] = ()


@dataclass(frozen=True)
class Returned:
    """A record of an activity that was sent back in the year, so many times."""

    pk: int
    kind: str
    held_on: date
    title: str
    times: int


@dataclass(frozen=True)
class Item:
    """A ledger item that was under way in the year: assigned, and not found complete before it began.

    ``completed_on`` is the day completion was asked for, of what was found complete by the end of the year.
    """

    pk: int
    number: str
    title: str
    measure: int | None
    begun_on: date
    due_on: date
    due_on_original: date
    completed_on: date | None
    returned: int = 0


@dataclass
class YearRecords:
    """What one organization's year is counted from: up to ``last``, as it stands ``on`` a day."""

    organization: Organization
    year: int
    last: date
    on: date
    activities: list[Held] = field(default_factory=list)
    returned: list[Returned] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    joined: list[Item] = field(default_factory=list)
    owed: list[Owed] = field(default_factory=list)
    posts: list[VanguardPost] = field(default_factory=list)
    teams: list[AssaultTeam] = field(default_factory=list)
    measures: dict[int, str] = field(default_factory=dict)
    #: Whether the ledger had begun before the year, and by its end. What was left over, and what there was at
    #: all, is not known before.
    ledger_begun: bool = False
    ledger_kept: bool = False

    @property
    def first(self) -> date:
        return date(self.year, 1, 1)

    @property
    def owed_kinds(self) -> list[Kind]:
        """Kinds of activity that were owed in the year and not exempted, in order."""
        asked = [entry.requirement.activity_kind for entry in self.owed if entry.state != OwedState.EXEMPT]
        return sorted({Kind(kind.position, kind.code, kind.name_zh, kind.group) for kind in asked})

    @property
    def kinds(self) -> list[Kind]:
        """Kinds of activity that were owed or held, in order."""
        return sorted({*self.owed_kinds, *(activity.kind for activity in self.approved)})

    @property
    def approved(self) -> list[Held]:
        return [activity for activity in self.activities if activity.approved]


def collect(organizations: Iterable[Organization], year: int, on: date) -> dict[int, YearRecords]:
    """The records of each organization (its Party groups' included) from 1 January to 31 December or ``on``.

    An activity counts once for each organization that held it, alone or together with others.
    """
    chosen = list(organizations)
    last = min(date(year, 12, 31), max(on, date(year, 1, 1)))
    records = {organization.pk: YearRecords(organization, year, last, on) for organization in chosen}
    homes = homes_of(chosen)
    _activities(records, homes)
    _items(records, homes)
    _owed(records)
    _fronts(records)
    return records


def _some(records: dict[int, YearRecords]) -> YearRecords:
    return next(iter(records.values()))


def _activities(records: dict[int, YearRecords], homes: dict[int, int]) -> None:
    if not records:
        return
    any_of = _some(records)
    joined = Activity.partners.through.objects.filter(organization__in=homes)
    status = Activity.Status
    rows = list(
        Activity.objects.between(any_of.first, any_of.last)
        .filter(status__in=[status.APPROVED, status.SUBMITTED])
        .filter(Q(organization__in=homes) | Q(pk__in=joined.values("activity")))
        .order_by("held_on", "pk")
        .annotate(
            due=Count("attendance"), present=Count("attendance", filter=Q(attendance__status="present"))
        )
        .values(
            *(
                "pk",
                "organization",
                "organization__name",
                "held_on",
                "title",
                "result",
                "status",
                "due",
                "present",
            ),
            *("kind__position", "kind__code", "kind__name_zh", "kind__group", "kind__first_agenda"),
        )
    )
    keys = [row["pk"] for row in rows]
    partners = _grouped(
        Activity.partners.through.objects.filter(activity__in=keys).values_list(
            "activity", "organization", "organization__name"
        )
    )
    agenda = _grouped(
        FirstAgendaItem.objects.filter(activity__in=keys).values_list("activity", "title", "material_on")
    )
    measures = _grouped(
        Activity.measures.through.objects.filter(activity__in=keys).values_list("activity", "measure")
    )
    for row in rows:
        holders = [(row["organization"], row["organization__name"]), *partners[row["pk"]]]
        for home in {homes[pk] for pk, _name in holders if pk in homes}:
            others = tuple(name for pk, name in holders if homes.get(pk) != home)
            records[home].activities.append(
                Held(
                    pk=row["pk"],
                    kind=Kind(*(row[f"kind__{name}"] for name in ("position", "code", "name_zh", "group"))),
                    opens_with_agenda=row["kind__first_agenda"],
                    held_on=row["held_on"],
                    title=row["title"],
                    result=row["result"],
                    approved=row["status"] == status.APPROVED,
                    due=row["due"],
                    present=row["present"],
                    partners=others,
                    agenda=tuple(agenda[row["pk"]]),
                    measures=tuple(measure for (measure,) in measures[row["pk"]]),
                )
            )
    _returned(records, homes)


def _returned(records: dict[int, YearRecords], homes: dict[int, int]) -> None:
    """Which records of activities were sent back in the year, and how often."""
    any_of = _some(records)
    sent = ActivityEvent.objects.filter(
        step="send_back", activity__organization__in=homes, at__date__range=(any_of.first, any_of.last)
    )
    columns = ("pk", "kind__name_zh", "held_on", "title", "organization")
    rows = sent.order_by("activity__held_on", "activity").values_list(*(f"activity__{c}" for c in columns))
    for pk, kind, held_on, title, organization, times in rows.annotate(times=Count("pk")):
        records[homes[organization]].returned.append(Returned(pk, kind, held_on, title, times))


def _items(records: dict[int, YearRecords], homes: dict[int, int]) -> None:
    if not records:
        return
    any_of = _some(records)
    joined = LedgerItem.cooperating.through.objects.filter(organization__in=homes)
    later = LedgerItem.State.assigned_or_later()
    rows = list(
        LedgerItem.objects.filter(state__in=later, assigned_at__isnull=False)
        .filter(Q(lead__in=homes) | Q(pk__in=joined.values("ledgeritem")))
        # Until it is decided an item is not completed, whenever that was asked for: it goes on into the year.
        .exclude(state__in=LedgerItem.State.done(), completed_at__date__lt=any_of.first)
        .order_by("due_on", "pk")
        .values(
            *("pk", "number", "title", "measure", "lead", "assigned_at", "due_on", "due_on_original"),
            *("state", "completed_on", "completed_at"),
        )
    )
    rows = [row for row in rows if timezone.localdate(row["assigned_at"]) <= any_of.last]
    keys = [row["pk"] for row in rows]
    returned = _returns(keys, any_of)
    helping = _grouped(joined.filter(ledgeritem__in=keys).values_list("ledgeritem", "organization"))
    for row in rows:
        done = row["state"] in LedgerItem.State.done()
        done = done and timezone.localdate(row["completed_at"]) <= any_of.last
        item = Item(
            pk=row["pk"],
            number=row["number"],
            title=row["title"],
            measure=row["measure"],
            begun_on=timezone.localdate(row["assigned_at"]),
            due_on=row["due_on"],
            due_on_original=row["due_on_original"],
            completed_on=row["completed_on"] if done else None,
            returned=returned[row["pk"]],
        )
        lead = homes.get(row["lead"])
        if lead is not None:
            records[lead].items.append(item)
        for home in {homes[pk] for (pk,) in helping[row["pk"]]} - {lead}:
            records[home].joined.append(item)
    begun = LedgerItem.objects.filter(state__in=later, assigned_at__date__lt=any_of.first).exists()
    kept = begun or LedgerItem.objects.filter(state__in=later, assigned_at__date__lte=any_of.last).exists()
    wanted = {item.measure for record in records.values() for item in record.items if item.measure}
    wanted |= {
        measure for record in records.values() for held in record.activities for measure in held.measures
    }
    names = dict(Measure.objects.filter(pk__in=wanted).values_list("pk", "working_title"))
    for record in records.values():
        record.ledger_begun, record.ledger_kept, record.measures = begun, kept, names


def _returns(keys: list[int], span: YearRecords) -> dict[int, int]:
    """How often an item's reports and requests for completion were sent back in the year."""
    within = (span.first, span.last)
    counts: dict[int, int] = defaultdict(int)
    reports = ProgressReport.objects.filter(
        item__in=keys, status=ProgressReport.Status.RETURNED, decided_at__date__range=within
    )
    events = ItemEvent.objects.filter(item__in=keys, step="send_back", at__date__range=within)
    for found in (reports, events):
        for item, count in found.order_by().values_list("item").annotate(n=Count("pk")):
            counts[item] += count
    return counts


def _owed(records: dict[int, YearRecords]) -> None:
    """What standing requirements ask, as far as their periods have begun."""
    if not records:
        return
    any_of = _some(records)
    nothing = {OwedState.NONE}
    for entry in owed([record.organization for record in records.values()], any_of.year, any_of.on):
        if entry.state not in nothing:
            records[entry.organization.pk].owed.append(entry)


def _fronts(records: dict[int, YearRecords]) -> None:
    """Vanguard posts and teams that stood on some day of the year."""
    if not records:
        return
    any_of = _some(records)
    posts = VanguardPost.objects.filter(
        organization__in=records,
        status=VanguardPost.Status.APPROVED,
        valid_from__lte=any_of.last,
        valid_to__gte=any_of.first,
    )
    for post in posts.select_related("holder").order_by("valid_from", "pk"):
        records[post.organization_id].posts.append(post)
    teams = AssaultTeam.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=any_of.first),
        organization__in=records,
        starts_on__lte=any_of.last,
    )
    for team in teams.order_by(F("starts_on"), "pk"):
        records[team.organization_id].teams.append(team)


def _grouped(rows: Iterable[tuple[Any, ...]]) -> dict[int, list[tuple[Any, ...]]]:
    """Rows by their first column, without it."""
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for key, *rest in rows:
        found[key].append(tuple(rest))
    return found
