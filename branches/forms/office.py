"""Forms of memberships, terms, appointments and liaisons."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from branches.forms.fields import OrganizationField, PersonField
from branches.models import Appointment, Liaison, Membership, Organization, Person, Term
from branches.models.office import same_day
from common.forms import DateField, ModelForm


class SpanForm(ModelForm):
    """A new span: who, where, from when; ``to`` only when it is entered after the fact."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("person", "member"):
            field = self.fields.get(name)
            if isinstance(field, PersonField):
                field.people = self.people()
        if "organization" in self.fields:
            self.fields["organization"].queryset = Organization.objects.active()  # type: ignore[attr-defined]
        self.fields["starts_on"].help_text = _("The first day.")
        if "ends_on" in self.fields:
            self.fields["ends_on"].help_text = _("Only when it is already known.")

    def people(self) -> Any:
        """Who may be named."""
        return Person.objects.active()


class MembershipForm(SpanForm):
    beside = {
        "membership_one_open_formal_per_system": "organization",
        "membership_one_open_per_organization": "organization",
        "membership_ends_after_start": "ends_on",
    }

    person = PersonField(label=_("Person"), help_text=_("Name or employee number."))
    organization = OrganizationField(label=_("Organization"), queryset=Organization.objects.none())

    class Meta:
        model = Membership
        fields = ["person", "organization", "formal", "stage", "starts_on", "ends_on"]
        field_classes = {"starts_on": DateField, "ends_on": DateField}
        help_texts = {
            "formal": _("One formal membership in each system; a functional branch is an informal one.")
        }


class AppointmentForm(SpanForm):
    beside = {
        "appointment_one_open_secretary": "post",
        "appointment_one_open_per_post": "post",
        "appointment_ends_after_start": "ends_on",
    }

    person = PersonField(label=_("Person"), help_text=_("Name or employee number."))
    organization = OrganizationField(label=_("Organization"), queryset=Organization.objects.none())

    class Meta:
        model = Appointment
        fields = ["person", "organization", "post", "starts_on", "ends_on"]
        field_classes = {"starts_on": DateField, "ends_on": DateField}

    def save_term(self) -> None:
        """The appointment belongs to the open term of its organization, where there is one."""
        organization = self.cleaned_data["organization"]
        self.instance.term = Term.objects.open().filter(organization=organization).first()


class TermForm(SpanForm):
    beside = {
        "term_one_open_per_organization": "organization",
        "term_due_after_start": "due_on",
        "term_ends_after_start": "ends_on",
    }

    organization = OrganizationField(label=_("Organization"), queryset=Organization.objects.none())

    class Meta:
        model = Term
        fields = ["organization", "starts_on", "years", "due_on"]
        field_classes = {"starts_on": DateField, "due_on": DateField}
        help_texts = {
            "years": _("Party committee 5 years; general branch and branch 3 years."),
            "due_on": _("Empty: that many years after the first day. An extension is at most one year."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due_on"].required = False

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get("due_on") and "due_on" not in self.errors and cleaned.get("starts_on"):
            cleaned["due_on"] = same_day(cleaned["starts_on"], cleaned.get("years") or 3)
        return cleaned


class LiaisonForm(SpanForm):
    beside = {"liaison_one_open_pair": "organization", "liaison_ends_after_start": "ends_on"}

    member = PersonField(label=_("Committee member"), help_text=_("Name or employee number."))
    organization = OrganizationField(label=_("Organization"), queryset=Organization.objects.none())

    class Meta:
        model = Liaison
        fields = ["member", "organization", "starts_on", "ends_on"]
        field_classes = {"starts_on": DateField, "ends_on": DateField}

    def people(self) -> Any:
        """The members of the Party committee."""
        seats = Appointment.objects.open().filter(
            organization__kind=Organization.Kind.PARTY_COMMITTEE, post__in=Appointment.Post.committee()
        )
        return Person.objects.active().filter(pk__in=seats.values("person"))
