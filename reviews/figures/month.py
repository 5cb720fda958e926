"""This month in a few numbers: what was done and recorded, what has its deadline in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from branches.access import Actor
from reviews.figures.base import Number, listed
from tasks.forms.filters import last_of_month
from tasks.models import Activity, LedgerItem


@dataclass(frozen=True)
class MonthLine:
    """One matter of the month and its numbers, each under its word."""

    label: str
    numbers: tuple[tuple[str, Number], ...]


def this_month(actor: Actor, on: date) -> list[MonthLine]:
    """Of what the reader may see. Two queries."""
    first = on.replace(day=1)
    last = last_of_month(first)
    return [_activities(actor, first, last), _items(actor, first, last)]


def _activities(actor: Actor, first: date, last: date) -> MonthLine:
    status = Activity.Status
    rule = _("Activities held this month. Only approved ones count.")
    found = Activity.objects.visible_to(actor).between(first, last)
    counted = found.aggregate(
        approved=Count("pk", filter=Q(status=status.APPROVED)),
        waiting=Count("pk", filter=Q(status=status.SUBMITTED)),
    )

    def number(name: str, state: str) -> Number:
        return Number(counted[name], listed("activities", status=state, month=f"{first:%Y-%m}"), rule)

    return MonthLine(
        _("Activities"),
        (
            (_("approved"), number("approved", status.APPROVED)),
            (_("to be approved"), number("waiting", status.SUBMITTED)),
        ),
    )


def _items(actor: Actor, first: date, last: date) -> MonthLine:
    state = LedgerItem.State
    rule = _("Ledger items whose current deadline lies in this month; completed ones include the cleared.")
    found = LedgerItem.objects.visible_to(actor).counted().filter(due_on__gte=first, due_on__lte=last)
    counted = found.aggregate(
        completed=Count("pk", filter=Q(state__in=state.done())),
        open=Count("pk", filter=Q(state__in=state.open())),
    )
    between = {"due_from": first.isoformat(), "due_to": last.isoformat()}
    completed = listed("items", **between, view="all", state=[str(done) for done in state.done()])
    return MonthLine(
        _("Items due"),
        (
            (_("completed"), Number(counted["completed"], completed, rule)),
            (_("still open"), Number(counted["open"], listed("items", view="month"), rule)),
        ),
    )
