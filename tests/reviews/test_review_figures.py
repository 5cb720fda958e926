"""What the figures of an annual report count, and what they leave out."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from branches.models import Organization
from common.workdays import Calendar
from plans.models import Exemption
from reviews.figures.annual import Figure, FigureRow, changes, dump, load
from reviews.figures.annual_count import count
from reviews.figures.annual_records import collect
from reviews.figures.annual_text import fill, write
from tasks.models import ActivityEvent, ItemEvent, LedgerItem, ProgressReport
from tests.conftest import Institute, add_organization
from tests.reviews.review_year import activity, item, kind, measure, moment, no_rules, requirement

ON = date(2026, 1, 8)


@pytest.fixture(autouse=True)
def _rules_of_the_test(db: None) -> None:
    no_rules()


def figures(organization: Organization, year: int = 2025, on: date = ON) -> dict[str, Figure]:
    records = collect([organization], year, on)[organization.pk]
    return {figure.key: figure for figure in count(records, Calendar())}


def value(organization: Organization, key: str, **when: object) -> object:
    return figures(organization, **when)[key].value  # type: ignore[arg-type]


def test_only_approved_activities_of_the_year_count(institute: Institute) -> None:
    meeting = kind("general", "支部党员大会")
    for day, status in (
        (date(2025, 1, 1), "approved"),
        (date(2025, 12, 31), "approved"),
        (date(2024, 12, 31), "approved"),
        (date(2026, 1, 1), "approved"),
        (date(2025, 5, 5), "submitted"),
        (date(2025, 5, 6), "returned"),
    ):
        activity(institute.branch, meeting, day, institute.secretary, status=status)
    found = figures(institute.branch)
    assert found["kind-general"].phrase == "2次"
    assert [row.on for row in found["kind-general"].rows] == [date(2025, 1, 1), date(2025, 12, 31)]
    assert found["waiting"].value == 1


def test_a_joint_activity_counts_once_for_each_that_held_it(institute: Institute) -> None:
    day = kind("theme", "主题党日")
    activity(institute.branch, day, date(2025, 3, 5), institute.secretary, partners=[institute.other_branch])
    for organization, partner in (
        (institute.branch, institute.other_branch),
        (institute.other_branch, institute.branch),
    ):
        found = figures(organization)
        assert found["kind-theme"].value == 1
        assert found["joint"].value == 1
        assert partner.name in found["joint"].rows[0].note


def test_meetings_of_party_groups_count_with_their_branch(institute: Institute) -> None:
    institute.branch.refresh_from_db()
    group = add_organization(
        institute.branch, system="party", kind=Organization.Kind.GROUP, name="第一党小组", code="P01G1"
    )
    activity(group, kind("group", "党小组会"), date(2025, 3, 5), institute.secretary)
    institute.branch.refresh_from_db()
    assert value(institute.branch, "kind-group") == 1
    assert "kind-group" not in figures(institute.other_branch)


def test_a_kind_that_is_owed_and_not_recorded_is_missing_and_not_zero(institute: Institute) -> None:
    requirement(kind("lecture", "党课"))
    found = figures(institute.branch)["kind-lecture"]
    assert found.value is None
    assert found.phrase == "〔待补：党课次数〕"


def test_a_kind_that_is_exempt_is_not_asked_for(institute: Institute) -> None:
    asked = requirement(kind("lecture", "党课"))
    Exemption.objects.create(
        organization=institute.branch,
        requirement=asked,
        starts_on=date(2025, 1, 1),
        ends_on=date(2025, 12, 31),
        reason="支部新建",
    )
    assert "kind-lecture" not in figures(institute.branch)
    assert figures(institute.other_branch)["kind-lecture"].missing


def test_attendance_is_people_present_of_people_due(institute: Institute) -> None:
    meeting = kind("general", "支部党员大会")
    people = [institute.secretary, institute.deputy, institute.member]
    activity(institute.branch, meeting, date(2025, 3, 5), institute.secretary, present=people)
    activity(
        institute.branch,
        meeting,
        date(2025, 6, 5),
        institute.secretary,
        present=people[:1],
        absent=people[1:],
    )
    assert value(institute.branch, "attendance") == 67
    assert figures(institute.branch)["attendance"].rows[1].note == "应到 3、实到 1"


def test_attendance_without_any_roster_is_missing(institute: Institute) -> None:
    activity(institute.branch, kind("general", "支部党员大会"), date(2025, 3, 5), institute.secretary)
    assert value(institute.branch, "attendance") is None


def test_first_agenda_counts_meetings_and_the_mean_lag(institute: Institute) -> None:
    meeting = kind("committee", "支委会", first_agenda=True)
    for day, lag in ((date(2025, 3, 5), 3), (date(2025, 4, 9), 6)):
        activity(institute.branch, meeting, day, institute.secretary, agenda=day - timedelta(days=lag))
    activity(institute.branch, meeting, date(2025, 5, 9), institute.secretary)
    found = figures(institute.branch)
    assert (found["agenda-due"].value, found["agenda-done"].value) == (3, 2)
    assert found["agenda-lag"].phrase == "4.5天"


def test_lag_without_a_material_date_is_missing(institute: Institute) -> None:
    meeting = kind("committee", "支委会", first_agenda=True)
    activity(institute.branch, meeting, date(2025, 3, 5), institute.secretary)
    assert value(institute.branch, "agenda-lag") is None


def test_on_time_is_shown_against_the_original_and_the_current_deadline(institute: Institute) -> None:
    branch, owner = institute.branch, institute.deputy
    item(branch, owner, "1", date(2025, 6, 30), completed=date(2025, 6, 30))
    item(branch, owner, "2", date(2025, 8, 31), original=date(2025, 6, 30), completed=date(2025, 8, 1))
    item(branch, owner, "3", date(2025, 6, 30), completed=date(2025, 7, 1))
    item(branch, owner, "4", date(2025, 12, 31))
    found = figures(branch)
    keys = ("items", "items-done", "on-time-original", "on-time-current", "open")
    assert [found[key].value for key in keys] == [4, 3, 1, 2, 1]
    assert found["items-done"].rows[2].note == "2025年8月1日办结，原定时限2025年6月30日"


def test_an_item_completed_after_the_year_is_open_in_it(institute: Institute) -> None:
    item(institute.branch, institute.deputy, "1", date(2025, 12, 20), completed=date(2026, 1, 5))
    found = figures(institute.branch)
    assert (found["items"].value, found["items-done"].value, found["open"].value) == (1, 0, 1)


def test_an_item_of_another_year_or_a_draft_does_not_count(institute: Institute) -> None:
    branch, owner = institute.branch, institute.deputy
    item(branch, owner, "1", date(2024, 6, 30), begun=date(2024, 2, 1), completed=date(2024, 6, 1))
    item(branch, owner, "2", date(2026, 6, 30), begun=date(2026, 1, 4))
    draft = item(branch, owner, "3", date(2025, 6, 30))
    draft.state, draft.assigned_at, draft.yellow_on, draft.red_on = "draft", None, None, None
    draft.save()
    assert value(branch, "items") == 0


def test_work_by_measure_lists_each_and_totals_once(institute: Institute) -> None:
    first, second = measure(), measure("建强战斗堡垒")
    item(
        institute.branch, institute.deputy, "1", date(2025, 6, 30), measure=first, completed=date(2025, 5, 1)
    )
    activity(
        institute.branch,
        kind("t", "主题党日"),
        date(2025, 3, 5),
        institute.secretary,
        measures=[first, second],
    )
    found = figures(institute.branch)
    assert found["measures"].value == 2
    assert {(row.target, row.title, row.note) for row in found["measures"].rows} == {
        ("measure", "坚持“第一议题”制度", "承担事项1项，开展活动1次"),
        ("measure", "建强战斗堡垒", "承担事项0项，开展活动1次"),
    }
    assert [found[f"m{first.pk}-{key}"].value for key in ("items", "done", "held")] == [1, 1, 1]
    assert found[f"m{second.pk}-held"].value == 1
    assert f"m{second.pk}-items" not in found
    assert found["activities"].value == 1


def test_red_lights_are_found_by_the_current_deadline_and_measured_in_working_days(
    institute: Institute,
) -> None:
    branch, owner = institute.branch, institute.deputy
    item(branch, owner, "1", date(2025, 6, 6), completed=date(2025, 6, 11))  # Friday to Wednesday
    item(branch, owner, "2", date(2025, 12, 31))
    item(branch, owner, "3", date(2025, 6, 30), original=date(2025, 3, 1), completed=date(2025, 6, 1))
    found = figures(branch)
    assert found["red"].value == 1
    assert found["longest"].phrase == "3个工作日"


def test_no_red_light_has_no_longest_delay(institute: Institute) -> None:
    item(institute.other_branch, institute.deputy, "1", date(2025, 12, 31))
    found = figures(institute.branch)
    assert found["red"].value == 0
    assert "longest" not in found


def test_returns_count_reports_and_requests_for_completion(institute: Institute) -> None:
    row = item(institute.branch, institute.deputy, "1", date(2025, 12, 31))
    report = {
        "item": row,
        "progress": 50,
        "text": "过程",
        "reported_by": institute.deputy,
        "reported_at": moment(ON),
    }
    for day in (date(2025, 5, 6), date(2024, 5, 6)):
        ProgressReport.objects.create(
            **report, status="returned", decided_by=institute.office, decided_at=moment(day)
        )
    at = moment(date(2025, 7, 1))
    ItemEvent.objects.create(item=row, step="send_back", by=institute.office, at=at, to_state="in_progress")
    ItemEvent.objects.create(item=row, step="sign_for", by=institute.deputy, at=at, to_state="in_progress")
    assert value(institute.branch, "returned") == 2


def test_returned_activity_records_count(institute: Institute) -> None:
    row = activity(institute.branch, kind("t", "主题党日"), date(2025, 3, 5), institute.secretary)
    for step in ("send_back", "approve"):
        ActivityEvent.objects.create(
            activity=row, step=step, by=institute.office, at=moment(date(2025, 3, 7))
        )
    assert value(institute.branch, "activities-returned") == 1


def test_returned_activity_records_are_the_rows_of_their_figure(institute: Institute) -> None:
    day = kind("t", "主题党日")
    rows = [activity(institute.branch, day, date(2025, month, 5), institute.secretary) for month in (3, 4)]
    for row, times in zip(rows, (2, 1), strict=True):
        for _n in range(times):
            ActivityEvent.objects.create(
                activity=row, step="send_back", by=institute.office, at=moment(date(2025, 5, 7))
            )
    found = figures(institute.branch)["activities-returned"]
    assert found.value == 3
    assert [(row.target, row.pk, row.tag, row.note) for row in found.rows] == [
        ("activity", rows[0].pk, "主题党日", "退回2次"),
        ("activity", rows[1].pk, "主题党日", "退回1次"),
    ]


def test_periods_without_enough_records_are_named(institute: Institute) -> None:
    meeting = kind("general", "支部党员大会")
    requirement(meeting, "quarter")
    for month in (2, 5, 8):
        activity(institute.branch, meeting, date(2025, month, 3), institute.secretary)
    found = figures(institute.branch)["short"]
    assert found.value == 1
    assert found.rows[0].title == "2025年10月1日至2025年12月31日"


def test_what_was_left_from_last_year_is_missing_before_the_ledger_began(institute: Institute) -> None:
    item(institute.branch, institute.deputy, "1", date(2025, 6, 30), begun=date(2025, 2, 1))
    assert value(institute.branch, "carried") is None


def test_what_was_left_from_last_year_is_counted_once_there_is_a_ledger(institute: Institute) -> None:
    branch, owner = institute.branch, institute.deputy
    item(branch, owner, "1", date(2025, 6, 30), begun=date(2024, 11, 1), completed=date(2025, 5, 1))
    item(branch, owner, "2", date(2025, 6, 30), begun=date(2024, 11, 1))
    item(branch, owner, "3", date(2024, 12, 1), begun=date(2024, 11, 1), completed=date(2024, 12, 1))
    found = figures(branch)
    assert (found["carried"].value, found["carried-done"].value) == (2, 1)
    assert value(institute.other_branch, "carried") == 0


def test_what_was_asked_for_before_new_year_and_not_decided_is_carried_over(institute: Institute) -> None:
    branch, asked = institute.branch, date(2024, 12, 27)
    waiting = item(branch, institute.deputy, "1", date(2024, 12, 31), begun=date(2024, 11, 1))
    LedgerItem.objects.filter(pk=waiting.pk).update(state="completion_requested", completed_on=asked)
    keys = ("carried", "items-done", "open")
    before, after = {"year": 2024, "on": date(2025, 1, 3)}, {"year": 2025, "on": ON}
    for when, counted in ((before, [None, 0, 1]), (after, [1, 0, 1])):
        found = figures(branch, **when)  # type: ignore[arg-type]
        assert [found[key].value for key in keys] == counted
    # Decided in the new year, it was completed in that year, in time, and once.
    LedgerItem.objects.filter(pk=waiting.pk).update(
        state="completed", completed_at=moment(date(2025, 1, 9)), yellow_on=None, red_on=None
    )
    for when, counted in ((before, [None, 0, 1]), (after, [1, 1, 0])):
        found = figures(branch, **when)  # type: ignore[arg-type]
        assert [found[key].value for key in keys] == counted
    assert figures(branch)["on-time-original"].value == 1
    assert "items" in figures(branch, year=2026) and figures(branch, year=2026)["items"].value == 0


def test_a_year_before_the_ledger_began_knows_of_no_items_rather_than_of_none(institute: Institute) -> None:
    item(institute.branch, institute.deputy, "1", date(2026, 6, 30), begun=date(2026, 1, 5))
    keys = ("items", "items-done", "on-time-original", "on-time-current", "items-joined", "red", "returned")
    found = figures(institute.branch)
    for key in (*keys, "open", "open-early", "carried"):
        assert found[key].missing, key
    records = collect([institute.branch], 2025, ON)[institute.branch.pk]
    text = {part.key: part.text for part in write(records, list(found.values()))}
    assert "没有" not in text["work-ledger"] + text["problems"] + text["next"] + text["carried"]
    assert fill(text["work-ledger"], found).count("〔待补：") == 3
    assert "〔待补：亮红灯事项〕" in fill(text["problems"], found)
    assert "〔待补：结转下年事项〕" in fill(text["next"], found)
    # In the year it began, an organization without an item has none.
    assert value(institute.other_branch, "items", year=2026, on=date(2026, 12, 31)) == 0


def test_joined_items_are_counted_apart(institute: Institute) -> None:
    row = item(institute.branch, institute.deputy, "1", date(2025, 6, 30))
    row.cooperating.add(institute.other_branch)
    found = figures(institute.other_branch)
    assert (found["items"].value, found["items-joined"].value) == (0, 1)


def test_queries_do_not_grow_with_organizations_or_rows(
    institute: Institute, django_assert_max_num_queries
) -> None:
    meeting = kind("general", "支部党员大会", first_agenda=True)
    requirement(meeting, "quarter")
    organizations = [institute.branch, institute.other_branch, institute.union]
    for number in range(30):
        where = organizations[number % 3]
        activity(where, meeting, date(2025, 1 + number % 12, 3), institute.secretary, agenda=date(2025, 1, 1))
        item(where, institute.deputy, str(number), date(2025, 6, 30))
    with django_assert_max_num_queries(24):
        assert len(collect(organizations, 2025, ON)) == 3


def test_no_organization_needs_no_query(django_assert_num_queries) -> None:
    with django_assert_num_queries(1):  # the groups
        assert collect([], 2025, ON) == {}


def test_figures_survive_being_kept_as_json() -> None:
    row = FigureRow(date(2025, 3, 5), "主题党日", "年终读书会", "应到3人", "activity", 7)
    kept = [Figure("a", "主题党日次数", 1, "次", "口径", (row,)), Figure("b", "到会率", None, "%", "口径")]
    assert load(dump(kept)) == kept


def test_changes_name_what_differs_what_is_new_and_what_is_gone() -> None:
    before = [Figure("a", "甲", 11, "次", ""), Figure("b", "乙", 1, "次", ""), Figure("d", "丁", 5, "次", "")]
    after = [
        Figure("a", "甲", 12, "次", ""),
        Figure("c", "丙", None, "次", ""),
        Figure("d", "丁", 5, "次", ""),
    ]
    assert [(c.key, c.before, c.after) for c in changes(before, after)] == [
        ("a", "11次", "12次"),
        ("c", "无", "〔待补：丙〕"),
        ("b", "1次", "不再统计"),
    ]
