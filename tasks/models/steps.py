"""The steps of a ledger item from draft to cleared, each one method (reports, extensions: ``exchange``)."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, cast

from django.utils import timezone
from django.utils.translation import gettext as _

from branches.access import actor_for
from branches.models import Appointment
from common.days import demand_reach
from common.steps import StepForbidden, StepRefused
from tasks.models.exchange import ExchangeSteps
from tasks.models.stepping import Step, said

if TYPE_CHECKING:
    from branches.models import Organization, Person
    from tasks.models.item import LedgerItem

#: What may be edited before the item is assigned; from then on only the words, the rest by its own step.
EDITABLE = frozenset({"draft", "registered", "assigned", "in_progress"})
WORDS = frozenset({"title", "requirement", "done_when", "measure", "phrase", "leader", "vanguard_post"})
SETTLED = frozenset({"lead", "owner", "starts_on", "due_on", "ledger"})
#: The steps of those who do the work. Who took one never finds the item complete nor clears it.
WORK = (Step.SIGN_FOR, Step.REPORT, Step.REQUEST_EXTENSION, Step.REQUEST_COMPLETION)


class ItemSteps(ExchangeSteps):
    """Mixed into ``LedgerItem``."""

    def edit(self, by: Person, at: datetime, values: dict[str, Any]) -> None:
        """Change the words; deadline, lead and owner too until it is assigned (then they have steps)."""
        with self._step(Step.EDIT, by, at, *EDITABLE) as step:
            free = WORDS if step.item.state in ("assigned", "in_progress") else WORDS | SETTLED
            changed = {name: value for name, value in values.items() if getattr(step.item, name) != value}
            if not set(changed) <= free:
                raise StepRefused(
                    _("Once an item is assigned, deadline and people change by their own steps.")
                )
            _sensible({name: values.get(name, getattr(step.item, name)) for name in SETTLED}, step.item.state)
            step.change(**changed)

    def register(self, by: Person, at: datetime) -> None:
        """Make the draft binding: it has a deadline, a lead unit and a person responsible."""
        with self._step(Step.REGISTER, by, at, "draft") as step:
            _sensible({name: getattr(step.item, name) for name in SETTLED}, "registered")
            step.change(state="registered", registered_at=at)

    def assign(self, by: Person, at: datetime) -> None:
        """Hand the item to its lead unit. The original deadline is set, once and for ever."""
        with self._step(Step.ASSIGN, by, at, "registered") as step:
            item, today = step.item, timezone.localdate(at)
            if cast(date, item.due_on) < today:
                raise StepRefused(_("The deadline has already passed. Edit the item and give it a new one."))
            step.change(
                state="assigned",
                assigned_at=at,
                starts_on=item.starts_on or today,
                due_on_original=item.due_on_original or item.due_on,
            )

    def sign_for(self, by: Person, at: datetime) -> None:
        """Take the item on: person and time are kept."""
        with self._step(Step.SIGN_FOR, by, at, "assigned") as step:
            step.change(state="in_progress", signed_at=at, signed_by=by)

    def request_completion(self, by: Person, at: datetime, note: str = "") -> None:
        """Say that the work is done. This day, not the day of the decision, is when it was."""
        with self._step(Step.REQUEST_COMPLETION, by, at, "in_progress") as step:
            step.note = note.strip()
            step.change(state="completion_requested", completed_on=timezone.localdate(at))

    def send_back(self, by: Person, at: datetime, reason: str) -> None:
        """The work is not done yet: back to work, with the reason."""
        with self._step(Step.SEND_BACK, by, at, "completion_requested") as step:
            step.note = said(reason, _("Say what is still missing."))
            step.change(state="in_progress", completed_on=None)

    def complete(self, by: Person, at: datetime, note: str = "") -> None:
        """Find the work done. A waiting report is accepted with it, a waiting extension falls away."""
        with self._step(Step.COMPLETE, by, at, "completion_requested") as step:
            if step.item.worked_on_by(by.pk):
                raise StepForbidden(_("An item is found complete by someone who did not do the work."))
            step.note = note.strip()
            step.data = self._settle(by, at)
            step.change(state="completed", completed_at=at)

    def _settle(self, by: Person, at: datetime) -> dict[str, Any]:
        """Answer what still waits when an item is completed; what was answered, for the history."""
        settled: dict[str, Any] = {}
        report, extension = self.pending_report(), self.pending_extension()
        if report:
            report.status, report.decided_by, report.decided_at = "accepted", by, at
            report.save(update_fields=["status", "decided_by", "decided_at"])
            settled |= {"report": report.pk, "progress": report.progress}
        if extension and extension.requested_by_id == by.pk:
            raise StepForbidden(_("An extension is decided by someone other than the one who asked."))
        if extension:
            extension.status, extension.decided_by, extension.decided_at = "refused", by, at
            extension.reply = _("No longer needed: the item was completed.")
            extension.save(update_fields=["status", "decided_by", "decided_at", "reply"])
            settled |= {"extension": extension.pk, "granted": False}
        return settled

    def clear(self, by: Person, at: datetime, note: str = "") -> None:
        """Strike the item off. Never by its owner, who worked on it, or who reports for the lead unit."""
        with self._step(Step.CLEAR, by, at, "completed") as step:
            if self.is_hand_of(by, timezone.localdate(at)):
                raise StepForbidden(_("An item is cleared by someone outside the unit that did the work."))
            step.note = note.strip()
            step.change(state="cleared", cleared_at=at, cleared_by=by)

    def worked_on_by(self, person_id: int) -> bool:
        """Whether the person owns the item or ever took a step that is the lead unit's to take."""
        item = cast("LedgerItem", self)
        return person_id == item.owner_id or item.events.filter(by=person_id, step__in=WORK).exists()

    def is_hand_of(self, person: Person, on: date) -> bool:
        """Whether the person did the work or reports for the lead unit: as its officer, or as one above it."""
        item = cast("LedgerItem", self)
        if self.worked_on_by(person.pk):
            return True
        held = Appointment.objects.on(on).filter(person=person, organization=item.lead_id)
        if held.filter(post__in=Appointment.Post.officers()).exists():
            return True
        return item.lead is not None and actor_for(person, on).is_officer_of(item.lead)

    def correct_assignment(
        self, by: Person, at: datetime, *, lead: Organization, owner: Person, reason: str
    ) -> None:
        """Give a wrongly assigned item to the right unit and person; it waits to be signed for again."""
        with self._step(
            Step.CORRECT_ASSIGNMENT, by, at, "registered", "assigned", "in_progress", "completion_requested"
        ) as step:
            step.note = said(reason, _("Say why the assignment is corrected."))
            if (lead.pk, owner.pk) == (step.item.lead_id, step.item.owner_id):
                raise StepRefused(_("Choose another lead unit or another person."))
            state = "registered" if step.item.state == "registered" else "assigned"
            step.change(lead=lead, owner=owner, state=state)
            step.change(signed_at=None, signed_by=None, completed_on=None)

    def hand_over(self, by: Person, at: datetime, *, to: Person, reason: str) -> None:
        """Give an open item to the successor of its owner, who signs for it anew; by the Party office.

        A request for completion that waits stays: the work is done, only the one who answers changes.
        """
        with self._step(
            Step.HAND_OVER, by, at, "draft", "registered", "assigned", "in_progress", "completion_requested"
        ) as step:
            if not actor_for(by, timezone.localdate(at)).is_office:
                raise StepForbidden(_("Only the Party office hands over."))
            step.note = said(reason, _("Say why this is handed over."))
            if to.pk == step.item.owner_id:
                raise StepRefused(_("Choose another person."))
            step.change(owner=to)
            if step.item.state == "in_progress":
                step.change(state="assigned", signed_at=None, signed_by=None)

    def return_to_draft(self, by: Person, at: datetime, reason: str) -> None:
        """Take a registration back. What waits for an answer is answered first."""
        with self._step(Step.RETURN_TO_DRAFT, by, at, "registered", "assigned", "in_progress") as step:
            step.note = said(reason, _("Say why the item goes back to draft."))
            if self.pending_report() or self.pending_extension():
                raise StepRefused(_("Answer the waiting report or extension first."))
            step.change(state="draft", registered_at=None, assigned_at=None, signed_at=None, signed_by=None)


def _sensible(values: dict[str, Any], state: str) -> None:
    """The rules a binding item fulfils, said before the database would have to."""
    demand_reach(values["starts_on"], values["due_on"])
    if values["starts_on"] and values["due_on"] and values["due_on"] < values["starts_on"]:
        raise StepRefused(_("The deadline is before the start. Correct one of the two dates."))
    if state != "draft" and not (values["due_on"] and values["lead"] and values["owner"]):
        raise StepRefused(
            _("From registration on, an item has a deadline, a lead unit and a person responsible.")
        )


for _name in (
    "edit",
    "register",
    "assign",
    "sign_for",
    "request_completion",
    "send_back",
    "complete",
    "clear",
    "correct_assignment",
    "hand_over",
    "return_to_draft",
):
    getattr(ItemSteps, _name).alters_data = True
