"""Several evidence files in one field, and the confirmation that goes with them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from common.files import Checked, CheckedFileField

MAX_FILES = 9


class ManyFilesInput(forms.FileInput):
    """A file input that takes several files."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: MultiValueDict[str, Any], name: str) -> list[Any]:
        return files.getlist(name) if hasattr(files, "getlist") else []


class ManyFilesField(CheckedFileField):
    """Several uploads, each looked at by ``common.files``. The value is a list of ``Checked``."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Checked]:
        uploads, errors = [], []
        if len(data or []) > MAX_FILES:
            raise ValidationError(_("At most %(count)s files at once.") % {"count": MAX_FILES})
        for upload in data or []:
            try:
                uploads.append(super().clean(upload, None))
            except ValidationError as error:
                errors.append(f"{upload.name}: {error.messages[0]}")
        if errors:
            raise ValidationError(errors)
        return [upload for upload in uploads if upload is not None]
