"""A page that may not be opened, and an address that only takes a form: each said plainly, with the way back."""

from __future__ import annotations

import pytest
from django.test import Client

WORDS = {
    "zh-hans": ("您无权打开该页面", "该地址没有页面"),
    "en": ("This page is not open to you", "There is no page at this address"),
}


@pytest.fixture(params=sorted(WORDS))
def reader(request, institute, client_of) -> tuple[Client, tuple[str, str]]:
    client = client_of(institute.member.user)
    client.cookies["django_language"] = request.param
    return client, WORDS[request.param]


def test_a_page_that_is_closed_to_a_role_does_not_say_that_it_may_be_seen(reader):
    client, (closed, _) = reader
    page = client.get("/accounts/")
    text = page.content.decode()
    assert page.status_code == 403 and closed in text and 'href="/"' in text
    assert "You may see this" not in text and "您可以查看" not in text


def test_a_step_refused_says_that_the_step_is_someone_elses(institute, client_of):
    client = client_of(institute.member.user)
    client.cookies["django_language"] = "en"
    page = client.post("/accounts/1/password/")
    assert page.status_code == 403 and "the step belongs to someone else" in page.content.decode()


def test_an_address_that_only_takes_a_form_has_a_page_of_its_own(reader):
    client, (_, nothing) = reader
    page = client.get("/language/")
    text = page.content.decode()
    assert page.status_code == 405 and page["Allow"] == "POST"
    assert nothing in text and 'href="/"' in text
    assert client.head("/language/")["Allow"] == "POST"


def test_a_form_sent_to_a_page_that_takes_none_keeps_its_bare_answer(institute, client_of):
    answer = client_of(institute.office.user).post("/people/")
    assert answer.status_code == 405 and answer.content == b""
