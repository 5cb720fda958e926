"""Planning: who is to be reminded of what on a day, as rows, once per key.

One INSERT … SELECT for each rule, in chunks; the unique key of ``Notification`` and ON CONFLICT DO NOTHING make
a second run, a second beat and a crash in between harmless. The dry run runs the very same SELECT and writes
nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Exists, Max, Min, OuterRef, Q
from django.utils import timezone

from branches.models import Organization, Person
from tasks.models import Delivery, Notification, ReminderRule
from tasks.models.calendar import current_calendar
from tasks.reminders.audience import standing
from tasks.reminders.calls import calls
from tasks.reminders.rules import (
    AUDIENCES,
    REQUIREMENT_EXPIRES,
    Subject,
    windows,
)
from tasks.reminders.subjects import COLUMNS, source, start_of
from tasks.requirements import OwedState, owed

#: Keys of one statement: it holds its locks for about a second at most.
CHUNK = 20_000
#: Keys of a rule's first statement: PostgreSQL plans it for the table as it stands, and an empty one without its
#: index. It is to learn from few rows that the table fills.
FIRST_CHUNK = 500
#: Rows of a requirement of one statement (they travel in it).
PAIRS = 1_000
#: A digest looks back so many calendar days for what no digest has carried yet.
DIGEST_LOOKS_BACK = 7
#: Ends an EXISTS that is to be answered row by row from the index of the key. A first run fills the table that it
#: asks: PostgreSQL's statistics are stale and it would join the whole of it, 30 times slower; OFFSET forbids that.
#: ``recipient_id + 0`` is there for the same reason: it would read the filling inbox of the recipient once per row.
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
    at = timezone.now()
    with connection.cursor() as cursor:
        for statement in statements(on, at):
            cursor.execute(statement.sql, statement.params)
            for row in cursor.fetchall():
                values = dict(zip(_INSERTED, row, strict=True))
                values |= {"due_on": _day(values["due_on"]), "planned_on": on, "planned_at": at}
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
    """Every SELECT of a day: rules in the order of their keys, in chunks of subjects."""
    calendar, places = current_calendar(), standing(on)
    for rule in ReminderRule.objects.filter(active=True).prefetch_related("rungs"):
        ladder = [(rung.offset, rung.audience) for rung in rule.rungs.all()]
        found = windows(calendar, rule.subject, ladder, on)
        if not found:
            continue
        called = calls(rule.subject, found, places, on)
        until = max(window.until for window in found)
        rows = (
            _owed_rows(until, on) if rule.subject == Subject.REQUIREMENT else _rows(rule.subject, until, on)
        )
        for subjects, params in rows:
            yield _select(rule, subjects, params, called, on, at)


def _rows(subject: str, until: date, on: date) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """SELECTs of the subjects of a rule with a date up to ``until``, by ranges of their keys."""
    rows = source(subject, until, on)
    keys = rows.model._default_manager.aggregate(first=Min("pk"), last=Max("pk"))
    start, size, last = keys["first"] or 0, FIRST_CHUNK, keys["last"] or 0
    while start <= last:
        chunk = rows.filter(pk__gte=start, pk__lt=start + size)
        # No chunk holds more; with a limit the database reckons each row's columns once, not per use.
        yield chunk.values_list(*COLUMNS)[:size].query.sql_with_params()
        start, size = start + size, CHUNK


def _select(
    rule: ReminderRule, subjects: str, params: tuple[Any, ...], called: str, on: date, at: datetime
) -> Statement:
    """The SELECT for some subjects of a rule.

    Left out: who was already reminded of it at this rung or a higher one; who took a step on the item that
    very day (nobody is reminded of what they just did); who asked for what is to be decided, and the owner of
    an item whose extension is to be decided.
    """
    kind, key = rule.subject, int(rule.pk)
    self_decides = "AND r.person <> r.s_owner" if kind == Subject.EXTENSION else ""
    sql = f"""
        WITH s AS ({subjects}), {called}
        SELECT '{kind}', r.s_id, r.s_part, {key}, r.rung, r.s_due, r.person, r.audience, %s, %s FROM r
        WHERE r.person <> r.s_not {self_decides}
        AND r.person IN (SELECT id FROM branches_person WHERE active)
        AND NOT EXISTS (
            SELECT 1 FROM tasks_notification n
            WHERE n.subject_kind = '{kind}' AND n.subject_id = r.s_id AND n.subject_part = r.s_part
            AND n.rule_id = {key} AND n.rung >= r.rung AND n.due_on = r.s_due AND n.recipient_id + 0 = r.person
            {PROBE})
        AND NOT (r.s_stirred AND EXISTS (
            SELECT 1 FROM tasks_itemevent e
            WHERE e.item_id = r.s_item AND e.at >= %s AND e.at < %s AND e.by_id = r.person))
    """  # noqa: S608 (constants, integers and our own statements; every value is a parameter)
    adapt = connection.ops.adapt_datetimefield_value
    day = (adapt(start_of(on)), adapt(start_of(on + timedelta(days=1))))
    return Statement(sql, (*params, on, adapt(at), *day))


def _owed_rows(until: date, on: date) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """What organizations still owe, from ``tasks.requirements``: the rows travel in the statement."""
    pairs = [pair for pair in _still_owed(on) if pair[2] <= until]
    for start in range(0, len(pairs), PAIRS):
        chunk = pairs[start : start + PAIRS]
        values = ", ".join(["(%s, %s, %s)"] * len(chunk))
        sql = f"""SELECT column1 AS s_id, column2 AS s_part, column3 AS s_due, column2 AS s_org, 0 AS s_owner,
            0 AS s_leader, 0 AS s_not, 0 AS s_item, TRUE AS s_doing, FALSE AS s_stirred
            FROM (VALUES {values}) AS v"""  # noqa: S608 (placeholders only)
        yield sql, tuple(value for pair in chunk for value in pair)


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
