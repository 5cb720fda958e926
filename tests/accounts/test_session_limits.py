"""How long a session lasts, and what the answers tell browsers and caches."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from tests.conftest import PASSWORD


@pytest.fixture
def user(db) -> User:
    return User.objects.create_user(username="linrx", password=PASSWORD)


def signed_in(user: User) -> Client:
    client = Client()
    assert client.post("/sign-in/", {"login": user.username, "password": PASSWORD}).status_code == 302
    return client


def test_a_session_ends_after_thirty_idle_minutes(user: User, time_machine):
    time_machine.move_to("2026-06-18 09:00+08:00", tick=False)
    client = signed_in(user)
    time_machine.move_to("2026-06-18 09:29+08:00", tick=False)
    assert client.get("/password/").status_code == 200
    time_machine.move_to("2026-06-18 09:58+08:00", tick=False)
    assert client.get("/password/").status_code == 200
    time_machine.move_to("2026-06-18 10:29+08:00", tick=False)
    assert client.get("/password/")["Location"].startswith("/sign-in/")


def test_a_session_ends_twelve_hours_after_signing_in_however_busy(user: User, time_machine):
    time_machine.move_to("2026-06-18 08:00+08:00", tick=False)
    client = signed_in(user)
    client.get("/password/")
    for number in range(1, 29):
        minutes = 8 * 60 + 25 * number
        time_machine.move_to(f"2026-06-18 {minutes // 60:02}:{minutes % 60:02}+08:00", tick=False)
        assert client.get("/password/").status_code == 200
    time_machine.move_to("2026-06-18 20:01+08:00", tick=False)
    assert client.get("/password/")["Location"] == "/sign-in/"
    assert client.get("/password/")["Location"].startswith("/sign-in/")


def test_the_cookie_is_the_browsers_session_and_not_readable_by_scripts(user: User):
    cookie = signed_in(user).cookies["sessionid"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and not cookie["max-age"]


def test_signing_in_changes_the_session_key(client: Client, user: User):
    client.get("/sign-in/")
    session = client.session
    session["planted"] = "1"
    session.save()
    client.cookies["sessionid"] = planted = session.session_key
    client.post("/sign-in/", {"login": user.username, "password": PASSWORD})
    assert client.session.session_key != planted


@pytest.mark.parametrize("address", ["/password/", "/sign-out/", "/accounts/"])
def test_what_a_signed_in_reader_gets_is_kept_by_no_cache(client_of, user: User, address: str):
    assert "no-store" in client_of(user).get(address)["Cache-Control"]


@pytest.mark.parametrize("address", ["/sign-in/", "/no-such-page/", "/sign-up/"])
def test_every_answer_carries_the_strict_headers(client: Client, db, address: str):
    response = client.get(address)
    policy = dict(part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";"))
    assert (
        policy["default-src"] == "'none'"
        and policy["script-src"] == "'self'"
        and policy["style-src"] == "'self'"
    )
    assert policy["frame-ancestors"] == "'none'" and policy["form-action"] == "'self'"
    assert "unsafe" not in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"


def test_no_template_holds_what_the_policy_forbids(settings):
    import re

    forbidden = re.compile(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|javascript:")
    found = [
        str(path)
        for path in (settings.BASE_DIR / "templates").rglob("*.html")
        if forbidden.search(path.read_text("utf-8"))
    ]
    assert found == []
