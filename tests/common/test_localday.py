"""The day of a moment: quick where the clock never changes, right where it does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.db.models.functions import TruncDate
from django.utils import timezone

from accounts.models import User
from common.localday import LocalDay, constant_offset

pytestmark = pytest.mark.django_db

#: Both sides of midnight in Beijing and in Berlin, in summer and in winter.
MOMENTS = [
    datetime(2026, month, 10, hour, minute, second, fraction, tzinfo=UTC)
    for month in (1, 7)
    for hour, minute, second, fraction in (
        (15, 59, 59, 999999),
        (16, 0, 0, 0),
        (21, 59, 59, 0),
        (22, 0, 0, 0),
        (22, 59, 59, 999999),
        (23, 0, 0, 1),
    )
]


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/Berlin", "America/St_Johns", "UTC"])
def test_the_day_is_the_one_that_the_zone_says(zone) -> None:
    for number, at in enumerate(MOMENTS):
        User.objects.create(username=f"u{number}", last_login=at)
    with timezone.override(zone):
        found = User.objects.exclude(last_login=None).values_list(
            "last_login", LocalDay("last_login"), TruncDate("last_login")
        )
        assert len(found) == len(MOMENTS)
        for at, day, exact in found:
            assert day == exact == at.astimezone(ZoneInfo(zone)).date(), at


def test_only_a_clock_that_never_changes_has_one_offset() -> None:
    assert constant_offset(ZoneInfo("Asia/Shanghai"), 2026) == timedelta(hours=8)
    assert constant_offset(ZoneInfo("Europe/Berlin"), 2026) is None


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the others have a function of their own")
def test_sqlite_does_not_ask_python_about_each_row() -> None:
    said = str(User.objects.values_list(LocalDay("last_login")).query)
    assert "django_" not in said and "+28800 seconds" in said
