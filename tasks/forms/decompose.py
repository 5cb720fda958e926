"""The forms of a decomposition: the measure itself, rows of items, rows of standing requirements."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.forms.formsets import DELETION_FIELD_NAME
from django.forms.utils import ErrorDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from branches.models import Organization
from common.forms import DateField, Form, FormSet
from plans.forms.requirements import NOBODY_ASKED
from plans.models import ActivityKind, Measure, Requirement
from tasks.decomposing import Proposal
from tasks.forms.fields import OrganizationField, OrganizationsField, PersonField
from tasks.models import Ledger

MAX_ROWS = 40


class QuietForm(Form):
    """A form that, shown again only to grow by a row, does not yet complain about what is not filled in."""

    quiet = False

    @property
    def errors(self) -> ErrorDict:
        return ErrorDict() if self.quiet else super().errors


class MeasureForm(QuietForm):
    """Working title, lead, cooperating units and leader of the measure, and the ledger the items go to."""

    working_title = forms.CharField(label=gettext_lazy("Working title"), max_length=60)
    ledger = forms.ModelChoiceField(
        Ledger.objects.filter(source=Ledger.Source.PLAN),
        label=gettext_lazy("Ledger"),
        required=False,
        empty_label=gettext_lazy("this year's ledger of the action plan"),
    )
    lead = OrganizationField(label=gettext_lazy("Lead unit"), required=False)
    leader = PersonField(label=gettext_lazy("Leader responsible"), required=False)
    cooperating = OrganizationsField(
        label=gettext_lazy("Cooperating units"),
        required=False,
        max_length=1000,
        help_text=gettext_lazy("Several are separated by 、 or a comma."),
    )


class RowForm(QuietForm):
    """A row that is left out when it is empty or marked so."""

    said: tuple[str, ...] = ()

    def has_changed(self) -> bool:
        """Only what a person typed or chose makes a row; a default in a select does not."""
        return any(name in self.said for name in self.changed_data)


class ItemRow(RowForm):
    """One item: to be done once, by a day."""

    said = ("title", "phrase", "lead", "owner", "due_on", "done_when")
    title = forms.CharField(
        label=gettext_lazy("Item"),
        max_length=200,
        error_messages={"required": gettext_lazy("Say what is to be done, or leave this row out.")},
    )
    phrase = forms.CharField(label=gettext_lazy("Official phrase"), max_length=300, required=False)
    lead = OrganizationField(
        label=gettext_lazy("Lead unit"),
        error_messages={"required": gettext_lazy("Name the lead unit.")},
    )
    owner = PersonField(
        label=gettext_lazy("Person responsible"),
        error_messages={"required": gettext_lazy("Name the person responsible.")},
    )
    due_on = DateField(
        label=gettext_lazy("Deadline"),
        error_messages={"required": gettext_lazy("Give the deadline.")},
    )
    done_when = forms.CharField(label=gettext_lazy("Completion standard"), max_length=300, required=False)
    field_order = ("title", "phrase", "done_when", "lead", "owner", "due_on")

    def __init__(self, *args: Any, measure: Measure, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.measure, self.on = measure, on

    def clean_due_on(self) -> date:
        due: date = self.cleaned_data["due_on"]
        if due < self.on:
            raise forms.ValidationError(_("This day has passed. Choose a later one."), "past")
        return due

    def clean_phrase(self) -> str:
        phrase: str = self.cleaned_data["phrase"]
        clause = f"{self.measure.clause.title}。{self.measure.clause.text}"
        if "".join(phrase.split()) not in "".join(clause.split()):
            raise forms.ValidationError(
                _("These words do not stand in the clause. Copy them as they stand there."), "phrase"
            )
        return phrase


class RequirementRow(RowForm):
    """One standing requirement: so many activities of a kind in every period."""

    said = ("activity_kind", "organization")
    activity_kind = forms.ModelChoiceField(
        ActivityKind.objects.filter(active=True),
        label=gettext_lazy("Kind of activity"),
        empty_label=gettext_lazy("choose"),
        error_messages={"required": gettext_lazy("Choose the kind of activity, or leave this row out.")},
    )
    period = forms.ChoiceField(
        label=gettext_lazy("In every"),
        choices=Requirement.Period.choices,
        initial=Requirement.Period.QUARTER,
    )
    minimum = forms.IntegerField(
        label=gettext_lazy("At least"),
        min_value=1,
        max_value=60,
        initial=1,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    organization_kind = forms.ChoiceField(
        label=gettext_lazy("Owed by every"),
        choices=[("", gettext_lazy("one organization (name it beside)")), *Organization.Kind.choices],
        required=False,
        initial=Organization.Kind.BRANCH,
    )
    organization = OrganizationField(label=gettext_lazy("or by"), required=False)
    soft = forms.BooleanField(
        label=gettext_lazy("soft: “as a rule”, shown without a red mark"),
        required=False,
    )

    def __init__(self, *args: Any, measure: Measure, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        named, kind = bool(cleaned.get("organization")), bool(cleaned.get("organization_kind"))
        if named == kind and not self.has_error("organization"):
            both = _("Choose either one organization or one kind of organization.")
            self.add_error("organization", both if named else NOBODY_ASKED)
        return cleaned


class Rows(FormSet):
    """Rows of one sort. Once sent, every row may be empty: what was proposed is no row yet."""

    def initial_form_count(self) -> int:
        return 0 if self.is_bound else super().initial_form_count()

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        leave_out = form.fields[DELETION_FIELD_NAME]
        leave_out.label = gettext_lazy("Leave this row out")
        leave_out.widget.attrs["class"] = "form-check-input"

    def rows(self) -> list[dict[str, Any]]:
        """The values of the rows that are meant, without those left out."""
        given = [dict(form.cleaned_data) for form in self.forms if form.has_changed()]
        return [values for values in given if not values.pop(DELETION_FIELD_NAME, False)]

    def dressed(self, quiet: bool = False) -> Rows:
        """The rows ready to be shown."""
        for form in self.forms:
            form.quiet = quiet
        return self


# One row beyond the limit is still shown with what is wrong; a number of rows that nobody typed is not drawn.
LIMITS: Any = {"max_num": MAX_ROWS, "validate_max": True, "absolute_max": MAX_ROWS + 1}
ItemRows: Any = forms.formset_factory(ItemRow, formset=Rows, extra=0, can_delete=True, **LIMITS)
RequirementRows: Any = forms.formset_factory(RequirementRow, formset=Rows, extra=0, can_delete=True, **LIMITS)


def item_proposals(measure: Measure, found: list[Proposal]) -> list[dict[str, Any]]:
    """First rows: one for each deadline the clause names, then two empty ones."""
    rows: list[dict[str, Any]] = [
        {"phrase": p.sentence[:300], "title": p.sentence.rstrip("。；;")[:200], "due_on": p.due_on}
        for p in found
        if p.kind == "deadline"
    ]
    own = {"lead": measure.lead} if measure.lead else {}
    return [{**row, **own} for row in rows] + [{}, {}]


def requirement_proposals(found: list[Proposal]) -> list[dict[str, Any]]:
    """One row for each frequency the clause names, then an empty one."""
    rows: list[dict[str, Any]] = [
        {"period": p.period, "minimum": p.minimum} for p in found if p.kind == "recurring" and p.period
    ]
    return [*rows, {}]
