"""What a password must be, each rule in our words: Django's change with its releases, their Chinese lags.

``ThreeClassesValidator`` is of the ``gb22239`` profile: GB/T 22239-2019 asks for complexity; three classes
of characters is the usual reading.
"""

from __future__ import annotations

import re
import secrets
import string

from django.contrib.auth import password_validation as rules
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

CLASSES = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^A-Za-z0-9]")


class LengthValidator(rules.MinimumLengthValidator):
    """So many characters at least."""

    def get_error_message(self) -> str:
        return _("The password needs at least %(n)s characters.") % {"n": self.min_length}

    def get_help_text(self) -> str:
        return self.get_error_message()


class UncommonValidator(rules.CommonPasswordValidator):
    """None of the passwords that everybody tries first."""

    def get_error_message(self) -> str:
        return _("This password is among those everybody tries first. Choose another.")

    def get_help_text(self) -> str:
        return self.get_error_message()


class UnlikeValidator(rules.UserAttributeSimilarityValidator):
    """Nothing like what the account says of its owner."""

    def __init__(self) -> None:
        super().__init__(user_attributes=("username", "display_name", "email"))

    def get_error_message(self) -> str:
        return _("The password is too much like your user name, name or e-mail address. Choose another.")

    def get_help_text(self) -> str:
        return self.get_error_message()


class ThreeClassesValidator:
    """At least three of: small letters, capital letters, digits, other characters."""

    def validate(self, password: str, user: object = None) -> None:
        if sum(bool(re.search(pattern, password)) for pattern in CLASSES) < 3:
            raise ValidationError(self.get_help_text(), code="password_three_classes")

    def get_help_text(self) -> str:
        return _("Use at least three of: small letters, capital letters, digits, other characters.")


def temporary_password() -> str:
    """A random password that passes the rules and has no characters that are read for one another."""
    letters = "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz") for _i in range(6))
    capitals = "".join(secrets.choice("ABCDEFGHJKLMNPQRSTUVWXYZ") for _i in range(3))
    digits = "".join(secrets.choice(string.digits[2:]) for _i in range(4))
    return f"{capitals}-{letters}-{digits}"
