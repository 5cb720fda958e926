"""Changing the calendar of working days: the days on which lights turn move with it.

``yellow_on`` depends on the pace, the pace on the working days between start and deadline. So a day that
becomes a working day, or stops being one, rewrites the turning days of the open items it lies within, in the
same transaction.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import AuditEvent, User
from common.steps import Stale
from tasks.models import CalendarDay, LedgerItem
from tasks.recomputing import recompute_lights


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
    around = LedgerItem.objects.open().filter(starts_on__lte=day, due_on__gte=day)
    _looked_at, moved = recompute_lights(among=around)
    return moved


put_day.alters_data = take_day.alters_data = True  # type: ignore[attr-defined]
