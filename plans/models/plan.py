"""The published document as rows: the plan and every clause of it, in the document's own order and words."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import AuditEvent
from branches.models import Organization, Person
from branches.models.recorded import Recorded, demand_office
from common.steps import StepRefused

if TYPE_CHECKING:
    from branches.access import Actor


class ActionPlanQuerySet(models.QuerySet["ActionPlan"]):
    def confirmed(self) -> ActionPlanQuerySet:
        return self.filter(status=ActionPlan.Status.CONFIRMED)

    def visible_to(self, actor: Actor) -> ActionPlanQuerySet:
        """Plans in force for everyone; withdrawn ones for those who see everything."""
        return self.all() if actor.sees_all else self.confirmed()

    def current(self, on: date) -> ActionPlanQuerySet:
        """Confirmed plans whose period holds the day, newest first."""
        return (
            self.confirmed()
            .filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), starts_on__lte=on)
            .order_by("-issued_on", "-pk")
        )


class ActionPlan(Recorded):
    """A confirmed plan. Everyone signed in may read it."""

    RECORDED = (
        "title",
        "working_title",
        "document_number",
        "issuer",
        "letterhead",
        "kind",
        "system",
        "issued_on",
        "starts_on",
        "ends_on",
        "status",
    )

    class Kind(models.TextChoices):
        GUIDING_OPINIONS = "guiding_opinions", _("guiding opinions")
        WORK_POINTS = "work_points", _("work points")
        ACTION_PLAN = "action_plan", _("action plan")

    class Status(models.TextChoices):
        CONFIRMED = "confirmed", _("in force")
        WITHDRAWN = "withdrawn", _("withdrawn")

    title = models.CharField(_("title"), max_length=300)
    working_title = models.CharField(_("working title"), max_length=100, blank=True)
    document_number = models.CharField(_("document number"), max_length=60, blank=True)
    issuer = models.CharField(_("issuer"), max_length=200, blank=True)
    letterhead = models.CharField(_("letterhead"), max_length=200, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    system = models.CharField(
        _("system"), max_length=20, choices=Organization.System.choices, default=Organization.System.PARTY
    )
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    starts_on = models.DateField(_("in force from"))
    ends_on = models.DateField(_("in force to"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=20, choices=Status.choices, default=Status.CONFIRMED)
    file_name = models.CharField(_("file"), max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, help_text=_("SHA-256 of the normalised text."))
    wrapper = models.TextField(_("notice and letterhead"), blank=True)
    dropped = models.TextField(_("left out of the outline"), blank=True)
    confirmed_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("confirmed by")
    )
    confirmed_at = models.DateTimeField(_("confirmed at"))
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[models.Manager[ActionPlan]] = ActionPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("action plan")
        verbose_name_plural = _("action plans")
        ordering = ["-issued_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["sha256"],
                condition=Q(status="confirmed"),
                name="action_plan_document_once",
                violation_error_message=_("This document has already been imported."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="action_plan_ends_after_start",
                violation_error_message=_("The end is before the start. Correct one of the two dates."),
            ),
        ]

    def __str__(self) -> str:
        return self.working_title or self.title

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("plan", args=[self.pk])

    @transaction.atomic
    def correct(self, by: Person, at: datetime, version: int, values: dict[str, Any]) -> bool:
        """Correct what is said of the plan as a whole; what it was stays in the history. Raises ``Stale``."""
        demand_office(by, at)
        plan = self._locked()
        plan._fresh(version)
        plan._in_force()
        return plan._set(by, {name: value for name, value in values.items() if name in self.RECORDED})

    @transaction.atomic
    def withdraw(self, by: Person, at: datetime, version: int, reason: str) -> None:
        """Take the plan back while no item, requirement or activity depends on a measure of it."""
        demand_office(by, at)
        plan = self._locked()
        plan._fresh(version)
        plan._in_force()
        if not reason.strip():
            raise StepRefused(gettext("Say why the plan is withdrawn."))
        if plan.depended_on():
            raise StepRefused(
                gettext("Work already depends on this plan: %(what)s. Correct the plan instead.")
                % {"what": gettext(", ").join(plan.depended_on())}
            )
        plan._set(by, {"status": self.Status.WITHDRAWN}, verb=AuditEvent.Verb.WITHDRAW, note=reason.strip())

    correct.alters_data = True  # type: ignore[attr-defined]
    withdraw.alters_data = True  # type: ignore[attr-defined]

    def depended_on(self) -> list[str]:
        """What was built on the plan's measures: the plural names of the kinds of row, of whatever app."""
        found: list[str] = []
        for relation in self.measures.model._meta.related_objects:
            measures = {f"{relation.field.name}__plan": self.pk}
            if relation.related_model._default_manager.filter(**measures).exists():
                found.append(str(relation.related_model._meta.verbose_name_plural))
        return found

    def _in_force(self) -> None:
        if self.status != self.Status.CONFIRMED:
            raise StepRefused(gettext("This plan is withdrawn."))


class Clause(Recorded):
    """One clause of the document. ``position`` is its place in the document; ``text`` its official wording.

    ``title`` is the heading without its number up to the first 。 (excluded); ``text`` is the rest.
    """

    RECORDED = ("title", "text")

    class Kind(models.TextChoices):
        PREAMBLE = "preamble", _("preamble")
        SECTION = "section", _("section")
        GOAL = "goal", _("goal")
        PILLAR = "pillar", _("pillar")
        MEASURE = "measure", _("measure")
        PARAGRAPH = "paragraph", _("paragraph")
        ATTACHMENT = "attachment", _("attachment")

    plan = models.ForeignKey(ActionPlan, models.CASCADE, related_name="clauses", verbose_name=_("plan"))
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="children", verbose_name=_("parent")
    )
    position = models.PositiveIntegerField(_("position"))
    level = models.PositiveSmallIntegerField(_("level"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    number = models.CharField(_("number"), max_length=20, blank=True)
    title = models.TextField(_("title"), blank=True)
    text = models.TextField(_("official text"), blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("clause")
        verbose_name_plural = _("clauses")
        ordering = ["plan", "position"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "position"], name="clause_one_per_position"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()

    @transaction.atomic
    def correct(self, by: Person, at: datetime, version: int, title: str, text: str) -> bool:
        """Correct the wording as the document has it; what it was stays in the history. Raises ``Stale``."""
        demand_office(by, at)
        clause = self._locked()
        clause._fresh(version)
        clause.plan._in_force()
        if not title.strip() and not text.strip():
            raise StepRefused(gettext("A clause cannot be empty."))
        return clause._set(by, {"title": title.strip(), "text": text.strip()})

    @transaction.atomic
    def correct_with(
        self, by: Person, at: datetime, wording: dict[str, Any], inside: dict[str, Any] | None
    ) -> None:
        """Correct the wording and what was decided about the measure, both or neither. Raises ``Stale``."""
        self.correct(by, at, wording["version"], wording["title"], wording["text"])
        if inside is not None:
            self.measure.entrust(
                by,
                at,
                inside["measure_version"],
                working_title=inside["working_title"],
                lead=inside["lead"],
                leader=inside["leader"],
            )

    correct.alters_data = True  # type: ignore[attr-defined]
    correct_with.alters_data = True  # type: ignore[attr-defined]
