"""The steps of an activity: submit, withdraw, approve, return, unlock. Only an approved one counts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from branches.access import Actor, actor_for
from branches.models import Person
from common.steps import Stale, StepForbidden, StepRefused

if TYPE_CHECKING:
    from tasks.models.activity import Activity

#: How long the one who submitted may take it back without asking anyone.
WITHDRAWABLE = timedelta(hours=24)


class ActivitySteps:
    """Mixed into ``Activity``. Each step locks and re-reads the row, checks, changes, writes its history.

    ``version`` is the version the person saw; another one in the database raises ``Stale``. ``None``
    asks for no such check (a job acts on what is there).
    """

    @transaction.atomic
    def submit(self, by: Person, at: datetime, *, version: int | None = None) -> Activity:
        """Hand a draft or returned activity to the Party office. By who writes for its organization."""
        activity = self._locked(version)
        activity.demand_writer(by, at)
        activity._demand_status("draft", "returned")
        if activity.held_on > timezone.localdate(at):
            raise StepRefused(_("This activity lies in the future. Submit it when it has taken place."))
        return activity._step(
            "submit",
            by,
            at,
            status="submitted",
            submitted_by=by,
            submitted_at=at,
            decided_by=None,
            decided_at=None,
        )

    @transaction.atomic
    def withdraw(self, by: Person, at: datetime, *, version: int | None = None) -> Activity:
        """Take back what one submitted oneself, within 24 hours and before it is decided."""
        activity = self._locked(version)
        if by.pk != activity.submitter_id:
            raise StepForbidden(_("Only the person who submitted it can withdraw it."))
        activity._demand_status("submitted")
        if activity.submitted_at is not None and at - activity.submitted_at > WITHDRAWABLE:
            raise StepRefused(_("The 24 hours for withdrawing are over. Ask the Party office to return it."))
        return activity._step("withdraw", by, at, status="draft")

    @transaction.atomic
    def approve(self, by: Person, at: datetime, *, version: int | None = None) -> Activity:
        """Approve; from now on it counts. By the Party office, never by the one who submitted it."""
        activity = self._locked(version)
        activity._demand_office(by, at)
        if by.pk == activity.submitter_id:
            raise StepForbidden(_("You submitted this activity yourself; a colleague has to approve it."))
        activity._demand_status("submitted")
        return activity._step("approve", by, at, status="approved", decided_by=by, decided_at=at)

    @transaction.atomic
    def send_back(self, by: Person, at: datetime, reason: str, *, version: int | None = None) -> Activity:
        """Return for correction, with the reason. By the Party office."""
        activity = self._locked(version)
        activity._demand_office(by, at)
        activity._demand_status("submitted")
        reason = _demanded(reason, _("Say what has to be corrected."))
        return activity._step("send_back", by, at, note=reason, status="returned")

    @transaction.atomic
    def unlock(self, by: Person, at: datetime, reason: str, *, version: int | None = None) -> Activity:
        """Open an approved activity for correction, with the reason. It counts again once approved again."""
        activity = self._locked(version)
        activity._demand_office(by, at)
        activity._demand_status("approved")
        reason = _demanded(reason, _("Say why the approval is taken back."))
        return activity._step(
            "unlock", by, at, note=reason, status="returned", decided_by=None, decided_at=None
        )

    @transaction.atomic
    def hand_over(self, by: Person, at: datetime, *, to: Person, reason: str) -> Activity:
        """Give a draft or returned activity to another person to finish. By the Party office."""
        activity = self._locked(None)
        activity._demand_office(by, at)
        activity._demand_status("draft", "returned")
        reason = _demanded(reason, _("Say why this is handed over."))
        answers = "submitted_by" if activity.submitted_by_id else "created_by"
        return activity._step("hand_over", by, at, note=reason, **{answers: to})

    hand_over.alters_data = True  # type: ignore[attr-defined]
    submit.alters_data = True  # type: ignore[attr-defined]
    withdraw.alters_data = True  # type: ignore[attr-defined]
    approve.alters_data = True  # type: ignore[attr-defined]
    send_back.alters_data = True  # type: ignore[attr-defined]
    unlock.alters_data = True  # type: ignore[attr-defined]

    @property
    def submitter_id(self) -> int:
        """Who answers for the record: the one who submitted it, else the one who logged it."""
        activity = cast("Activity", self)
        return activity.submitted_by_id or activity.created_by_id

    def steps_open_to(self, actor: Actor, at: datetime) -> list[str]:
        """The steps this person could take now, for the buttons of a page; each step checks again."""
        activity = cast("Activity", self)
        status, own = activity.status, actor.person_id == self.submitter_id
        steps: list[str] = []
        if status in {"draft", "returned"} and actor.writes_for(activity.organization):
            steps += ["edit", "submit"]
        if status == "submitted" and actor.is_office:
            steps += ["send_back"] if own else ["approve", "send_back"]
        if (
            status == "submitted"
            and own
            and activity.submitted_at
            and at - activity.submitted_at <= WITHDRAWABLE
        ):
            steps.append("withdraw")
        if status == "approved" and actor.is_office:
            steps.append("unlock")
        return steps

    def lock_for_edit(self, by: Person, at: datetime, version: int) -> None:
        """Lock a draft or returned activity that this person may change; inside the caller's transaction."""
        activity = self._locked(version)
        activity.demand_writer(by, at)
        activity._demand_status("draft", "returned")

    def _locked(self, version: int | None) -> Activity:
        """This activity as the database has it now, locked; ``self`` is brought up to it."""
        activity = cast("Activity", self)
        fresh = type(activity).objects.select_for_update().get(pk=activity.pk)
        if version is not None and fresh.version != version:
            raise Stale(_("Someone changed this activity in the meantime. Look at it again, then decide."))
        activity.refresh_from_db()
        return activity

    def _demand_status(self, *statuses: str) -> None:
        activity = cast("Activity", self)
        if activity.status not in statuses:
            raise StepRefused(
                _("This activity is “%(status)s” now; the step is not possible any more.")
                % {"status": activity.get_status_display()}
            )

    def demand_writer(self, by: Person, at: datetime) -> None:
        """Raise ``StepForbidden`` unless the person writes for the activity's organization."""
        activity = cast("Activity", self)
        if not actor_for(by, timezone.localdate(at)).writes_for(activity.organization):
            raise StepForbidden(_("Only officers of the organization and the Party office can do this."))

    def _demand_office(self, by: Person, at: datetime) -> None:
        if not actor_for(by, timezone.localdate(at)).is_office:
            raise StepForbidden(_("Only the Party office can do this."))

    def _step(self, name: str, by: Person, at: datetime, *, note: str = "", **changes: Any) -> Activity:
        """Write the change and its history row."""
        activity = cast("Activity", self)
        before = activity.status
        for field, value in changes.items():
            setattr(activity, field, value)
        activity.version += 1
        activity.save(update_fields=[*changes, "version"])
        activity.events.create(step=name, by=by, at=at, note=note, data={"status": [before, activity.status]})
        return activity


def _demanded(text: str, message: str) -> str:
    text = text.strip()
    if not text:
        raise StepRefused(message)
    return text
