"""The dashboard as a page: who may, what it shows without anything, numbers that lead to rows, its cost."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from branches.access import actor_for
from branches.models import AssaultTeam, Liaison, Organization
from common.workdays import Calendar
from plans.models import ActivityKind, Requirement
from reviews.figures.around import fortnight, linked, linked_organizations, team_timeline
from reviews.figures.compliance import SUMS, compliance, numbers, owed_rows, strip_of_organizations
from reviews.figures.pillars import plan_figure
from reviews.figures.units import units
from tasks.models import Activity, LedgerItem
from tests.conftest import BEGUN, Institute, add_organization
from tests.reviews.plans import SmallPlan, add_plan
from tests.tasks.items import add_item, at

ON = date(2026, 6, 18)
START = date(2026, 6, 1)
NOW = time_machine.travel("2026-06-18 10:00 +0800", tick=False)

pytestmark = pytest.mark.django_db


def log(institute: Institute, day: date, status: str = "approved", **values: Any) -> Activity:
    defaults = {
        "kind": ActivityKind.objects.get(code="party_day"), "organization": institute.branch, "title": "党日",
        "held_on": day, "status": status, "created_by": institute.secretary, "submitted_at": timezone.now(),
        "submitted_by": institute.secretary,
    }  # fmt: skip
    if status == "approved":
        defaults |= {"decided_by": institute.office, "decided_at": timezone.now()}
    return Activity.objects.create(**(defaults | values))


@pytest.fixture
def party_day(db: None) -> Requirement:
    """Of all that ships only the monthly Party day."""
    Requirement.objects.exclude(activity_kind__code="party_day").delete()
    return Requirement.objects.get()


# Home ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "where"),
    [
        ("office", "/dashboard/"),
        ("committee", "/dashboard/"),
        ("commission", "/dashboard/"),
        ("secretary", "/desk/"),
        ("department_head", "/desk/"),
        ("member", "/me/"),
        ("outsider", "/me/"),
        ("system_admin", "/accounts/"),
        ("audit_admin", "/password/"),
    ],
)
def test_everyone_begins_on_their_own_page(
    institute: Institute, client_of: Any, who: str, where: str
) -> None:
    client = client_of(getattr(institute, who))
    response = client.get("/")
    assert response.status_code == 302 and response["Location"] == where


@pytest.mark.parametrize("who", ["secretary", "member", "system_admin"])
def test_the_dashboard_is_for_those_who_see_all(institute: Institute, client_of: Any, who: str) -> None:
    assert client_of(getattr(institute, who)).get("/dashboard/").status_code == 403


@NOW
def test_an_empty_installation_says_what_to_do_next(institute: Institute, client_of: Any) -> None:
    Requirement.objects.all().delete()
    Organization.objects.filter(kind="branch").update(active=False)
    page = client_of(institute.office).get("/dashboard/").content.decode()
    assert page.count('class="empty"') == 2
    assert "0%" not in page


# Pillars ---------------------------------------------------------------------


def figure(small: SmallPlan, on: date = ON) -> Any:
    return plan_figure(small.plan, Calendar(), on)


def test_a_pillar_without_items_has_no_percent(institute: Institute) -> None:
    first = figure(add_plan()).pillars[0]
    assert first.meter is None and first.ring.centre == "—"
    assert (first.measures, first.undecomposed, first.items.value) == (2, 2, 0)


def test_progress_is_the_mean_of_accepted_reports_and_drafts_do_not_count(institute: Institute) -> None:
    small = add_plan()
    measure = small.measures[0]
    moving = add_item(institute, "in_progress", START, due_on=date(2026, 6, 30), measure=measure)
    for percent, day in ((20, 3), (50, 9)):
        report = moving.report(by=moving.owner, at=at(date(2026, 6, day)), progress=percent, text="进展")
        moving.refresh_from_db()
        moving.accept_report(by=institute.office, at=at(date(2026, 6, day), 15))
    del report
    moving.report(by=moving.owner, at=at(date(2026, 6, 15)), progress=90, text="还没有人核")
    add_item(institute, "completed", START, due_on=date(2026, 6, 30), measure=small.measures[1])
    add_item(institute, "draft", START, measure=measure)
    first = figure(small).pillars[0]
    assert first.items.value == 2
    assert first.meter.accepted == 75  # (50 + 100) / 2
    assert first.undecomposed == 0


def test_expected_pace_is_the_mean_of_the_items_own(institute: Institute) -> None:
    from tasks.lights import expected_progress

    small = add_plan()
    spans = [
        (START, date(2026, 6, 30)),
        (date(2026, 5, 6), date(2026, 6, 10)),
        (date(2026, 3, 2), date(2026, 12, 31)),
    ]
    for begun, due in spans:
        add_item(institute, "assigned", begun, due_on=due, measure=small.measures[0])
    add_item(institute, "registered", START, due_on=date(2026, 6, 30), measure=small.measures[0])
    each = [expected_progress(Calendar(), begun, due, ON) for begun, due in spans] + [0]
    assert each[1] == 100
    assert figure(small).pillars[0].meter.expected == round(sum(each) / 4)


@NOW
def test_what_a_pillar_is_expected_is_the_mean_of_the_rows_behind_it(
    institute: Institute, client_of: Any
) -> None:
    small = add_plan()
    begun, due = date(2026, 5, 6), date(2026, 7, 31)
    measure = small.measures[0]
    for state in ("completion_requested", "completed", "cleared"):
        # Every step of these is of May: from then on the pace stands still.
        add_item(institute, state, date(2026, 5, 20), starts_on=begun, due_on=due, measure=measure)
    add_item(
        institute, "completed", date(2026, 5, 6), starts_on=date(2026, 5, 20), due_on=due, measure=measure
    )
    late = add_item(institute, "completed", date(2026, 6, 12), starts_on=begun, measure=measure)
    LedgerItem.objects.filter(pk=late.pk).update(due_on=date(2026, 6, 10))
    add_item(institute, "in_progress", begun, due_on=due, measure=measure)
    add_item(institute, "assigned", begun, starts_on=date(2026, 7, 1), due_on=due, measure=measure)
    add_item(institute, "assigned", begun, due_on=date(2026, 6, 10), measure=measure)
    client = client_of(institute.office)
    pillar = client.get("/dashboard/").context["figure"].pillars[0]
    paces = [line.standing.expected for line in client.get(pillar.items.url).context["lines"]]
    assert sorted(paces) == [0, 0, 19, 19, 19, 52, 100, 100]
    assert pillar.meter.expected == round(sum(paces) / len(paces))
    page = client.get(f"/measures/{measure.pk}/").context["figure"]
    assert page.whole.expected == pillar.meter.expected


def test_every_light_of_a_pillar_links_to_its_rows(institute: Institute, client_of: Any) -> None:
    small = add_plan()
    add_item(institute, "in_progress", START, due_on=date(2026, 6, 10), measure=small.measures[0])
    add_item(institute, "assigned", START, measure=small.measures[1])
    add_item(institute, "assigned", START, measure=small.measures[2])
    first = figure(small).pillars[0]
    assert [(light.value, light.count) for light in first.lights] == [("red", 1), ("grey", 1)]
    assert f"pillar={small.pillars[0].pk}" in first.lights[0].url and "light=red" in first.lights[0].url
    with NOW:
        rows = client_of(institute.office).get(first.lights[1].url)
    assert rows.status_code == 200 and rows.context["page"].total == 1


@NOW
def test_the_plan_is_chosen_among_those_in_force(institute: Institute, client_of: Any) -> None:
    older = add_plan(
        working_title="群团工作要点", system="union", issued_on=date(2025, 3, 1), starts_on=date(2025, 3, 1)
    )
    newer = add_plan()
    past = add_plan(working_title="上一轮计划", ends_on=date(2026, 3, 31))
    client = client_of(institute.committee)
    assert client.get("/dashboard/").context["figure"].plan == newer.plan
    assert client.get(f"/dashboard/?plan={older.plan.pk}").context["figure"].plan == older.plan
    for asked in (past.plan.pk, "x", "9" * 30):
        assert client.get(f"/dashboard/?plan={asked}").context["figure"].plan == newer.plan


# Organizational life -----------------------------------------------------------


def test_the_sums_above_the_strip_are_the_rows_behind_it(
    institute: Institute, party_day: Requirement
) -> None:
    log(institute, date(2026, 1, 9))
    log(institute, date(2026, 2, 9), "submitted")
    log(institute, date(2026, 6, 5))
    found = compliance(Organization.objects.branches(), 2026, ON)
    total = found.total
    # Five months are over for two branches; June is already met by one of them.
    assert (total.due, total.approved, total.waiting, total.missing) == (11, 2, 1, 8)
    for view, name in SUMS.items():
        rows = owed_rows(found, view)
        assert sum(getattr(row.tally, name) for row in rows) == getattr(total, name)
        assert all(getattr(row.tally, name) for row in rows)
    assert numbers(found)["missing"].value == 8


@NOW
def test_each_sum_above_the_strip_leads_to_rows_that_add_up_to_it(
    institute: Institute, client_of: Any, party_day: Requirement
) -> None:
    log(institute, date(2026, 1, 9))
    log(institute, date(2026, 2, 9), "submitted")
    client = client_of(institute.committee)
    for number in client.get("/dashboard/").context["numbers"].values():
        assert client.get(number.url).context["total"] == number.value


@NOW
def test_records_to_approve_are_those_of_others_and_so_is_their_list(
    institute: Institute, client_of: Any, party_day: Requirement
) -> None:
    log(institute, date(2026, 1, 9), "submitted")
    log(institute, date(2026, 2, 9), "submitted", submitted_by=institute.office)
    client = client_of(institute.office)
    group = client.get("/dashboard/").context["attention"].groups[0]
    row = next(row for row in group.rows if "/activities/" in row.url)
    assert row.title.startswith("1 ")
    assert client.get(row.url).context["page"].total == 1
    assert client.get("/activities/?status=submitted").context["page"].total == 2


def test_the_strip_shows_each_state_in_its_month(institute: Institute, party_day: Requirement) -> None:
    log(institute, date(2026, 1, 9))
    log(institute, date(2026, 2, 9), "submitted")
    drawn = strip_of_organizations(compliance([institute.branch], 2026, ON), "x")
    states = [cell.state for cell in drawn.lines[0].cells]
    assert states == ["approved", "logged", "missing", "missing", "missing", "due"] + ["none"] * 6
    assert "month=2026-01" in drawn.lines[0].cells[0].href
    assert drawn.lines[0].total == "5 / 1"


def test_a_soft_requirement_not_met_is_no_red_frame(institute: Institute, party_day: Requirement) -> None:
    Requirement.objects.update(soft=True, period="quarter")
    found = compliance([institute.branch], 2026, ON)
    states = [cell.state for cell in strip_of_organizations(found, "x").lines[0].cells]
    assert states == ["none", "none", "short", "none", "none", "due"] + ["none"] * 6
    assert found.total.missing == 0 and found.total.short == 1


def test_a_quarterly_meeting_shows_in_the_month_it_was_held(
    institute: Institute, party_day: Requirement
) -> None:
    Requirement.objects.update(period="quarter")
    log(institute, date(2026, 2, 9))
    drawn = strip_of_organizations(compliance([institute.branch], 2026, ON), "x")
    assert [cell.state for cell in drawn.lines[0].cells][:6] == [
        "none",
        "approved",
        "none",
        "none",
        "none",
        "due",
    ]


def test_a_past_year_has_no_current_month_and_nothing_due(
    institute: Institute, party_day: Requirement
) -> None:
    found = compliance([institute.branch], 2025, ON)
    assert strip_of_organizations(found, "x").band_x is None
    assert found.total.missing == 12


# Organizations by light ------------------------------------------------------------


def test_each_bar_and_light_of_an_organization_leads_to_its_rows(
    institute: Institute, client_of: Any
) -> None:
    add_item(institute, "in_progress", START, due_on=date(2026, 6, 10))
    add_item(institute, "assigned", START)
    add_item(institute, "draft", START)
    for _n in range(3):
        add_item(institute, "completed", START, lead=institute.other_branch)
    add_item(institute, "assigned", START, lead=institute.party)
    found = units(actor_for(institute.committee, ON), ON)
    assert found is not None
    # In the order of the tree, not of the numbers; what lies below is not the committee's own.
    labels = [institute.party.label, institute.branch.label, institute.other_branch.label]
    assert [(bar.full_label, bar.total) for bar in found.bars.bars] == list(
        zip(labels, ["1", "2", "3"], strict=True)
    )
    client = client_of(institute.committee)
    with NOW:
        for bar in found.bars.bars:
            assert client.get(bar.href).context["page"].total == int(bar.total)
            for block in bar.blocks:
                assert client.get(block.href).context["page"].total == int(block.title.split()[-1])
        for light in found.lights:
            assert client.get(light.url).context["page"].total == light.count
        page = client.get("/dashboard/").content.decode()
    assert 'id="h-units"' in page
    assert [light.count for light in found.lights] == [1, 2, 3]


def test_without_items_no_bars_are_drawn(institute: Institute) -> None:
    add_item(institute, "draft", START)
    assert units(actor_for(institute.committee, ON), ON) is None


# Beside the list -----------------------------------------------------------------


def test_a_linked_organization_says_what_it_lacks(institute: Institute, party_day: Requirement) -> None:
    Liaison.objects.create(member=institute.committee, organization=institute.branch, starts_on=BEGUN)
    Liaison.objects.create(
        member=institute.committee,
        organization=institute.other_branch,
        starts_on=BEGUN,
        ends_on=date(2026, 1, 1),
    )
    add_item(institute, "in_progress", START, due_on=date(2026, 6, 10))
    add_item(institute, "assigned", START)
    organizations = linked_organizations(institute.committee.pk, ON)
    assert organizations == [institute.branch]
    (entry,) = linked(organizations, compliance(organizations, 2026, ON), Calendar(), ON)
    assert [(light.value, light.count) for light in entry.lights] == [("red", 1), ("grey", 1)]
    assert "主题党日" in entry.said or "Party day" in entry.said
    assert "1" in entry.said


def test_the_next_two_weeks_hold_what_falls_due_in_them(institute: Institute) -> None:
    inside = add_item(institute, "assigned", START, due_on=ON + timedelta(days=14))
    add_item(institute, "assigned", START, due_on=ON + timedelta(days=15))
    team = AssaultTeam.objects.create(
        name="砺石突击队", organization=institute.branch, captain=institute.member, starts_on=BEGUN
    )
    team.milestones.create(phase="define", title="任务书", due_on=ON)
    team.milestones.create(phase="define", title="早做完的", due_on=ON, done_on=ON)
    found = fortnight(actor_for(institute.committee, ON), ON)
    assert [entry.day for entry in found] == [ON, ON + timedelta(days=14)]
    assert "任务书" in found[0].what and found[1].what == inside.title


def test_teams_are_drawn_with_their_phases_and_milestones(institute: Institute) -> None:
    team = AssaultTeam.objects.create(
        name="砺石突击队", organization=institute.branch, captain=institute.member, starts_on=date(2026, 1, 5)
    )
    team.milestones.create(phase="define", title="任务书", due_on=date(2026, 3, 1), done_on=date(2026, 2, 27))
    team.milestones.create(phase="deliver", title="流片", due_on=date(2026, 6, 1))
    team.milestones.create(phase="output", title="样机", due_on=date(2026, 11, 1))
    AssaultTeam.objects.create(
        name="旧队",
        organization=institute.branch,
        captain=institute.member,
        starts_on=BEGUN,
        ends_on=date(2025, 1, 1),
    )
    drawn, count, late = team_timeline(actor_for(institute.committee, ON), ON)
    assert drawn is not None and (count, late) == (1, 1)
    (track,) = drawn.tracks
    assert len(track.bars) == 3
    assert [mark.fill for mark in track.diamonds] == ["#3a78b8", "#bf3a0a", "#fff"]


# Cost ---------------------------------------------------------------------------


def fill(institute: Institute, small: SmallPlan, number: int) -> None:
    for n in range(number):
        institute.party.refresh_from_db()
        place = Organization.objects.count()
        branch = add_organization(
            institute.party, system="party", kind="branch", name=f"支部{place}", code=f"X{place}"
        )
        Liaison.objects.create(member=institute.committee, organization=branch, starts_on=BEGUN)
        for state, due in (
            ("in_progress", date(2026, 6, 10)),
            ("completed", date(2026, 7, 10)),
            ("assigned", ON),
        ):
            add_item(
                institute, state, date(2026, 5, 6), due_on=due, lead=branch, measure=small.measures[n % 3]
            )
        AssaultTeam.objects.create(
            name=f"队{place}", organization=branch, captain=institute.member, starts_on=BEGUN
        ).milestones.create(phase="define", title="任务书", due_on=ON)
        log(institute, date(2026, 5, 9), organization=branch)


@NOW
def test_the_dashboard_costs_the_same_queries_with_few_rows_and_with_many(
    institute: Institute, client_of: Any, django_assert_max_num_queries: Any
) -> None:
    small = add_plan()
    fill(institute, small, 3)
    client = client_of(institute.committee)
    client.get("/dashboard/")
    with django_assert_max_num_queries(60) as few:
        client.get("/dashboard/?scope=all")
    fill(institute, small, 9)
    with django_assert_max_num_queries(60) as many:
        response = client.get("/dashboard/?scope=all")
    assert response.status_code == 200
    assert len(many.captured_queries) <= len(few.captured_queries)


@NOW
def test_the_page_has_no_inline_style_or_script_and_every_number_is_a_link(
    institute: Institute, client_of: Any, party_day: Requirement
) -> None:
    small = add_plan()
    fill(institute, small, 2)
    page = client_of(institute.office).get("/dashboard/").content.decode()
    assert " style=" not in page and "<script>" not in page and "onclick" not in page
    assert page.count("<h1>") == 1
    for url in set(re.findall(r'href="(/(?:items|activities|owed)/\?[^"]+)"', page)):
        assert client_of(institute.office).get(url.replace("&amp;", "&")).status_code == 200
