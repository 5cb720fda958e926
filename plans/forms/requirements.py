"""Forms of standing requirements, exemptions from them, and kinds of activity."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from branches.models import Organization
from common.forms import DateField, Form, ModelForm
from plans.models import ActivityKind, Exemption, Requirement

NOBODY_ASKED = gettext_lazy("Choose a kind of organization, or name one organization.")


class RequirementForm(ModelForm):
    """So many of a kind in each period, asked of one organization or of a kind of organization."""

    beside = {
        "requirement_minimum_sensible": "minimum",
        "requirement_one_addressee": "organization_kind",
        "requirement_ends_after_start": "effective_to",
        "requirement_asked_once": "activity_kind",
    }
    label_notes = {"organization_kind": "", "organization": ""}  # the page says above both: one of the two
    effective_from = DateField(
        label=gettext_lazy("Effective from"), help_text=gettext_lazy("Nothing is owed for the time before.")
    )
    effective_to = DateField(label=gettext_lazy("Effective to"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Requirement
        fields = [
            "activity_kind",
            "organization_kind",
            "organization",
            "period",
            "minimum",
            "condition",
            "soft",
            "source",
            "effective_from",
            "effective_to",
            "active",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organization"].queryset = Organization.objects.active()  # type: ignore[attr-defined]
        kinds = ActivityKind.objects.filter(active=True) | ActivityKind.objects.filter(
            pk=self.instance.activity_kind_id
        )
        self.fields["activity_kind"].queryset = kinds  # type: ignore[attr-defined]
        self.fields["minimum"].widget.attrs.update(min=1, max=60)
        self.fields["version"].initial = self.instance.version

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("organization", "") is None and values.get("organization_kind", None) == "":
            self.add_error("organization_kind", NOBODY_ASKED)
        return values


class KindForm(ModelForm):
    """A kind of activity. Its code is made once and stays; both names are shown by the reader's language."""

    class Meta:
        model = ActivityKind
        fields = ["name_zh", "name_en", "group", "first_agenda", "position", "active"]
        error_messages = {"name_zh": {"unique": gettext_lazy("A kind of activity of this name exists.")}}

    def save(self, commit: bool = True) -> ActivityKind:
        kind: ActivityKind = self.instance
        if not kind.code:
            kind.code = free_code(kind.name_en)
        saved: ActivityKind = super().save(commit)
        return saved


def free_code(name: str) -> str:
    """A code made of the English name that no other kind has."""
    base = slugify(name).replace("-", "_")[:34] or "kind"
    taken = set(ActivityKind.objects.filter(code__startswith=base).values_list("code", flat=True))
    return next(
        code for code in (base, *(f"{base}_{n}" for n in range(2, len(taken) + 3))) if code not in taken
    )


class ExemptionForm(ModelForm):
    """An organization is freed from one requirement for a time."""

    beside = {"exemption_ends_after_start": "ends_on"}
    starts_on = DateField(label=gettext_lazy("First day"))
    ends_on = DateField(label=gettext_lazy("Last day"))

    class Meta:
        model = Exemption
        fields = ["organization", "starts_on", "ends_on", "reason"]

    def __init__(self, *args: Any, requirement: Requirement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.requirement = requirement
        self.instance.requirement = requirement
        bound = Organization.objects.active()
        if requirement.organization_id:
            bound = bound.filter(pk=requirement.organization_id)
        else:
            bound = bound.filter(kind=requirement.organization_kind)
        self.fields["organization"].queryset = bound  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not {"organization", "starts_on", "ends_on"} <= set(values):
            return values
        overlapping = Exemption.objects.filter(
            organization=values["organization"],
            requirement=self.requirement,
            starts_on__lte=values["ends_on"],
            ends_on__gte=values["starts_on"],
        )
        if overlapping.exists():
            self.add_error(
                "starts_on", _("There is an exemption for some of these days already. End it first.")
            )
        return values


class EndForm(Form):
    """The last day of an exemption, and why it ends."""

    ends_on = DateField(label=gettext_lazy("Last day"))
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)

    def __init__(self, *args: Any, exemption: Exemption, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.exemption = exemption

    def clean_ends_on(self) -> date:
        day: date = self.cleaned_data["ends_on"]
        if not self.exemption.starts_on <= day <= self.exemption.ends_on:
            raise ValidationError(_("Choose a day within the exemption."))
        return day
