"""One's own password: the temporary one opens nothing else, the other sessions end."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import AuditEvent, User
from tests.conftest import PASSWORD

PAGE = "/password/"
NEW = "Calm-River-2031"


@pytest.fixture
def user(db) -> User:
    return User.objects.create_user(
        username="linrx", password=PASSWORD, must_change_password=True, language="en"
    )


def change(client: Client, new: str = NEW, old: str = PASSWORD, again: str | None = None):
    client.cookies["django_language"] = "en"
    return client.post(
        PAGE, {"oldpassword": old, "password1": new, "password2": new if again is None else again}
    )


def test_a_temporary_password_opens_only_this_page_the_way_out_and_the_language(client_of, user: User):
    client = client_of(user)
    for address in ("/", "/people/", "/accounts/"):
        assert client.get(address)["Location"] == PAGE
    assert client.post("/people/add/", {"name": "x"})["Location"] == PAGE
    assert client.get(PAGE).status_code == 200
    assert client.get("/sign-out/").status_code == 200


def test_changing_it_opens_the_rest_and_leaves_a_row_without_the_password(client_of, user: User):
    client = client_of(user)
    assert change(client)["Location"] == "/"
    user.refresh_from_db()
    assert user.check_password(NEW) and not user.must_change_password
    row = AuditEvent.objects.of(user).get()
    assert (row.verb, row.actor) == ("password", user)
    assert NEW not in str(vars(row)) and user.password not in str(vars(row))
    assert client.get("/sign-out/").status_code == 200


def test_the_other_sessions_end_and_this_one_stays(client_of, user: User):
    here, there = client_of(user), client_of(user)
    change(here)
    assert there.get(PAGE)["Location"].startswith("/sign-in/")
    assert here.get(PAGE).status_code == 200


@pytest.mark.parametrize(
    ("new", "again", "said"),
    [
        ("Ab1-xyz", None, "at least 8 characters"),
        ("calmriver2031", None, "at least three of"),
        ("Password123", None, "tries first"),
        (PASSWORD, None, "differs from the present one"),
        (NEW, "Calm-River-2032", "same password"),
        ("", None, "required"),
    ],
)
def test_a_poor_password_is_refused_beside_the_field(client_of, user: User, new: str, again, said: str):
    page = change(client_of(user), new, again=again)
    assert page.status_code == 200 and said in page.content.decode()
    assert "is-invalid" in page.content.decode()
    user.refresh_from_db()
    assert user.check_password(PASSWORD) and user.must_change_password
    assert not AuditEvent.objects.of(user).exists()


def test_the_present_password_is_asked_for(client_of, user: User):
    page = change(client_of(user), old="Wrong-Horse-42")
    assert "not your present password" in page.content.decode()
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_too_many_tries_are_slowed_down_on_our_own_page(client_of, user: User):
    client = client_of(user)
    answers = [change(client, old="Wrong-Horse-42").status_code for _number in range(6)]
    assert answers == [200] * 5 + [429]
    assert "Too many requests" in change(client, old="Wrong-Horse-42").content.decode()
