"""Forms of an account that belongs to a person."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.forms import Form


class NewAccountForm(Form):
    """Who, and under which user name."""

    employee_number = forms.CharField(
        label=_("Employee number"),
        max_length=30,
        help_text=_("A person who is already here gets the account; otherwise the person is added."),
    )
    name = forms.CharField(label=pgettext_lazy("of a person", "Name"), max_length=60)
    email = forms.EmailField(label=_("E-mail"), required=False)
    username = forms.CharField(
        label=_("User name"),
        max_length=150,
        help_text=_("Letters, digits and @ . + - _ only. It is typed at every sign-in."),
        error_messages={
            "invalid": _("Letters, digits and @ . + - _ only."),
            "unique": _("This user name is taken. Choose another."),
        },
    )


class LinkForm(Form):
    """The person of an account that has none."""

    employee_number = forms.CharField(label=_("Employee number"), max_length=30)
