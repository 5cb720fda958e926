"""Keyset pages: every row exactly once in both directions, with empty values and ties, and bad cursors harmless."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db.models import Count, F
from django.http import QueryDict
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from common.paging import SIZES, ordered, paginate
from tasks.models import CalendarDay

pytestmark = pytest.mark.django_db


@pytest.fixture
def days() -> list[CalendarDay]:
    CalendarDay.objects.all().delete()
    return CalendarDay.objects.bulk_create(
        CalendarDay(day=date(2026, 1, 1).replace(month=1 + n % 12, day=1 + n // 12), is_workday=n % 3 == 0)
        for n in range(53)
    )


def walk(order: list[str], forward: bool, queryset: Any = None) -> list[int]:
    """Every page from one end to the other; at most ten pages."""
    queryset = CalendarDay.objects.all() if queryset is None else queryset
    seen: list[int] = []
    query = QueryDict("size=20")
    if not forward:
        while page := paginate(queryset, order=order, query=query):
            if not page.next_url:
                break
            query = QueryDict(page.next_url.removeprefix("?"))
    for _ in range(10):
        page = paginate(queryset, order=order, query=query)
        rows = [row.pk for row in page]
        seen = seen + rows if forward else rows + seen
        url = page.next_url if forward else page.previous_url
        if not url:
            return seen
        query = QueryDict(url.removeprefix("?"))
    raise AssertionError("no end")


@pytest.mark.parametrize("order", [["day", "pk"], ["-day", "pk"], ["is_workday", "-pk"], ["-is_workday", "day", "pk"], ["pk"]])
def test_walking_forward_meets_every_row_once_in_order(days: list[CalendarDay], order: list[str]) -> None:
    expected = list(CalendarDay.objects.order_by(*order).values_list("pk", flat=True))
    assert walk(order, forward=True) == expected
    assert [row.pk for row in ordered(CalendarDay.objects.all(), order)] == expected
