"""What a form says of a value it cannot take: our words in place of Django's, in one place for every form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

_TICK = _("This is required: please tick it.")
_CHOOSE = _("This is required: please choose one.")
_FILL_IN = _("This is required: please fill it in.")
_NO_CHOICE = _("This is not one of the choices. Choose from those offered.")
_NO_FILE = _("No file arrived. Choose it again.")

#: By the code of the fault. What a field says in words of its own stays.
_BY_CODE: dict[str, Any] = {
    "invalid_choice": _NO_CHOICE,
    "invalid_list": _NO_CHOICE,
    "invalid_pk_value": _NO_CHOICE,
    "max_length": _("At most %(limit_value)d characters; there are %(show_value)d."),
    "min_length": _("At least %(limit_value)d characters; there are %(show_value)d."),
    "max_value": _("At most %(limit_value)s."),
    "min_value": _("At least %(limit_value)s."),
    "null_characters_not_allowed": _("There is a character in it that cannot be shown. Type it anew."),
}
#: A value of the wrong sort, by the sort of the field.
_INVALID: dict[type[forms.Field], Any] = {
    forms.IntegerField: _("This is not a whole number."),
    forms.EmailField: _("This is not an e-mail address."),
    forms.FileField: _NO_FILE,
}
FORMSET: dict[str, Any] = {
    "missing_management_form": _("The form arrived incomplete. Open the page again."),
    "too_many_forms": _("At most %(num)d rows at once."),
}


def speak(field: forms.Field) -> None:
    """Give a field our words wherever it would use Django's."""
    own = field.error_messages
    for code, words in _words(field).items():
        if code not in own or own[code] is _of_django(field, code):
            own[code] = words


def _words(field: forms.Field) -> dict[str, Any]:
    words = {**_BY_CODE, "required": _required(field)}
    if isinstance(field, forms.FileField):
        # Its limit is of the file's name and its parameters have other names; no field of ours sets it.
        words = {"required": words["required"], "missing": _NO_FILE}
    for sort, said in _INVALID.items():
        if isinstance(field, sort):
            words["invalid"] = said
    return words


def _required(field: forms.Field) -> Any:
    if isinstance(field.widget, forms.CheckboxInput):
        return _TICK
    choosing = forms.Select | forms.CheckboxSelectMultiple | forms.FileInput
    return _CHOOSE if isinstance(field.widget, choosing) else _FILL_IN


def _of_django(field: forms.Field, code: str) -> Any:
    """What Django's own class says, or ``None`` when a class of ours speaks for itself."""
    for sort in type(field).__mro__:
        words = sort.__dict__.get("default_error_messages", {})
        if code in words:
            return words[code] if sort.__module__.startswith("django.") else None
    return None
