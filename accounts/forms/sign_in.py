"""Signing in and changing one's password: allauth's forms with our words and look."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ChangePasswordForm as AllauthChangePasswordForm
from allauth.account.forms import LoginForm as AllauthLoginForm
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.passwords import ThreeClassesValidator
from common.forms import LookMixin


class SignInForm(LookMixin, AllauthLoginForm):  # type: ignore[misc]
    """User name and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login, password = self.fields["login"], self.fields["password"]
        login.label, password.label = _("User name"), _("Password")
        password.help_text = _("After 5 failures in a row the account is locked for 15 minutes.")
        for field in (login, password):
            field.widget.attrs.pop("placeholder", None)
        login.widget.attrs.update({"autocapitalize": "none", "spellcheck": "false"})


class PasswordForm(LookMixin, AllauthChangePasswordForm):  # type: ignore[misc]
    """The present password once, the new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = _("Present password")
        self.fields["oldpassword"].help_text = ""
        self.fields["password1"].label = _("New password")
        self.fields["password1"].help_text = _rules()
        self.fields["password2"].label = _("New password again")
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


def _rules() -> str:
    """What the validators in force ask for, in one hint."""
    said = gettext("At least %(n)s characters; no common password, nothing like your name.")
    texts = [said % {"n": settings.PASSWORD_LENGTH}]
    if settings.PASSWORD_PROFILE == "gb22239":  # noqa: S105 (the name of a profile)
        texts.append(ThreeClassesValidator().get_help_text())
    return " ".join(texts)
