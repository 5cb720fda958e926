"""What happens to an item on its way: reports, extensions, urges."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from branches.models import Person
from common.days import OUT_OF_REACH, reach_q
from tasks.models.item import LedgerItem


class Answered(models.Model):
    """Something that one person puts forward and another one answers."""

    decided_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    reply = models.TextField(_("reply"), max_length=500, blank=True)

    class Meta:
        abstract = True


class ProgressReport(Answered):
    """A report by the lead unit. Progress counts once someone else accepted it."""

    class Status(models.TextChoices):
        PENDING = "pending", _("to be accepted")
        ACCEPTED = "accepted", _("accepted")
        RETURNED = "returned", _("returned")

    item = models.ForeignKey(
        LedgerItem, models.CASCADE, related_name="reports", verbose_name=_("ledger item")
    )
    progress = models.PositiveSmallIntegerField(_("progress in percent"))
    text = models.TextField(_("what was done"), max_length=1000)
    reported_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("reported by"))
    reported_at = models.DateTimeField(_("reported at"))
    status = models.CharField(_("status"), max_length=20, choices=Status.choices, default=Status.PENDING)

    class Meta:
        verbose_name = _("progress report")
        verbose_name_plural = _("progress reports")
        ordering = ["-reported_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item"],
                condition=Q(status="pending"),
                name="progress_report_one_unanswered",
                violation_error_message=_("The last report has not been answered yet."),
            ),
            models.CheckConstraint(
                condition=Q(progress__gte=0, progress__lte=100),
                name="progress_report_percent",
                violation_error_message=_("Progress is from 0 to 100."),
            ),
            models.CheckConstraint(
                condition=Q(status="pending") | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="progress_report_decided_has_decider",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("reported_by")),
                name="progress_report_decided_by_another",
                violation_error_message=_("A report is answered by someone other than its author."),
            ),
        ]
        indexes = [models.Index(fields=["item", "status", "-decided_at"], name="progress_report_accepted")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.progress}%"


class Extension(Answered):
    """A request for a later deadline, made on or before the deadline, decided by another person."""

    class Status(models.TextChoices):
        PENDING = "pending", _("pending")
        GRANTED = "granted", _("granted")
        REFUSED = "refused", _("refused")

    item = models.ForeignKey(
        LedgerItem, models.CASCADE, related_name="extensions", verbose_name=_("ledger item")
    )
    due_before = models.DateField(_("deadline before"))
    due_requested = models.DateField(_("deadline requested"))
    reason = models.TextField(_("reason"), max_length=500)
    requested_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("requested by"))
    requested_at = models.DateTimeField(_("requested at"))
    status = models.CharField(_("status"), max_length=20, choices=Status.choices, default=Status.PENDING)

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item"],
                condition=Q(status="pending"),
                name="extension_one_pending",
                violation_error_message=_("An extension is already waiting for a decision."),
            ),
            models.CheckConstraint(
                condition=reach_q("due_before", "due_requested"),
                name="extension_days_within_reach",
                violation_error_message=OUT_OF_REACH,
            ),
            models.CheckConstraint(
                condition=Q(due_requested__gt=F("due_before")),
                name="extension_later_than_before",
                violation_error_message=_("The new deadline is after the current one."),
            ),
            models.CheckConstraint(
                condition=Q(status="pending") | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="extension_decided_has_decider",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("requested_by")),
                name="extension_decided_by_another",
                violation_error_message=_("An extension is decided by someone other than the one who asked."),
            ),
        ]
        indexes = [models.Index(fields=["status", "item"], name="extension_status_item")]

    def __str__(self) -> str:
        return f"{self.item_id} → {self.due_requested}"


class Urge(models.Model):
    """A supervisor presses for an item."""

    item = models.ForeignKey(LedgerItem, models.CASCADE, related_name="urges", verbose_name=_("ledger item"))
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("time"))
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("urge")
        verbose_name_plural = _("urges")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.item_id} {self.at:%Y-%m-%d}"
