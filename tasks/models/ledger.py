"""Ledgers: named registers, each of one year and one source."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Ledger(models.Model):
    """A register. An item belongs to exactly one."""

    class Source(models.TextChoices):
        PLAN = "plan", _("action plan")
        SUPERIOR = "superior", _("superior instruction")
        DECISION = "decision", _("committee decision")
        INSPECTION = "inspection", _("rectification after inspection")
        PROPOSAL = "proposal", _("proposal")
        PROBLEM = "problem", _("problem list")

    name = models.CharField(pgettext_lazy("ledger", "name"), max_length=80)
    year = models.PositiveSmallIntegerField(_("year"))
    source = models.CharField(pgettext_lazy("ledger", "source"), max_length=20, choices=Source.choices)
    default_days = models.PositiveSmallIntegerField(
        _("default time limit in days"),
        null=True,
        blank=True,
        help_text=_(
            "Calendar days proposed for a new item: documents 30, minutes 20, other instructions 15."
        ),
    )

    class Meta:
        verbose_name = _("ledger")
        verbose_name_plural = _("ledgers")
        ordering = ["-year", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "name"],
                name="ledger_one_name_per_year",
                violation_error_message=_("This year already has a ledger of this name."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.name}"
