"""The access matrix: every address × every role × in scope, out of scope, missing.

``tests/access_matrix.csv`` is reviewed by hand and is not derived from the code. A row is one address,
one method and one target (``own``: a row in the scope of the people below; ``other``: out of their
scope; ``missing``: no such row; ``-``: the address names no row). A cell is what must come back:

``ok`` a page or the redirect of a step that was taken · ``400`` the step wants more than an empty form ·
``login`` to the sign-in page · ``403`` · ``404`` · ``405``.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from common.access import declared
from tests.access_targets import build_targets

MATRIX = Path(__file__).with_name("access_matrix.csv")
ROLES = [
    "anonymous",
    "member",
    "officer",
    "committee",
    "office",
    "commission",
    "sysadmin",
    "secadmin",
    "auditadmin",
]


def patterns(resolver: URLResolver | None = None) -> Iterator[URLPattern]:
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern)
        else:
            yield pattern


def matrix() -> list[dict[str, str]]:
    with MATRIX.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_every_address_declares_who_may():
    undeclared = [
        f"{p.callback.__module__}.{p.callback.__name__} ({p.pattern})"
        for p in patterns()
        if declared(p.callback) is None
    ]
    assert undeclared == []


def test_every_address_has_a_name_and_stands_in_the_matrix():
    names = {str(p.name) for p in patterns()}
    assert "None" not in names
    listed = {row["name"] for row in matrix()}
    assert names - listed == set(), "addresses missing from tests/access_matrix.csv"
    assert listed - names == set(), "rows of tests/access_matrix.csv without an address"


def test_addresses_that_name_a_row_are_tried_in_out_and_missing():
    tried: dict[str, set[str]] = {}
    for row in matrix():
        tried.setdefault(row["name"], set()).add(row["target"])
    for pattern in patterns():
        if pattern.pattern.converters:
            assert {"own", "missing"} <= tried[str(pattern.name)], pattern.name


def outcome(client: Client, cookies: dict[str, str], method: str, url: str) -> str:
    """What comes back; whatever the request changed is rolled back, signing out included."""
    client.cookies.load(cookies)
    with transaction.atomic():
        try:
            return _answer(client, method, url)
        finally:
            transaction.set_rollback(True)


def _answer(client: Client, method: str, url: str) -> str:
    response = client.get(url) if method == "GET" else client.post(url, {})
    if response.status_code in (301, 302, 303):
        return "login" if response["Location"].startswith(reverse("account_login")) else "ok"
    if response.status_code in (200, 204):
        return "ok"
    return str(response.status_code)


@pytest.mark.parametrize("role", ROLES)
def test_the_matrix_holds(role: str, institute, client_of):
    targets = build_targets(institute)
    who = targets.people[role]
    client = client_of(who) if who else Client()
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    wrong = []
    for row in matrix():
        kwargs = targets.kwargs(row["name"], row["target"])
        url = reverse(row["name"], kwargs=kwargs)
        got = outcome(client, cookies, row["method"], url)
        if got != row[role]:
            wrong.append(f"{row['method']} {row['name']} {row['target']}: expected {row[role]}, got {got}")
    assert wrong == []
