"""Opening accounts: in the browser for a person, on the server for the first ones."""

from __future__ import annotations

import io
from functools import partial

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone, translation

from accounts.models import AdminGrant, AuditEvent, User
from branches.access import actor_for
from branches.models import Appointment, Organization, Person
from common.access import Role
from tests.conftest import PASSWORD, add_person


@pytest.fixture
def admin(institute, client_of) -> Client:
    client = client_of(institute.system_admin)
    client.cookies["django_language"] = "en"
    return client


def sent(**changes: str) -> dict[str, str]:
    return {
        "employee_number": "2019042",
        "name": "苏晚晴",
        "email": "su@example.org",
        "username": "suwq",
    } | changes


def test_a_new_account_brings_its_person_and_a_password_shown_once(institute, admin: Client):
    page = admin.post("/accounts/add/", sent())
    person = Person.objects.get(employee_number="2019042")
    assert person.user.username == "suwq" and person.user.display_name == "苏晚晴"
    assert person.user.check_password(page.context["password"]) and person.user.must_change_password
    assert AuditEvent.objects.of(person.user).get().actor == institute.system_admin
    assert AuditEvent.objects.of(person).get().changes == {"user": [None, "suwq"]}


def test_someone_who_is_already_here_gets_the_account(institute, admin: Client):
    person = add_person("苏晚晴", "2019042", account=False)
    admin.post("/accounts/add/", sent(email=""))
    person.refresh_from_db()
    assert person.user.username == "suwq" and person.email == "2019042@example.org"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": "苏晚"}, "belongs to 苏晚晴"),
        ({"employee_number": "member", "name": "郑知行"}, "already has an account"),
        ({"username": "member"}, "name is taken"),
        ({"username": "Member"}, "name is taken"),
        ({"username": "苏 晚晴!"}, "Letters, digits and @ . + - _ only."),
        ({"email": "not-an-address"}, "not an e-mail address"),
        ({"employee_number": ""}, "required"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field_and_nothing_is_made(
    institute, admin: Client, changes: dict[str, str], said: str
):
    add_person("苏晚晴", "2019042", account=False)
    before = User.objects.count(), Person.objects.count()
    page = admin.post("/accounts/add/", sent(**changes))
    assert page.status_code == 200 and said in page.content.decode() and "is-invalid" in page.content.decode()
    assert page.context["form"]["username"].value() == sent(**changes)["username"]
    assert (User.objects.count(), Person.objects.count()) == before


def test_an_account_without_a_person_is_linked_to_one_without_an_account(institute, admin: Client):
    user = User.objects.create_user(username="loose", password=PASSWORD)
    person = add_person("苏晚晴", "2019042", account=False)
    admin.post(f"/accounts/{user.pk}/link/", {"employee_number": "2019042"})
    person.refresh_from_db()
    assert person.user == user
    assert AuditEvent.objects.of(person).get().changes == {"user": [None, "loose"]}


@pytest.mark.parametrize(
    ("account", "number", "said"),
    [
        ("loose", "nobody", "Nobody here"),
        ("loose", "member", "already has an account"),
        ("member", "2019042", "already belongs to a person"),
        ("auditadmin", "2019042", "stays apart"),
    ],
)
def test_a_wrong_link_is_refused(institute, admin: Client, account: str, number: str, said: str):
    User.objects.create_user(username="loose", password=PASSWORD)
    person = add_person("苏晚晴", "2019042", account=False)
    page = admin.post(f"/accounts/{User.objects.get(username=account).pk}/link/", {"employee_number": number})
    assert said in page.content.decode()
    person.refresh_from_db()
    assert person.user is None


# On the server ----------------------------------------------------------------


def run(*arguments: str) -> str:
    out = io.StringIO()
    with translation.override("en"):
        call_command("create_account", *arguments, stdout=out)
    return out.getvalue()


def test_the_first_account_of_the_office_brings_the_root_the_person_and_the_post(db):
    out = run("office", "--name", "何砚秋", "--role", "office")
    person = Person.objects.get(name="何砚秋")
    root = Organization.objects.get()
    assert (root.system, root.kind, root.depth) == ("party", "party_committee", 1)
    assert Role.OFFICE in actor_for(person, timezone.localdate()).roles
    password = next(line for line in out.splitlines() if "password:" in line).split(": ")[1]
    assert person.user.check_password(password) and person.user.must_change_password
    assert AuditEvent.objects.of(root).exists() and AuditEvent.objects.of(person).exists()


def test_a_second_office_account_uses_the_root_that_is_there(institute):
    run("office9", "--name", "周南", "--role", "office")
    assert Organization.objects.filter(system="party", depth=1).get() == institute.party
    assert Appointment.objects.get(person__name="周南").organization == institute.party


@pytest.mark.parametrize("role", ["system_admin", "security_admin", "audit_admin"])
def test_an_administrator_is_a_grant_without_a_person(db, role: str):
    run("admin", "--name", "管理员", "--role", role)
    assert AdminGrant.objects.get().role == role
    assert not Person.objects.exists() and not Organization.objects.exists()


def test_a_given_password_is_not_printed_and_not_temporary(db, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD + "\n"))
    out = run("admin", "--name", "管理员", "--role", "system_admin", "--password-stdin")
    user = User.objects.get()
    assert user.check_password(PASSWORD) and not user.must_change_password
    assert PASSWORD not in out


@pytest.mark.parametrize("role", ["office", "system_admin"])
def test_a_duplicate_or_a_poor_password_is_refused_in_one_line_and_makes_nothing(db, monkeypatch, role: str):
    User.objects.create_user(username="taken", password=PASSWORD)
    for name in ("taken", "Taken"):
        with pytest.raises(CommandError, match=r"^This user name is taken\. Choose another\.$"):
            run(name, "--name", "某人", "--role", role)
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    with pytest.raises(CommandError):
        run("fresh", "--name", "某人", "--role", role, "--password-stdin")
    assert User.objects.count() == 1 and not Person.objects.exists() and not Organization.objects.exists()


# Names that differ in case only -------------------------------------------------


def test_the_database_holds_a_name_once_whatever_its_case(db):
    User.objects.create_user(username="wang", password=PASSWORD)
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user(username="Wang", password=PASSWORD)


@pytest.mark.django_db(transaction=True)
def test_names_that_were_there_in_two_cases_are_parted_and_written_down():
    migrate = partial(call_command, "migrate", "accounts", verbosity=0)
    migrate("0003_sent_form")
    try:
        users = [User.objects.create(username=name) for name in ("wang", "Wang", "li")]
    finally:
        migrate("0004_user_name_once")
    names = dict(User.objects.values_list("pk", "username"))
    assert [names[user.pk] for user in users] == ["wang", f"Wang-{users[1].pk}", "li"]
    assert AuditEvent.objects.of(users[1]).get().changes == {"username": ["Wang", f"Wang-{users[1].pk}"]}
