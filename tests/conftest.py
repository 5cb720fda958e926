"""A small institute and its standing people; every test that needs more builds it itself."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client

from accounts.models import AdminGrant, User
from branches.models import Appointment, Membership, Organization, Person
from config import celery_app

PASSWORD = "Right-Horse-42"
BEGUN = date(2020, 1, 1)


def pytest_configure() -> None:
    """No test rings the bell of a running product; garbage is looked for less often, an eighth of the time saved."""
    celery_app.conf.broker_url = "memory://"
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test that needs a service skips itself where the service is not (in CI that skip is a failure)."""
    if item.get_closest_marker("postgres") and connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: set DATABASE_URL")
    if item.get_closest_marker("redis") and not django_settings.REDIS_URL:
        pytest.skip("needs Redis: set REDIS_URL")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The institute of the tests has followed the requirements that ship for years."""
    from plans.models import Requirement

    with django_db_blocker.unblock():
        Requirement.objects.update(effective_from=date(2018, 10, 28))


@pytest.fixture(autouse=True)
def _plain_settings(settings, tmp_path):
    """Cheap hashing, counters in memory, mail in a list, files in a folder of the test's own."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.PRIVATE_FILES_DIR = tmp_path / "files"


@dataclass
class Institute:
    """Organizations and people by the part they play."""

    party: Organization
    branch: Organization
    other_branch: Organization
    union: Organization
    department: Organization
    office: Person
    office_colleague: Person
    committee: Person
    commission: Person
    secretary: Person
    deputy: Person
    member: Person
    other_secretary: Person
    department_head: Person
    outsider: Person
    system_admin: User
    security_admin: User
    audit_admin: User


def add_organization(parent: Organization | None, **values) -> Organization:
    """An organization under a parent, or a root."""
    values.setdefault("founded_on", BEGUN)
    node = Organization(**values)
    return (
        Organization.objects.add_child(parent, instance=node)
        if parent
        else Organization.objects.add_root(instance=node)
    )


def add_person(name: str, number: str, *, account: bool = True, **values) -> Person:
    user = None
    if account:
        user = User.objects.create_user(username=number, password=PASSWORD, display_name=name)
    return Person.objects.create(
        name=name, employee_number=number, user=user, email=f"{number}@example.org", **values
    )


def appoint(person: Person, organization: Organization, post: str, **values) -> Appointment:
    values.setdefault("starts_on", BEGUN)
    return Appointment.objects.create(person=person, organization=organization, post=post, **values)


def join(person: Person, organization: Organization, **values) -> Membership:
    values.setdefault("starts_on", BEGUN)
    return Membership.objects.create(person=person, organization=organization, **values)


def add_admin(name: str, role: str) -> User:
    user = User.objects.create_user(username=name, password=PASSWORD, display_name=name)
    AdminGrant.objects.create(user=user, role=role)
    return user


@pytest.fixture
def institute(db) -> Institute:
    systems, kinds, posts = Organization.System, Organization.Kind, Appointment.Post
    party = add_organization(
        None, system=systems.PARTY, kind=kinds.PARTY_COMMITTEE, name="清岚所党委", code="P"
    )
    branch = add_organization(
        party, system=systems.PARTY, kind=kinds.BRANCH, name="激光技术党支部", code="P01"
    )
    party.refresh_from_db()
    other = add_organization(
        party, system=systems.PARTY, kind=kinds.BRANCH, name="微波器件党支部", code="P02"
    )
    union = add_organization(None, system=systems.UNION, kind=kinds.UNION, name="清岚所工会", code="U")
    administration = add_organization(
        None, system=systems.ADMINISTRATION, kind=kinds.INSTITUTE, name="清岚所", code="A"
    )
    department = add_organization(
        administration, system=systems.ADMINISTRATION, kind=kinds.DEPARTMENT, name="科研管理处", code="A01"
    )
    discipline = add_organization(
        None, system=systems.COMMISSION, kind=kinds.COMMISSION, name="清岚所纪委", code="C"
    )
    for node in (party, administration):
        node.refresh_from_db()
    people = {
        "office": add_person("何砚秋", "office"),
        "office_colleague": add_person("齐望舒", "office2"),
        "committee": add_person("陈柏舟", "committee"),
        "commission": add_person("罗景行", "commission"),
        "secretary": add_person("林若溪", "secretary"),
        "deputy": add_person("赵启航", "deputy"),
        "member": add_person("郑知行", "member"),
        "other_secretary": add_person("宋望舒", "other"),
        "department_head": add_person("高云松", "head"),
        "outsider": add_person("路人甲", "outsider"),
    }
    appoint(people["office"], party, posts.OFFICE)
    appoint(people["office_colleague"], party, posts.OFFICE)
    appoint(people["committee"], party, posts.MEMBER)
    appoint(people["commission"], discipline, posts.SECRETARY)
    appoint(people["secretary"], branch, posts.SECRETARY)
    appoint(people["deputy"], branch, posts.DEPUTY)
    appoint(people["other_secretary"], other, posts.SECRETARY)
    appoint(people["department_head"], department, posts.HEAD)
    for role in ("secretary", "deputy", "member"):
        join(people[role], branch)
    join(people["other_secretary"], other)
    return Institute(
        party=party,
        branch=branch,
        other_branch=other,
        union=union,
        department=department,
        system_admin=add_admin("sysadmin", "system_admin"),
        security_admin=add_admin("secadmin", "security_admin"),
        audit_admin=add_admin("auditadmin", "audit_admin"),
        **people,
    )


@pytest.fixture
def client_of() -> Callable[[Person | User], Client]:
    """A browser in which someone has signed in."""

    def sign_in(who: Person | User) -> Client:
        client = Client()
        client.force_login(who.user if isinstance(who, Person) else who)
        return client

    return sign_in
