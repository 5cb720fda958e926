"""The list of activities: scope, filters in the address, paging, the export of exactly what is seen."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from django.utils import timezone
from python_calamine import CalamineWorkbook

from tasks.models import Activity
from tests.tasks.activity_forms import add_measures, logged

URL = "/activities/"


def titles(answer) -> list[str]:
    return [row.title for row in answer.context["page"]]


def exported(client, query: str = "") -> list[list]:
    answer = client.get(f"/activities/export/?{query}")
    content = b"".join(answer.streaming_content)
    assert answer["Content-Disposition"].startswith("attachment")
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def test_everyone_sees_what_their_part_lets_them_see(institute, client_of):
    logged(institute.branch, institute.secretary, title="本支部")
    logged(institute.other_branch, institute.other_secretary, title="他支部")
    logged(institute.other_branch, institute.other_secretary, title="联办", partners=[institute.branch])
    logged(institute.branch, institute.secretary, title="草稿", submit=False)
    seen = {
        who: set(titles(client_of(getattr(institute, who)).get(URL)))
        for who in ("secretary", "member", "other_secretary", "office", "committee", "commission", "outsider")
    }
    everything = {"本支部", "他支部", "联办"}
    assert seen == {
        "secretary": {"本支部", "联办", "草稿"},
        "member": {"本支部", "联办"},
        "other_secretary": {"他支部", "联办"},
        "office": everything,
        "committee": everything,
        "commission": everything,
        "outsider": set(),
    }


@pytest.mark.parametrize("who", ["system_admin", "security_admin", "audit_admin"])
def test_administrators_see_no_content(institute, client_of, who):
    activity = logged(institute.branch, institute.secretary)
    browser = client_of(getattr(institute, who))
    for path in (URL, "/activities/export/", activity.get_absolute_url()):
        assert browser.get(path).status_code == 403


def test_an_activity_out_of_scope_does_not_exist(institute, client_of):
    activity = logged(institute.branch, institute.secretary)
    assert client_of(institute.other_secretary).get(activity.get_absolute_url()).status_code == 404
    assert client_of(institute.other_secretary).get(f"{activity.get_absolute_url()}edit/").status_code == 404


def test_each_filter_stands_in_the_address(institute, client_of):
    first, second = add_measures(2)
    day = date(2026, 6, 17)
    logged(institute.branch, institute.secretary, title="甲", held_on=day, measures=[first, second])
    logged(institute.branch, institute.secretary, title="乙", code="drill", held_on=day + timedelta(days=14))
    logged(
        institute.other_branch,
        institute.other_secretary,
        title="丙",
        held_on=day,
        approve=institute.office,
        partners=[institute.branch],
    )
    browser = client_of(institute.office)
    found = {
        query: set(titles(browser.get(f"{URL}?{query}")))
        for query in (
            "kind=drill",
            f"organization={institute.branch.pk}",
            f"organization={institute.other_branch.pk}",
            "status=approved",
            "month=2026-06",
            "month=2026-07",
            "year=2026",
            "year=2025",
            f"measure={first.pk}",
            "q=甲",
            f"month=2026-06&organization={institute.branch.pk}&status=submitted",
        )
    }
    assert list(found.values()) == [
        {"乙"},
        {"甲", "乙", "丙"},
        {"丙"},
        {"丙"},
        {"甲", "丙"},
        {"乙"},
        {"甲", "乙", "丙"},
        set(),
        {"甲"},
        {"甲"},
        {"甲"},
    ]


@pytest.mark.parametrize(
    "query", ["month=2026-13", "kind=none", "organization=x", "status=x", "measure=-1", "after=x"]
)
def test_a_filter_that_makes_no_sense_shows_the_list(institute, client_of, query):
    logged(institute.branch, institute.secretary)
    answer = client_of(institute.office).get(f"{URL}?{query}")
    assert answer.status_code == 200
    assert len(titles(answer)) == 1


def test_a_key_that_names_nothing_the_reader_may_choose_has_no_rows(institute, client_of):
    logged(institute.branch, institute.secretary)
    elsewhere = institute.other_branch.pk
    for who, query in (
        ("secretary", f"organization={elsewhere}"),
        ("secretary", f"unit={elsewhere}"),
        ("secretary", "organization=999999"),
        ("office", "organization=999999"),
        ("office", "pillar=999999"),
        ("office", "measure=999999"),
    ):
        assert titles(client_of(getattr(institute, who)).get(f"{URL}?{query}")) == [], query
    institute.branch.active = False
    institute.branch.save()
    assert len(titles(client_of(institute.office).get(f"{URL}?organization={institute.branch.pk}"))) == 1


def test_an_activity_that_serves_several_measures_is_counted_once(institute, client_of):
    measures = add_measures(3)
    logged(
        institute.branch,
        institute.secretary,
        measures=measures,
        partners=[institute.other_branch],
        approve=institute.office,
        roster=(institute.secretary, institute.deputy),
    )
    answer = client_of(institute.office).get(URL)
    assert answer.context["counts"]["all"] == answer.context["counts"]["approved"] == 1
    assert len(titles(answer)) == 1
    row = answer.context["page"].rows[0]
    assert (row.due, row.present) == (2, 2)
    assert Activity.objects.of(institute.other_branch).count() == 1


def test_the_export_is_the_list_that_is_seen(institute, client_of):
    first, second = add_measures(2)
    for number in range(3):
        logged(
            institute.branch,
            institute.secretary,
            title=f"第{number}次",
            held_on=date(2026, 6, number + 1),
            measures=[first, second],
            roster=(institute.secretary, institute.deputy),
            code="branch_committee",
            agenda_title="讲话",
            agenda_on=date(2026, 5, 31),
            result="=1+1",
        )
    logged(institute.branch, institute.secretary, title="别的", code="drill")
    browser = client_of(institute.secretary)
    rows = exported(browser, "kind=branch_committee")
    assert [row[2] for row in rows[1:]] == titles(browser.get(f"{URL}?kind=branch_committee"))
    assert rows[1][0] == date(2026, 6, 3)
    assert rows[1][7:11] == [2.0, 2.0, "讲话", 3.0]
    assert first.reference in rows[1][11] and second.reference in rows[1][11]
    assert rows[1][12] == "=1+1"
    other = exported(client_of(institute.other_secretary))
    assert len(other) == 1


def test_the_list_costs_the_same_with_three_rows_and_with_thirty(
    institute, client_of, django_assert_max_num_queries
):
    measures = add_measures(3)
    browser = client_of(institute.office)

    def fill(count: int) -> None:
        for _number in range(count):
            logged(
                institute.branch,
                institute.secretary,
                measures=measures,
                partners=[institute.other_branch],
                roster=(institute.secretary, institute.member),
                host=institute.secretary,
            )

    for count in (3, 27):
        fill(count)
        with django_assert_max_num_queries(24):
            browser.get(f"{URL}?size=50&panel=1")
        with django_assert_max_num_queries(20):
            exported(browser)


def test_one_activity_costs_the_same_with_a_large_roster(institute, client_of, django_assert_max_num_queries):
    browser = client_of(institute.office)
    people = (institute.secretary, institute.member, institute.deputy)
    for roster, measures in ((people[:1], add_measures(1)), (people, add_measures(9))):
        activity = logged(institute.branch, institute.secretary, measures=measures, roster=roster)
        with django_assert_max_num_queries(20):
            browser.get(activity.get_absolute_url())


def test_pages_follow_each_other_without_a_gap(institute, client_of):
    for number in range(23):
        logged(institute.branch, institute.secretary, title=f"{number}")
    browser = client_of(institute.secretary)
    first = browser.get(f"{URL}?size=20")
    second = browser.get(f"{URL}{first.context['page'].next_url}")
    assert len(titles(first)) == 20
    assert {*titles(first), *titles(second)} == {str(number) for number in range(23)}


def test_the_queue_says_how_many_wait(institute, client_of):
    logged(institute.branch, institute.secretary)
    own = logged(institute.branch, institute.office)
    office = client_of(institute.office)
    answer = office.get(f"{URL}?status=to_decide")
    assert answer.context["approving"]
    assert answer.context["counts"]["submitted"] == 1
    answer = office.get(f"{URL}?status=submitted")
    assert answer.context["counts"]["submitted"] == 2
    page = answer.content.decode()
    assert f'value="{own.pk}:{own.version}"' not in page
    assert page.count('name="picked"') == 1
    assert "to_decide" not in client_of(institute.secretary).get(f"{URL}?panel=1").content.decode()
    assert 'name="picked"' not in client_of(institute.secretary).get(URL).content.decode()


def test_empty_lists_say_what_to_do_next(institute, client_of):
    browser = client_of(institute.secretary)
    assert "/activities/log/" in browser.get(URL).content.decode()
    assert 'class="empty"' in browser.get(f"{URL}?kind=drill").content.decode()


def test_history_names_what_an_edit_changed(institute, client_of):
    browser = client_of(institute.secretary)
    activity = logged(institute.branch, institute.secretary, submit=False)
    browser.post(
        f"{activity.get_absolute_url()}edit/",
        {
            "organization": institute.branch.pk,
            "kind": "party_day",
            "title": "新题目",
            "held_on": timezone.localdate().isoformat(),
            "version": activity.version,
            "action": "draft",
        },
    )
    event = activity.events.first()
    assert event.data["changed"]["title"] == ["重走首条外延线", "新题目"]
    assert len(event.changed) == len(event.data["changed"])
