"""What is said of a plan as a whole, and the corrections of a confirmed one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from branches.forms.fields import PersonField
from branches.models import Organization, Person
from common.forms import DateField, Form, ModelForm
from plans.models import ActionPlan


class HeadForm(ModelForm):
    """Title, number, issuer, kind and period. The view calls the step; the form only checks."""

    issued_on = DateField(label=gettext_lazy("issued on"), required=False)
    starts_on = DateField(label=gettext_lazy("in force from"))
    ends_on = DateField(
        label=gettext_lazy("in force to"),
        required=False,
        help_text=gettext_lazy("Empty: until it is withdrawn."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = ActionPlan
        fields = [
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
        ]
        widgets = {"title": forms.Textarea(attrs={"rows": 2})}

    def clean(self) -> dict[str, Any]:
        values = dict(super().clean() or {})
        starts_on, ends_on = values.get("starts_on"), values.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("The end is before the start. Correct one of the two dates."))
        return values

    def values(self) -> dict[str, Any]:
        """What was entered, without the version."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class ClauseForm(Form):
    """The wording of a clause; for a measure its working title, lead unit and leader too."""

    title = forms.CharField(
        label=gettext_lazy("Title"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    text = forms.CharField(
        label=gettext_lazy("Official text"), required=False, widget=forms.Textarea(attrs={"rows": 10})
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class MeasureForm(Form):
    """What is decided inside the institute about a measure."""

    working_title = forms.CharField(label=gettext_lazy("Working title"), max_length=60)
    lead = forms.ModelChoiceField(
        label=gettext_lazy("Lead unit"), queryset=Organization.objects.none(), required=False
    )
    leader = PersonField(label=gettext_lazy("Leader responsible"), required=False)
    measure_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead"].queryset = Organization.objects.active()  # type: ignore[attr-defined]
        # Who leads stays, even when they have left the institute since.
        leader: Any = self.initial.get("leader")
        people = Person.objects.filter(Q(active=True) | Q(pk=leader.pk if leader else None))
        self.fields["leader"].people = people.order_by("name", "pk")  # type: ignore[attr-defined]


class WithdrawForm(Form):
    """Why a plan is taken back."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        error_messages={"required": gettext_lazy("Say why the plan is withdrawn.")},
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
