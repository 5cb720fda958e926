"""Assault teams: set up by the office, texts and milestones by the branch, the page with its timeline."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent
from branches.models import AssaultTeam, Milestone, TeamMember
from tests.branches.pages import errors
from tests.conftest import add_person


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to("2026-06-18 10:00+08:00", tick=False)


def english(client: Client) -> Client:
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def office(institute, client_of) -> Client:
    return english(client_of(institute.office))


@pytest.fixture
def branch(institute, client_of) -> Client:
    return english(client_of(institute.secretary))


def setting_up(institute, **changes) -> dict[str, object]:
    return {
        "name": "砺石突击队",
        "kind": "team",
        "organization": institute.branch.pk,
        "captain": "郑知行",
        "named_after": "老科学家沈砺石",
        "naming_document": "清半党字〔2026〕6号",
        "flag_awarded_on": "2026-04-18",
        "starts_on": "2026-01-01",
    } | changes


@pytest.fixture
def team(institute) -> AssaultTeam:
    return AssaultTeam(
        name="砺石突击队",
        organization=institute.branch,
        captain=institute.member,
        starts_on=date(2026, 1, 1),
        thrust="温场设计",
    ).form(institute.office, timezone.now())


@pytest.fixture
def milestone(institute, team: AssaultTeam) -> Milestone:
    return Milestone(team=team, phase="deliver", title="外延片首批", due_on=date(2026, 7, 10)).promise(
        institute.secretary, timezone.now()
    )


def test_the_office_sets_a_team_up_and_its_captain_is_in_it(institute, office: Client):
    response = office.post("/teams/add/", setting_up(institute))
    made = AssaultTeam.objects.get()
    assert response["Location"] == f"/teams/{made.pk}/"
    assert made.members.get().person == institute.member
    assert AuditEvent.objects.of(made).get().changes["captain"] == [None, "郑知行"]
    text = office.get(f"/teams/{made.pk}/").content.decode()
    assert "老科学家沈砺石" in text and "18 Apr 2026" in text


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"ends_on": "2025-12-31"}, "ends_on", "end is before the start"),
        ({"flag_awarded_on": "2026-02-31"}, "flag_awarded_on", "not a day"),
        ({"captain": "无此人"}, "captain", "Nobody here"),
        ({"results": "长" * 601}, "results", "600"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(institute, office: Client, changes, field: str, said: str):
    page = office.post("/teams/add/", setting_up(institute, **changes))
    assert said in errors(page, field) and not AssaultTeam.objects.exists()


def test_two_teams_of_one_name_are_refused(institute, office: Client, team: AssaultTeam):
    assert "exists" in errors(office.post("/teams/add/", setting_up(institute)), "name")


def test_the_branch_writes_the_four_texts_and_nothing_else(institute, branch: Client, team: AssaultTeam):
    address = f"/teams/{team.pk}/edit/"
    assert set(branch.get(address).context["form"].fields) == {"version", *AssaultTeam.TEXTS}
    branch.post(address, {"version": 1, "thrust": "缓冲层结构", "name": "别名", "captain": "林若溪"})
    team.refresh_from_db()
    assert (team.thrust, team.name, team.captain) == ("缓冲层结构", "砺石突击队", institute.member)
    assert AuditEvent.objects.of(team).filter(verb="update").get().changes == {
        "thrust": ["温场设计", "缓冲层结构"]
    }


def test_a_stale_text_shows_both(branch: Client, office: Client, institute, team: AssaultTeam):
    office.post(f"/teams/{team.pk}/edit/", setting_up(institute, version=1, thrust="先到"))
    page = branch.post(f"/teams/{team.pk}/edit/", {"version": 1, "thrust": "后到"})
    assert page.status_code == 409
    assert [(pair.now, pair.mine) for pair in page.context["differences"]] == [("先到", "后到")]
    team.refresh_from_db()
    assert team.thrust == "先到"


def test_members_come_and_go_with_history(institute, office: Client, team: AssaultTeam):
    office.post(
        f"/teams/{team.pk}/members/add/", {"person": "赵启航", "duty": "表征", "starts_on": "2026-04-18"}
    )
    row = team.members.get(person=institute.deputy)
    page = office.post(f"/teams/{team.pk}/members/add/", {"person": "赵启航", "starts_on": "2026-05-01"})
    assert "already in the team" in errors(page, "person")
    page = office.post(f"/teams/{team.pk}/members/add/", {"person": "林若溪", "starts_on": "2025-12-31"})
    assert "The team began on" in errors(page, "starts_on")
    office.post(f"/team-members/{row.pk}/end/", {"ends_on": "2026-06-17"})
    shown = office.get(f"/teams/{team.pk}/").context
    assert [member.person for member in shown["current"]] == [institute.member]
    assert [member.person for member in shown["past"]] == [institute.deputy]
    assert set(AuditEvent.objects.of(row).values_list("verb", flat=True)) == {"create", "close"}


def test_the_branch_promises_a_milestone_and_reaches_it(institute, branch: Client, team: AssaultTeam):
    data = {"phase": "deliver", "title": "外延片首批", "due_on": "2026-07-10", "done_on": ""}
    branch.post(f"/teams/{team.pk}/milestones/add/", data)
    row = team.milestones.get()
    branch.post(f"/milestones/{row.pk}/done/")
    row.refresh_from_db()
    assert row.done_on == date(2026, 6, 18)
    assert AuditEvent.objects.of(row).filter(verb="update").get().changes == {"done_on": [None, "2026-06-18"]}
    branch.post(f"/milestones/{row.pk}/", data)
    row.refresh_from_db()
    assert row.done_on is None


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"due_on": "2026-02-31"}, "due_on", "not a day"),
        ({"due_on": "2025-12-31"}, "due_on", "The team began on"),
        ({"done_on": "2026-06-19"}, "done_on", "lies in the future"),
        ({"title": ""}, "title", "required"),
        ({"phase": "dream"}, "phase", "not one of the choices"),
    ],
)
def test_an_impossible_milestone_is_refused_when_added_and_when_changed(
    branch: Client, team: AssaultTeam, milestone: Milestone, changes, field: str, said: str
):
    data = {"phase": "deliver", "title": "外延片首批", "due_on": "2026-07-10", "done_on": ""} | changes
    for address in (f"/teams/{team.pk}/milestones/add/", f"/milestones/{milestone.pk}/"):
        assert said in errors(branch.post(address, data), field)
    assert team.milestones.count() == 1
    milestone.refresh_from_db()
    assert (milestone.due_on, milestone.done_on) == (date(2026, 7, 10), None)


@pytest.mark.parametrize(
    ("due_on", "done_on", "light", "word"),
    [
        ("2026-06-01", "2026-06-01", "blue", "reached"),
        ("2026-06-17", None, "red", "1 day late"),
        ("2026-06-25", None, "yellow", "7 days left"),
        ("2026-06-26", None, "grey", "not yet due"),
    ],
)
def test_a_milestones_light_follows_from_its_days(
    office: Client, milestone: Milestone, due_on, done_on, light, word
):
    Milestone.objects.update(due_on=due_on, done_on=done_on)
    shown = office.get(f"/teams/{milestone.team_id}/").context["milestones"][0]
    assert (shown["light"], shown["word"]) == (light, word)


def test_the_timeline_shows_the_year_asked_for(office: Client, milestone: Milestone):
    page = office.get(f"/teams/{milestone.team_id}/")
    assert "外延片首批" in page.content.decode() and page.context["timeline"].tracks[0].diamonds
    assert (
        not office.get(f"/teams/{milestone.team_id}/", {"year": "2025"})
        .context["timeline"]
        .tracks[0]
        .diamonds
    )
    for nonsense in ("x", "99999", "-1", "１"):
        assert office.get(f"/teams/{milestone.team_id}/", {"year": nonsense}).context["year"] == 2026


def test_who_may_not(institute, client_of, team: AssaultTeam, milestone: Milestone):
    outside, member = client_of(institute.other_secretary), client_of(institute.member)
    for address in (
        f"/teams/{team.pk}/",
        f"/teams/{team.pk}/edit/",
        f"/teams/{team.pk}/milestones/add/",
        f"/milestones/{milestone.pk}/",
    ):
        assert outside.get(address).status_code == 404
    assert outside.post(f"/milestones/{milestone.pk}/done/").status_code == 404
    assert member.get(f"/teams/{team.pk}/").status_code == 200
    assert member.post(f"/milestones/{milestone.pk}/done/").status_code == 403
    assert client_of(institute.secretary).get(f"/teams/{team.pk}/members/add/").status_code == 403
    assert client_of(institute.secretary).get("/teams/add/").status_code == 403
    assert client_of(institute.office).get(f"/milestones/{milestone.pk}/done/").status_code == 405
    assert client_of(institute.office).get("/teams/999999/").status_code == 404
    milestone.refresh_from_db()
    assert milestone.done_on is None


def test_an_officer_who_sees_a_team_without_writing_for_it_gets_403(
    institute, client_of, team: AssaultTeam, milestone
):
    TeamMember.objects.create(team=team, person=institute.other_secretary, starts_on=date(2026, 2, 1))
    client = client_of(institute.other_secretary)
    assert client.get(f"/teams/{team.pk}/").status_code == 200
    assert client.post(f"/teams/{team.pk}/edit/", {"version": 1, "thrust": "x"}).status_code == 403
    assert client.post(f"/milestones/{milestone.pk}/done/").status_code == 403


def test_the_list_filters_and_costs_the_same_for_any_number(
    institute, office: Client, django_assert_max_num_queries
):
    def fill(first: int, count: int) -> None:
        for number in range(first, first + count):
            person = add_person(f"人{number}", f"x{number}", account=False)
            team = AssaultTeam(
                name=f"第{number}队",
                organization=institute.branch,
                captain=person,
                starts_on=date(2026, 1, 1),
            ).form(institute.office, timezone.now())
            Milestone.objects.create(team=team, phase="define", title="任务书", due_on=date(2026, 3, 1))

    fill(0, 3)
    with django_assert_max_num_queries(14):
        office.get("/teams/")
    fill(3, 30)
    with django_assert_max_num_queries(14):
        page = office.get("/teams/").context["page"]
    assert {(row.people, row.late) for row in page} == {(1, 1)}
    AssaultTeam.objects.filter(name="第7队").update(ends_on="2026-05-31")
    assert [row.name for row in office.get("/teams/", {"state": "ended"}).context["page"]] == ["第7队"]
    Milestone.objects.exclude(team__name="第8队").update(done_on="2026-03-01")
    assert [row.name for row in office.get("/teams/", {"state": "late"}).context["page"]] == ["第8队"]
    assert [row.name for row in office.get("/teams/", {"q": "人9"}).context["page"]] == ["第9队"]


def test_the_page_costs_the_same_for_any_number(
    institute, office: Client, team, django_assert_max_num_queries
):
    def fill(first: int, count: int) -> None:
        for number in range(first, first + count):
            person = add_person(f"人{number}", f"x{number}", account=False)
            TeamMember.objects.create(team=team, person=person, starts_on=date(2026, 2, 1))
            Milestone.objects.create(
                team=team, phase="define", title=f"节点{number}", due_on=date(2026, 3, 1)
            )

    fill(0, 3)
    with django_assert_max_num_queries(16):
        office.get(f"/teams/{team.pk}/")
    fill(3, 30)
    with django_assert_max_num_queries(16):
        office.get(f"/teams/{team.pk}/")
