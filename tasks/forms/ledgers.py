"""A ledger: name, year, source, default time limit."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from common.forms import ModelForm
from tasks.models import Ledger


class LedgerForm(ModelForm):
    beside = {"ledger_one_name_per_year": "name"}

    class Meta:
        model = Ledger
        fields: ClassVar[list[str]] = ["name", "year", "source", "default_days"]

    year = forms.IntegerField(min_value=2000, max_value=2100)
    default_days = forms.IntegerField(min_value=1, max_value=1000, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("year", "default_days"):
            column = Ledger._meta.get_field(name)
            self.fields[name].label = getattr(column, "verbose_name", name)
            self.fields[name].help_text = getattr(column, "help_text", "")
