"""Forms of an organization: add, edit, deactivate, and the filters of the list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from branches.forms.fields import OrganizationField
from branches.models import Organization
from common.forms import DateField, Form, ModelForm


class OrganizationForm(ModelForm):
    """The particulars; ``version`` is what the person saw when the form was opened."""

    beside = {
        "organization_dissolved_after_founded": "founded_on",
        "organization_one_root_per_system": "parent",
    }

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    based_in = OrganizationField(
        label=_("Based in"),
        queryset=Organization.objects.none(),
        required=False,
        help_text=_("The laboratory or department that the branch belongs to."),
    )

    class Meta:
        model = Organization
        fields = ["name", "short_name", "code", "kind", "functional", "founded_on", "based_in"]
        field_classes = {"founded_on": DateField}
        help_texts = {
            "short_name": _("Shown where there is little room."),
            "code": _("Short and unique; a spreadsheet names the organization by it."),
            "functional": _(
                "Set up for a task or a place; its members are counted in their formal organization."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["based_in"].queryset = Organization.objects.active().filter(  # type: ignore[attr-defined]
            system=Organization.System.ADMINISTRATION
        )
        if self.instance.pk:
            self.fields["version"].initial = self.instance.version
            kinds = Organization.Kind.of(self.instance.system)
            self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]  # type: ignore[attr-defined]

    @property
    def values(self) -> dict[str, Any]:
        """What the row gets."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class NewOrganizationForm(OrganizationForm):
    """A new one also says where it stands."""

    parent = OrganizationField(
        label=_("Belongs to"),
        queryset=Organization.objects.none(),
        required=False,
        help_text=_("The organization directly above. Empty only for the root of a system."),
    )

    class Meta(OrganizationForm.Meta):
        fields = ["system", *OrganizationForm.Meta.fields]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = Organization.objects.active()  # type: ignore[attr-defined]
        self.fields["system"].required = False
        self.fields["system"].help_text = _(
            "Only for a root; below another organization it follows from that."
        )
        self.order_fields(["parent", "system"])

    def clean_system(self) -> str:
        """Follows from the parent; a root has to say it."""
        system = str(self.cleaned_data.get("system") or "")
        parent = self.cleaned_data.get("parent")
        if parent is None and "parent" not in self.errors and not system:
            raise forms.ValidationError(_("Say which system this is the root of, or choose what lies above."))
        return parent.system if parent else system

    def clean(self) -> dict[str, Any]:
        """The depth is known from here on: one root in a system is a rule about depth 1."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        parent = cleaned.get("parent")
        self.instance.depth = parent.depth + 1 if parent else 1 if "parent" in cleaned else 2
        return cleaned


class LastDayForm(Form):
    """The last day of something."""

    ends_on = DateField(label=_("The last day"))

    def __init__(self, *args: Any, hint: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ends_on"].help_text = hint


class OrganizationFilter(Form):
    """What the list can be narrowed to; every value stands in the address."""

    q = forms.CharField(label=_("Name or code"), required=False, max_length=60)
    system = forms.ChoiceField(
        label=_("System"), required=False, choices=[("", _("all systems")), *Organization.System.choices]
    )
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("all kinds")), *Organization.Kind.choices]
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("active")), ("closed", _("deactivated")), ("all", _("all"))],
    )
