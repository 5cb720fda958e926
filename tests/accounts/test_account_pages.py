"""The system administrator's pages: list, temporary password, deactivating, and who may not."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import AdminGrant, AuditEvent, User
from branches.models import Person
from tests.conftest import PASSWORD, add_admin


@pytest.fixture
def admin(institute, client_of) -> Client:
    client = client_of(institute.system_admin)
    client.cookies["django_language"] = "en"
    return client


def test_the_list_finds_by_name_and_by_state(institute, admin: Client):
    institute.member.user.deactivate(by=institute.system_admin)
    page = admin.get("/accounts/", {"q": "林若溪"})
    assert [user.username for user in page.context["page"]] == ["secretary"]
    page = admin.get("/accounts/", {"state": "closed"})
    assert [user.username for user in page.context["page"]] == ["member"]


def test_the_list_pages_by_key_and_costs_the_same_for_any_number(
    institute, admin: Client, django_assert_max_num_queries
):
    def fill(first: int, count: int) -> None:
        for number in range(first, first + count):
            user = User.objects.create_user(username=f"u{number:03}", password=None)
            Person.objects.create(name=f"人{number}", employee_number=f"n{number}", user=user)

    fill(0, 3)
    with django_assert_max_num_queries(11):
        admin.get("/accounts/")
    fill(3, 30)
    with django_assert_max_num_queries(11):
        first = admin.get("/accounts/", {"size": "20"})
    second = admin.get("/accounts/" + first.context["page"].next_url)
    names = [user.username for page in (first, second) for user in page.context["page"]]
    assert len(names) == 40 and names == sorted(set(names))


def test_a_temporary_password_is_shown_once_works_once_and_must_be_changed(institute, admin: Client):
    user = institute.member.user
    page = admin.post(f"/accounts/{user.pk}/password/")
    password = page.context["password"]
    assert password in page.content.decode() and "no-store" in page["Cache-Control"]
    assert password not in admin.get(f"/accounts/{user.pk}/").content.decode()
    user.refresh_from_db()
    assert user.check_password(password) and user.must_change_password
    row = AuditEvent.objects.of(user).get(verb="password")
    assert row.actor == institute.system_admin and password not in str(row.changes)
    other = Client()
    other.post("/sign-in/", {"login": user.username, "password": password})
    assert other.get("/people/")["Location"] == "/password/"


def test_a_new_password_ends_the_sessions_of_the_old(institute, admin: Client, client_of):
    theirs = client_of(institute.member)
    admin.post(f"/accounts/{institute.member.user.pk}/password/")
    assert theirs.get("/password/")["Location"].startswith("/sign-in/")


def test_deactivating_ends_the_sessions_at_once_and_for_good(institute, admin: Client, client_of):
    theirs = client_of(institute.member)
    assert theirs.get("/password/").status_code == 200
    user = institute.member.user
    admin.post(f"/accounts/{user.pk}/deactivate/")
    assert theirs.get("/password/")["Location"].startswith("/sign-in/")
    admin.post(f"/accounts/{user.pk}/reactivate/")
    assert theirs.get("/password/")["Location"].startswith("/sign-in/")
    theirs.post("/sign-in/", {"login": user.username, "password": PASSWORD})
    assert theirs.get("/password/").status_code == 200
    changes = AuditEvent.objects.of(user).filter(verb="update").values_list("actor", "changes")
    assert list(changes) == [
        (institute.system_admin.pk, {"is_active": [False, True]}),
        (institute.system_admin.pk, {"is_active": [True, False]}),
    ]


@pytest.mark.parametrize(
    ("step", "active", "said"),
    [("deactivate", False, "already deactivated"), ("reactivate", True, "already active")],
)
def test_a_second_click_says_so_and_writes_nothing(
    institute, admin: Client, step: str, active: bool, said: str
):
    user = institute.member.user
    User.objects.filter(pk=user.pk).update(is_active=active)
    page = admin.post(f"/accounts/{user.pk}/{step}/", follow=True)
    assert said in page.content.decode()
    assert not AuditEvent.objects.of(user).exists()


def test_a_closed_account_gets_no_password(institute, admin: Client):
    user = institute.member.user
    user.deactivate(by=institute.system_admin)
    page = admin.post(f"/accounts/{user.pk}/password/", follow=True)
    assert "Reactivate the account first" in page.content.decode()
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_nobody_closes_their_own_account_or_takes_another_administrators_password(institute, admin: Client):
    own, other = institute.system_admin, institute.audit_admin
    assert admin.post(f"/accounts/{own.pk}/deactivate/").status_code == 403
    assert admin.post(f"/accounts/{own.pk}/password/").status_code == 403
    assert admin.post(f"/accounts/{other.pk}/password/").status_code == 403
    other.refresh_from_db()
    assert other.check_password(PASSWORD)
    page = admin.get(f"/accounts/{other.pk}/").content.decode()
    assert f"/accounts/{other.pk}/password/" not in page


@pytest.mark.parametrize("step", ["deactivate", "reactivate", "password"])
def test_a_step_is_no_link_and_a_missing_account_is_404(institute, admin: Client, step: str):
    assert admin.get(f"/accounts/{institute.member.user.pk}/{step}/").status_code == 405
    assert admin.post(f"/accounts/999999/{step}/").status_code == 404


@pytest.mark.parametrize("who", ["office", "secretary", "security_admin", "audit_admin"])
def test_only_the_system_administrator_sees_accounts(institute, client_of, who: str):
    client, user = client_of(getattr(institute, who)), institute.member.user
    for address in ("/accounts/", f"/accounts/{user.pk}/", "/accounts/add/", f"/accounts/{user.pk}/link/"):
        assert client.get(address).status_code == 403
    for step in ("deactivate", "password"):
        assert client.post(f"/accounts/{user.pk}/{step}/").status_code == 403
    user.refresh_from_db()
    assert user.is_active and user.check_password(PASSWORD)


@pytest.mark.parametrize("who", ["system_admin", "security_admin", "audit_admin"])
def test_an_administrator_sees_no_content(institute, client_of, who: str):
    client = client_of(getattr(institute, who))
    for address in (
        "/organizations/",
        "/people/",
        f"/people/{institute.member.pk}/",
        "/teams/",
        "/teams/posts/",
    ):
        assert client.get(address).status_code == 403


def test_one_account_holds_one_grant(institute):
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        AdminGrant.objects.create(user=institute.system_admin, role="audit_admin")
    with pytest.raises(IntegrityError), transaction.atomic():
        AdminGrant.objects.create(user=institute.member.user, role="superhero")
    assert add_admin("second", "audit_admin").admin_grant.role == "audit_admin"


@pytest.mark.parametrize("who", ["system_admin", "security_admin", "audit_admin"])
def test_an_administrator_finds_the_way_out_on_a_phone_too(institute, client_of, who: str):
    page = client_of(getattr(institute, who)).get("/password/").content.decode()
    tabs = page[page.index('class="app-tabs"') :]
    assert "/sign-out/" in tabs and "/password/" in tabs
    assert ("/accounts/" in tabs) is (who == "system_admin")
