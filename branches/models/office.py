"""What ties people to organizations over time: memberships, terms, appointments, liaisons."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from branches.models.organization import Organization
from branches.models.person import Person
from branches.models.recorded import Span


class SpanQuerySet(models.QuerySet[Any]):
    """Rows that hold from one day to another (both included; no end = still open)."""

    def on(self, day: date) -> Any:
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)

    def open(self) -> Any:
        return self.filter(ends_on__isnull=True)


def same_day(day: date, years: int) -> date:
    """The same day some years later; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def lasts_until(row: Span) -> str:
    """The refusal of a row that begins before another of its kind, ``row``, has ended."""
    message = gettext("%(other)s lasts until %(day)s. Begin after that day.")
    return message % {"other": row, "day": row.ends_on}


def _ends_after_start(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
        name=name,
        violation_error_message=_("The end is before the start. Correct one of the two dates."),
    )


class Membership(Span):
    """A person belongs to an organization.

    ``system`` repeats the organization's so that the database can hold the rule: at most one open
    formal membership per person and system, so that people are counted once.
    """

    class Stage(models.TextChoices):
        FULL = "full", _("full member")
        PROBATIONARY = "probationary", _("probationary member")
        NONE = "none", _("not a Party member")

    RECORDED = ("person", "organization", "formal", "stage", "starts_on", "ends_on")

    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships", verbose_name=_("person"))
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="memberships", verbose_name=_("organization")
    )
    system = models.CharField(max_length=20, choices=Organization.System.choices, editable=False)
    formal = models.BooleanField(_("formal"), default=True)
    stage = models.CharField(_("stage"), max_length=20, choices=Stage.choices, default=Stage.FULL)
    starts_on = models.DateField(pgettext_lazy("span", "from"))
    ends_on = models.DateField(pgettext_lazy("span", "to"), null=True, blank=True)

    objects: ClassVar[SpanQuerySet] = SpanQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "system"],
                condition=Q(formal=True, ends_on__isnull=True),
                name="membership_one_open_formal_per_system",
                violation_error_message=_(
                    "This person already has an open formal membership in this system. End it first."
                ),
            ),
            models.UniqueConstraint(
                fields=["person", "organization"],
                condition=Q(ends_on__isnull=True),
                name="membership_one_open_per_organization",
                violation_error_message=_("This person is already a member here."),
            ),
            _ends_after_start("membership_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.organization}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.system = self.organization.system
        super().save(*args, **kwargs)

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        if self.organization_id:
            self.system = self.organization.system
        super().full_clean(*args, **kwargs)

    def clean(self) -> None:
        """Ended ones count too: nobody formally belongs to two organizations of a system on one day."""
        if not self.person_id or not self.organization_id:
            return
        rows = Membership.objects.filter(person=self.person_id)
        same = Q(organization=self.organization_id)
        if self.formal:
            same |= Q(formal=True, system=self.organization.system)
        other = self.overlapping(rows.filter(same).select_related("person", "organization"))
        if other:
            raise ValidationError({"starts_on": lasts_until(other)})


class Term(Span):
    """The term of office of a committee (Party committee 5 years; general branch and branch 3)."""

    RECORDED = ("organization", "starts_on", "years", "due_on", "ends_on")

    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="terms", verbose_name=_("organization")
    )
    starts_on = models.DateField(pgettext_lazy("span", "from"))
    years = models.PositiveSmallIntegerField(_("years"), choices=[(3, "3"), (5, "5")], default=3)
    due_on = models.DateField(
        _("election due"), help_text=_("The day the term ends; an approved extension is at most one year.")
    )
    ends_on = models.DateField(_("ended on"), null=True, blank=True)

    objects: ClassVar[SpanQuerySet] = SpanQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("term of office")
        verbose_name_plural = _("terms of office")
        ordering = ["-starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization"],
                condition=Q(ends_on__isnull=True),
                name="term_one_open_per_organization",
                violation_error_message=_("This organization already has an open term. End it first."),
            ),
            models.CheckConstraint(
                condition=Q(due_on__gt=F("starts_on")),
                name="term_due_after_start",
                violation_error_message=_("The end is before the start. Correct one of the two dates."),
            ),
            _ends_after_start("term_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.organization} {self.starts_on:%Y}–{self.due_on:%Y}"

    def clean(self) -> None:
        """An extension is at most one year (关于党的基层组织任期的意见); terms do not overlap."""
        if not self.organization_id or not isinstance(self.starts_on, date):
            return
        last = same_day(self.starts_on, self.years + 1)
        if isinstance(self.due_on, date) and self.due_on > last:
            raise ValidationError(
                {
                    "due_on": gettext("An extension is at most one year: the election is due by %(day)s.")
                    % {"day": last}
                }
            )
        other = self.overlapping(Term.objects.filter(organization=self.organization_id))
        if other:
            raise ValidationError({"starts_on": lasts_until(other)})


class Appointment(Span):
    """A person holds a post in an organization. Rights follow from open appointments, at the next request."""

    class Post(models.TextChoices):
        SECRETARY = "secretary", _("secretary")
        DEPUTY = "deputy_secretary", _("deputy secretary")
        ORGANIZATION = "organization_member", _("committee member for organization")
        PUBLICITY = "publicity_member", _("committee member for publicity")
        DISCIPLINE = "discipline_member", _("committee member for discipline")
        MEMBER = "committee_member", _("committee member")
        OFFICE = "office", _("Party office staff")
        GROUP_LEADER = "group_leader", _("group leader")
        CHAIR = "chair", _("chair")
        HEAD = "head", _("head")
        COUNSELLOR = "counsellor", _("student counsellor for ideological and political work")

        @classmethod
        def officers(cls) -> list[Appointment.Post]:
            """Posts that write for their organization."""
            return [p for p in cls if p not in {cls.COUNSELLOR, cls.OFFICE}]

        @classmethod
        def committee(cls) -> list[Appointment.Post]:
            """Posts that make a member of the Party committee, when held in it."""
            return [cls.SECRETARY, cls.DEPUTY, cls.ORGANIZATION, cls.PUBLICITY, cls.DISCIPLINE, cls.MEMBER]

    RECORDED = ("person", "organization", "post", "term", "starts_on", "ends_on")

    person = models.ForeignKey(Person, models.PROTECT, related_name="appointments", verbose_name=_("person"))
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="appointments", verbose_name=_("organization")
    )
    post = models.CharField(_("post"), max_length=30, choices=Post.choices)
    term = models.ForeignKey(
        Term,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="appointments",
        verbose_name=_("term of office"),
    )
    starts_on = models.DateField(pgettext_lazy("span", "from"))
    ends_on = models.DateField(pgettext_lazy("span", "to"), null=True, blank=True)

    objects: ClassVar[SpanQuerySet] = SpanQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization"],
                condition=Q(post="secretary", ends_on__isnull=True),
                name="appointment_one_open_secretary",
                violation_error_message=_(
                    "This organization already has a secretary. End that appointment first."
                ),
            ),
            models.UniqueConstraint(
                fields=["person", "organization", "post"],
                condition=Q(ends_on__isnull=True),
                name="appointment_one_open_per_post",
                violation_error_message=_("This person already holds this post."),
            ),
            _ends_after_start("appointment_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.organization} · {self.get_post_display()}"

    def clean(self) -> None:
        """Ended ones count too: one secretary on a day; a term is of the same organization."""
        if not self.person_id or not self.organization_id:
            return
        if self.term_id and self.term and self.term.organization_id != self.organization_id:
            raise ValidationError({"term": gettext("This term is of another organization.")})
        rows = Appointment.objects.filter(organization=self.organization_id, post=self.post)
        if self.post != Appointment.Post.SECRETARY:
            rows = rows.filter(person=self.person_id)
        other = self.overlapping(rows.select_related("person", "organization"))
        if other:
            raise ValidationError({"starts_on": lasts_until(other)})


class Liaison(Span):
    """A Party committee member is in charge of contact with an organization."""

    RECORDED = ("member", "organization", "starts_on", "ends_on")

    member = models.ForeignKey(
        Person, models.PROTECT, related_name="liaisons", verbose_name=_("committee member")
    )
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="liaisons", verbose_name=_("organization")
    )
    starts_on = models.DateField(pgettext_lazy("span", "from"))
    ends_on = models.DateField(pgettext_lazy("span", "to"), null=True, blank=True)

    objects: ClassVar[SpanQuerySet] = SpanQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("liaison")
        verbose_name_plural = _("liaisons")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "organization"],
                condition=Q(ends_on__isnull=True),
                name="liaison_one_open_pair",
                violation_error_message=_(
                    "This committee member already keeps contact with this organization."
                ),
            ),
            _ends_after_start("liaison_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.member} · {self.organization}"
