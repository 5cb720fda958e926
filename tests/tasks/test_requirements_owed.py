"""What organizations owe: periods, shares, conditions, exemptions, and what fulfils it."""

from __future__ import annotations

from datetime import date

import pytest

from branches.models import Organization
from plans.models import Exemption, Requirement
from tasks.requirements import Owed, owed, periods
from tests.conftest import add_organization, add_person, join
from tests.tasks.activity_forms import kind, logged

ON = date(2026, 6, 18)


@pytest.fixture
def rule(institute):
    """Only the requirement a test makes."""
    Requirement.objects.all().delete()

    def make(code: str = "party_day", **values) -> Requirement:
        if "organization" not in values:
            values.setdefault("organization_kind", "branch")
        values.setdefault("period", "month")
        return Requirement.objects.create(
            activity_kind=kind(code), source="本单位规定", effective_from=date(2020, 1, 1), **values
        )

    return make


def of(organization: Organization, on: date = ON, year: int = 2026) -> dict[int, Owed]:
    """By the month in which the period ends (or the organization's share of it does)."""
    return {entry.last.month: entry for entry in owed([organization], year, on)}


def states(organization: Organization, on: date = ON) -> list[str]:
    return [str(entry.state) for entry in owed([organization], 2026, on)]


def hold(institute, *days: tuple[int, int], approve: bool = True, **values):
    for month, day in days:
        logged(
            institute.branch,
            institute.secretary,
            held_on=date(2026, month, day),
            approve=institute.office if approve else None,
            **values,
        )


def test_a_month_is_approved_logged_missing_due_or_not_begun(institute, rule):
    rule()
    hold(institute, (1, 9), (2, 28))
    hold(institute, (3, 31), approve=False)
    hold(institute, (4, 1), submit=False, approve=False)
    assert states(institute.branch) == [
        *["approved", "approved", "logged", "missing", "missing", "due"],
        *["none"] * 6,
    ]
    assert of(institute.branch)[12].minimum == 1


def test_only_approved_ones_fulfil(institute, rule):
    rule(minimum=2)
    hold(institute, (5, 3), (5, 4), approve=False)
    entry = of(institute.branch)[5]
    assert (entry.state, entry.approved, entry.submitted, entry.short) == ("logged", 0, 2, 0)
    for activity in institute.branch.activities.all():
        activity.approve(by=institute.office, at=activity.submitted_at)
    assert of(institute.branch)[5].state == "approved"
    one = institute.branch.activities.first()
    one.unlock(by=institute.office, at=one.submitted_at, reason="日期有误")
    assert (of(institute.branch)[5].state, of(institute.branch)[5].short) == ("missing", 1)


def test_on_its_last_day_a_period_is_still_open(institute, rule):
    rule()
    assert of(institute.branch, date(2026, 6, 30))[6].state == "due"
    assert of(institute.branch, date(2026, 7, 1))[6].state == "missing"


def test_quarters_and_years(institute, rule):
    rule("general_meeting", period="quarter", soft=True)
    rule("org_life", period="year")
    hold(institute, (3, 31), code="general_meeting")
    found = owed([institute.branch], 2026, ON)
    assert [(str(e.state), e.soft, e.first, e.last) for e in found] == [
        ("approved", True, date(2026, 1, 1), date(2026, 3, 31)),
        ("due", True, date(2026, 4, 1), date(2026, 6, 30)),
        ("none", True, date(2026, 7, 1), date(2026, 9, 30)),
        ("none", True, date(2026, 10, 1), date(2026, 12, 31)),
        ("due", False, date(2026, 1, 1), date(2026, 12, 31)),
    ]


def test_periods_cover_a_leap_year_without_a_gap():
    assert periods("month", 2028)[1] == (date(2028, 2, 1), date(2028, 2, 29))
    assert [len(periods(period, 2028)) for period in ("month", "quarter", "year")] == [12, 4, 1]


@pytest.mark.parametrize(
    ("founded", "minimum"), [("2026-01-01", 12), ("2026-07-01", 6), ("2026-12-31", 0), ("2027-01-01", 0)]
)
def test_an_organization_founded_inside_a_period_owes_its_share(institute, rule, founded, minimum):
    rule(period="year", minimum=12)
    institute.branch.founded_on = date.fromisoformat(founded)
    entry = owed([institute.branch], 2026, ON)[0]
    assert entry.minimum == minimum
    assert (entry.state == "none") == (minimum == 0 or entry.first > ON)


def test_a_monthly_one_is_not_owed_for_a_short_half_of_the_month(institute, rule):
    rule()
    institute.branch.founded_on = date(2026, 4, 17)
    assert of(institute.branch)[4].state == "none"
    institute.branch.founded_on = date(2026, 4, 16)
    entry = of(institute.branch)[4]
    assert (entry.state, entry.first) == ("missing", date(2026, 4, 16))


def test_a_dissolved_organization_owes_until_its_last_day(institute, rule):
    rule()
    institute.branch.dissolved_on = date(2026, 5, 20)
    institute.branch.active = False
    assert states(institute.branch)[3:6] == ["missing", "missing", "none"]
    assert of(institute.branch)[5].last == date(2026, 5, 20)
    institute.branch.dissolved_on = None
    assert set(states(institute.branch)) == {"none"}


def test_a_requirement_asks_only_while_it_is_in_force(institute, rule):
    row = rule(effective_to=date(2026, 2, 28))
    assert states(institute.branch)[:3] == ["missing", "missing", "none"]
    row.active = False
    row.save()
    assert owed([institute.branch], 2026, ON) == []


