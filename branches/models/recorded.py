"""Rows whose every change is written down, and spans that begin and end.

A step locks and re-reads the row, asks whether the person may, checks, changes and writes its audit row,
all in one transaction. What a row must fulfil stands in its fields, ``clean()`` and constraints, so a
step raises ``ValidationError`` beside a field as well as ``StepRefused``.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import record, snapshot
from accounts.models import AuditEvent
from common.steps import Stale, StepForbidden, StepRefused

if TYPE_CHECKING:
    from branches.models.organization import Organization
    from branches.models.person import Person


def demand_office(by: Person, at: datetime) -> None:
    """Raise ``StepForbidden`` unless the person works in the Party office on that day."""
    from branches.access import actor_for

    if not actor_for(by, timezone.localdate(at)).is_office:
        raise StepForbidden(_("Only the Party office does this."))


def demand_writer(by: Person, at: datetime, organization: Organization) -> None:
    """Raise ``StepForbidden`` unless the person writes for the organization on that day."""
    from branches.access import actor_for

    if not actor_for(by, timezone.localdate(at)).writes_for(organization):
        raise StepForbidden(_("Only officers of this organization or the Party office do this."))


class Recorded(models.Model):
    """A row with history. ``RECORDED`` names the fields whose values go into it."""

    RECORDED: ClassVar[tuple[str, ...]] = ()

    class Meta:
        abstract = True

    def _locked(self) -> Self:
        """This row as it stands, held until the transaction ends."""
        return type(self)._default_manager.select_for_update().get(pk=self.pk)

    def _created(self, by: Person) -> None:
        values = snapshot(self, self.RECORDED)
        kept = {name: [None, value] for name, value in values.items() if value not in (None, "")}
        record(AuditEvent.Verb.CREATE, self, by=by.user, changes=kept)

    def _set(
        self, by: Person, values: dict[str, Any], *, verb: str = AuditEvent.Verb.UPDATE, note: str = ""
    ) -> bool:
        """Change a locked row, check it whole, save and record what changed. ``False``: nothing did."""
        changed = [name for name, value in values.items() if getattr(self, name) != value]
        if not changed:
            return False
        before = snapshot(self, changed)
        for name in changed:
            setattr(self, name, values[name])
        self._check(changed)
        after = snapshot(self, changed)
        if hasattr(self, "version"):
            self.version += 1
        self.save(update_fields=[*changed, "version"] if hasattr(self, "version") else changed)
        changes = {name: [before[name], after[name]] for name in changed}
        record(verb, self, by=by.user, changes=changes, note=note)
        return True

    def _check(self, changed: list[str]) -> None:
        """Raise ``ValidationError`` where the row with its changes breaks a rule."""
        self.full_clean()

    def _fresh(self, version: int) -> None:
        """Raise ``Stale`` unless a locked row is the version the person saw."""
        if getattr(self, "version", version) != version:
            raise Stale(_("Someone else changed this first."))


class Span(Recorded):
    """A row that holds from a day to a day, kept by the Party office."""

    starts_on: date
    ends_on: date | None

    class Meta:
        abstract = True

    @transaction.atomic
    def begin(self, by: Person, at: datetime) -> Self:
        """Keep a new row. Raises ``ValidationError`` and ``StepForbidden``."""
        demand_office(by, at)
        self.full_clean()
        self.save()
        self._created(by)
        return self

    @transaction.atomic
    def end(self, by: Person, at: datetime, ends_on: date) -> None:
        """End an open row; ``ends_on`` is the last day it holds."""
        demand_office(by, at)
        self._locked().close(by, ends_on)

    begin.alters_data = True  # type: ignore[attr-defined]
    end.alters_data = True  # type: ignore[attr-defined]

    def close(self, by: Person, ends_on: date) -> None:
        """Set the last day of a locked, open row and record it (for steps that end several at once)."""
        if self.ends_on is not None:
            raise StepRefused(_("This has already ended."))
        if ends_on < self.starts_on:
            raise ValidationError(
                {"ends_on": _("The end is before the start (%(day)s).") % {"day": self.starts_on}}
            )
        self._set(by, {"ends_on": ends_on}, verb=AuditEvent.Verb.CLOSE)

    def _check(self, changed: list[str]) -> None:
        """An end only makes the span shorter: what it shared with another before must not keep it open."""
        if changed != ["ends_on"]:
            super()._check(changed)
        else:
            self.clean_fields(exclude={field.name for field in self._meta.fields} - {"ends_on"})
            self.validate_constraints()

    def overlapping(self, rows: models.QuerySet[Any]) -> Any:
        """The first ended row among ``rows`` that shares a day with this one (open ones: constraints)."""
        if not isinstance(self.starts_on, date):
            return None
        shared = Q(ends_on__gte=self.starts_on)
        if self.ends_on:
            shared &= Q(starts_on__lte=self.ends_on)
        return rows.filter(shared).exclude(pk=self.pk).first()


def close_all(rows: Iterable[Span], by: Person, ends_on: date) -> int:
    """End every open row of several kinds on one day; how many there were."""
    count = 0
    for row in rows:
        row.close(by, max(ends_on, row.starts_on))
        count += 1
    return count
