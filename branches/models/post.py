"""Breakthrough vanguard posts: applied for, approved, reviewed once a year, renewed or withdrawn."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from branches.models.organization import Organization
from branches.models.person import Person
from branches.models.recorded import Recorded, demand_office, demand_writer
from common.steps import StepForbidden, StepRefused

if TYPE_CHECKING:
    from branches.access import Actor


class VanguardPostQuerySet(models.QuerySet["VanguardPost"]):
    def visible_to(self, actor: Actor) -> VanguardPostQuerySet:
        if actor.sees_all:
            return self.all()
        return self.filter(actor.scope_q("organization__path") | Q(holder=actor.person_id))

    def current(self, on: date) -> VanguardPostQuerySet:
        """Approved and valid on a day."""
        return self.filter(status=VanguardPost.Status.APPROVED, valid_from__lte=on, valid_to__gte=on)

    def in_state(self, state: str, on: date) -> VanguardPostQuerySet:
        """By a filter: ``applied``, ``review`` (held, its end near or past), ``all``, else what is open."""
        held = self.filter(status=VanguardPost.Status.APPROVED)
        if state == "all":
            return self
        if state == "review":
            return held.filter(valid_to__lte=on + timedelta(days=settings.POST_REVIEW_DAYS))
        if state == "applied":
            return self.filter(status=VanguardPost.Status.APPLIED)
        return self.filter(status__in=[VanguardPost.Status.APPLIED, VanguardPost.Status.APPROVED])


class VanguardPost(Recorded):
    """One member's public challenge and commitment in a hard task."""

    class Status(models.TextChoices):
        APPLIED = "applied", _("applied for")
        APPROVED = "approved", _("in post")
        REFUSED = "refused", _("not approved")
        WITHDRAWN = "withdrawn", pgettext_lazy("post", "withdrawn")

    RECORDED = ("holder", "organization", "challenge", "commitment", "status", "valid_from", "valid_to")

    holder = models.ForeignKey(
        Person, models.PROTECT, related_name="vanguard_posts", verbose_name=_("holder")
    )
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="vanguard_posts", verbose_name=_("organization")
    )
    challenge = models.CharField(_("challenge"), max_length=200)
    commitment = models.TextField(_("commitment"), max_length=500)
    status = models.CharField(_("status"), max_length=20, choices=Status.choices, default=Status.APPLIED)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"))
    decided_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[models.Manager[VanguardPost]] = VanguardPostQuerySet.as_manager()

    class Meta:
        verbose_name = _("breakthrough vanguard post")
        verbose_name_plural = _("breakthrough vanguard posts")
        ordering = ["-valid_from", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__gt=F("valid_from")),
                name="vanguard_post_valid_to_after_from",
                violation_error_message=_("The end is before the start. Correct one of the two dates."),
            ),
            models.UniqueConstraint(
                fields=["holder", "challenge"],
                condition=Q(status__in=["applied", "approved"]),
                name="vanguard_post_one_open_per_challenge",
                violation_error_message=_(
                    "This person already holds or has applied for a post with this challenge."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["approved", "refused"])
                | Q(decided_by__isnull=False, decided_on__isnull=False),
                name="vanguard_post_decided_has_decider",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.holder} · {self.challenge}"

    def clean(self) -> None:
        """The holder belongs to the organization that applies, on some day of the post."""
        if not self.holder_id or not self.organization_id or not isinstance(self.valid_from, date):
            return
        belongs = self.holder.memberships.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=self.valid_from), organization=self.organization_id
        )
        if self._state.adding and not belongs.exists():
            raise ValidationError({"holder": gettext("This person is not a member of the organization.")})

    # Steps -----------------------------------------------------------------------

    @transaction.atomic
    def apply(self, by: Person, at: datetime) -> VanguardPost:
        """Ask the Party office for the post. By who writes for the organization."""
        demand_writer(by, at, self.organization)
        self.status = VanguardPost.Status.APPLIED
        self.full_clean()
        self.save()
        self._created(by)
        return self

    @transaction.atomic
    def approve(self, by: Person, at: datetime, version: int) -> None:
        """Grant the post. By the Party office, never by the holder."""
        self._decide(by, at, version, VanguardPost.Status.APPROVED, "")

    @transaction.atomic
    def refuse(self, by: Person, at: datetime, version: int, reason: str) -> None:
        """Do not grant it, and say why."""
        if not reason.strip():
            raise ValidationError({"reason": gettext("Say why, so that the branch can answer it.")})
        self._decide(by, at, version, VanguardPost.Status.REFUSED, reason.strip())

    @transaction.atomic
    def take_back(self, by: Person, at: datetime) -> None:
        """Withdraw an application that is not decided yet. By who writes for the organization."""
        demand_writer(by, at, self.organization)
        row = self._locked()
        if row.status != VanguardPost.Status.APPLIED:
            raise StepRefused(gettext("The application is already decided."))
        row._set(by, {"status": VanguardPost.Status.WITHDRAWN})

    @transaction.atomic
    def review(
        self,
        by: Person,
        at: datetime,
        version: int,
        *,
        year: int,
        renewed: bool,
        note: str,
        valid_to: date | None,
    ) -> PostReview:
        """The yearly review: renew until ``valid_to``, or withdraw. By the office, never by the holder."""
        demand_office(by, at)
        row = self._locked()
        row._fresh(version)
        if by.pk == row.holder_id:
            raise StepForbidden(gettext("Nobody decides about a post of their own. Ask a colleague."))
        if row.status != VanguardPost.Status.APPROVED:
            raise StepRefused(gettext("Only a post that is held can be reviewed."))
        if renewed and (valid_to is None or valid_to <= row.valid_to):
            raise ValidationError({"valid_to": gettext("Give a day after the present end of the post.")})
        if row.reviews.filter(year=year).exists():
            raise ValidationError({"year": gettext("This post was already reviewed for this year.")})
        result = PostReview.Result.RENEWED if renewed else PostReview.Result.WITHDRAWN
        review = PostReview(
            post=row, year=year, result=result, note=note, reviewed_by=by, reviewed_on=timezone.localdate(at)
        )
        review.full_clean()
        review.save()
        changes = {"valid_to": valid_to} if renewed else {"status": VanguardPost.Status.WITHDRAWN}
        row._set(by, changes, note=note)
        return review

    apply.alters_data = True  # type: ignore[attr-defined]
    approve.alters_data = True  # type: ignore[attr-defined]
    refuse.alters_data = True  # type: ignore[attr-defined]
    take_back.alters_data = True  # type: ignore[attr-defined]
    review.alters_data = True  # type: ignore[attr-defined]

    def _decide(self, by: Person, at: datetime, version: int, status: str, note: str) -> None:
        demand_office(by, at)
        row = self._locked()
        row._fresh(version)
        if by.pk == row.holder_id:
            raise StepForbidden(gettext("Nobody decides about a post of their own. Ask a colleague."))
        if row.status != VanguardPost.Status.APPLIED:
            raise StepRefused(gettext("The application is already decided."))
        decision = {"status": status, "decided_by": by, "decided_on": timezone.localdate(at)}
        row._set(by, decision, note=note)

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("vanguard_post", args=[self.pk])


class PostReview(models.Model):
    """The yearly review of a post."""

    class Result(models.TextChoices):
        RENEWED = "renewed", _("renewed")
        WITHDRAWN = "withdrawn", pgettext_lazy("post", "withdrawn")

    post = models.ForeignKey(VanguardPost, models.CASCADE, related_name="reviews", verbose_name=_("post"))
    year = models.PositiveSmallIntegerField(_("year"))
    result = models.CharField(_("result"), max_length=20, choices=Result.choices)
    note = models.TextField(_("what was achieved"), max_length=500)
    reviewed_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("reviewed by"))
    reviewed_on = models.DateField(_("reviewed on"))

    class Meta:
        verbose_name = _("review of a post")
        verbose_name_plural = _("reviews of posts")
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(
                fields=["post", "year"],
                name="post_review_one_per_year",
                violation_error_message=_("This post was already reviewed for this year."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.post} {self.year}"
