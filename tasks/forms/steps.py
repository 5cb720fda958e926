"""The forms of the steps: what is asked for, and the one call that takes the step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from branches.models import Person
from common.files import CheckedFileField
from common.forms import DateField, Form
from common.steps import Stale
from tasks.evidence import attach, kept
from tasks.forms.fields import OrganizationField, PersonField
from tasks.models import LedgerItem
from tasks.models.stepping import Step

TWO_ROWS = {"rows": 2}


class StepForm(Form):
    """Carries the version the reader saw. ``carry_out`` takes the step with the other fields as its arguments."""

    step: Step
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, step: Step, item: LedgerItem, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"{step}_%s")
        kwargs["initial"] = {"version": item.version, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.step, self.item = step, item

    def is_stale(self) -> bool:
        """Whether the item has changed since the form was shown (or the form does not say what was shown)."""
        return self.data.get("version") != str(self.item.version)

    def arguments(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    def carry_out(self, by: Person, at: datetime) -> None:
        """Take the step. Raises what the step raises."""
        if self.is_stale():
            raise Stale(_("Someone changed this item since you opened it."))
        getattr(self.item, self.step)(by=by, at=at, **self.arguments())


class PlainForm(StepForm):
    """A step that needs no word."""


class NoteForm(StepForm):
    note = forms.CharField(
        label=gettext_lazy("Note"), max_length=500, required=False, widget=forms.Textarea(attrs=TWO_ROWS)
    )


class ReasonForm(StepForm):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs=TWO_ROWS),
        error_messages={"required": gettext_lazy("Give the reason in a sentence.")},
    )


class AcceptForm(StepForm):
    reply = forms.CharField(
        label=gettext_lazy("Reply"), max_length=500, required=False, widget=forms.Textarea(attrs=TWO_ROWS)
    )


class ReturnForm(StepForm):
    reply = forms.CharField(
        label=gettext_lazy("Reply"),
        max_length=500,
        widget=forms.Textarea(attrs=TWO_ROWS),
        error_messages={"required": gettext_lazy("Say what the report should add.")},
    )


class ReportForm(StepForm):
    """A report with, where there are any, a file of evidence and the confirmation that goes with it."""

    progress = forms.IntegerField(
        label=gettext_lazy("Progress in percent"),
        min_value=0,
        max_value=100,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": gettext_lazy("Give the progress, from 0 to 100."),
            "invalid": gettext_lazy("Give the progress as a whole number from 0 to 100."),
        },
    )
    text = forms.CharField(
        label=gettext_lazy("What was done"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Steps taken, by whom, what came of them."),
        error_messages={"required": gettext_lazy("Say what was done.")},
    )
    file = CheckedFileField(label=gettext_lazy("Evidence"), required=False, widget=forms.ClearableFileInput)
    happened_on = DateField(label=gettext_lazy("Date of the event"), required=False)
    confirmed = forms.BooleanField(
        label=gettext_lazy("I confirm that this file holds no state secret and no work secret."),
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("file") and not cleaned.get("confirmed"):
            self.add_error("confirmed", _("Confirm this for the file, or send the report without it."))
        return cleaned

    def carry_out(self, by: Person, at: datetime) -> None:
        """The report and its evidence stand or fall together."""
        if self.is_stale():
            raise Stale(_("Someone changed this item since you opened it."))
        given = self.cleaned_data
        uploads = [given["file"]] if given["file"] else []
        with kept(uploads) as stored, transaction.atomic():
            made = self.item.report(by=by, at=at, progress=given["progress"], text=given["text"])
            attach(uploads, stored, by=by, report=made, happened_on=given["happened_on"])


class ExtensionForm(StepForm):
    due_on = DateField(label=gettext_lazy("New deadline"))
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs=TWO_ROWS),
        error_messages={"required": gettext_lazy("Give the reason for the extension.")},
    )

    def clean_due_on(self) -> Any:
        asked = self.cleaned_data["due_on"]
        if self.item.due_on and asked <= self.item.due_on:
            raise forms.ValidationError(_("Choose a day after the current deadline."), "early")
        return asked


class DecisionForm(StepForm):
    """Granted or not is the button that was pressed."""

    label_notes = {"reply": ""}
    granted = forms.TypedChoiceField(
        choices=[("1", ""), ("0", "")],
        coerce=lambda value: value == "1",
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), gettext_lazy("Grant the extension or refuse it.")
        ),
    )
    reply = forms.CharField(
        label=gettext_lazy("Reply"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs=TWO_ROWS),
        help_text=gettext_lazy("Needed when you do not grant it."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("granted") is False and not cleaned.get("reply"):
            self.add_error("reply", _("Say why the extension is not granted."))
        return cleaned


class CorrectionForm(StepForm):
    lead = OrganizationField(label=gettext_lazy("Lead unit"))
    owner = PersonField(label=gettext_lazy("Person responsible"))
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs=TWO_ROWS),
        error_messages={"required": gettext_lazy("Give the reason in a sentence.")},
    )

    def __init__(self, *args: Any, item: LedgerItem, **kwargs: Any) -> None:
        kwargs["initial"] = {"lead": item.lead, "owner": item.owner}
        super().__init__(*args, item=item, **kwargs)


FORMS: dict[Step, type[StepForm]] = {
    Step.REGISTER: PlainForm,
    Step.ASSIGN: PlainForm,
    Step.SIGN_FOR: PlainForm,
    Step.REPORT: ReportForm,
    Step.ACCEPT_REPORT: AcceptForm,
    Step.RETURN_REPORT: ReturnForm,
    Step.REQUEST_COMPLETION: NoteForm,
    Step.SEND_BACK: ReasonForm,
    Step.COMPLETE: NoteForm,
    Step.CLEAR: NoteForm,
    Step.REQUEST_EXTENSION: ExtensionForm,
    Step.DECIDE_EXTENSION: DecisionForm,
    Step.URGE: NoteForm,
    Step.CORRECT_ASSIGNMENT: CorrectionForm,
    Step.RETURN_TO_DRAFT: ReasonForm,
}


@dataclass(frozen=True)
class Button:
    """One way to send a form: to a step, with a name and value where the step asks for a choice."""

    step: Step
    label: Any
    main: bool = False
    name: str = ""
    value: str = ""


@dataclass(frozen=True)
class Panel:
    """Steps that are decided together, with one box for what is said."""

    step: Step
    title: Any
    buttons: tuple[Button, ...]


#: In the order in which a page asks for them.
PANELS = (
    Panel(
        Step.DECIDE_EXTENSION,
        gettext_lazy("An extension waits for your decision"),
        (
            Button(Step.DECIDE_EXTENSION, gettext_lazy("Grant"), True, "granted", "1"),
            Button(Step.DECIDE_EXTENSION, gettext_lazy("Do not grant"), False, "granted", "0"),
        ),
    ),
    Panel(
        Step.ACCEPT_REPORT,
        gettext_lazy("A report waits for your answer"),
        (
            Button(Step.ACCEPT_REPORT, gettext_lazy("Accept"), True),
            Button(Step.RETURN_REPORT, gettext_lazy("Return")),
        ),
    ),
    Panel(
        Step.COMPLETE,
        gettext_lazy("Completion waits for your decision"),
        (
            Button(Step.COMPLETE, gettext_lazy("Find it completed"), True),
            Button(Step.SEND_BACK, gettext_lazy("Send back")),
        ),
    ),
    Panel(
        Step.CLEAR,
        gettext_lazy("Completed, to be cleared"),
        (Button(Step.CLEAR, pgettext_lazy("step", "Clear"), True),),
    ),
    Panel(
        Step.SIGN_FOR,
        gettext_lazy("Waits to be signed for"),
        (Button(Step.SIGN_FOR, gettext_lazy("Sign for it"), True),),
    ),
    Panel(
        Step.REGISTER,
        gettext_lazy("A draft"),
        (Button(Step.REGISTER, gettext_lazy("Register"), True),),
    ),
    Panel(
        Step.ASSIGN,
        gettext_lazy("Registered, not yet assigned"),
        (Button(Step.ASSIGN, gettext_lazy("Assign"), True),),
    ),
    Panel(
        Step.REPORT,
        gettext_lazy("Report progress"),
        (Button(Step.REPORT, gettext_lazy("Send the report"), True),),
    ),
    Panel(
        Step.REQUEST_COMPLETION,
        gettext_lazy("Request completion"),
        (Button(Step.REQUEST_COMPLETION, gettext_lazy("Request completion")),),
    ),
    Panel(
        Step.REQUEST_EXTENSION,
        gettext_lazy("Request an extension"),
        (Button(Step.REQUEST_EXTENSION, gettext_lazy("Request the extension")),),
    ),
    Panel(
        Step.CORRECT_ASSIGNMENT,
        gettext_lazy("Correct the assignment"),
        (Button(Step.CORRECT_ASSIGNMENT, gettext_lazy("Correct the assignment")),),
    ),
    Panel(
        Step.RETURN_TO_DRAFT,
        gettext_lazy("Return to draft"),
        (Button(Step.RETURN_TO_DRAFT, gettext_lazy("Return to draft")),),
    ),
)
PANEL_OF = {button.step: panel.step for panel in PANELS for button in panel.buttons}
