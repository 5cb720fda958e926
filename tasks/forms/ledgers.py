"""A ledger: name, year, source, default time limit."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from tasks.forms.dates import dress
from tasks.models import Ledger


class LedgerForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Ledger
        fields: ClassVar[list[str]] = ["name", "year", "source", "default_days"]
        widgets: ClassVar[dict[str, forms.Widget]] = {
            "name": forms.TextInput(attrs={"class": "form-control"}),
            "year": forms.NumberInput(attrs={"class": "form-control", "min": 2000, "max": 2100}),
            "source": forms.Select(attrs={"class": "form-select"}),
            "default_days": forms.NumberInput(attrs={"class": "form-control", "min": 1, "max": 1000}),
        }

    year = forms.IntegerField(min_value=2000, max_value=2100, widget=Meta.widgets["year"])
    default_days = forms.IntegerField(
        min_value=1, max_value=1000, required=False, widget=Meta.widgets["default_days"]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("year", "default_days"):
            column = Ledger._meta.get_field(name)
            self.fields[name].label = getattr(column, "verbose_name", name)
            self.fields[name].help_text = getattr(column, "help_text", "")
        dress(self)
