"""``manage.py seed_demo``: the same for the same day, on any day, never twice and never in production."""

from __future__ import annotations

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import translation

from branches.models import Organization, Person
from reviews.demo.people import PASSWORD
from reviews.demo.seed import seed
from tasks.models import Activity, LedgerItem
from tests.conftest import add_organization

DAY = date(2026, 6, 18)


def command(*arguments: str, **options) -> str:
    out = StringIO()
    call_command("seed_demo", *arguments, stdout=out, **options)
    return out.getvalue()


def test_it_fills_an_empty_database_and_leaves_a_filled_one_alone(db) -> None:
    assert PASSWORD in command("--on", "2026-06-18")
    before = Activity.objects.count()
    assert before > 0
    assert command("--if-empty") == ""
    assert PASSWORD in command("--accounts")
    with translation.override("en"), pytest.raises(CommandError, match="not empty"):
        command()
    assert Activity.objects.count() == before


def test_the_same_day_makes_the_same_institute(db) -> None:
    made = []
    for _ in range(2):
        with transaction.atomic():
            seed(DAY)
            made.append(_fingerprint())
            transaction.set_rollback(True)
    assert made[0] == made[1]


def _fingerprint() -> list:
    return [
        list(Person.objects.order_by("employee_number").values_list("name", flat=True)),
        sorted(
            Activity.objects.values_list("organization__code", "kind__code", "held_on", "title", "status")
        ),
        list(LedgerItem.objects.order_by("number").values_list("number", "state", "due_on", "yellow_on")),
    ]


@pytest.mark.parametrize("day", ["2026-01-05", "2026-10-05"])
def test_it_can_be_shown_on_any_day(db, day) -> None:
    seed(date.fromisoformat(day))
    assert LedgerItem.objects.overdue(date.fromisoformat(day)).count() == 5


def test_production_refuses_it(db, settings) -> None:
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="production"):
        command("--if-empty")
    assert not Person.objects.exists()


@pytest.mark.parametrize("day", ["2026-02-31", "soon", "1999-01-01"])
def test_a_bad_day_is_one_line(db, day) -> None:
    with pytest.raises(CommandError) as refused:
        command("--on", day)
    assert "\n" not in str(refused.value)
    assert not Person.objects.exists()


def test_an_institute_of_ones_own_is_not_filled_with_the_demo(db) -> None:
    add_organization(None, system="party", kind="party_committee", name="我们的党委", code="OWN")
    assert command("--if-empty") == ""
    assert Organization.objects.count() == 1
