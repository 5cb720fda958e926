"""Changing the calendar of working days: the days on which lights turn move with it.

``yellow_on`` depends on the pace, the pace on the working days between start and deadline. So a day that
becomes a working day, or stops being one, rewrites the turning days of the open items it lies within, in the
same transaction.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import AuditEvent, User
from common.steps import Stale
from tasks.lights import turning_days
from tasks.models import CalendarDay, LedgerItem
from tasks.models.calendar import current_calendar

#: Items rewritten by one statement.
CHUNK = 500


def put_day(day: CalendarDay, by: User) -> int:
    """Add a day to the table of 调休. How many items' lights turn on another day now."""
    with transaction.atomic():
        day.save(force_insert=True)
        record(AuditEvent.Verb.CREATE, day, by=by, changes={"working": [None, day.working]}, note=day.name)
        return rewrite_around(day.day)


def take_day(day: CalendarDay, by: User) -> int:
    """Take a day off the table again. Raises ``Stale`` when someone already did."""
    with transaction.atomic():
        record(AuditEvent.Verb.DELETE, day, by=by, changes={"working": [day.working, None]}, note=day.name)
        if not CalendarDay.objects.filter(pk=day.pk).delete()[0]:
            raise Stale(_("This day was taken off the table already."))
        return rewrite_around(day.day)


def rewrite_around(day: date) -> int:
    """Rewrite the turning days of the open items whose course holds the day. How many moved."""
    return rewrite(LedgerItem.objects.open().filter(starts_on__lte=day, due_on__gte=day))


def rewrite(items: QuerySet[LedgerItem]) -> int:
    """Work out ``yellow_on`` and ``red_on`` anew. The number of items for which one of them moved."""
    calendar, moved, last = current_calendar(), 0, 0
    while True:
        chunk = list(
            LedgerItem.objects.filter(pk__in=items.values("pk"), pk__gt=last)
            .select_for_update(of=("self",))
            .with_progress()
            .order_by("pk")[:CHUNK]
        )
        changed = []
        for item in chunk:
            accepted: int = getattr(item, "accepted", 0)
            days = turning_days(calendar, item.starts_on, item.due_on, accepted)
            if days != (item.yellow_on, item.red_on):
                item.yellow_on, item.red_on = days
                changed.append(item)
        LedgerItem.objects.bulk_update(changed, ["yellow_on", "red_on"])
        moved += len(changed)
        if len(chunk) < CHUNK:
            return moved
        last = chunk[-1].pk


put_day.alters_data = take_day.alters_data = True  # type: ignore[attr-defined]
