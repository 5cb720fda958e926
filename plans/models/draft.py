"""A document on its way to a plan: what was read, kept until it is confirmed or thrown away."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from branches.models import Person
from plans.models.plan import ActionPlan


class PlanDraft(models.Model):
    """The outline a reader corrects before it becomes a plan. ``outline`` is the parser's document as JSON."""

    file_name = models.CharField(_("file"), max_length=200, blank=True)
    sha256 = models.CharField(max_length=64)
    lines = models.JSONField(_("lines of the original"), default=list)
    outline = models.JSONField(_("outline"), default=dict)
    created_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="plan_drafts", verbose_name=_("read in by")
    )
    created_at = models.DateTimeField(_("read in at"), auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    plan = models.OneToOneField(
        ActionPlan, models.SET_NULL, null=True, blank=True, related_name="draft", verbose_name=_("plan")
    )

    class Meta:
        verbose_name = _("draft plan")
        verbose_name_plural = _("draft plans")
        ordering = ["-updated_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["sha256"],
                condition=models.Q(plan__isnull=True),
                name="plan_draft_document_once",
                violation_error_message=_("This document is already being read in."),
            )
        ]

    def __str__(self) -> str:
        return str(self.outline.get("title") or self.file_name)
