"""Pillars and measures: one-to-one with the clause that states them."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from branches.models import Organization, Person
from branches.models.recorded import Recorded, demand_office
from plans.models.plan import ActionPlan, Clause


class Pillar(models.Model):
    """A heading under which measures stand: （一）…（四）, or a section of a plan without such headings."""

    clause = models.OneToOneField(Clause, models.CASCADE, related_name="pillar", verbose_name=_("clause"))
    plan = models.ForeignKey(ActionPlan, models.CASCADE, related_name="pillars", verbose_name=_("plan"))
    position = models.PositiveSmallIntegerField(_("position"))
    assurance = models.CharField(_("assurance"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("pillar")
        verbose_name_plural = _("pillars")
        ordering = ["plan", "position"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "position"], name="pillar_one_per_position"),
        ]

    def __str__(self) -> str:
        return self.assurance or self.clause.title

    @property
    def name(self) -> str:
        """The assurance (方向正 …) where the heading gives one, else the heading."""
        return self.assurance or self.clause.title


def cited(code: str, number: str, pillar_number: str | None) -> str:
    """How people cite a measure: （二）-1; outside pillars (``None``) by its number.

    Where it or its pillar has no number, its code says which one is meant.
    """
    if pillar_number is None:
        return number or code
    return f"{pillar_number}-{number}" if pillar_number and number else code


class MeasureQuerySet(models.QuerySet["Measure"]):
    def in_force(self) -> MeasureQuerySet:
        return self.filter(plan__status=ActionPlan.Status.CONFIRMED)


class Measure(Recorded):
    """A numbered measure. The document names no lead unit and no deadline; both are assigned after import."""

    RECORDED = ("working_title", "lead", "leader")

    clause = models.OneToOneField(Clause, models.CASCADE, related_name="measure", verbose_name=_("clause"))
    plan = models.ForeignKey(ActionPlan, models.CASCADE, related_name="measures", verbose_name=_("plan"))
    pillar = models.ForeignKey(
        Pillar, models.CASCADE, null=True, blank=True, related_name="measures", verbose_name=_("pillar")
    )
    code = models.CharField(
        _("code"),
        max_length=10,
        help_text=_("Pillar and number, as in 2.1; used in the numbers of ledger items."),
    )
    working_title = models.CharField(_("working title"), max_length=60)
    lead = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="measures_led",
        verbose_name=_("lead unit"),
    )
    cooperating = models.ManyToManyField(
        Organization, blank=True, related_name="measures_joined", verbose_name=_("cooperating units")
    )
    leader = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="measures_led",
        verbose_name=_("leader responsible"),
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[models.Manager[Measure]] = MeasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        ordering = ["plan", "clause__position"]
        constraints = [models.UniqueConstraint(fields=["plan", "code"], name="measure_one_per_code")]

    def __str__(self) -> str:
        return f"{self.code} {self.working_title}"

    @property
    def reference(self) -> str:
        """How people cite it, see ``cited``."""
        return cited(self.code, self.clause.number, self.pillar.clause.number if self.pillar else None)

    @transaction.atomic
    def entrust(
        self,
        by: Person,
        at: datetime,
        version: int,
        *,
        working_title: str,
        lead: Organization | None,
        leader: Person | None,
    ) -> bool:
        """Give the measure its working title, lead unit and leader; recorded. Raises ``Stale``."""
        demand_office(by, at)
        measure = self._locked()
        measure._fresh(version)
        measure.plan._in_force()
        return measure._set(by, {"working_title": working_title.strip(), "lead": lead, "leader": leader})

    entrust.alters_data = True  # type: ignore[attr-defined]
