"""Ledger items by the hundred thousand, made by the database itself.

Everything hangs on the demo institute: its branches lead, their secretaries own. Columns that this module
does not name get their model's default, so a new field needs no change here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone

from branches.models import Appointment
from plans.models import Measure
from tasks.models import ItemEvent, Ledger, LedgerItem, ProgressReport

OPEN_FROM, OPEN_DAYS = -20, 180
"""An open item is due from 20 days ago to 159 days ahead: about a ninth of them is overdue."""
DONE_FROM, DONE_DAYS = -300, 300
LAST_DEADLINE = OPEN_FROM + OPEN_DAYS - 1
"""Days from the day of filling to the last open deadline."""

# k counts twenty items in a row: 1 registered, 2 assigned, 8 in progress, 1 asking for completion,
# 2 completed, 6 cleared.
STATE = """CASE WHEN k = 0 THEN 'registered' WHEN k < 3 THEN 'assigned' WHEN k < 11 THEN 'in_progress'
    WHEN k = 11 THEN 'completion_requested' WHEN k < 14 THEN 'completed' ELSE 'cleared' END"""
DONE = "k > 11"
NUMBERS = """FROM (WITH RECURSIVE n(i) AS (SELECT %s UNION ALL SELECT i + 1 FROM n WHERE i < %s)
    SELECT i, i %% 20 AS k FROM n) AS n CROSS JOIN bench_fixed AS fixed
    JOIN bench_pair AS pair ON pair.r = i %% fixed.pairs
    JOIN bench_measure AS measure ON measure.r = i %% fixed.measures
    JOIN bench_day AS open ON open.kind = 'open' AND open.r = i %% fixed.open_days
    JOIN bench_day AS done ON done.kind = 'done' AND done.r = i %% fixed.done_days"""
NEW_ITEMS = """FROM (SELECT id, owner_id, state, id %% 100 AS percent FROM tasks_ledgeritem
    WHERE id > %s) AS item CROSS JOIN bench_fixed AS fixed"""


def insert_select(
    model: type[models.Model], named: dict[str, str], source: str, params: Sequence[Any] = ()
) -> None:
    """``INSERT … SELECT`` into a model's table: ``named`` columns by expression, the others by default."""
    columns, expressions, defaults = [], [], []
    for field in model._meta.concrete_fields:
        if field.primary_key:
            continue
        columns.append(connection.ops.quote_name(field.column))
        expressions.append(named.get(field.column, "%s"))
        if field.column not in named:
            default = timezone.now() if getattr(field, "auto_now_add", False) else field.get_default()
            defaults.append(field.get_db_prep_save(default, connection))
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(expressions)} {source}",
            [*defaults, *params],
        )


