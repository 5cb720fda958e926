"""The annual review: a round of a calendar year, a report for each organization, its paragraphs.

A draft is written from approved records and kept with the figures it was written from; people edit
paragraphs, and generating again keeps what they wrote. Closing freezes the figures; reopening loses nothing.
"""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from branches.models import Organization, Person
from reviews.figures.annual import Change, Figure, changes, load
from reviews.figures.annual_count import count
from reviews.figures.annual_records import collect
from reviews.figures.annual_text import CHAPTERS, GAP, chapter_title, fill, length, report_title
from reviews.models.review_steps import ReviewSteps, RoundSteps, SectionSteps
from tasks.models.calendar import current_calendar

if TYPE_CHECKING:
    from branches.access import Actor

WRITTEN_LIMIT = 4000  # characters of a written report, unless the round says otherwise
FIRST_YEAR, LAST_YEAR = 2000, 2100


class ReviewRoundQuerySet(models.QuerySet["ReviewRound"]):
    def open(self) -> ReviewRoundQuerySet:
        return self.filter(status=ReviewRound.Status.OPEN)

    def with_counts(self, actor: Actor) -> ReviewRoundQuerySet:
        """Annotate ``reports`` and ``confirmed``: what the actor may see of each."""
        seen = AnnualReview.objects.visible_to(actor).values("pk")
        here = Q(reviews__in=seen)
        return self.annotate(
            reports=Count("reviews", filter=here),
            confirmed=Count("reviews", filter=here & Q(reviews__confirmed_at__isnull=False)),
        )


class ReviewRound(RoundSteps, models.Model):
    """The review of one calendar year."""

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("review round", "open")
        CLOSED = "closed", pgettext_lazy("review round", "closed")

    year = models.PositiveSmallIntegerField(
        _("year"),
        unique=True,
        validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)],
        error_messages={"unique": _("The round of this year is already open.")},
    )
    confirm_due_on = models.DateField(
        _("to be confirmed by"), help_text=_("The last day for an organization to confirm its report.")
    )
    written_limit = models.PositiveIntegerField(
        _("limit of the written report"),
        default=WRITTEN_LIMIT,
        validators=[MinValueValidator(500), MaxValueValidator(20_000)],
        help_text=_("Characters, without spaces."),
    )
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.OPEN)
    opened_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("opened by"))
    opened_at = models.DateTimeField(_("opened at"))
    closed_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("closed by")
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[models.Manager[ReviewRound]] = ReviewRoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("review round")
        verbose_name_plural = _("review rounds")
        ordering = ["-year"]
        constraints = [
            models.CheckConstraint(
                condition=Q(year__gte=FIRST_YEAR, year__lte=LAST_YEAR),
                name="review_round_year_sensible",
                violation_error_message=_("The year is from 2000 to 2100."),
            ),
            models.CheckConstraint(
                condition=Q(status="open", closed_at__isnull=True, closed_by__isnull=True)
                | Q(status="closed", closed_at__isnull=False, closed_by__isnull=False),
                name="review_round_closed_has_closer",
            ),
        ]

    def __str__(self) -> str:
        return str(self.year)

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("review_round", args=[self.year])

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.OPEN

    def missing_organizations(self) -> Any:
        """Organizations that write a report and have none in this round (founded since, or newly active)."""
        return Organization.objects.reporting().exclude(annual_reviews__round=self)


class AnnualReviewQuerySet(models.QuerySet["AnnualReview"]):
    def visible_to(self, actor: Actor) -> AnnualReviewQuerySet:
        """All for those who see all; else the reports of the organizations one writes for."""
        return self.all() if actor.sees_all else self.filter(actor.officer_q("organization__path"))

    def confirmed(self) -> AnnualReviewQuerySet:
        return self.filter(confirmed_at__isnull=False)


