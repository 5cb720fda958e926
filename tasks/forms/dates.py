"""Date and number boxes as every form of the ledger shows them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class DateField(forms.DateField):
    """A day, chosen from the browser's calendar or typed as 2026-06-30."""

    default_error_messages = {
        "invalid": _("This is not a day of the calendar. Write it as 2026-06-30."),
        "required": _("Choose a day."),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "form-control"})
        )
        kwargs.setdefault("input_formats", ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"])
        super().__init__(**kwargs)


def text(rows: int = 0, **attrs: Any) -> forms.Widget:
    """A line, or a box of so many rows."""
    attrs = {"class": "form-control", **attrs}
    return forms.Textarea(attrs={**attrs, "rows": rows}) if rows else forms.TextInput(attrs=attrs)


def dress(form: forms.BaseForm) -> None:
    """Mark what is wrong for sight and for a screen reader: class, ``aria-invalid``, ``aria-describedby``."""
    for name in form.fields:
        bound, attrs = form[name], form.fields[name].widget.attrs
        said = [f"{bound.id_for_label}_helptext"] if bound.help_text else []
        if form.is_bound and bound.errors:
            attrs["class"] = f"{attrs.get('class', '')} is-invalid".strip()
            attrs["aria-invalid"] = "true"
            said.append(f"{bound.id_for_label}_error")
        if said:
            attrs["aria-describedby"] = " ".join(said)
