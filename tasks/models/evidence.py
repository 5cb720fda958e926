"""Evidence: private files beside an activity or a report."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from branches.models import Person
from tasks.models.activity import Activity
from tasks.models.progress import ProgressReport


class Evidence(models.Model):
    """One file. The date of what it shows differs from the date of upload; both are kept."""

    class Level(models.TextChoices):
        PUBLIC = "public", _("public")
        INTERNAL = "internal", _("internal")

    activity = models.ForeignKey(
        Activity, models.CASCADE, null=True, blank=True, related_name="evidence", verbose_name=_("activity")
    )
    report = models.ForeignKey(
        ProgressReport,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="evidence",
        verbose_name=_("report"),
    )
    file = models.CharField(_("file"), max_length=100, unique=True, editable=False)
    name = models.CharField(_("file name"), max_length=150)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64)
    level = models.CharField(_("level"), max_length=10, choices=Level.choices, default=Level.INTERNAL)
    happened_on = models.DateField(_("date of the event"), null=True, blank=True)
    uploaded_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("uploaded by"))
    uploaded_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(activity__isnull=False, report__isnull=True)
                | Q(activity__isnull=True, report__isnull=False),
                name="evidence_one_parent",
            )
        ]

    def __str__(self) -> str:
        return self.name
