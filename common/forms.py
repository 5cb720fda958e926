"""How every form of ours looks and speaks: Bootstrap classes, dates, an error beside its field."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

DATE_FORMATS = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d"]


class DateField(forms.DateField):
    """A day, picked in the browser or typed as 2024-05-22, 2024/5/22 or 2024年5月22日."""

    default_error_messages = {
        "invalid": gettext_lazy("This is not a day of the calendar. Write it like 2024-05-22.")
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("input_formats", DATE_FORMATS)
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> date | None:
        day = super().to_python(value)
        if isinstance(day, datetime):
            day = day.date()
        if day is not None and not 1900 <= day.year <= 2200:
            raise ValidationError(_("The year must lie between 1900 and 2200."), code="year")
        return day


class LookMixin(forms.BaseForm):
    """Gives every widget its class; a field with an error is marked, for the eye and for a screen reader."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            _dress(field)

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
        """Show what a step refused: beside the field it names, else above the form."""
        if hasattr(error, "error_dict"):
            for name, errors in error.error_dict.items():
                known = name if name in self.fields and name != NON_FIELD_ERRORS else None
                self.add_error(known, ValidationError(list(errors)))
        else:
            self.add_error(None, error)


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


def _dress(field: forms.Field) -> None:
    widget = field.widget
    if field.error_messages.get("required") == forms.Field.default_error_messages["required"]:
        if isinstance(widget, forms.CheckboxInput):
            field.error_messages["required"] = _("This is required: please tick it.")
        elif isinstance(widget, forms.Select | forms.CheckboxSelectMultiple):
            field.error_messages["required"] = _("This is required: please choose one.")
        else:
            field.error_messages["required"] = _("This is required: please fill it in.")
    if isinstance(widget, forms.CheckboxInput):
        name = "form-check-input"
    elif isinstance(widget, forms.Select) and not isinstance(widget, forms.RadioSelect):
        name = "form-select"
    elif isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple | forms.HiddenInput):
        return
    else:
        name = "form-control"
    widget.attrs["class"] = f"{widget.attrs.get('class', '')} {name}".strip()
    if isinstance(widget, forms.Textarea):
        widget.attrs.pop("cols", None)
        if widget.attrs.get("rows") == "10":  # Django's default; a text of ours is short
            widget.attrs["rows"] = "4"
