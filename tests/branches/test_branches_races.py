"""Two people at the same moment: one decision, one secretary, one tree. Needs row locks."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.utils import timezone

from accounts.models import AuditEvent
from branches.models import Appointment, Organization, Person, VanguardPost
from common.steps import StepRefused
from tests.conftest import add_person

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
TOGETHER = 6
REFUSALS = (StepRefused, ValidationError, IntegrityError)


def together(step: Callable[[int], Any]) -> list[Any]:
    """The same act from several threads that start at the same moment, each with its own connection."""
    gate = Barrier(TOGETHER)

    def one(number: int) -> Any:
        gate.wait()
        try:
            return step(number)
        except REFUSALS as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(TOGETHER) as pool:
        return list(pool.map(one, range(TOGETHER)))


def refused(answers: list[Any]) -> int:
    return sum(isinstance(answer, REFUSALS) for answer in answers)


def test_an_application_is_decided_once(institute):
    post = VanguardPost(
        holder=institute.member,
        organization=institute.branch,
        challenge="课题",
        commitment="承诺",
        valid_from=date(2026, 1, 1),
        valid_to=date(2026, 12, 31),
    ).apply(institute.secretary, timezone.now())

    def decide(number: int) -> None:
        row = VanguardPost.objects.get(pk=post.pk)
        if number % 2:
            row.approve(institute.office, timezone.now(), post.version)
        else:
            row.refuse(institute.office_colleague, timezone.now(), post.version, "理由")

    assert refused(together(decide)) == TOGETHER - 1
    assert AuditEvent.objects.of(post).filter(verb="update").count() == 1


def test_an_edit_is_never_lost(institute):
    def edit(number: int) -> bool:
        row = Person.objects.get(pk=institute.member.pk)
        return row.change(institute.office, timezone.now(), 1, {"email": f"n{number}@example.org"})

    answers = together(edit)
    assert answers.count(True) == 1 and refused(answers) == TOGETHER - 1
    institute.member.refresh_from_db()
    assert institute.member.version == 2
    assert AuditEvent.objects.of(institute.member).count() == 1


def test_one_secretary_and_one_membership_begin(institute):
    people = [add_person(f"人{number}", f"x{number}", account=False) for number in range(TOGETHER)]

    def appoint(number: int) -> Appointment:
        return Appointment(
            person=people[number], organization=institute.union, post="secretary", starts_on=date(2026, 1, 1)
        ).begin(institute.office, timezone.now())

    assert refused(together(appoint)) == TOGETHER - 1
    assert institute.union.appointments.count() == 1


def test_organizations_added_at_once_keep_the_tree_whole(institute):
    def found(number: int) -> Organization:
        node = Organization(kind="branch", name=f"第{number}支部", code=f"X{number}")
        return node.found(institute.office, timezone.now(), Organization.objects.get(code="P"))

    assert refused(together(found)) == 0
    assert Organization.objects.find_problems() == ([], [], [], [], [])
    institute.party.refresh_from_db()
    assert institute.party.numchild == 2 + TOGETHER


def test_one_file_confirmed_by_many_at_once_comes_in_once(institute):
    from branches.importing import people as sheet
    from branches.importing.sheet import Row

    rows = [
        Row(2, {"employee_number": "x1", "name": "某人", "organization": "P01", "starts_on": "2026-01-01"})
    ]

    def bring(_number: int) -> int:
        _outcome, entries = sheet.check(rows)
        return (
            sheet.apply(entries, by=institute.office.user, source="list.xlsx", digest="ab") if entries else 0
        )

    together(bring)
    person = Person.objects.get(employee_number="x1")
    assert person.memberships.count() == 1
