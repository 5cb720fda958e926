"""Steps between the unit that does the work and the one that watches it: reports, extensions, urges."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, cast

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.days import demand_reach
from common.steps import StepForbidden, StepRefused
from tasks.models.stepping import Step, Stepping, not_now, said

if TYPE_CHECKING:
    from branches.models import Person
    from tasks.models.item import LedgerItem
    from tasks.models.progress import Extension, ProgressReport, Urge

#: Where a report or an extension may still wait for its answer.
ANSWERED_IN = ("assigned", "in_progress", "completion_requested")


class ExchangeSteps(Stepping):
    """Mixed into ``LedgerItem``."""

    def pending_report(self) -> ProgressReport | None:
        """The report that waits for an answer."""
        return cast("LedgerItem", self).reports.filter(status="pending").first()

    def pending_extension(self) -> Extension | None:
        """The extension that waits for a decision."""
        return cast("LedgerItem", self).extensions.filter(status="pending").first()

    def report(self, by: Person, at: datetime, progress: int, text: str) -> ProgressReport:
        """Say how far the work is, in percent. It counts once someone else has accepted it."""
        with self._step(Step.REPORT, by, at, "in_progress") as step:
            step.note = said(text, _("Say what was done."))
            if not 0 <= progress <= 100:
                raise StepRefused(_("Progress is from 0 to 100."))
            if self.pending_report():
                raise StepRefused(_("The last report has not been answered yet."))
            made = step.item.reports.create(progress=progress, text=step.note, reported_by=by, reported_at=at)
            step.data = {"report": made.pk, "progress": progress}
        return made

    def accept_report(self, by: Person, at: datetime, reply: str = "") -> ProgressReport:
        """Accept the waiting report: its progress is the item's from now on. Not by author or owner."""
        return self._answer_report(Step.ACCEPT_REPORT, by, at, "accepted", reply.strip())

    def return_report(self, by: Person, at: datetime, reply: str) -> ProgressReport:
        """Return the waiting report and say what is missing."""
        return self._answer_report(
            Step.RETURN_REPORT, by, at, "returned", said(reply, _("Say what the report should add."))
        )

    def _answer_report(self, name: Step, by: Person, at: datetime, status: str, reply: str) -> ProgressReport:
        with self._step(name, by, at, *ANSWERED_IN) as step:
            waiting = self.pending_report()
            if waiting is None:
                raise StepRefused(_("No report is waiting for an answer."))
            if by.pk in (waiting.reported_by_id, step.item.owner_id):
                raise StepForbidden(_("A report is answered by someone other than its author."))
            waiting.status, waiting.decided_by, waiting.decided_at, waiting.reply = status, by, at, reply
            waiting.save(update_fields=["status", "decided_by", "decided_at", "reply"])
            step.note = reply
            step.data = {"report": waiting.pk, "progress": waiting.progress}
        return waiting

    def request_extension(self, by: Person, at: datetime, due_on: date, reason: str) -> Extension:
        """Ask for a later deadline, on or before the present one. The original deadline is kept for ever."""
        with self._step(Step.REQUEST_EXTENSION, by, at, "in_progress") as step:
            item = step.item
            due_now = cast(date, item.due_on)  # the database holds it from registration on
            step.note = said(reason, _("Give the reason for the extension."))
            if timezone.localdate(at) > due_now:
                raise StepRefused(_("The deadline has passed. An extension is asked for on or before it."))
            demand_reach(due_on)
            if due_on <= due_now:
                raise StepRefused(_("The new deadline is after the current one."))
            if self.pending_extension():
                raise StepRefused(_("An extension is already waiting for a decision."))
            asked = item.extensions.create(
                due_before=due_now,
                due_requested=due_on,
                reason=step.note,
                requested_by=by,
                requested_at=at,
            )
            step.data = {"extension": asked.pk, "due_requested": due_on.isoformat()}
        return asked

    def decide_extension(self, by: Person, at: datetime, granted: bool, reply: str = "") -> Extension:
        """Grant or refuse the waiting extension. Never by the one who asked or the owner."""
        with self._step(Step.DECIDE_EXTENSION, by, at, *ANSWERED_IN) as step:
            waiting = self.pending_extension()
            if waiting is None:
                raise StepRefused(_("No extension is waiting for a decision."))
            if by.pk in (waiting.requested_by_id, step.item.owner_id):
                raise StepForbidden(_("An extension is decided by someone other than the one who asked."))
            step.note = reply.strip() if granted else said(reply, _("Say why the extension is not granted."))
            waiting.status = "granted" if granted else "refused"
            waiting.decided_by, waiting.decided_at, waiting.reply = by, at, step.note
            waiting.save(update_fields=["status", "decided_by", "decided_at", "reply"])
            step.data = {"extension": waiting.pk, "granted": granted}
            if granted:
                step.change(due_on=waiting.due_requested)
        return waiting

    def urge(self, by: Person, at: datetime, note: str = "") -> Urge:
        """Press for the item, once a day. The item does not change: a form open elsewhere stays good."""
        from tasks.models.item import ItemEvent, LedgerItem

        with transaction.atomic():
            item = LedgerItem.objects.select_for_update().get(pk=cast("LedgerItem", self).pk)
            if item.state not in ANSWERED_IN:
                raise not_now(item)
            if any(timezone.localdate(u.at) == timezone.localdate(at) for u in item.urges.all()[:1]):
                raise StepRefused(_("This item was already urged today."))
            made = item.urges.create(by=by, at=at, note=note.strip())
            ItemEvent.objects.create(
                item=item,
                step=Step.URGE,
                by=by,
                at=at,
                from_state=item.state,
                to_state=item.state,
                note=made.note,
            )
        return made


for _name in ("report", "accept_report", "return_report", "request_extension", "decide_extension", "urge"):
    getattr(ExchangeSteps, _name).alters_data = True
