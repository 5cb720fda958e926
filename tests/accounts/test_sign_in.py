"""Signing in and out: the page, failures, the lock-out, the audit trail, the language."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, User
from tests.conftest import PASSWORD

SIGN_IN = "/sign-in/"
LOCKED = "Too many failures"


@pytest.fixture
def user(db) -> User:
    return User.objects.create_user(username="linrx", password=PASSWORD, display_name="林若溪", language="en")


def english() -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    return client


def attempt(client: Client, password: str, username: str = "linrx", **extra):
    return client.post(SIGN_IN, {"login": username, "password": password}, **extra)


def verbs(user: User) -> list[str]:
    return list(AuditEvent.objects.of(user).values_list("verb", flat=True))


def test_the_page_shows_the_standing_notice_the_language_switch_and_no_way_to_sign_up(client: Client, db):
    page = english().get(SIGN_IN).content.decode()
    assert "not for classified matter" in page
    assert 'action="/language/"' in page and "中文" in page
    assert "sign-up" not in page and "forgotten-password" not in page


def test_the_right_password_signs_in_and_leaves_a_row_with_the_address(client: Client, user: User):
    response = attempt(client, PASSWORD, REMOTE_ADDR="10.0.0.9")
    assert response.status_code == 302 and response["Location"] == reverse("home")
    row = AuditEvent.objects.of(user).get()
    assert (row.verb, row.actor, row.address) == ("sign_in", user, "10.0.0.9")


def test_a_wrong_password_says_so_keeps_the_name_and_leaves_a_row(user: User):
    page = attempt(english(), "Wrong-Horse-42").content.decode()
    assert "User name or password is wrong" in page and 'value="linrx"' in page
    row = AuditEvent.objects.of(user).get()
    assert (row.verb, row.actor) == ("sign_in_failed", None)


def test_an_unknown_name_leaves_a_row_and_the_same_words(db):
    page = attempt(english(), "Wrong-Horse-42", "nobody").content.decode()
    assert "User name or password is wrong" in page
    row = AuditEvent.objects.get(verb="sign_in_failed")
    assert (row.target_id, row.note) == ("", "nobody")


def test_after_five_failures_the_right_password_is_refused_from_any_address_and_any_host(
    user: User, settings
):
    settings.ALLOWED_HOSTS = ["*"]
    for number in range(5):
        page = attempt(english(), "Wrong-Horse-42", REMOTE_ADDR=f"10.0.0.{number}")
        assert LOCKED not in page.content.decode()
    for name in ("linrx", " LinRX "):
        refused = attempt(english(), PASSWORD, name, REMOTE_ADDR="10.9.9.9", HTTP_HOST="other.example")
        assert refused.status_code == 200 and LOCKED in refused.content.decode()
    assert verbs(user).count("refused") == 1


def test_the_lock_is_said_in_the_readers_language(user: User):
    client = Client()
    for _number in range(5):
        attempt(client, "Wrong-Horse-42")
    page = attempt(client, PASSWORD)
    assert page["Content-Language"] == "zh-hans"
    assert b'lang="zh-CN"' in page.content


def test_four_failures_do_not_lock(user: User):
    for _number in range(4):
        attempt(english(), "Wrong-Horse-42")
    assert attempt(english(), PASSWORD).status_code == 302


def test_the_lock_opens_after_a_quarter_of_an_hour(user: User, time_machine):
    time_machine.move_to("2026-06-18 09:00+08:00", tick=False)
    for _number in range(5):
        attempt(english(), "Wrong-Horse-42")
    time_machine.move_to("2026-06-18 09:14+08:00", tick=False)
    assert attempt(english(), PASSWORD).status_code == 200
    time_machine.move_to("2026-06-18 09:16+08:00", tick=False)
    assert attempt(english(), PASSWORD).status_code == 302


def test_thirty_failures_lock_an_address_for_every_name(user: User):
    for number in range(30):
        attempt(english(), "Wrong-Horse-42", f"name{number}", REMOTE_ADDR="10.1.1.1")
    assert LOCKED in attempt(english(), PASSWORD, REMOTE_ADDR="10.1.1.1").content.decode()
    assert attempt(english(), PASSWORD, REMOTE_ADDR="10.1.1.2").status_code == 302


def test_a_closed_account_is_told_so_only_with_the_right_password(user: User):
    User.objects.filter(pk=user.pk).update(is_active=False)
    client = english()
    assert "wrong" in attempt(client, "Wrong-Horse-42").content.decode()
    refused = client.post(SIGN_IN, {"login": "linrx", "password": PASSWORD}, follow=True)
    assert "deactivated" in refused.content.decode()
    assert "_auth_user_id" not in client.session
    assert verbs(user)[0] == "refused"


@pytest.mark.parametrize("address", ["/sign-up/", "/forgotten-password/"])
def test_signing_up_and_passwords_by_mail_do_not_exist(client: Client, db, address: str):
    assert client.get(address).status_code == 404
    assert client.post(address, {"username": "x", "password1": PASSWORD}).status_code == 404
    assert not User.objects.exists()


def test_signing_out_asks_first_then_ends_the_session_and_leaves_a_row(client_of, user: User):
    client = client_of(user)
    assert client.get("/sign-out/").status_code == 200
    assert "_auth_user_id" in client.session
    assert client.post("/sign-out/").status_code == 302
    assert "_auth_user_id" not in client.session
    assert verbs(user) == ["sign_out"]


def test_the_page_one_wanted_opens_after_signing_in_but_never_a_foreign_one(client: Client, user: User):
    assert client.get("/people/")["Location"] == "/sign-in/?next=/people/"
    wanted = client.post(SIGN_IN, {"login": "linrx", "password": PASSWORD, "next": "/people/"})
    assert wanted["Location"] == "/people/"
    foreign = Client().post(
        SIGN_IN, {"login": "linrx", "password": PASSWORD, "next": "https://evil.example/"}
    )
    assert foreign["Location"] == reverse("home")


def test_the_accounts_language_becomes_the_browsers_on_signing_in(user: User):
    client = Client()
    assert client.get(SIGN_IN)["Content-Language"] == "zh-hans"
    attempt(client, PASSWORD)
    assert client.cookies["django_language"].value == "en"
    assert client.get("/password/")["Content-Language"] == "en"


def test_the_switch_is_remembered_on_the_account_and_leads_back(client_of, user: User):
    client = client_of(user)
    response = client.post("/language/", {"language": "zh-hans", "next": "/password/"})
    assert response["Location"] == "/password/"
    user.refresh_from_db()
    assert user.language == "zh-hans"
    assert client.get("/password/")["Content-Language"] == "zh-hans"


@pytest.mark.parametrize("data", [{"language": "xx"}, {"language": ""}, {}])
def test_an_unknown_language_changes_nothing(client_of, user: User, data):
    client_of(user).post("/language/", data)
    user.refresh_from_db()
    assert user.language == "en"


def test_the_switch_never_leads_to_a_foreign_page_and_is_no_link(client: Client, db):
    response = client.post("/language/", {"language": "en", "next": "https://evil.example/"})
    assert response["Location"] == reverse("home")
    assert client.get("/language/").status_code == 405
