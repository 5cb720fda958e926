"""The audit trail of one row as a page shows it: fields by name, values by their words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from accounts.models import AuditEvent

SHOWN = 20


@dataclass(frozen=True)
class Change:
    """One field before and after."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Past:
    """One act with what it changed (nothing for a row that was new)."""

    event: AuditEvent
    changes: list[Change]


def history_of(row: models.Model) -> list[Past]:
    """What was done to a row, newest first. One query."""
    events = AuditEvent.objects.of(row).select_related("actor")[:SHOWN]
    return [Past(event, _changes(row, event)) for event in events]


def _changes(row: models.Model, event: AuditEvent) -> list[Change]:
    if event.verb == AuditEvent.Verb.CREATE:
        return []
    return [
        Change(label_of(row, name), word_of(row, name, before), word_of(row, name, after))
        for name, (before, after) in event.changes.items()
    ]


def label_of(row: models.Model, name: str) -> str:
    """What a form calls a field."""
    return str(getattr(row._meta.get_field(name), "verbose_name", name))


def word_of(row: models.Model, name: str, value: Any) -> str:
    """A stored value as words: a choice's label, yes or no, a dash for nothing."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    choices = dict(getattr(row._meta.get_field(name), "flatchoices", None) or [])
    return str(choices.get(value, value)) if value not in (None, "") else "—"
