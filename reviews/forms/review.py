"""Forms of the annual review."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from common.forms import DateField, Form, ModelForm
from reviews.models import ReviewRound, ReviewSection


class RoundForm(ModelForm):
    """Opening a round."""

    class Meta:
        model = ReviewRound
        fields = ("year", "confirm_due_on", "written_limit")
        field_classes = {"confirm_due_on": DateField}

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        year, due = data.get("year"), data.get("confirm_due_on")
        if year and due and due.year < year:
            self.add_error(
                "confirm_due_on", _("This day is before the year that is reported on. Choose a later one.")
            )
        return data


class TermsForm(RoundForm):
    """Changing the deadline and the limit of an open round; the year stays."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta(RoundForm.Meta):
        fields = ("confirm_due_on", "written_limit")  # type: ignore[assignment]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        due = data.get("confirm_due_on")
        if due and due.year < self.instance.year:
            self.add_error(
                "confirm_due_on", _("This day is before the year that is reported on. Choose a later one.")
            )
        return data


class SectionForm(Form):
    """One paragraph in one's own words. The model's step checks length and version."""

    text = forms.CharField(
        label=_("Paragraph"),
        widget=forms.Textarea(attrs={"rows": 14, "lang": "zh-CN"}),
        error_messages={"required": _("Write the paragraph, or go back to the draft.")},
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    @classmethod
    def again(cls, data: QueryDict, version: int) -> SectionForm:
        """What was typed, against the version that now stands: sending it again replaces that knowingly."""
        kept = data.copy()
        kept["version"] = str(version)
        form = cls(kept)
        form.is_valid()
        return form

    @classmethod
    def of(cls, section: ReviewSection) -> SectionForm:
        """The form as it opens: the paragraph as it stands now."""
        return cls(initial={"text": section.text, "version": section.version})
