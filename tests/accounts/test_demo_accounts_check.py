"""Production refuses to start on a database in which demo accounts can sign in."""

from __future__ import annotations

import pytest
from django.core.checks import run_checks

from accounts.models import User


def refused() -> bool:
    return any(message.id == "accounts.E001" for message in run_checks(databases=["default"]))


@pytest.mark.parametrize(
    ("production", "is_demo", "is_active", "refusal"),
    [
        (True, True, True, True),
        (True, False, True, False),
        (True, True, False, False),
        (False, True, True, False),
    ],
)
def test_demo_accounts_are_refused_in_production_only(
    db, settings, production: bool, is_demo: bool, is_active: bool, refusal: bool
) -> None:
    settings.PRODUCTION = production
    User.objects.create_user(username="shown", is_demo=is_demo, is_active=is_active)
    assert refused() is refusal
