"""This month on the dashboard: each number leads to exactly the rows it counts."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
import time_machine

from branches.access import actor_for
from reviews.figures.month import this_month
from tests.reviews.test_dashboard_page import log
from tests.tasks.items import add_item

pytestmark = pytest.mark.django_db
ON = date(2026, 6, 18)
NOW = time_machine.travel("2026-06-18 10:00 +0800", tick=False)


@pytest.fixture
def month(institute):
    for day, status in [
        (date(2026, 5, 31), "approved"),
        (date(2026, 6, 1), "approved"),
        (date(2026, 6, 18), "approved"),
        (date(2026, 6, 17), "submitted"),
        (date(2026, 6, 16), "draft"),
        (date(2026, 6, 15), "returned"),
    ]:
        log(institute, day, status)
    for state, due in [
        ("in_progress", date(2026, 6, 30)),
        ("assigned", date(2026, 6, 18)),
        ("completed", date(2026, 6, 20)),
        ("cleared", date(2026, 6, 21)),
        ("cleared", date(2026, 7, 1)),
        ("in_progress", date(2026, 7, 1)),
        ("draft", date(2026, 6, 20)),
    ]:
        add_item(institute, state, on=ON - timedelta(days=30), due_on=due)


def values(person) -> list[list[int]]:
    return [[number.value for _, number in line.numbers] for line in this_month(actor_for(person, ON), ON)]


def test_what_was_done_and_what_is_due_this_month(institute, month) -> None:
    assert values(institute.committee) == [[2, 1], [2, 2]]


def test_only_what_the_reader_may_see(institute, month) -> None:
    assert values(institute.other_secretary) == [[0, 0], [0, 0]]


@NOW
@pytest.mark.parametrize("who", ["office", "committee"])
def test_each_number_leads_to_its_rows(institute, client_of, month, who: str) -> None:
    client = client_of(getattr(institute, who))
    page = client.get("/dashboard/")
    assert "本月" in page.content.decode()
    for line in page.context["month"]:
        for _, number in line.numbers:
            assert client.get(number.url).context["page"].total == number.value, number.url
            assert re.search(re.escape(number.url).replace("&", "&amp;"), page.content.decode()), number.url
