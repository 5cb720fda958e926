"""Keyset pages: every row once in both directions, with ties and empty values; bad cursors harmless."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core import signing
from django.db.models import Count, F, Value
from django.db.models.functions import NullIf
from django.http import QueryDict
from django.template.loader import render_to_string

from branches.models import Membership, Person, VanguardPost
from common.paging import ordered, paginate
from tests.conftest import add_organization

pytestmark = pytest.mark.django_db


@pytest.fixture
def posts() -> list[VanguardPost]:
    """53 rows full of ties; a third of them decided on no day at all."""
    party = add_organization(None, system="party", kind="branch", name="党支部", code="P")
    holders = [Person.objects.create(name=f"持岗人{n % 7}", employee_number=str(n)) for n in range(53)]
    return VanguardPost.objects.bulk_create(
        VanguardPost(
            holder=holder,
            organization=party,
            challenge=f"难题{n % 5}",
            commitment="",
            valid_from=date(2026, 1, 1 + n % 9),
            valid_to=date(2026, 12, 31),
            decided_on=None if n % 3 == 0 else date(2026, 2, 1 + n % 4),
        )
        for n, holder in enumerate(holders)
    )


def walk(order: list[str], *, forward: bool, queryset: Any = None) -> list[int]:
    """The primary keys of every page, from one end of the list to the other."""
    rows = VanguardPost.objects.all() if queryset is None else queryset
    query = QueryDict("size=20")
    if not forward:
        while url := paginate(rows, order=order, query=query).next_url:
            query = QueryDict(url[1:])
    seen: list[int] = []
    for _ in range(6):
        page = paginate(rows, order=order, query=query)
        keys = [row.pk for row in page]
        seen = seen + keys if forward else keys + seen
        url = page.next_url if forward else page.previous_url
        if not url:
            return seen
        query = QueryDict(url[1:])
    raise AssertionError("the list has no end")


ORDERS = [
    ["valid_from", "pk"],
    ["-valid_from", "-pk"],
    ["challenge", "-valid_from", "pk"],
    ["decided_on", "pk"],
    ["-decided_on", "valid_from", "-pk"],
    ["holder__name", "-decided_on", "pk"],
    ["pk"],
]


@pytest.mark.parametrize("order", ORDERS, ids=",".join)
def test_every_row_is_met_once_in_both_directions(posts: list[VanguardPost], order: list[str]) -> None:
    whole = [row.pk for row in ordered(VanguardPost.objects.all(), order)]
    assert sorted(whole) == sorted(post.pk for post in posts)
    assert walk(order, forward=True) == whole
    assert walk(order, forward=False) == whole


def test_empty_values_come_last_whichever_way_the_column_runs(posts: list[VanguardPost]) -> None:
    for order in (["decided_on", "pk"], ["-decided_on", "pk"]):
        days = [row.decided_on for row in ordered(VanguardPost.objects.all(), order)]
        assert None not in days[:35] and set(days[35:]) == {None}


def test_an_annotation_can_be_part_of_the_order(posts: list[VanguardPost]) -> None:
    rows = Person.objects.annotate(held=Count("vanguard_posts"), first=NullIf(F("name"), Value("持岗人3")))
    order = ["-held", "first", "pk"]
    whole = [row.pk for row in ordered(rows, order)]
    assert len(whole) == 53
    assert walk(order, forward=True, queryset=rows) == whole


def test_a_row_that_comes_or_goes_shifts_nothing(posts: list[VanguardPost]) -> None:
    order = ["valid_from", "pk"]
    first = paginate(VanguardPost.objects.all(), order=order, query=QueryDict("size=20"))
    whole = [row.pk for row in ordered(VanguardPost.objects.all(), order)]
    VanguardPost.objects.filter(pk=whole[0]).delete()
    second = paginate(VanguardPost.objects.all(), order=order, query=QueryDict(first.next_url[1:]))
    assert [row.pk for row in second] == whole[20:40]


def signed(values: list[Any], order: str = "valid_from,pk") -> str:
    return signing.Signer(salt="paging:" + order).sign_object(values)


BAD = [
    "",
    "nonsense",
    "a:b",
    "%00",
    signed(["2026-01-02", 3], order="-valid_from,pk"),
    signed(["2026-02-31", 3]),
    signed(["2026-01-02"]),
    signed([{"a": 1}, 3]),
    signed(["2026-01-02", 3])[:-1],
]


@pytest.mark.parametrize("cursor", BAD)
@pytest.mark.parametrize("name", ["after", "before"])
def test_a_bad_cursor_shows_the_first_page(posts: list[VanguardPost], name: str, cursor: str) -> None:
    query = QueryDict(mutable=True)
    query.update({name: cursor, "size": "20"})
    page = paginate(VanguardPost.objects.all(), order=["valid_from", "pk"], query=query)
    assert [row.pk for row in page] == [
        p.pk for p in ordered(VanguardPost.objects.all(), ["valid_from", "pk"])[:20]
    ]
    assert page.next_url and not page.previous_url


def test_a_cursor_past_the_last_row_shows_the_first_page(posts: list[VanguardPost]) -> None:
    query = QueryDict("after=" + signed(["2027-01-01", 1]))
    assert len(paginate(VanguardPost.objects.all(), order=["valid_from", "pk"], query=query)) == 50


@pytest.mark.parametrize(
    ("asked", "given"), [("20", 20), ("50", 50), ("100000", 50), ("0", 50), ("-1", 50), ("x", 50)]
)
def test_only_the_offered_sizes_are_served(posts: list[VanguardPost], asked: str, given: int) -> None:
    assert paginate(VanguardPost.objects.all(), order=["pk"], query=QueryDict(f"size={asked}")).size == given


def test_an_empty_list_is_one_page(db: None) -> None:
    page = paginate(Membership.objects.all(), order=["starts_on", "pk"], query=QueryDict("size=20"))
    assert list(page) == [] and not page.next_url and not page.previous_url


def test_a_page_is_one_query_however_deep(posts: list[VanguardPost], django_assert_num_queries: Any) -> None:
    query = QueryDict("size=20")
    for _ in range(3):
        with django_assert_num_queries(1):
            page = paginate(VanguardPost.objects.all(), order=["holder__name", "pk"], query=query)
        query = QueryDict(page.next_url[1:])


def test_the_links_and_the_size_form_keep_the_filters(posts: list[VanguardPost]) -> None:
    query = QueryDict("light=red&light=grey&q=%22%3E%3Cscript%3E&size=20&after=old")
    page = paginate(VanguardPost.objects.all(), order=["pk"], query=query, total=53)
    assert page.next_url.startswith("?light=red&light=grey&q=")
    assert page.next_url.count("after=") == 1 and "after=old" not in page.next_url
    html = render_to_string("components/pager.html", {"page": page})
    assert html.count('name="light"') == 2
    assert 'name="after"' not in html
    assert "<script>" not in html
    assert "53" in html
    assert '<option value="20" selected>' in html
