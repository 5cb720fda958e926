"""The editable table of 调休: days that differ from the calendar of public holidays."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.workdays import Calendar


class CalendarDay(models.Model):
    """One day that is a working day or a day off against the calendar."""

    day = models.DateField(
        _("day"), unique=True, error_messages={"unique": _("This day is already in the table.")}
    )
    working = models.BooleanField(_("working day"))
    name = models.CharField(_("note"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day}"


def current_calendar() -> Calendar:
    """The calendar of working days with the overrides of the table. One query."""
    return Calendar(dict(CalendarDay.objects.values_list("day", "working")))
