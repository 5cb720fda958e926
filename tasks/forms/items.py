"""Entering and editing an item."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from branches.models import VanguardPost
from common.forms import DateField, Form
from plans.models import Measure
from tasks.forms.fields import OrganizationField, OrganizationsField, PersonField
from tasks.models import Ledger, LedgerItem

#: Fields that change by their own steps once the item is assigned.
SETTLED = ("ledger", "lead", "owner", "starts_on", "due_on")


class ItemForm(Form):
    """One item. ``binding``: it is (to be) registered, so deadline, lead and owner must be there."""

    label_notes = dict.fromkeys(("lead", "owner", "due_on"), gettext_lazy("needed to register"))
    title = forms.CharField(
        label=gettext_lazy("Item"),
        max_length=200,
        help_text=gettext_lazy("What has to exist or have happened at the end."),
        error_messages={"required": gettext_lazy("Say what is to be done.")},
    )
    ledger = forms.ModelChoiceField(
        Ledger.objects.all(),
        label=gettext_lazy("Ledger"),
        empty_label=None,
        error_messages={"required": gettext_lazy("Choose the ledger it belongs to.")},
    )
    measure = forms.ModelChoiceField(
        Measure.objects.none(),
        label=gettext_lazy("Measure"),
        required=False,
        empty_label=gettext_lazy("none"),
    )
    phrase = forms.CharField(
        label=gettext_lazy("Official phrase"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("The words of the clause that this item carries out, copied from it."),
    )
    requirement = forms.CharField(
        label=gettext_lazy("What is required"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    done_when = forms.CharField(
        label=gettext_lazy("Completion standard"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("The result, not the process."),
    )
    lead = OrganizationField(label=gettext_lazy("Lead unit"), required=False)
    owner = PersonField(label=gettext_lazy("Person responsible"), required=False)
    leader = PersonField(label=gettext_lazy("Leader responsible"), required=False)
    cooperating = OrganizationsField(
        label=gettext_lazy("Cooperating units"),
        required=False,
        max_length=1000,
        help_text=gettext_lazy("Several are separated by 、 or a comma."),
    )
    vanguard_post = forms.ModelChoiceField(
        VanguardPost.objects.none(),
        label=gettext_lazy("Vanguard post"),
        required=False,
        empty_label=gettext_lazy("none"),
    )
    starts_on = DateField(
        label=gettext_lazy("Starts on"),
        required=False,
        help_text=gettext_lazy("The day of assignment unless given."),
    )
    due_on = DateField(label=gettext_lazy("Deadline"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, item: LedgerItem | None = None, binding: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.item, self.binding = item, binding
        measures: Any = Measure.objects
        self.fields["measure"].queryset = measures.in_force().select_related("clause")  # type: ignore[attr-defined]
        posts = VanguardPost.objects.filter(status=VanguardPost.Status.APPROVED).select_related("holder")
        self.fields["vanguard_post"].queryset = posts  # type: ignore[attr-defined]
        if item is not None and item.state not in ("draft", "registered"):
            for name in SETTLED:
                del self.fields[name]

    def is_stale(self) -> bool:
        """Whether the item has changed since this form was shown."""
        return self.item is not None and self.data.get("version") != str(self.item.version)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        start, due = cleaned.get("starts_on"), cleaned.get("due_on")
        if start and due and due < start:
            self.add_error("due_on", _("The deadline is before the start. Correct one of the two dates."))
        if self.binding:
            needed = {
                "due_on": _("Give the deadline, or keep the item as a draft."),
                "lead": _("Name the lead unit, or keep the item as a draft."),
                "owner": _("Name the person responsible, or keep the item as a draft."),
            }
            for name, message in needed.items():
                if name in self.fields and not cleaned.get(name) and not self.has_error(name):
                    self.add_error(name, message)
        phrase, measure = cleaned.get("phrase"), cleaned.get("measure")
        if phrase and measure and "".join(phrase.split()) not in "".join(_words(measure).split()):
            self.add_error(
                "phrase", _("These words do not stand in the clause. Copy them as they stand there.")
            )
        return cleaned

    def values(self) -> dict[str, Any]:
        """What is saved on the row itself (the cooperating units are a relation)."""
        left_out = {"version", "cooperating"}
        return {name: value for name, value in self.cleaned_data.items() if name not in left_out}


def _words(measure: Measure) -> str:
    return f"{measure.clause.title}。{measure.clause.text}"


def initial_of(item: LedgerItem) -> dict[str, Any]:
    """The values an edit begins with."""
    names = ("title", "ledger", "measure", "phrase", "requirement", "done_when", "lead", "owner", "leader")
    values = {
        name: getattr(item, name) for name in (*names, "vanguard_post", "starts_on", "due_on", "version")
    }
    return {**values, "cooperating": list(item.cooperating.all())}
