"""Planning: who is to be reminded of what on a day, as rows, once per key.

One INSERT … SELECT for each rung and audience, in chunks; the unique key of ``Notification`` and ON CONFLICT
DO NOTHING make a second run, a second beat and a crash in between harmless. The dry run runs the very same
SELECT and writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from branches.models import Organization, Person
from tasks.models import Delivery, Notification, ReminderRule
from tasks.models.calendar import current_calendar
from tasks.reminders.audience import Standing, standing
from tasks.reminders.rules import (
    AUDIENCES,
    REQUIREMENT_EXPIRES,
    SILENCE_REPEATS,
    Audience,
    Subject,
    Window,
    windows,
)
from tasks.reminders.subjects import COLUMNS, source, start_of
from tasks.requirements import OwedState, owed

#: Subjects of one statement.
CHUNK = 20_000
#: Rows of a requirement of one statement (they travel in it).
PAIRS = 1_000
#: A digest looks back so many calendar days for what no digest has carried yet.
DIGEST_LOOKS_BACK = 7
#: Ends an EXISTS that is to be answered row by row from its index. A first run fills the table that it asks:
#: PostgreSQL's statistics are stale and it would join the whole of it, 30 times slower; OFFSET forbids that.
PROBE = "LIMIT 1 OFFSET 0"

_INSERTED = (
    "subject_kind",
    "subject_id",
    "subject_part",
    "rule_id",
    "rung",
    "due_on",
    "recipient_id",
    "audience",
    "planned_on",
    "planned_at",
)
#: What makes two rungs of one rule rungs of the same ladder for the same person.
_SAME = ("subject_kind", "subject_id", "subject_part", "due_on", "recipient_id")


@dataclass(frozen=True)
class Statement:
    """A SELECT of rows for ``Notification``, in the order of its insertable columns."""

    sql: str
    params: tuple[Any, ...]


def plan(on: date, at: datetime) -> int:
    """Plan the reminders of a day and the digests that will carry them. The number of new reminders."""
    made = 0
    table, columns = Notification._meta.db_table, ", ".join(_INSERTED)
    with connection.cursor() as cursor:
        for statement in statements(on, at):
            cursor.execute(
                f"INSERT INTO {table} ({columns}) {statement.sql} ON CONFLICT DO NOTHING",  # noqa: S608 (own names)
                statement.params,
            )
            made += cursor.rowcount
    plan_digests(on)
    return made


def preview(on: date) -> list[Notification]:
    """What ``plan`` would write now for a day, unsaved and in the same order. Writes nothing."""
    found: list[Notification] = []
    highest: set[tuple[Any, ...]] = set()
    at = timezone.now()
    with connection.cursor() as cursor:
        for statement in statements(on, at):
            cursor.execute(statement.sql, statement.params)
            for row in cursor.fetchall():
                values = dict(zip(_INSERTED, row, strict=True))
                values |= {"due_on": _day(values["due_on"]), "planned_on": on, "planned_at": at}
                # Statements come from the highest rung down: the first for a person is the one written.
                key = tuple(values[name] for name in _SAME)
                if key not in highest:
                    highest.add(key)
                    found.append(Notification(**values))
    return found


def plan_digests(on: date) -> int:
    """One digest by e-mail for everyone with an address and a reminder that no digest has carried yet.

    A digest that was given up carried nothing: what it held goes into the next day's. The number of new ones.
    """
    uncarried = Notification.objects.filter(
        Q(delivery__isnull=True) | Q(delivery__state=Delivery.State.FAILED),
        recipient=OuterRef("pk"),
        read_at__isnull=True,
        planned_on__lte=on,
        planned_on__gt=on - timedelta(days=DIGEST_LOOKS_BACK),
    )
    there = Delivery.objects.filter(recipient=OuterRef("pk"), channel=Delivery.Channel.EMAIL, day=on)
    people = Person.objects.filter(Exists(uncarried), ~Exists(there), active=True).exclude(email="")
    keys = people.order_by("pk").values_list("pk", flat=True)
    rows = [Delivery(recipient_id=pk, day=on) for pk in keys]
    return len(Delivery.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000))


def statements(on: date, at: datetime) -> Iterator[Statement]:
    """Every SELECT of a day: rules in the order of their keys, each from its highest rung down, in chunks."""
    calendar, places = current_calendar(), standing(on)
    for rule in ReminderRule.objects.filter(active=True).prefetch_related("rungs"):
        ladder = [(rung.offset, rung.audience) for rung in rule.rungs.all()]
        found = windows(calendar, rule.subject, ladder, on)
        asked = _Asked(rule, on, at, places)
        if rule.subject == Subject.REQUIREMENT:
            yield from _of_requirements(asked, found)
        else:
            for window in found:
                yield from _of_rows(asked, window)


@dataclass(frozen=True)
class _Asked:
    """What all statements of one rule share."""

    rule: ReminderRule
    on: date
    at: datetime
    places: Standing


def _of_rows(asked: _Asked, window: Window) -> Iterator[Statement]:
    rows = source(asked.rule.subject, window)
    recipient, join = _recipient(asked.places, window.audience)
    if not recipient:
        return
    for chunk in _chunks(rows):
        try:
            # No chunk holds more; with a limit the database reckons each row's columns once, not per use.
            sql, params = chunk.values_list(*COLUMNS)[:CHUNK].query.sql_with_params()
        except EmptyResultSet:
            return
        yield _select(asked, window, f"({sql})", tuple(params), recipient, join)


def _chunks(rows: QuerySet[Any]) -> Iterator[QuerySet[Any]]:
    """The rows by ranges of their keys, ``CHUNK`` rows each."""
    last = 0
    while True:
        rest = rows.filter(pk__gt=last).order_by("pk")
        bound = rest.values_list("pk", flat=True)[CHUNK - 1 : CHUNK].first()
        if bound is None:
            yield rows.filter(pk__gt=last)
            return
        yield rows.filter(pk__gt=last, pk__lte=bound)
        last = bound


def _recipient(places: Standing, audience: str) -> tuple[str, str]:
    """The condition that picks the recipient ``p`` of a subject ``s``, and a join it needs; empty: nobody."""
    if audience == Audience.OWNER:
        return "p.id = s.s_owner", ""
    if audience == Audience.LEADER:
        return "p.id = s.s_leader", ""
    if audience == Audience.OFFICE:
        return (f"p.id IN ({_ints(places.office)})", "") if places.office else ("", "")
    table: Mapping[int, list[int]] = places.in_charge if audience == Audience.SECRETARY else places.liaisons
    pairs = ", ".join(f"({int(pk)}, {int(person)})" for pk, people in table.items() for person in people)
    if not pairs:
        return "", ""
    return "p.id = who.column2", f"JOIN (VALUES {pairs}) AS who ON who.column1 = s.s_org"


def _ints(numbers: Iterable[int]) -> str:
    return ", ".join(str(int(number)) for number in numbers)


def _select(
    asked: _Asked,
    window: Window,
    rows: str,
    row_params: tuple[Any, ...],
    recipient: str,
    join: str,
    part: str = "0",
) -> Statement:
    """The SELECT for one window.

    Left out: who was already reminded of it at this rung or a higher one; who took a step on the item that
    very day (nobody is reminded of what they just did); who asked for what is to be decided, and the owner of
    an item whose extension is to be decided.
    """
    rung, rung_params = _rung(asked, window)
    self_decides = "AND p.id <> s.s_owner" if asked.rule.subject == Subject.EXTENSION else ""
    kind, rule, audience = asked.rule.subject, int(asked.rule.pk), window.audience
    sql = f"""
        SELECT '{kind}', s.s_id, {part}, {rule}, {rung}, s.s_due, p.id, '{audience}', %s, %s
        FROM {rows} AS s {join}
        JOIN branches_person p ON {recipient} AND p.active
        WHERE p.id <> s.s_not {self_decides}
        AND NOT EXISTS (
            SELECT 1 FROM tasks_notification n
            WHERE n.subject_kind = '{kind}' AND n.subject_id = s.s_id AND n.subject_part = {part}
            AND n.rule_id = {rule} AND n.rung >= {rung} AND n.due_on = s.s_due AND n.recipient_id = p.id
            {PROBE})
        AND NOT EXISTS (
            SELECT 1 FROM tasks_itemevent e
            WHERE e.item_id = s.s_item AND e.at >= %s AND e.at < %s AND e.by_id = p.id {PROBE})
    """  # noqa: S608 (constants, integers and our own statements; every value is a parameter)
    adapt = connection.ops.adapt_datetimefield_value
    day = (adapt(start_of(asked.on)), adapt(start_of(asked.on + timedelta(days=1))))
    params = (*rung_params, asked.on, adapt(asked.at), *row_params, *rung_params, *day)
    return Statement(sql, params)


def _rung(asked: _Asked, window: Window) -> tuple[str, tuple[Any, ...]]:
    """The rung of a row: the window's, or for the last rung of silence the month it has come to."""
    if asked.rule.subject != Subject.SILENCE or window.after is not None:
        return str(int(window.rung)), ()
    days = "(%s - s.s_due)"
    if connection.vendor == "sqlite":
        days = "CAST(julianday(%s) - julianday(s.s_due) AS integer)"
    first = int(window.rung)
    return f"({first} + {SILENCE_REPEATS} * (({days} - {first}) / {SILENCE_REPEATS}))", (asked.on,)


