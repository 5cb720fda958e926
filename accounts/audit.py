"""Writing the audit trail: two calls, both inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models

from accounts.models import AuditEvent, User


def record(
    verb: str,
    target: models.Model | None = None,
    *,
    by: User | None,
    changes: dict[str, Any] | None = None,
    note: str = "",
    address: str | None = None,
) -> AuditEvent:
    """Write one act. ``changes`` maps a field to ``[before, after]``."""
    return AuditEvent.objects.create(
        actor=by,
        verb=verb,
        target_type=target._meta.label_lower if target is not None else "",
        target_id=str(target.pk) if target is not None else "",
        target_name=str(target)[:200] if target is not None else "",
        changes=changes or {},
        note=note,
        address=address,
    )


def record_many(verb: str, targets: Iterable[models.Model], *, by: User | None, note: str = "") -> int:
    """One row for each target, in a few statements however many there are. How many were written."""
    events = [
        AuditEvent(
            actor=by,
            verb=verb,
            target_type=target._meta.label_lower,
            target_id=str(target.pk),
            target_name=str(target)[:200],
            note=note,
        )
        for target in targets
    ]
    return len(AuditEvent.objects.bulk_create(events, batch_size=1000))


def snapshot(target: models.Model, fields: Iterable[str]) -> dict[str, Any]:
    """The named fields as plain values; a foreign key as the text of what it names."""
    values: dict[str, Any] = {}
    for name in fields:
        value = getattr(target, name)
        values[name] = str(value) if isinstance(value, models.Model) else value
    return values


def difference(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    """``{field: [before, after]}`` for the fields that differ."""
    return {name: [before.get(name), value] for name, value in after.items() if before.get(name) != value}
