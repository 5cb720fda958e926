"""The page of all navigation, for phones."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.conftest import Institute

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "who", ["office", "committee", "commission", "secretary", "member", "system_admin", "audit_admin"]
)
def test_it_leads_wherever_the_side_navigation_leads(institute: Institute, client_of: Any, who: str) -> None:
    response = client_of(getattr(institute, who)).get("/more/")
    page = response.content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    entries = [entry for group in response.context["nav"]["groups"] for entry in group["entries"]]
    assert response.status_code == 200
    for entry in entries:
        assert f'href="{entry["url"]}"' in main
    for action in ('href="/password/"', 'action="/sign-out/"', 'action="/language/"'):
        assert action in main
    assert response.context["nav"]["name"] in main


def test_the_language_is_switched_and_leads_back_here(institute: Institute, client_of: Any) -> None:
    client = client_of(institute.member)
    answer = client.post("/language/", {"language": "en", "next": "/more/"})
    assert answer.status_code == 302 and answer["Location"] == "/more/"
    institute.member.user.refresh_from_db()
    assert institute.member.user.language == "en"
    assert ">More</" in client.get("/more/").content.decode()


def test_it_is_for_those_who_signed_in_and_only_read(institute: Institute, client_of: Any) -> None:
    assert Client().get("/more/").status_code == 302
    assert client_of(institute.member).post("/more/").status_code == 405
