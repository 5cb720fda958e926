"""An institute with more branches, units and periods than a page can show: those that lack something first."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine
from django.http import QueryDict

from branches.access import actor_for
from branches.models import Organization
from common.paging import paginate_computed
from plans.models import ActivityKind, Requirement
from reviews.figures.compliance import compliance, worth_drawing
from reviews.figures.units import MOST, units
from reviews.views.dashboard import DRAWN
from tests.conftest import Institute, add_organization
from tests.reviews.plans import add_plan
from tests.tasks.items import add_item

ON = date(2026, 6, 18)
NOW = time_machine.travel("2026-06-18 10:00 +0800", tick=False)

pytestmark = pytest.mark.django_db


def add_branches(institute: Institute, number: int) -> list[Organization]:
    made = []
    for n in range(number):
        institute.party.refresh_from_db()
        made.append(
            add_organization(institute.party, system="party", kind="branch", name=f"支部{n}", code=f"X{n}")
        )
    return made


@NOW
def test_of_many_branches_those_that_lack_something_are_drawn(institute: Institute, client_of: Any) -> None:
    many = add_branches(institute, DRAWN + 5)
    # One alone owes something, and has logged nothing of it.
    Requirement.objects.all().delete()
    kind, begun = ActivityKind.objects.get(code="party_day"), date(2026, 1, 1)
    Requirement.objects.create(
        activity_kind=kind, organization=many[-1], period="month", source="x", effective_from=begun
    )
    year = compliance(Organization.objects.branches().active(), 2026, ON)
    assert worth_drawing(year, DRAWN) == [many[-1]]
    assert len(worth_drawing(year, 1000)) == len(year.tallies)
    page = client_of(institute.office).get("/dashboard/")
    assert len(page.context["strip"].lines) == 1
    assert page.context["strip_hidden"] == len(year.tallies) - 1
    assert f"另有 {len(year.tallies) - 1} 个组织未画出" in page.content.decode()


@NOW
def test_of_many_units_those_with_an_urgent_light_are_drawn(institute: Institute) -> None:
    late = date(2026, 6, 1)
    for n, branch in enumerate(add_branches(institute, MOST + 2)):
        state, due = ("in_progress", late) if n == MOST else ("assigned", date(2026, 12, 1))
        add_item(institute, state, date(2026, 5, 6), lead=branch, due_on=due)
    drawn = units(actor_for(institute.office, ON), ON)
    assert drawn is not None
    assert [bar.label for bar in drawn.bars.bars] == [f"支部{MOST}"]
    assert drawn.hidden == MOST + 1
    assert sum(count.count for count in drawn.lights) == MOST + 2


@NOW
def test_what_is_owed_is_cut_into_pages(institute: Institute, client_of: Any) -> None:
    add_branches(institute, 12)
    client = client_of(institute.office)
    first = client.get("/owed/?state=missing").context["page"]
    assert len(first.rows) == 50 < first.total
    assert "state=missing" in first.next_url
    second = client.get("/owed/" + first.next_url).context["page"]
    key = [(row.entry.organization.pk, row.entry.requirement.pk, row.entry.first) for row in first.rows]
    assert key[0] not in [
        (row.entry.organization.pk, row.entry.requirement.pk, row.entry.first) for row in second.rows
    ]
    back = client.get("/owed/" + second.previous_url).context["page"]
    assert [row.entry for row in back.rows] == [row.entry for row in first.rows]


def test_who_carries_a_plan_is_cut_into_pages(institute: Institute, client_of: Any) -> None:
    plan = add_plan().plan
    many = add_branches(institute, 55)
    client = client_of(institute.office)
    first = client.get(f"/plans/{plan.pk}/coverage/")
    assert len(first.context["page"].rows) == 50
    second = client.get(f"/plans/{plan.pk}/coverage/{first.context['page'].next_url}").content.decode()
    assert str(many[-1]) in second and str(many[0]) not in second


def test_a_computed_list_is_walked_to_its_end_and_back() -> None:
    rows = list(range(45))
    page = paginate_computed(rows, query=QueryDict("size=20"))
    seen = list(page)
    while page.next_url:
        page = paginate_computed(rows, query=QueryDict(page.next_url.removeprefix("?")))
        seen += page
    assert seen == rows and page.total == 45 and not page.next_url
    back = paginate_computed(rows, query=QueryDict(page.previous_url.removeprefix("?")))
    assert list(back) == rows[20:40]


@pytest.mark.parametrize("asked", ["after=x", "after=-20", "after=9999", "before=x", "after=²", "before=0"])
def test_a_place_that_is_none_shows_the_first_rows(asked: str) -> None:
    assert list(paginate_computed(list(range(45)), query=QueryDict(f"size=20&{asked}"))) == list(range(20))