def _scratch(name: str, columns: str, rows: Sequence[Sequence[Any]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {name}")
        cursor.execute(f"CREATE TEMPORARY TABLE {name} ({columns})")
        cursor.executemany(f"INSERT INTO {name} VALUES ({', '.join(['%s'] * len(rows[0]))})", rows)


def _days(kind: str, first: int, count: int, on: date) -> list[tuple[Any, ...]]:
    """Number, start, deadline and the two turning days of ``count`` deadlines in a row."""
    deadlines = [on + timedelta(days=first + number) for number in range(count)]
    return [
        (kind, number, due - timedelta(days=90), due, due - timedelta(days=7), due + timedelta(days=1))
        for number, due in enumerate(deadlines)
    ]


def _prepare(on: date) -> None:
    """The small tables that the big INSERTs draw from."""
    open_appointments = Appointment.objects.filter(ends_on=None).order_by("pk")
    office = open_appointments.filter(post=Appointment.Post.OFFICE).values_list("person", flat=True)[0]
    led = open_appointments.filter(post=Appointment.Post.SECRETARY, organization__system="party")
    pairs = list(led.exclude(person=office).values_list("organization", "person"))
    measures = list(Measure.objects.in_force().order_by("pk").values_list("pk", flat=True))
    ledger = Ledger.objects.order_by("pk").values_list("pk", flat=True)[0]
    at = timezone.make_aware(datetime.combine(on - timedelta(days=30), time(9)))
    stamp = connection.ops.adapt_datetimefield_value(at)
    kind = "timestamptz" if connection.vendor == "postgresql" else "datetime"
    _scratch(
        "bench_pair",
        "r integer, organization integer, person integer",
        [(n, *p) for n, p in enumerate(pairs)],
    )
    _scratch("bench_measure", "r integer, id integer", list(enumerate(measures)))
    _scratch(
        "bench_day",
        "kind text, r integer, starts date, due date, yellow date, red date",
        _days("open", OPEN_FROM, OPEN_DAYS, on) + _days("done", DONE_FROM, DONE_DAYS, on),
    )
    _scratch(
        "bench_fixed",
        f"office integer, ledger integer, at {kind}, pairs integer, measures integer,"
        " open_days integer, done_days integer",
        [(office, ledger, stamp, len(pairs), len(measures), OPEN_DAYS, DONE_DAYS)],
    )


def _items(first: int, last: int) -> None:
    day = {name: f"CASE WHEN {DONE} THEN done.{name} ELSE open.{name} END" for name in ("starts", "due")}
    insert_select(
        LedgerItem,
        {
            "number": "'BENCH-' || i",
            "title": "'第' || i || '项：按季度梳理关键核心技术攻关进展并报送清单'",
            "requirement": "'逐项列出责任人、时间节点和存在问题，形成书面材料。'",
            "ledger_id": "fixed.ledger",
            "measure_id": "measure.id",
            "lead_id": "pair.organization",
            "owner_id": "pair.person",
            "created_by_id": "fixed.office",
            "state": STATE,
            "starts_on": day["starts"],
            "due_on": day["due"],
            "due_on_original": day["due"],
            "yellow_on": f"CASE WHEN {DONE} THEN NULL ELSE open.yellow END",
            "red_on": f"CASE WHEN {DONE} THEN NULL ELSE open.red END",
            "registered_at": "fixed.at",
            "assigned_at": "CASE WHEN k > 0 THEN fixed.at END",
            "signed_at": "CASE WHEN k > 2 THEN fixed.at END",
            "signed_by_id": "CASE WHEN k > 2 THEN pair.person END",
            "completed_at": f"CASE WHEN {DONE} THEN fixed.at END",
            "completed_on": f"CASE WHEN {DONE} THEN done.due END",
            "cleared_at": "CASE WHEN k > 13 THEN fixed.at END",
            "cleared_by_id": "CASE WHEN k > 13 THEN fixed.office END",
        },
        NUMBERS,
        [first, last],
    )


def _history(newest: int) -> None:
    """Three history rows for each item, and an accepted report for each that was signed for."""
    for step, before, after in (
        ("register", "draft", "registered"),
        ("assign", "registered", "assigned"),
        ("sign_for", "assigned", "in_progress"),
    ):
        named = {"item_id": "item.id", "by_id": "fixed.office", "at": "fixed.at"}
        named |= {"step": f"'{step}'", "from_state": f"'{before}'", "to_state": f"'{after}'"}
        insert_select(ItemEvent, named, NEW_ITEMS, [newest])
    insert_select(
        ProgressReport,
        {
            "item_id": "item.id",
            "progress": "item.percent",
            "text": "'已完成本季度梳理，清单报送党办。'",
            "reported_by_id": "item.owner_id",
            "reported_at": "fixed.at",
            "status": "'accepted'",
            "decided_by_id": "fixed.office",
            "decided_at": "fixed.at",
        },
        NEW_ITEMS + " WHERE item.state NOT IN ('registered', 'assigned')",
        [newest],
    )


def fill(total: int, on: date) -> None:
    """Add items until the ledger holds ``total``."""
    with transaction.atomic():
        newest = LedgerItem.objects.aggregate(pk=models.Max("pk"))["pk"] or 0
        _prepare(on)
        _items(newest + 1, newest + total - LedgerItem.objects.count())
        _history(newest)


def settle() -> None:
    """Let the database look at its new tables, as it does by itself soon after: PostgreSQL's autovacuum also notes
    which pages it may answer from an index alone. Without this a figure depends on whether it came in time."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
