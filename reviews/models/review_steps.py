"""The steps of the annual review: lock and re-read, check, change, write the audit row. One method each."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, cast

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import AuditEvent
from branches.access import actor_for
from branches.models import Person
from common.steps import Stale, StepForbidden, StepRefused
from common.typed import typed_text
from reviews.models.review_drafts import write_drafts

if TYPE_CHECKING:
    from reviews.models.review import AnnualReview, ReviewRound, ReviewSection

TEXT_LIMIT = 4000  # characters of one paragraph


class RoundSteps:
    """Mixed into ``ReviewRound``: steps of the Party office."""

    @classmethod
    @transaction.atomic
    def begin(
        cls, *, year: int, confirm_due_on: date, written_limit: int, by: Person, at: datetime
    ) -> ReviewRound:
        """Open the round of a year and write a draft for every organization that reports.

        Raises ``StepForbidden`` for anyone but the Party office, ``StepRefused`` for a year not yet begun.
        """
        _office_only(by, at)
        if year > timezone.localdate(at).year:
            raise StepRefused(_("The year %(year)d has not begun. Choose an earlier one.") % {"year": year})
        round = cast("type[ReviewRound]", cls)(
            year=year, confirm_due_on=confirm_due_on, written_limit=written_limit, opened_by=by, opened_at=at
        )
        round.full_clean()
        round.save()
        record(AuditEvent.Verb.CREATE, round, by=by.user)
        round.draft_missing(by=by, at=at)
        return round

    @transaction.atomic
    def draft_missing(self, *, by: Person, at: datetime) -> int:
        """Write drafts for reporting organizations that have none yet; returns how many."""
        from reviews.models.review import AnnualReview

        round = _locked_round(self)
        _office_only(by, at)
        _round_is_open(round)
        day = timezone.localdate(at)
        organizations = list(round.missing_organizations())
        reviews = [
            AnnualReview(round=round, organization=o, generated_at=at, generated_by=by, counted_to=day)
            for o in organizations
        ]
        AnnualReview.objects.bulk_create(reviews)
        write_drafts(round, reviews, by, at)
        if reviews:
            note = "、".join(organization.name for organization in organizations)
            record(
                AuditEvent.Verb.UPDATE, round, by=by.user, note=note, changes={"drafts": [0, len(reviews)]}
            )
        return len(reviews)

    draft_missing.alters_data = True  # type: ignore[attr-defined]

    @transaction.atomic
    def set_terms(
        self, *, confirm_due_on: date, written_limit: int, version: int, by: Person, at: datetime
    ) -> None:
        """Change the deadline or the limit of an open round. ``Stale`` when someone did so meanwhile."""
        round = _locked_round(self)
        _office_only(by, at)
        _round_is_open(round)
        if round.version != version:
            raise Stale(_("Someone changed this round since you opened the page. Look at it again."))
        before = [round.confirm_due_on, round.written_limit]
        round.confirm_due_on, round.written_limit = confirm_due_on, written_limit
        round.version += 1
        round.full_clean()
        round.save(update_fields=["confirm_due_on", "written_limit", "version"])
        found = {
            "confirm_due_on": [before[0], confirm_due_on],
            "written_limit": [before[1], written_limit],
        }
        record(
            AuditEvent.Verb.UPDATE,
            round,
            by=by.user,
            changes={k: v for k, v in found.items() if v[0] != v[1]},
        )

    set_terms.alters_data = True  # type: ignore[attr-defined]

    @transaction.atomic
    def close(self, *, by: Person, at: datetime) -> int:
        """Freeze the figures of every report; returns how many were not confirmed by their organization."""
        round = _locked_round(self)
        _office_only(by, at)
        _round_is_open(round)
        open_reports = []
        for review in round.reviews.select_for_update(of=("self",)).select_related("organization"):
            review.frozen = review.figures
            review.save(update_fields=["frozen"])
            if not review.is_confirmed:
                open_reports.append(review.organization.name)
        round.status, round.closed_by, round.closed_at = round.Status.CLOSED, by, at
        round.version += 1
        round.save(update_fields=["status", "closed_by", "closed_at", "version"])
        record(
            AuditEvent.Verb.CLOSE,
            round,
            by=by.user,
            note="、".join(open_reports),
            changes={"unconfirmed": [None, len(open_reports)]},
        )
        return len(open_reports)

    close.alters_data = True  # type: ignore[attr-defined]

    @transaction.atomic
    def reopen(self, *, by: Person, at: datetime) -> None:
        """Undo closing. Confirmations and texts stay as they are; figures follow the records again."""
        round = _locked_round(self)
        _office_only(by, at)
        if round.is_open:
            raise StepRefused(_("This round is open already."))
        round.reviews.update(frozen=None)
        round.status, round.closed_by, round.closed_at = round.Status.OPEN, None, None
        round.version += 1
        round.save(update_fields=["status", "closed_by", "closed_at", "version"])
        record(AuditEvent.Verb.REOPEN, round, by=by.user)

    reopen.alters_data = True  # type: ignore[attr-defined]


class ReviewSteps:
    """Mixed into ``AnnualReview``."""

    @transaction.atomic
    def generate(self, *, by: Person, at: datetime) -> int:
        """Write the draft again from the records of today; returns how many figures changed.

        Paragraphs that someone rewrote keep their words. Raises ``StepRefused`` once confirmed or closed.
        """
        review = _locked_review(self)
        _writer_only(review, by, at)
        _editable(review)
        write_drafts(review.round, [review], by, at)
        record(
            AuditEvent.Verb.UPDATE,
            review,
            by=by.user,
            changes={c["label"]: [c["before"], c["after"]] for c in review.changed},
        )
        return len(review.changed)

    generate.alters_data = True  # type: ignore[attr-defined]

    @transaction.atomic
    def confirm(self, *, by: Person, at: datetime, version: int) -> None:
        """The organization stands by its report: its own officers (or those above it) may, not the office."""
        review = _locked_review(self)
        if not actor_for(by, timezone.localdate(at)).is_officer_of(review.organization):
            raise StepForbidden(_("A report is confirmed by an officer of its organization."))
        _round_is_open(review.round)
        if review.is_confirmed:
            raise StepRefused(_("This report is confirmed already."))
        if review.version != version:
            raise Stale(_("The report changed since you opened the page. Read it again, then confirm."))
        over = review.length - review.round.written_limit
        if over > 0:
            raise StepRefused(
                _("The report is %(over)d characters too long. Shorten it, then confirm.") % {"over": over}
            )
        review.confirmed_by, review.confirmed_at = by, at
        review.version += 1
        review.save(update_fields=["confirmed_by", "confirmed_at", "version"])
        record(AuditEvent.Verb.CONFIRM, review, by=by.user, note="".join(review.missing))

    confirm.alters_data = True  # type: ignore[attr-defined]

    @transaction.atomic
    def withdraw_confirmation(self, *, by: Person, at: datetime) -> None:
        """Take the confirmation back to change the text: officers or the office, while the round is open."""
        review = _locked_review(self)
        _writer_only(review, by, at)
        _round_is_open(review.round)
        if not review.is_confirmed:
            raise StepRefused(_("This report is not confirmed."))
        review.confirmed_by = review.confirmed_at = None
        review.version += 1
        review.save(update_fields=["confirmed_by", "confirmed_at", "version"])
        record(AuditEvent.Verb.WITHDRAW, review, by=by.user)

    withdraw_confirmation.alters_data = True  # type: ignore[attr-defined]


class SectionSteps:
    """Mixed into ``ReviewSection``."""

    @transaction.atomic
    def rewrite(self, *, text: str, version: int, by: Person, at: datetime) -> None:
        """Put one's own words in place of the draft. Raises ``Stale`` when someone else wrote meanwhile."""
        section, review = _locked_section(self, by, at)
        words = typed_text(text).strip()
        if section.version != version:
            raise Stale(_("Someone changed this paragraph while you were writing. Both texts are below."))
        if not words:
            raise StepRefused(_("Write the paragraph, or go back to the draft."))
        if len(words) > TEXT_LIMIT:
            raise StepRefused(_("A paragraph has at most %(limit)d characters.") % {"limit": TEXT_LIMIT})
        if words == section.text:
            return
        before = section.text
        section.edited, section.edited_by, section.edited_at = words, by, at
        _save_section(section, review)
        record(
            AuditEvent.Verb.UPDATE,
            review,
            by=by.user,
            note=section.heading,
            changes={"text": [before, words]},
        )

    rewrite.alters_data = True  # type: ignore[attr-defined]

    @transaction.atomic
    def restore(self, *, version: int, by: Person, at: datetime) -> None:
        """Go back to the draft. What was written stays in the history."""
        section, review = _locked_section(self, by, at)
        if section.version != version:
            raise Stale(_("Someone changed this paragraph while you were writing. Both texts are below."))
        if section.edited is None:
            raise StepRefused(_("This paragraph is the draft already."))
        before = section.edited
        section.edited = section.edited_by = section.edited_at = None
        _save_section(section, review)
        record(
            AuditEvent.Verb.UPDATE,
            review,
            by=by.user,
            note=section.heading,
            changes={"text": [before, section.draft]},
        )

    restore.alters_data = True  # type: ignore[attr-defined]


