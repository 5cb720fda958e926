"""Nothing is asked of the same organizations twice, not even for a time."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from plans.models import ActivityKind, Requirement
from tests.sending import anew
from tests.tasks.items import add_measure
from tests.tasks.test_ledger_decompose import quarterly, screen

ADD = "/requirements/add/"
SAID = "对这些组织已有相同的要求"


@pytest.fixture
def office(institute, client_of):
    return client_of(institute.office)


def words(**values) -> dict:
    """A requirement in a form of its own."""
    base = {
        "activity_kind": ActivityKind.objects.get(code="drill").pk,
        "organization_kind": "branch",
        "organization": "",
        "period": "quarter",
        "minimum": "2",
        "condition": "always",
        "source": "本单位规定",
        "effective_from": "2026-01-01",
        "effective_to": "",
        "active": "on",
    }
    return anew({**base, **values})


def drills() -> int:
    return Requirement.objects.filter(activity_kind__code="drill").count()


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"minimum": "5", "source": "别的规定"},
        {"effective_from": "2027-01-01"},
        {"effective_from": "2025-01-01", "effective_to": "2026-01-01"},
        {"effective_to": "2026-06-30"},
    ],
)
def test_the_same_is_not_asked_again_while_it_is_asked(institute, office, values) -> None:
    office.post(ADD, words())
    answer = office.post(ADD, words(**values))
    assert SAID in str(answer.context["form"].errors["activity_kind"])
    assert answer.content.decode().count(SAID) == 1
    assert drills() == 1


@pytest.mark.parametrize(
    "values",
    [
        {"period": "month"},
        {"condition": "has_committee"},
        {"organization_kind": "general_branch"},
        {"organization_kind": "", "organization": "BRANCH"},
        {"effective_from": "2025-01-01", "effective_to": "2025-12-31"},
        {"active": ""},
    ],
)
def test_something_else_is_asked_beside_it(institute, office, values) -> None:
    office.post(ADD, words())
    values = {name: institute.branch.pk if value == "BRANCH" else value for name, value in values.items()}
    assert office.post(ADD, words(**values)).status_code == 302
    assert drills() == 2


def test_a_rule_is_revised_by_ending_the_old_one_first(institute, office) -> None:
    office.post(ADD, words())
    old = Requirement.objects.get(activity_kind__code="drill")
    office.post(f"/requirements/{old.pk}/edit/", words(effective_to="2026-06-30", version=old.version))
    assert office.post(ADD, words(minimum="3", effective_from="2026-07-01")).status_code == 302
    again = office.post(f"/requirements/{old.pk}/edit/", words(version=2))
    assert SAID in str(again.context["form"].errors["activity_kind"])
    old.refresh_from_db()
    assert old.effective_to == date(2026, 6, 30)


def test_an_edit_of_one_is_not_in_its_own_way(institute, office) -> None:
    office.post(ADD, words())
    row = Requirement.objects.get(activity_kind__code="drill")
    assert office.post(f"/requirements/{row.pk}/edit/", words(minimum="4", version=1)).status_code == 302


@pytest.mark.parametrize("who", ["kind", "one"])
def test_the_database_holds_it(institute, who) -> None:
    whom = {"organization_kind": "branch"} if who == "kind" else {"organization": institute.branch}
    values = {
        "activity_kind": ActivityKind.objects.get(code="drill"),
        "period": "year",
        "source": "x",
        **whom,
    }
    Requirement.objects.create(**values, effective_from=date(2026, 1, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        Requirement.objects.create(**values, effective_from=date(2027, 1, 1))


def test_a_decomposition_asks_nothing_twice(institute, office) -> None:
    measure, drill = add_measure(), ActivityKind.objects.get(code="drill")
    address = reverse("decompose", args=[measure.pk])
    twice = office.post(address, screen(measure, [], [quarterly(drill), quarterly(drill, minimum=3)]))
    assert "已有相同的要求" in twice.content.decode()
    assert drills() == 0
    office.post(address, screen(measure, [], [quarterly(drill)]))
    measure.refresh_from_db()
    later = office.post(address, screen(measure, [], [quarterly(drill)]))
    assert "党支部的“岗位练兵”已有相同的要求" in later.content.decode()
    assert drills() == 1
