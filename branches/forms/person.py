"""Forms of a person, and the filters of the list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from branches.forms.fields import OrganizationField
from branches.models import Membership, Organization, Person
from common.forms import Form, ModelForm


class PersonForm(ModelForm):
    """Name and working contact; nothing else is ever asked."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Person
        fields = ["name", "employee_number", "email"]
        help_texts = {
            "employee_number": _("Tells two people of one name apart. Never an identity number."),
            "email": _("Reminders go here. Without one they stand in the inbox only."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["version"].initial = self.instance.version

    @property
    def values(self) -> dict[str, Any]:
        """What the row gets."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class PersonFilter(Form):
    """What the list can be narrowed to; every value stands in the address."""

    q = forms.CharField(label=_("Name or employee number"), required=False, max_length=60)
    organization = OrganizationField(
        label=_("Organization"),
        queryset=Organization.objects.none(),
        required=False,
        empty_label=_("all organizations"),
    )
    stage = forms.ChoiceField(
        label=_("Stage"), required=False, choices=[("", _("all stages")), *Membership.Stage.choices]
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("active")), ("closed", _("deactivated")), ("all", _("all"))],
    )

    def __init__(self, *args: Any, organizations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organization"].queryset = organizations  # type: ignore[attr-defined]