class AnnualReview(ReviewSteps, models.Model):
    """One organization's report. Its text was written from ``figures``; ``frozen`` are those at closing."""

    round = models.ForeignKey(
        ReviewRound, models.PROTECT, related_name="reviews", verbose_name=_("review round")
    )
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="annual_reviews", verbose_name=_("organization")
    )
    figures: Any = models.JSONField(default=list, editable=False, encoder=DjangoJSONEncoder)
    changed: Any = models.JSONField(default=list, editable=False, encoder=DjangoJSONEncoder)
    frozen: Any = models.JSONField(null=True, editable=False, encoder=DjangoJSONEncoder)
    generated_at = models.DateTimeField(_("generated at"))
    generated_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("generated by"))
    counted_to = models.DateField(_("counted up to"))
    confirmed_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("confirmed by")
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[models.Manager[AnnualReview]] = AnnualReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("annual report")
        verbose_name_plural = _("annual reports")
        ordering = ["organization__path"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "organization"],
                name="annual_review_one_per_organization",
                violation_error_message=_("This organization already has a report in this round."),
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="annual_review_confirmed_has_person",
            ),
        ]

    def __str__(self) -> str:
        return report_title(self.organization, self.round.year)

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("review", args=[self.pk])

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None

    @property
    def is_editable(self) -> bool:
        """Whether text may still be changed: the round is open and the report not confirmed."""
        return self.round.is_open and not self.is_confirmed

    @cached_property
    def shown_figures(self) -> list[Figure]:
        """The frozen figures of a closed round, else those of the last generation."""
        return load(self.frozen if self.frozen is not None else self.figures)

    @cached_property
    def by_key(self) -> dict[str, Figure]:
        return {figure.key: figure for figure in self.shown_figures}

    @property
    def last_changes(self) -> list[Change]:
        """What the last generation changed."""
        return [Change(**change) for change in self.changed]

    @cached_property
    def shown_sections(self) -> list[ReviewSection]:
        """The paragraphs that stand in the report, in order."""
        sections = [
            section for section in self.sections.all() if section.generated or section.edited is not None
        ]
        for section in sections:
            section.review = self  # the figures are loaded once
        return sections

    @property
    def length(self) -> int:
        """Characters of the written report, without spaces."""
        return sum(section.length for section in self.shown_sections)

    @property
    def missing(self) -> list[str]:
        """What is still 待补 in the text, in order."""
        return [found for section in self.shown_sections for found in GAP.findall(section.text)]

    def differences(self, on: date) -> list[Change]:
        """What generating again on a day would change: the kept figures against the records as they stand."""
        records = collect([self.organization], self.round.year, on)[self.organization_id]
        return changes(load(self.figures), count(records, current_calendar()))

    @property
    def rewritten(self) -> int:
        """Paragraphs in people's own words."""
        return sum(section.edited is not None for section in self.shown_sections)


class ReviewSection(SectionSteps, models.Model):
    """One paragraph: as generated (figures as ``{key}``) and, when someone rewrote it, in their words."""

    review = models.ForeignKey(
        AnnualReview, models.CASCADE, related_name="sections", verbose_name=_("annual report")
    )
    key = models.CharField(max_length=40, editable=False)
    chapter = models.CharField(max_length=20, editable=False)
    position = models.PositiveSmallIntegerField(editable=False)
    generated = models.TextField(_("draft text"), blank=True, editable=False)
    edited = models.TextField(_("text"), null=True, blank=True)  # noqa: DJ001 (None: nobody rewrote it)
    edited_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("rewritten by")
    )
    edited_at = models.DateTimeField(_("rewritten at"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("paragraph")
        verbose_name_plural = _("paragraphs")
        ordering = ["review", "position"]
        constraints = [
            models.UniqueConstraint(fields=["review", "key"], name="review_section_one_per_key"),
            models.CheckConstraint(
                condition=Q(edited__isnull=True, edited_by__isnull=True, edited_at__isnull=True)
                | Q(edited__isnull=False, edited_by__isnull=False, edited_at__isnull=False),
                name="review_section_edited_has_editor",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.review_id} {self.key}"

    @property
    def heading(self) -> str:
        return chapter_title(self.chapter, self.review.organization)

    @property
    def draft(self) -> str:
        """As generated, with the figures in place."""
        return fill(self.generated, self.review.by_key)

    @property
    def text(self) -> str:
        """What the report says: the rewritten text where there is one."""
        return self.draft if self.edited is None else self.edited

    @property
    def length(self) -> int:
        return length(self.text)


def default_year(on: date) -> int:
    """The year a round is opened for: this one from October on, else the one before."""
    return on.year if on.month >= 10 else on.year - 1


def default_deadline(year: int) -> date:
    """Reports are confirmed by 12 January of the following year, unless the round says otherwise."""
    return date(year + 1, 1, 12)


__all__ = ["CHAPTERS", "AnnualReview", "ReviewRound", "ReviewSection", "default_deadline", "default_year"]
