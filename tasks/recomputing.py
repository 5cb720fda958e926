"""The stored turning days written anew, as the calendar and the thresholds now have them."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from tasks.lights import turning_days
from tasks.models import LedgerItem
from tasks.models.calendar import current_calendar

CHUNK = 500


def recompute_lights(dry_run: bool = False, among: QuerySet[LedgerItem] | None = None) -> tuple[int, int]:
    """``(looked at, differed)`` over everything open, or ``among`` some of it; rewrites them unless ``dry_run``.

    A chunk a transaction, rows locked, so that a step taken meanwhile is neither lost nor held up for long.
    The version stays: nothing a reader decided by has changed.
    """
    rows = LedgerItem.objects.open() if among is None else among
    calendar = current_calendar()
    seen = changed = last = 0
    while True:
        with transaction.atomic():
            # Ids first: a row lock and the progress subquery do not go into one statement everywhere.
            keys = list(
                rows.filter(pk__gt=last)
                .order_by("pk")
                .select_for_update()
                .values_list("pk", flat=True)[:CHUNK]
            )
            if not keys:
                return seen, changed
            different = []
            for item in LedgerItem.objects.filter(pk__in=keys).with_progress():
                accepted: int = item.accepted  # type: ignore[attr-defined]
                days = turning_days(calendar, item.starts_on, item.due_on, accepted)
                if days != (item.yellow_on, item.red_on):
                    item.yellow_on, item.red_on = days
                    different.append(item)
            if different and not dry_run:
                LedgerItem.objects.bulk_update(different, ["yellow_on", "red_on"])
        seen, changed, last = seen + len(keys), changed + len(different), keys[-1]
