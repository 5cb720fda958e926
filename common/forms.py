"""Forms as every page shows them: Bootstrap's classes, our words, days, an error beside its field.

Every form of the product is one of these, so that what is typed is made fit to be kept (``common.typed``)
and what is wrong is said alike (``common.wording``) in one place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models.fields import BLANK_CHOICE_DASH
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.days import OUT_OF_REACH, within_reach
from common.typed import typed_line, typed_text, whole_number
from common.wording import FORMSET, speak

DASHES = BLANK_CHOICE_DASH[0][1]
DATE_FORMATS = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d"]


class DateField(forms.DateField):
    """A day, picked in the browser or typed as 2024-05-22, 2024/5/22 or 2024年5月22日."""

    default_error_messages = {
        "invalid": gettext_lazy("This is not a day of the calendar. Write it like 2024-05-22."),
        "required": gettext_lazy("Choose a day."),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("input_formats", DATE_FORMATS)
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> date | None:
        day = super().to_python(value)
        if isinstance(day, datetime):
            day = day.date()
        if day is not None and not within_reach(day):
            raise ValidationError(OUT_OF_REACH, code="year")
        return day


class RowsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Several rows ticked. A key that no database could hold is none of the choices, not a failure of the query."""

    def clean(self, value: Any) -> Any:
        for key in value if isinstance(value, list | tuple) else []:
            if not whole_number(str(key)):
                raise ValidationError(self.error_messages["invalid_pk_value"], code="invalid_pk_value")
        return super().clean(value)


class LookMixin(forms.BaseForm):
    """Every widget with its class, every fault in our words, every text without control characters.

    A field with an error is marked, for the eye and for a screen reader. ``label_notes`` says what stands beside
    the label of a field that is not required by itself but by what else was filled in or pressed.
    """

    label_notes: dict[str, Any] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            _dress(field)
            _name_blank(field)
            speak(field)
        if self.is_bound:
            named = {self.add_prefix(name): field for name, field in self.fields.items()}
            self.data = as_typed(self.data, named)

    def add_error(self, field: str | None, error: Any) -> None:
        super().add_error(field, error)
        named = error.error_dict if hasattr(error, "error_dict") else {field: error}
        for name in named:
            if name in self.fields:
                attrs = self.fields[name].widget.attrs
                if "aria-invalid" not in attrs:
                    attrs["class"] = f"{attrs.get('class', '')} is-invalid".strip()
                    attrs["aria-invalid"] = "true"

    def take(self, error: ValidationError) -> None:
        """Show what a step refused: beside the field it names and in its words, else above the form."""
        if hasattr(error, "error_dict"):
            for name, errors in error.error_dict.items():
                known = name if name in self.fields and name != NON_FIELD_ERRORS else None
                words = self.fields[known].error_messages if known else {}
                for found in errors:
                    found.message = words.get(found.code or "", found.message)
                self.add_error(known, ValidationError(list(errors)))
        else:
            self.add_error(None, error)

    def keeps(self, step: Callable[[], Any]) -> bool:
        """Whether a step of saving went through; a rule of the database that someone met first is said."""
        try:
            with transaction.atomic():
                step()
        except IntegrityError:
            self.add_error(None, _("Someone else saved something like this at the same moment. Try again."))
            return False
        return True


class Form(LookMixin, forms.Form):
    """A plain form with our look."""


class ModelForm(LookMixin, forms.ModelForm):  # type: ignore[type-arg]
    """A form over a row; a rule of the database that the row would break is said beside a field.

    ``beside`` names the field for a constraint (by the constraint's name). Constraints are checked over
    the whole row, with what a view put into it, not only over the fields on the page.
    """

    beside: dict[str, str] = {}

    def _post_clean(self) -> None:
        # Django 5.2 checks constraints inside the instance's full_clean, where an error has lost its
        # constraint's name and with it the field it belongs beside; here they are checked by name instead.
        whole = self.instance.full_clean
        self.instance.full_clean = partial(whole, validate_constraints=False)
        try:
            super()._post_clean()  # type: ignore[misc]
        finally:
            del self.instance.full_clean
        self.validate_constraints()

    def validate_constraints(self) -> None:
        """Check every constraint of the row; a broken one speaks beside the field named in ``beside``."""
        broken = {name for name in self.errors if name in self.fields}
        for constraint in self.instance._meta.constraints:
            if not isinstance(constraint, models.BaseConstraint):
                continue
            try:
                constraint.validate(type(self.instance), self.instance, exclude=broken)
            except ValidationError as error:
                field = self.beside.get(constraint.name, "")
                self.add_error(field if field in self.fields else None, error)


class FormSet(forms.BaseFormSet):  # type: ignore[type-arg]
    """Rows of forms; what is wrong with their number is said in our words."""

    default_error_messages = FORMSET


def as_typed(data: Mapping[str, Any], fields: Mapping[str, forms.Field]) -> Any:
    """What was sent for some fields, made fit to be kept; ``data`` itself when nothing had to change.

    Left to the letter is a field that says so (``strip=False``): a password, a document to be read.
    """
    changed = {}
    for name, field in fields.items():
        if name not in data or not getattr(field, "strip", True):
            continue
        clean = typed_text if isinstance(field.widget, forms.Textarea) else typed_line
        sent = data.getlist(name) if hasattr(data, "getlist") else [data[name]]
        kept = [clean(value) if isinstance(value, str) else value for value in sent]
        if kept != sent:
            changed[name] = kept
    if not changed:
        return data
    if not hasattr(data, "setlist"):
        return {**data, **{name: values[0] for name, values in changed.items()}}
    copied: Any = data.copy()  # type: ignore[attr-defined]
    for name, values in changed.items():
        copied.setlist(name, values)
    return copied


def _name_blank(field: forms.Field) -> None:
    """A select that begins with Django's dashes begins with a word instead."""
    word = gettext_lazy("choose") if field.required else gettext_lazy("none")
    if isinstance(field, forms.ModelChoiceField):
        if field.empty_label == DASHES:
            field.empty_label = word
    elif isinstance(field, forms.ChoiceField):
        choices: list[Any] = list(field.choices)  # type: ignore[arg-type]
        if choices and choices[0] == ("", DASHES):
            field.choices = [("", word), *choices[1:]]


def _dress(field: forms.Field) -> None:
    widget = field.widget
    if isinstance(widget, forms.CheckboxInput):
        name = "form-check-input"
    elif isinstance(widget, forms.Select) and not isinstance(widget, forms.RadioSelect):
        name = "form-select"
    elif isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple | forms.HiddenInput):
        return
    else:
        name = "form-control"
    if name not in widget.attrs.get("class", "").split():
        widget.attrs["class"] = f"{widget.attrs.get('class', '')} {name}".strip()
    if isinstance(widget, forms.Textarea):
        widget.attrs.pop("cols", None)
        if widget.attrs.get("rows") == "10":  # Django's default; a text of ours is short
            widget.attrs["rows"] = "4"
