"""Activities: logged once by the branch, counted everywhere once the Party office approved them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from branches.models import Organization, Person
from branches.models.organization import path_range
from plans.models import ActivityKind, Measure
from tasks.models.activity_steps import ActivitySteps

if TYPE_CHECKING:
    from branches.access import Actor


class ActivityQuerySet(models.QuerySet["Activity"]):
    def visible_to(self, actor: Actor) -> ActivityQuerySet:
        """All for those who see all (drafts only one's own); else those of one's organizations and below."""
        own_draft = ~Q(status=Activity.Status.DRAFT) | Q(created_by=actor.person_id)
        if actor.sees_all:
            return self.filter(own_draft | actor.officer_q("organization__path"))
        joined = Activity.partners.through.objects.filter(organization__in=actor.scope_ids())
        return self.filter(actor.scope_q("organization__path") | Q(pk__in=joined.values("activity"))).filter(
            own_draft | actor.officer_q("organization__path")
        )

    def approved(self) -> ActivityQuerySet:
        """What counts."""
        return self.filter(status=Activity.Status.APPROVED)

    def submitted(self) -> ActivityQuerySet:
        return self.filter(status=Activity.Status.SUBMITTED)

    def to_decide(self, person: int | None) -> ActivityQuerySet:
        """Submitted by others: nobody approves what they answer for themselves."""
        own = Q(submitted_by=person) | Q(submitted_by__isnull=True, created_by=person)
        return self.submitted().exclude(own)

    def between(self, first: date, last: date) -> ActivityQuerySet:
        return self.filter(held_on__gte=first, held_on__lte=last)

    def of(self, organization: Organization) -> ActivityQuerySet:
        """Held by the organization, alone or together with others; each activity once."""
        joined = Activity.partners.through.objects.filter(organization=organization)
        return self.filter(Q(organization=organization) | Q(pk__in=joined.values("activity")))

    def of_unit(self, organization: Organization) -> ActivityQuerySet:
        """The same, and what the Party groups directly below held: their meetings are the branch's."""
        group = Q(kind=Organization.Kind.GROUP, depth=organization.depth + 1)
        unit = Organization.objects.filter(
            Q(pk=organization.pk) | group & path_range(organization.path, "path")
        ).values("pk")
        joined = Activity.partners.through.objects.filter(organization__in=unit)
        return self.filter(Q(organization__in=unit) | Q(pk__in=joined.values("activity")))


class Activity(ActivitySteps, models.Model):
    """One thing that took place. Serves any number of measures; totals count it once."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("to be approved")
        APPROVED = "approved", _("approved")
        RETURNED = "returned", _("returned")

    kind = models.ForeignKey(
        ActivityKind,
        models.PROTECT,
        related_name="activities",
        verbose_name=pgettext_lazy("activity", "kind"),
    )
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="activities", verbose_name=_("organization")
    )
    partners = models.ManyToManyField(
        Organization, blank=True, related_name="activities_joined", verbose_name=_("held together with")
    )
    title = models.CharField(_("topic"), max_length=120)
    held_on = models.DateField(_("date"))
    place = models.CharField(_("place"), max_length=80, blank=True)
    host = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="activities_hosted",
        verbose_name=_("host"),
    )
    measures = models.ManyToManyField(
        Measure, blank=True, related_name="activities", verbose_name=_("measures served")
    )
    result = models.TextField(
        _("result"), max_length=600, blank=True, help_text=_("Up to three lines: what came of it.")
    )
    status = models.CharField(_("status"), max_length=20, choices=Status.choices, default=Status.DRAFT)
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("logged by"))
    created_at = models.DateTimeField(auto_now_add=True)
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True, editable=False)
    submitted_by = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("submitted by"),
    )
    decided_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[models.Manager[Activity]] = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        ordering = ["-held_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="approved") | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="activity_approved_has_decider",
            ),
            models.CheckConstraint(
                condition=Q(status="draft") | Q(submitted_at__isnull=False),
                name="activity_submitted_has_time",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | Q(submitted_by__isnull=True)
                | ~Q(decided_by=F("submitted_by")),
                name="activity_decided_by_another",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "kind", "held_on"], name="activity_org_kind_day"),
            models.Index(fields=["status", "held_on"], name="activity_status_day"),
            models.Index(fields=["held_on", "id"], name="activity_day"),
        ]

    def __str__(self) -> str:
        return f"{self.held_on} {self.title}"

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("activity", args=[self.pk])


class Attendance(models.Model):
    """One person due at an activity. Everyone on the roster is due; present unless said otherwise."""

    class Status(models.TextChoices):
        PRESENT = "present", _("present")
        EXCUSED = "excused", _("excused")
        ABSENT = "absent", _("absent")

    activity = models.ForeignKey(
        Activity, models.CASCADE, related_name="attendance", verbose_name=_("activity")
    )
    person = models.ForeignKey(Person, models.PROTECT, related_name="attendance", verbose_name=_("person"))
    status = models.CharField(_("attendance"), max_length=10, choices=Status.choices, default=Status.PRESENT)
    reason = models.CharField(_("reason"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendance")
        ordering = ["person__name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["activity", "person"], name="attendance_one_per_person"),
        ]

    def __str__(self) -> str:
        return f"{self.activity_id} {self.person_id} {self.status}"


class FirstAgendaItem(models.Model):
    """The 第一议题 of a meeting: what was studied, and when it had been published.

    Lag = day of the meeting − day of the material, in days.
    """

    activity = models.ForeignKey(
        Activity, models.CASCADE, related_name="first_agenda_items", verbose_name=_("activity")
    )
    title = models.CharField(_("material"), max_length=150)
    material_on = models.DateField(_("date of the material"), null=True, blank=True)

    class Meta:
        verbose_name = _("First Agenda Item")
        verbose_name_plural = _("First Agenda Items")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def lag_days(self) -> int | None:
        """Calendar days from publication to study; ``None`` when the date of the material is not known."""
        return (self.activity.held_on - self.material_on).days if self.material_on else None


#: What a history or a comparison calls each part of a record.
PART_LABELS: dict[str, Any] = {
    "kind": pgettext_lazy("activity", "Kind"),
    "organization": _("Organization"),
    "title": _("Topic"),
    "held_on": _("Date"),
    "place": _("Place"),
    "host": _("Host"),
    "result": _("Result"),
    "first_agenda": _("First Agenda Item"),
    "measures": _("Measures served"),
    "partners": _("Held together with"),
    "away": _("Absent"),
    "files": _("Files"),
}
#: Each step of an activity's history: its word and its icon.
STEP_WORDS: dict[str, tuple[Any, str]] = {
    "log": (_("Logged"), "pencil-square"),
    "edit": (_("Edited"), "pencil"),
    "submit": (_("Submitted"), "send"),
    "withdraw": (_("Withdrawn"), "arrow-counterclockwise"),
    "approve": (_("Approved"), "check-lg"),
    "send_back": (_("Returned"), "arrow-return-left"),
    "unlock": (_("Opened for correction"), "unlock"),
    "hand_over": (_("Handed over"), "arrow-left-right"),
    "remove_file": (_("File removed"), "trash"),
}


class ActivityEvent(models.Model):
    """History of one activity: one row for every step."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="events", verbose_name=_("activity"))
    step = models.CharField(_("step"), max_length=30)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("time"))
    note = models.TextField(_("note"), blank=True)
    data: Any = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("step of an activity")
        verbose_name_plural = _("steps of an activity")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.activity_id} {self.step}"

    @property
    def word(self) -> str:
        """What happened, in the reader's language."""
        return str(STEP_WORDS.get(self.step, (self.step, ""))[0])

    @property
    def icon(self) -> str:
        return STEP_WORDS.get(self.step, ("", "dot"))[1]

    @property
    def changed(self) -> list[str]:
        """The names of the parts that an edit changed."""
        return [str(PART_LABELS.get(name, name)) for name in self.data.get("changed", {})]
