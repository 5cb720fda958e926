"""What every step of a ledger item has in common: lock and re-read, check, change, write the history row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, cast

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.steps import Stale, StepRefused
from tasks.lights import turning_days
from tasks.models.calendar import current_calendar

if TYPE_CHECKING:
    from branches.models import Person
    from tasks.models.item import LedgerItem


class Step(models.TextChoices):
    """The names of the steps: in the history, in addresses, in the table of who may."""

    CREATE = "create", gettext_lazy("entered as a draft")
    EDIT = "edit", gettext_lazy("edited")
    REGISTER = "register", gettext_lazy("registered")
    ASSIGN = "assign", gettext_lazy("assigned")
    SIGN_FOR = "sign_for", gettext_lazy("signed for")
    REPORT = "report", gettext_lazy("reported")
    ACCEPT_REPORT = "accept_report", gettext_lazy("report accepted")
    RETURN_REPORT = "return_report", gettext_lazy("report returned")
    REQUEST_COMPLETION = "request_completion", gettext_lazy("completion requested")
    SEND_BACK = "send_back", gettext_lazy("sent back")
    COMPLETE = "complete", gettext_lazy("completed")
    CLEAR = "clear", gettext_lazy("cleared")
    REQUEST_EXTENSION = "request_extension", gettext_lazy("extension requested")
    DECIDE_EXTENSION = "decide_extension", gettext_lazy("extension decided")
    URGE = "urge", gettext_lazy("urged")
    CORRECT_ASSIGNMENT = "correct_assignment", gettext_lazy("assignment corrected")
    HAND_OVER = "hand_over", gettext_lazy("handed over")
    RETURN_TO_DRAFT = "return_to_draft", gettext_lazy("returned to draft")


#: Columns whose change the history row already says by its own columns.
_SAID_BY_THE_ROW = frozenset({"state"})


@dataclass
class Taking:
    """A step being taken: the locked item, what will change, what the history will say."""

    item: LedgerItem
    values: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    note: str = ""

    def change(self, **values: Any) -> None:
        """Values to be saved when the step ends well. Every check comes before the first change."""
        self.values.update(values)

    def save(self, step: Step, by: Person | None, at: datetime) -> None:
        """Write the row and its history."""
        from tasks.models.item import ItemEvent

        item, before = self.item, self.item.state
        for name, new in self.values.items():
            old = getattr(item, name)
            if old != new and name not in _SAID_BY_THE_ROW and not isinstance(new, datetime):
                self.data[name] = {"old": _plain(old), "new": _plain(new)}
            setattr(item, name, new)
        item.yellow_on, item.red_on = turning_days_of(item)
        item.version += 1
        item.save(update_fields=[*self.values, "yellow_on", "red_on", "version"])
        ItemEvent.objects.create(
            item=item,
            step=step,
            by=by,
            at=at,
            from_state=before,
            to_state=item.state,
            note=self.note,
            data=self.data,
        )


def turning_days_of(item: LedgerItem) -> tuple[date | None, date | None]:
    """The two days on which the item's light turns; a draft and what is done have none."""
    if not item.is_open:
        return None, None
    return turning_days(current_calendar(), item.starts_on, item.due_on, item.accepted_progress())


def _plain(value: Any) -> Any:
    """A value as the history keeps it: a key and a name, a date in ISO."""
    if isinstance(value, models.Model):
        return {"id": value.pk, "name": str(value)}
    return value.isoformat() if isinstance(value, date) else value


class Stepping:
    """Mixed into ``LedgerItem`` below its steps."""

    def _locked(self) -> LedgerItem:
        """Lock the row and read it anew. Raises ``Stale`` when it has changed since it was last read."""
        from tasks.models.item import LedgerItem

        item = cast("LedgerItem", self)
        fresh = LedgerItem.objects.select_for_update().get(pk=item.pk)
        if fresh.version != item.version:
            raise Stale(_("Someone changed this item since you opened it."))
        for column in LedgerItem._meta.concrete_fields:
            setattr(item, column.attname, getattr(fresh, column.attname))
        # What was prefetched may be older than the row.
        vars(item).pop("_prefetched_objects_cache", None)
        return item

    @contextmanager
    def _step(self, step: Step, by: Person | None, at: datetime, *states: str) -> Iterator[Taking]:
        """One step: atomic, refused unless the item is in one of ``states``, nothing done when it fails."""
        with transaction.atomic():
            item = self._locked()
            if item.state not in states:
                raise not_now(item)
            taking = Taking(item)
            yield taking
            taking.save(step, by, at)


def not_now(item: LedgerItem) -> StepRefused:
    """The refusal of a step in the item's present state."""
    state = {"state": item.get_state_display()}
    return StepRefused(_("This is not possible while the item is “%(state)s”.") % state)


def said(text: str, refusal: str) -> str:
    """The text without outer space. Raises ``StepRefused`` with ``refusal`` when nothing is left."""
    if not text.strip():
        raise StepRefused(refusal)
    return text.strip()
