"""The audit trail of rows as a reader's lines: who, when, which field from what to what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Q
from django.utils.formats import localize
from django.utils.translation import gettext as _

from accounts.models import AuditEvent
from common.templatetags.gongjian import zhdate

#: How many lines a page shows.
RECENT = 50


@dataclass(frozen=True)
class Change:
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Line:
    """One act: ``what`` is the kind of row, ``name`` the row as it was called then."""

    at: datetime
    who: str
    verb: str
    what: str
    name: str
    changes: tuple[Change, ...]
    note: str


def history(*rows: models.Model, limit: int = RECENT) -> list[Line]:
    """What was recorded about these rows, newest first. One query, however many rows."""
    keys: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        keys[row._meta.label_lower].append(str(row.pk))
    wanted = Q(pk__in=[])
    for label, ids in keys.items():
        wanted |= Q(target_type=label, target_id__in=ids)
    events = AuditEvent.objects.filter(wanted).select_related("actor")[:limit]
    return [_line(event) for event in events]


def _line(event: AuditEvent) -> Line:
    model = apps.get_model(event.target_type)
    return Line(
        at=event.at,
        who=str(event.actor) if event.actor else _("the system"),
        verb=event.get_verb_display(),
        what=str(model._meta.verbose_name),
        name=event.target_name,
        changes=tuple(_changes(model, event.changes)),
        note=event.note,
    )


def _changes(model: type[models.Model], changes: dict[str, Any]) -> Iterable[Change]:
    for name, (before, after) in changes.items():
        try:
            field = model._meta.get_field(name)
        except FieldDoesNotExist:
            continue
        if isinstance(field, models.Field):
            yield Change(str(field.verbose_name), _shown(field, before), _shown(field, after))


def _shown(field: models.Field[Any, Any], value: Any) -> str:
    """A kept value in the reader's language: a choice by its label, a day as a day."""
    if value in (None, ""):
        return ""
    if isinstance(field, models.BooleanField):
        return _("yes") if value else _("no")
    if field.choices and not isinstance(field, models.ForeignKey):
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.DateField):
        return zhdate(date.fromisoformat(value)) if isinstance(value, str) else zhdate(value)
    return str(localize(value)) if isinstance(value, int | float) else str(value)
