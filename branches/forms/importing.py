"""The upload of a spreadsheet, and its confirmation after the preview."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from common.files import CheckedFileField
from common.forms import Form


class UploadForm(Form):
    """One .xlsx or .csv file."""

    file = CheckedFileField(
        label=_("Spreadsheet"),
        accept=("xlsx", "csv"),
        help_text=_(".xlsx or .csv (UTF-8 or GB18030), at most 20 MB; the first sheet is read."),
    )
    unclassified = forms.BooleanField(label=_("This file holds no state secrets and no work secrets."))