def test_a_joint_activity_counts_for_the_host_and_each_partner_once(institute, rule):
    rule(minimum=2)
    hold(institute, (5, 6), partners=[institute.other_branch])
    assert of(institute.branch)[5].approved == 1
    assert of(institute.other_branch)[5].approved == 1
    both = owed([institute.branch, institute.other_branch], 2026, ON)
    assert sum(entry.approved for entry in both) == 2  # once for each of the two organizations


def test_an_activity_serving_several_measures_counts_once(institute, rule):
    from tests.tasks.activity_forms import add_measures

    rule()
    hold(institute, (5, 6), measures=add_measures(3))
    assert of(institute.branch)[5].approved == 1


def test_another_kind_and_another_organization_do_not_count(institute, rule):
    rule()
    hold(institute, (5, 6), code="drill")
    logged(
        institute.other_branch, institute.other_secretary, held_on=date(2026, 5, 6), approve=institute.office
    )
    assert of(institute.branch)[5].state == "missing"


def test_an_exemption_takes_its_days_out(institute, rule):
    row = rule()

    def exempt(first: date, last: date, reason: str) -> None:
        Exemption.objects.create(
            requirement=row, organization=institute.branch, starts_on=first, ends_on=last, reason=reason
        )

    exempt(date(2026, 2, 1), date(2026, 2, 28), "支部换届")
    exempt(date(2026, 3, 1), date(2026, 3, 10), "野外试验")
    exempt(date(2026, 4, 1), date(2026, 4, 20), "封闭试验")
    exempt(date(2026, 4, 10), date(2026, 4, 25), "封闭试验")
    found = of(institute.branch)
    assert [(str(found[m].state), found[m].minimum, found[m].exempt_reason) for m in (2, 3, 4, 5)] == [
        ("exempt", 0, "支部换届"),
        ("missing", 1, "野外试验"),
        ("exempt", 0, "封闭试验"),
        ("missing", 1, ""),
    ]
    assert of(institute.other_branch)[2].state == "missing"


def test_a_committee_is_there_from_seven_full_members(institute, rule):
    rule("branch_committee", condition="has_committee")
    assert set(states(institute.branch)) == {"none"}  # three full members
    for number in range(3):
        join(
            add_person(f"甲{number}", f"a{number}", account=False),
            institute.branch,
            starts_on=date(2026, 1, 1),
        )
    join(
        add_person("预备", "p", account=False),
        institute.branch,
        stage="probationary",
        starts_on=date(2026, 1, 1),
    )
    assert set(states(institute.branch)) == {"none"}
    join(
        add_person("第七", "g", account=False),
        institute.branch,
        starts_on=date(2026, 3, 2),
        ends_on=date(2026, 5, 1),
    )
    assert states(institute.branch)[:6] == ["none", "none", "none", "missing", "missing", "none"]


def test_group_meetings_are_owed_for_each_group_and_theirs_count(institute, rule):
    rule("group_meeting", condition="has_groups")
    rule("party_day")
    groups = []
    for number in (1, 2):
        institute.branch.refresh_from_db()
        group = add_organization(
            institute.branch, system="party", kind="group", name=f"第{number}党小组", code=f"P01G{number}"
        )
        groups.append(group)
    for group in groups:
        logged(
            group,
            institute.secretary,
            code="group_meeting",
            held_on=date(2026, 5, 6),
            approve=institute.office,
        )
    logged(
        groups[0], institute.secretary, code="party_day", held_on=date(2026, 5, 7), approve=institute.office
    )
    found = {
        (entry.requirement.activity_kind.code, entry.last.month): entry
        for entry in owed([institute.branch], 2026, ON)
    }
    assert found["group_meeting", 4].minimum == 2
    assert (found["group_meeting", 5].state, found["group_meeting", 5].approved) == ("approved", 2)
    assert found["party_day", 5].approved == 0


def test_a_requirement_of_one_organization_binds_no_other(institute, rule):
    rule(organization=institute.other_branch)
    assert owed([institute.branch], 2026, ON) == []
    assert len(owed([institute.branch, institute.other_branch], 2026, ON)) == 12


def test_the_number_of_queries_does_not_grow_with_organizations(institute, rule, django_assert_num_queries):
    for condition in ("always", "has_committee", "has_groups"):
        rule("party_day", condition=condition)
    hold(institute, (5, 6), partners=[institute.other_branch])
    few = [institute.branch]
    with django_assert_num_queries(6):
        owed(few, 2026, ON)
    for number in range(30):
        institute.party.refresh_from_db()
        few.append(
            add_organization(
                institute.party, system="party", kind="branch", name=f"{number}", code=f"Q{number}"
            )
        )
    with django_assert_num_queries(6):
        assert len(owed(few, 2026, ON)) == 31 * 36


def test_the_defaults_that_ship_bind_a_branch(institute):
    found = {entry.requirement.activity_kind.code for entry in owed([institute.branch], 2026, ON)}
    assert found == {
        *(
            "general_meeting",
            "branch_committee",
            "group_meeting",
            "party_day",
            "org_life",
            "talk",
            "appraisal",
        )
    }
    committee = owed([institute.party], 2026, ON)
    assert [entry.requirement.activity_kind.code for entry in committee] == ["party_lecture"]


def test_article_numbers_stand_only_where_the_text_was_read():
    from importlib import import_module

    shipped = import_module("plans.migrations.0002_default_kinds_and_requirements")
    unread = {row[0] for row in shipped.REQUIREMENTS if "条" not in row[5].replace("条例", "")}
    assert unread == {"talk", "appraisal", "party_lecture"}  # the lecture of a branch is local custom
    assert {row[0] for row in shipped.REQUIREMENTS if not row[6]} == {"party_lecture"}
    assert sum(kind[4] for kind in shipped.KINDS) == 7
