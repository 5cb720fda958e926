"""What is said with a step of an activity."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import Form
from common.steps import StepRefused


class SayingForm(Form):
    """Why an activity is sent back or opened again. Whether a reason is needed is for the step to say."""

    reason = forms.CharField(label=_("Reason"), max_length=500, required=False, widget=forms.Textarea)

    def said(self) -> str:
        """The reason. Raises ``StepRefused`` when it cannot be kept."""
        if not self.is_valid():
            raise StepRefused(self.errors["reason"][0])
        reason: str = self.cleaned_data["reason"]
        return reason
