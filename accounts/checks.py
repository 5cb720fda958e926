"""A check on the database itself: production never runs with the accounts of the demo."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.utils.translation import gettext as _


@register(Tags.database)
def no_demo_accounts_in_production(
    databases: Sequence[str] | None = None, **options: Any
) -> list[CheckMessage]:
    """An error when ``ENV=production`` and an account of the demo can sign in: its password is public."""
    from accounts.models import User

    if not settings.PRODUCTION or not databases or "default" not in databases:
        return []
    count = User.objects.filter(is_demo=True, is_active=True).count()
    if not count:
        return []
    return [
        Error(
            _("ENV=production refuses to start: the database holds %(count)s demo accounts.")
            % {"count": count},
            hint=_("Begin with an empty database."),
            id="accounts.E001",
        )
    ]