def _save_section(section: ReviewSection, review: AnnualReview) -> None:
    section.version += 1
    section.save(update_fields=["edited", "edited_by", "edited_at", "version"])
    review.version += 1
    review.save(update_fields=["version"])


def _locked_round(round: Any) -> ReviewRound:
    """The round, re-read and locked."""
    return cast("ReviewRound", type(round).objects.select_for_update().get(pk=round.pk))


def _locked_review(review: Any) -> AnnualReview:
    # The round first, always in this order: closing and editing never wait for each other in a circle.
    type(review).round.field.related_model.objects.select_for_update().get(pk=review.round_id)
    locked = type(review).objects.select_for_update(of=("self",)).select_related("organization", "round")
    return cast("AnnualReview", locked.get(pk=review.pk))


def _locked_section(section: Any, by: Person, at: datetime) -> tuple[ReviewSection, AnnualReview]:
    review = _locked_review(section.review)
    _writer_only(review, by, at)
    _editable(review)
    locked = type(section).objects.select_for_update(of=("self",)).get(pk=section.pk)
    locked.review = review
    return cast("ReviewSection", locked), review


def _office_only(by: Person, at: datetime) -> None:
    if not actor_for(by, timezone.localdate(at)).is_office:
        raise StepForbidden(_("The Party office runs the review."))


def _writer_only(review: AnnualReview, by: Person, at: datetime) -> None:
    if not actor_for(by, timezone.localdate(at)).writes_for(review.organization):
        raise StepForbidden(_("A report is written by the officers of its organization or the Party office."))


def _round_is_open(round: ReviewRound) -> None:
    if not round.is_open:
        raise StepRefused(
            _("The round of %(year)d is closed. The Party office can reopen it.") % {"year": round.year}
        )


def _editable(review: AnnualReview) -> None:
    _round_is_open(review.round)
    if review.is_confirmed:
        raise StepRefused(_("This report is confirmed. Take the confirmation back to change it."))


__all__ = ["ReviewSteps", "RoundSteps", "SectionSteps"]