def _of_requirements(asked: _Asked, found: list[Window]) -> Iterator[Statement]:
    """What organizations still owe, from ``tasks.requirements``: the rows travel in the statement."""
    missing = _still_owed(asked.on)
    for window in found:
        recipient, join = _recipient(asked.places, window.audience)
        pairs = [pair for pair in missing if window.holds(pair[2])] if recipient else []
        for start in range(0, len(pairs), PAIRS):
            chunk = pairs[start : start + PAIRS]
            values = ", ".join(["(%s, %s, %s)"] * len(chunk))
            columns = "v.column1 AS s_id, v.column2 AS s_org, v.column3 AS s_due, 0 AS s_item, 0 AS s_not"
            rows = f"(SELECT {columns} FROM (VALUES {values}) AS v)"  # noqa: S608 (placeholders only)
            params = tuple(value for pair in chunk for value in pair)
            yield _select(asked, window, rows, params, recipient, join, part="s.s_org")


def _still_owed(on: date) -> list[tuple[int, int, date]]:
    """``(requirement, organization, end of the period)`` of what is open on a day.

    What ended more than a month ago is no longer reminded of; a soft figure is not once its period is over.
    """
    organizations = list(Organization.objects.active())
    years = {on.year, (on - timedelta(days=REQUIREMENT_EXPIRES)).year}
    open_states = {OwedState.DUE, OwedState.MISSING}
    return [
        (row.requirement.pk, row.organization.pk, row.last)
        for year in sorted(years)
        for row in owed(organizations, year, on)
        if row.state in open_states
        and row.last >= on - timedelta(days=REQUIREMENT_EXPIRES)
        and not (row.soft and row.state == OwedState.MISSING)
    ]


def _day(value: Any) -> date:
    """SQLite hands a date over as text."""
    return date.fromisoformat(value[:10]) if isinstance(value, str) else value


def audiences_of(subject: str) -> list[tuple[str, str]]:
    """The audiences a rung of this subject can have, as choices of a form."""
    return [(audience.value, str(audience.label)) for audience in AUDIENCES[subject]]
