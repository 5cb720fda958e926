"""Breakthrough vanguard posts: applied for, approved, reviewed once a year, renewed or withdrawn."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from branches.models.organization import Organization
from branches.models.person import Person

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


class VanguardPost(models.Model):
    """One member's public challenge and commitment in a hard task."""

    class Status(models.TextChoices):
        APPLIED = "applied", _("applied for")
        APPROVED = "approved", _("in post")
        REFUSED = "refused", _("not approved")
        WITHDRAWN = "withdrawn", _("withdrawn")

    holder = models.ForeignKey(Person, models.PROTECT, related_name="vanguard_posts", verbose_name=_("holder"))
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
                violation_error_message=_("This person already holds or has applied for a post with this challenge."),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["approved", "refused"]) | Q(decided_by__isnull=False, decided_on__isnull=False),
                name="vanguard_post_decided_has_decider",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.holder} · {self.challenge}"

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("vanguard_post", args=[self.pk])


class PostReview(models.Model):
    """The yearly review of a post."""

    class Result(models.TextChoices):
        RENEWED = "renewed", _("renewed")
        WITHDRAWN = "withdrawn", _("withdrawn")

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
