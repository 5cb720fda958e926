"""A house that has just begun: one account, no rows. Every list says what is so and what to do next."""

from __future__ import annotations

import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.models import User

#: The lists, each with where its empty page leads (nowhere else to go: "").
LISTS = {
    "/dashboard/": "/plans/",
    "/todo/": "/ledger/",
    "/ledger/add/": "/ledgers/",
    "/ledgers/": "",
    "/decompose/": "/plans/",
    "/activities/": "/activities/log/",
    "/reminders/": "",
    "/reminders/calendar/": "",
    "/reminders/dry-run/": "",
    "/teams/": "/teams/add/",
    "/teams/posts/": "/teams/posts/add/",
    "/plans/": "/plans/import/",
    "/requirements/?show=exempt": "/requirements/",
    "/owed/": "/requirements/",
    "/annual-reviews/": "/annual-reviews/new/",
}

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Client:
    call_command("create_account", "first", name="何砚秋", role="office", stdout=StringIO())
    user = User.objects.get(username="first")
    user.must_change_password = False
    user.save()
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize(("url", "leads"), LISTS.items())
def test_an_empty_list_says_what_to_do_next(office: Client, url: str, leads: str) -> None:
    answer = office.get(url)
    page = answer.content.decode()
    assert answer.status_code == 200
    empty = re.findall(r'<div class="empty">(.*?)</div>', page, re.DOTALL)
    assert empty
    assert not leads or any(f'href="{leads}"' in box for box in empty)


def test_a_round_without_a_single_report_does_not_call_all_confirmed(office: Client) -> None:
    answer = office.post(
        "/annual-reviews/new/", {"year": 2026, "confirm_due_on": "2027-01-12", "written_limit": 4000}
    )
    page = office.get(answer["Location"]).content.decode()
    assert "所有报告都已确认" not in page
    assert 'class="empty"' in page and "/export/" not in page
