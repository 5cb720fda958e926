"""Choosing a document, and correcting the draft made of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import Form
from common.steps import StepRefused
from plans.importing.apply import refuse_unfit, why_no_plan
from plans.importing.lines import MAX_BYTES, Source, Unreadable
from plans.importing.parser import parse
from plans.importing.reader import read_bytes, read_pasted
from plans.importing.wrapper import secrecy_marking
from plans.models import Clause


class ImportForm(Form):
    """A file or pasted text, with the confirmation that it is not classified. ``source`` is what was read."""

    label_notes = dict.fromkeys(("file", "text"), gettext_lazy("one of the two"))
    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        allow_empty_file=True,
        help_text=gettext_lazy(
            ".docx, .txt or .md. For .doc, .wps and PDF: save as .docx or paste the text."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".docx,.txt,.md"}),
    )
    text = forms.CharField(
        label=gettext_lazy("or its text"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    unclassified = forms.BooleanField(
        label=gettext_lazy("I confirm that this document holds no state secret and no work secret."),
        error_messages={"required": gettext_lazy("Confirm this, or do not import the document.")},
    )
    even_if = forms.BooleanField(
        label=gettext_lazy("It is a plan all the same. Import it."), required=False, widget=forms.HiddenInput
    )
    source: Source

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if upload is None:
            return None
        try:
            return read_bytes(upload.read(MAX_BYTES + 1), upload.name)
        except Unreadable as error:
            raise ValidationError(str(error)) from error

    def clean_text(self) -> Any:
        text = self.cleaned_data["text"]
        try:
            return read_pasted(text) if text.strip() else None
        except Unreadable as error:
            raise ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        values = dict(self.cleaned_data)
        given = [name for name in ("file", "text") if values.get(name)]
        if len(given) == 2:
            self.add_error("text", _("Choose a file or paste the text, not both."))
        elif not given and not self.errors.keys() & {"file", "text"}:
            self.add_error("file", _("Choose a file or paste the text."))
        elif given:
            self._fits(given[0], values[given[0]], bool(values.get("even_if")))
        return values

    def _fits(self, name: str, source: Source, even_if: bool) -> None:
        self.source = source
        draft = parse(source)
        try:
            if not even_if:
                refuse_unfit(source, draft)
            elif secrecy_marking(source.lines) or not draft.sections:
                refuse_unfit(source, draft)
                raise StepRefused(why_no_plan(draft))
        except StepRefused as error:
            self.add_error(name, str(error))
            if draft.sections and not secrecy_marking(source.lines):
                # The reader may know better than the parser: the question is asked, once.
                self.fields["even_if"].widget = forms.CheckboxInput(attrs={"class": "form-check-input"})


class LineForm(Form):
    """One clause of a draft: its level, its kind and its title."""

    level = forms.TypedChoiceField(
        label=gettext_lazy("Level"),
        coerce=int,
        choices=[
            (1, gettext_lazy("Section, as 一、")),
            (2, gettext_lazy("Pillar, as （一）")),
            (3, gettext_lazy("Measure, as 1.")),
            (4, gettext_lazy("Below a measure, as （1）")),
            (0, gettext_lazy("Running text, no heading")),
        ],
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        required=False,
        choices=[
            ("", gettext_lazy("by its level")),
            *[
                choice
                for choice in Clause.Kind.choices
                if choice[0] in {"section", "goal", "pillar", "measure", "paragraph"}
            ],
        ],
    )
    title = forms.CharField(
        label=gettext_lazy("Title"),
        required=False,
        help_text=gettext_lazy(
            "Shorten it at a word of the document and the rest goes to the text: nothing is lost."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
