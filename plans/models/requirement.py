"""Kinds of activity, standing requirements (so many in a period) and exemptions from them."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from branches.models import Organization, Person
from plans.models.measure import Measure

ASKED_ALREADY = _("This is asked of them already. Change that requirement, or end it first.")


class ActivityKind(models.Model):
    """A kind of activity. A table: institutes add their own. Both names are data, shown by language."""

    class Group(models.TextChoices):
        MEETINGS = "meetings", _("Three Meetings and One Lecture")
        LIFE = "life", _("organizational life")
        STUDY = "study", _("study")
        WORK = "work", _("work with members and staff")
        OTHER = "other", _("other")

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=40, unique=True)
    name_en = models.CharField(_("English name"), max_length=80)
    group = models.CharField(_("group"), max_length=20, choices=Group.choices, default=Group.OTHER)
    first_agenda = models.BooleanField(
        _("opens with a First Agenda Item"),
        default=False,
        help_text=_(
            "One of the seven kinds of meeting whose first agenda item is study of the latest guidance."
        ),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=100)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("kind of activity")
        verbose_name_plural = _("kinds of activity")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.name_en if (get_language() or "").startswith("en") else self.name_zh


class RequirementQuerySet(models.QuerySet["Requirement"]):
    def in_force(self, on: date) -> RequirementQuerySet:
        return self.filter(
            Q(effective_to__isnull=True) | Q(effective_to__gte=on), active=True, effective_from__lte=on
        )

    def asking_the_same(self, row: Requirement) -> RequirementQuerySet:
        """Others that ask the same of the same on some day: one of the two would be owed twice."""
        since = Q(effective_to__isnull=True) | Q(effective_to__gte=row.effective_from)
        until = Q(effective_from__lte=row.effective_to) if row.effective_to else Q()
        same = {name: getattr(row, name) for name in Requirement.ASKED}
        return self.filter(since, until, active=True, **same).exclude(pk=row.pk)


class Requirement(models.Model):
    """So many activities of a kind in each period, owed by organizations of a kind (or by one organization).

    Sources: the regulations named in ``source`` or the measure it was decomposed from. *Soft* ("一般"
    in the rule) is shown as 未达频次 with room for a reason, not as a red mark.
    """

    class Period(models.TextChoices):
        MONTH = "month", _("month")
        QUARTER = "quarter", _("quarter")
        YEAR = "year", _("year")

    class Condition(models.TextChoices):
        ALWAYS = "always", _("always")
        HAS_COMMITTEE = "has_committee", _("only with a branch committee (7 or more full members)")
        HAS_GROUPS = "has_groups", _("only where Party groups exist")

    #: What is asked of whom: two in force at once may not be equal in all of it.
    ASKED = ("activity_kind", "organization_kind", "organization", "period", "condition", "measure")

    measure = models.ForeignKey(
        Measure, models.PROTECT, null=True, blank=True, related_name="requirements", verbose_name=_("measure")
    )
    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="requirements",
        verbose_name=_("organization"),
    )
    organization_kind = models.CharField(
        _("kind of organization"), max_length=20, choices=Organization.Kind.choices, blank=True
    )
    activity_kind = models.ForeignKey(
        ActivityKind, models.PROTECT, related_name="requirements", verbose_name=_("kind of activity")
    )
    period = models.CharField(_("period"), max_length=10, choices=Period.choices)
    minimum = models.PositiveSmallIntegerField(_("minimum"), default=1)
    soft = models.BooleanField(_("soft"), default=False)
    condition = models.CharField(
        _("condition"), max_length=20, choices=Condition.choices, default=Condition.ALWAYS
    )
    source = models.CharField(_("source"), max_length=120)
    effective_from = models.DateField(_("effective from"))
    effective_to = models.DateField(_("effective to"), null=True, blank=True)
    active = models.BooleanField(_("active"), default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[models.Manager[Requirement]] = RequirementQuerySet.as_manager()

    class Meta:
        verbose_name = _("standing requirement")
        verbose_name_plural = _("standing requirements")
        ordering = ["activity_kind__position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(minimum__gte=1, minimum__lte=60),
                name="requirement_minimum_sensible",
                violation_error_message=_("The minimum is from 1 to 60."),
            ),
            models.CheckConstraint(
                condition=Q(organization__isnull=False, organization_kind="")
                | (Q(organization__isnull=True) & ~Q(organization_kind="")),
                name="requirement_one_addressee",
                violation_error_message=_("Choose either one organization or one kind of organization."),
            ),
            models.CheckConstraint(
                condition=Q(effective_to__isnull=True) | Q(effective_to__gte=F("effective_from")),
                name="requirement_ends_after_start",
                violation_error_message=_("The end is before the start. Correct one of the two dates."),
            ),
            models.UniqueConstraint(
                "activity_kind",
                "organization_kind",
                Coalesce("organization", 0, output_field=models.BigIntegerField()),
                "period",
                "condition",
                Coalesce("measure", 0, output_field=models.BigIntegerField()),
                condition=Q(active=True, effective_to__isnull=True),
                name="requirement_asked_once",
                violation_error_message=ASKED_ALREADY,
            ),
        ]

    def clean(self) -> None:
        """Nothing is asked twice, not even for a time (what is open-ended, the database holds)."""
        known = self.active and self.activity_kind_id and isinstance(self.effective_from, date)
        if known and Requirement.objects.all().asking_the_same(self).exists():
            raise ValidationError({"activity_kind": ASKED_ALREADY})

    def holds_on(self, day: date) -> bool:
        """Whether the requirement is in force on a day."""
        return (
            self.active
            and self.effective_from <= day
            and (self.effective_to is None or self.effective_to >= day)
        )

    def __str__(self) -> str:
        return f"{self.activity_kind} ≥{self.minimum}/{self.get_period_display()}"


class Exemption(models.Model):
    """An organization is exempt from a requirement for a time, with the reason."""

    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="exemptions", verbose_name=_("organization")
    )
    requirement = models.ForeignKey(
        Requirement, models.PROTECT, related_name="exemptions", verbose_name=_("requirement")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    reason = models.CharField(_("reason"), max_length=200)
    granted_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("granted by")
    )

    class Meta:
        verbose_name = _("exemption")
        verbose_name_plural = _("exemptions")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="exemption_ends_after_start",
                violation_error_message=_("The end is before the start. Correct one of the two dates."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.organization} · {self.requirement}"
