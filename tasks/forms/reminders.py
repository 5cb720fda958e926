"""Forms of the settings page: a rung, a day of the calendar."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import DateField, Form, ModelForm
from tasks.models import CalendarDay, ReminderRule
from tasks.reminders.plan import audiences_of


class RungForm(Form):
    """One more rung: so many days before (negative) or after the date, and to whom."""

    offset = forms.IntegerField(label=_("days"), min_value=-365, max_value=365)
    audience = forms.ChoiceField(label=_("to whom"))

    def __init__(self, *args: Any, rule: ReminderRule, **kwargs: Any) -> None:
        super().__init__(*args, auto_id=f"rule-{rule.pk}-%s", **kwargs)
        self.fields["audience"].choices = audiences_of(rule.subject)  # type: ignore[attr-defined]


class CalendarDayForm(ModelForm):
    """One day that differs from the published calendar."""

    day = DateField(label=_("day"))
    working = forms.TypedChoiceField(
        label=_("it is"),
        choices=[("1", _("working day")), ("0", _("day off"))],
        coerce=lambda value: value == "1",
        widget=forms.Select,
    )

    class Meta:
        model = CalendarDay
        fields: ClassVar[list[str]] = ["day", "working", "name"]


class DryRunForm(Form):
    """The day of a dry run."""

    on = DateField(label=_("day"))
