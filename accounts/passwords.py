"""Password rule of the ``gb22239`` profile.

GB/T 22239-2019 asks for complexity; three classes of characters is the usual reading.
"""

from __future__ import annotations

import re
import secrets
import string

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

CLASSES = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^A-Za-z0-9]")


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
