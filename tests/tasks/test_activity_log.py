"""Logging an activity: filled in from the last one, one record for one form, nothing typed is lost."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from plans.models import ActivityKind
from tasks.models import Activity, Attendance
from tests.conftest import add_organization, add_person, join
from tests.tasks.activity_forms import add_measures, form_data, logged

URL = "/activities/log/"


@pytest.fixture
def browser(institute, client_of):
    return client_of(institute.secretary)


def present(institute, *people):
    keys = [institute.secretary.pk, institute.deputy.pk, institute.member.pk]
    return {"shown": keys, "present": [person.pk for person in people] if people else keys}


def test_a_submitted_form_becomes_one_record_with_its_roster_measures_and_history(institute, browser):
    first, second, _third = add_measures()
    answer = browser.post(
        URL,
        form_data(
            institute.branch,
            **present(institute, institute.secretary, institute.deputy),
            **{f"reason_{institute.member.pk}": "出差"},
            host=institute.secretary.pk,
            measures=[first.pk, second.pk],
            partners=[institute.other_branch.pk],
            result="参观首条外延线旧址。\r\n\r\n议定每周二晚开放测试平台。",
        ),
    )
    activity = Activity.objects.get()
    assert answer.status_code == 302
    assert answer["Location"].startswith(activity.get_absolute_url())
    assert activity.status == "submitted"
    assert (activity.title, activity.place, activity.host) == (
        "重走首条外延线",
        "激光楼 204",
        institute.secretary,
    )
    assert activity.result == "参观首条外延线旧址。\n议定每周二晚开放测试平台。"
    assert set(activity.measures.all()) == {first, second}
    assert list(activity.partners.all()) == [institute.other_branch]
    roster = {row.person: (row.status, row.reason) for row in activity.attendance.all()}
    assert roster == {
        institute.secretary: ("present", ""),
        institute.deputy: ("present", ""),
        institute.member: ("excused", "出差"),
    }
    assert [event.step for event in activity.events.all()] == ["submit", "log"]
    page = browser.get(activity.get_absolute_url()).content.decode()
    assert "重走首条外延线" in page and "出差" in page


def test_the_form_is_filled_in_from_the_last_activity_of_the_kind(institute, browser):
    first, second, _third = add_measures()
    last = timezone.localdate() - timedelta(days=30)
    logged(
        institute.branch,
        institute.secretary,
        held_on=last,
        place="激光楼 204",
        host=institute.deputy,
        measures=[second],
        roster=(institute.secretary,),
    )
    form = browser.get(URL, {"kind": "party_day"}).context["form"]
    assert form["place"].value() == "激光楼 204"
    assert form["host"].value() == institute.deputy.pk
    assert form["held_on"].value() == timezone.localdate().isoformat()
    assert [m for m, ticked in form.measure_choices()[0] if ticked] == [second]
    assert all(row.present for row in form.roster_rows)
    page = browser.get(URL, {"kind": "party_day"}).content.decode()
    assert page.count('class="filled"') == 2
    assert browser.get(URL, {"kind": "general_meeting"}).context["form"]["place"].value() == ""


def test_the_form_asks_for_at_most_ten_entries(institute, browser):
    for code in ("party_day", "general_meeting"):
        assert browser.get(URL, {"kind": code}).content.decode().count('entry"') <= 10


def test_another_kind_is_filled_in_anew_without_losing_what_was_typed(institute, browser):
    logged(institute.branch, institute.secretary, place="激光楼 204")
    logged(institute.branch, institute.secretary, code="party_lecture", place="报告厅")
    typed = form_data(
        institute.branch,
        kind="party_lecture",
        action="refresh",
        filled_kind="party_day",
        filled_organization=institute.branch.pk,
        result="我写到一半",
        **present(institute, institute.secretary),
    )
    form = browser.post(URL, typed).context["form"]
    assert form["place"].value() == "报告厅"
    assert form["result"].value() == "我写到一半"
    assert form["title"].value() == "重走首条外延线"
    assert [row.person for row in form.roster_rows if row.present] == [institute.secretary]
    own = browser.post(URL, {**typed, "place": "我自己写的"}).context["form"]
    assert own["place"].value() == "我自己写的"
    assert Activity.objects.count() == 2


def test_measures_most_used_with_the_kind_are_suggested_first(institute, browser):
    measures = add_measures(7)
    for _time in range(2):
        logged(institute.other_branch, institute.other_secretary, measures=[measures[5]])
    logged(institute.other_branch, institute.other_secretary, code="drill", measures=[measures[6]])
    offered, others = browser.get(URL, {"kind": "party_day"}).context["form"].measure_choices()
    assert [measure for measure, _ticked in offered][:3] == [measures[5], measures[6], measures[0]]
    assert len(others) == 3


def test_a_form_sent_twice_is_one_record(institute, browser):
    data = form_data(institute.branch)
    browser.post(URL, data)
    again = browser.post(URL, data, follow=True)
    assert Activity.objects.count() == 1
    assert Activity.objects.get().events.count() == 2
    assert "note-warn" in again.content.decode()


def test_another_persons_token_leads_to_nothing_of_theirs(institute, browser, client_of):
    data = form_data(institute.branch)
    first = browser.post(URL, data)
    other = client_of(institute.other_secretary)
    answer = other.post(URL, {**data, "organization": institute.other_branch.pk})
    assert answer["Location"] != first["Location"]
    assert Activity.objects.filter(created_by=institute.other_secretary).count() == 1


def test_a_form_shown_anew_for_another_kind_stays_the_same_form(institute, browser):
    data = form_data(institute.branch)
    page = browser.post(URL, {**data, "action": "refresh"})
    assert f'name="token" value="{data["token"]}"' in page.content.decode()
    browser.post(URL, data)
    browser.post(URL, data)
    assert Activity.objects.count() == 1


def test_an_empty_topic_takes_the_name_of_the_kind(institute, browser):
    browser.post(URL, form_data(institute.branch, title=""))
    assert Activity.objects.get().title == "主题党日"


def test_a_draft_may_lie_in_the_future_but_is_not_submitted_there(institute, browser):
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    answer = browser.post(URL, form_data(institute.branch, held_on=tomorrow, result="写好的结果"))
    assert "held_on" in answer.context["form"].errors
    assert "写好的结果" in answer.content.decode()
    assert not Activity.objects.exists()
    browser.post(URL, form_data(institute.branch, held_on=tomorrow, action="draft"))
    assert Activity.objects.get().status == "draft"


@pytest.mark.parametrize("day", ["2026-02-31", "昨天", "", "0001-01-01", "1899-12-31"])
def test_a_day_that_is_none_is_said_beside_the_field(institute, browser, day):
    answer = browser.post(URL, form_data(institute.branch, held_on=day, result="写好的结果"))
    assert answer.status_code == 200
    assert 'id="id_held_on_error"' in answer.content.decode()
    assert "写好的结果" in answer.content.decode()
    assert not Activity.objects.exists()


def test_a_day_before_the_organization_was_founded_is_refused(institute, browser):
    institute.branch.founded_on = date(2026, 3, 1)
    institute.branch.save()
    answer = browser.post(URL, form_data(institute.branch, held_on="2026-02-28", action="draft"))
    assert "held_on" in answer.context["form"].errors
    browser.post(URL, form_data(institute.branch, held_on="2026-03-01", action="draft"))
    assert Activity.objects.count() == 1


def test_a_fourth_line_of_result_is_refused_and_kept_in_the_form(institute, browser):
    answer = browser.post(URL, form_data(institute.branch, result="一\n二\n三\n四"))
    assert "result" in answer.context["form"].errors
    assert "四" in answer.content.decode()


def test_a_first_agenda_item_is_asked_only_where_the_kind_opens_with_one(institute, browser):
    agenda = {"agenda_title": "在全国科技大会上的讲话", "agenda_on": "2026-06-12"}
    browser.post(URL, form_data(institute.branch, kind="branch_committee", held_on="2026-06-17", **agenda))
    browser.post(URL, form_data(institute.branch, kind="party_day", held_on="2026-06-17", **agenda))
    meeting, party_day = Activity.objects.order_by("pk")
    assert meeting.first_agenda_items.get().lag_days == 5
    assert not party_day.first_agenda_items.exists()
    assert 'name="agenda_title"' not in browser.get(URL, {"kind": "party_day"}).content.decode()
    assert 'name="agenda_title"' in browser.get(URL, {"kind": "general_meeting"}).content.decode()


def test_a_material_dated_after_the_meeting_is_refused(institute, browser):
    answer = browser.post(
        URL,
        form_data(
            institute.branch,
            kind="branch_committee",
            held_on="2026-06-17",
            agenda_title="讲话",
            agenda_on="2026-06-18",
        ),
    )
    assert "agenda_on" in answer.context["form"].errors


def test_the_panel_says_what_the_record_counts_for(institute, browser):
    measures = add_measures()
    logged(institute.branch, institute.secretary, measures=measures[:1])
    today = timezone.localdate()
    later = browser.get(URL, {"kind": "general_meeting"}).context["credits"]
    again = browser.get(URL, {"kind": "party_day"}).context["credits"]
    assert len(later) == 2  # the quarterly meeting and the year's review
    assert len(again) == 3  # with the measure that is ticked as last time
    assert "1" in again[0].text
    refreshed = browser.post(
        URL,
        form_data(
            institute.branch,
            kind="general_meeting",
            action="refresh",
            agenda_title="讲话",
            agenda_on=(today - timedelta(days=5)).isoformat(),
        ),
    )
    assert len(refreshed.context["credits"]) == 3
    assert refreshed.context["lag"] == 5


def test_the_roster_of_a_committee_meeting_is_its_members(institute, browser):
    rows = browser.get(URL, {"kind": "branch_committee"}).context["form"].roster_rows
    assert {row.person for row in rows} == {institute.secretary, institute.deputy}


def test_the_roster_holds_who_was_a_member_on_the_day(institute, browser):
    late = add_person("吴清和", "late", account=False)
    join(late, institute.branch, starts_on=date(2026, 6, 1), stage="probationary")
    data = form_data(institute.branch, action="refresh")
    before = browser.post(URL, {**data, "held_on": "2026-05-31"}).context["form"].roster_rows
    after = browser.post(URL, {**data, "held_on": "2026-06-01"}).context["form"].roster_rows
    assert late not in {row.person for row in before}
    assert [row.note != "" for row in after if row.person == late] == [True]


def test_an_officer_logs_for_the_own_organization_only(institute, browser, client_of):
    answer = browser.post(URL, form_data(institute.other_branch))
    assert "organization" in answer.context["form"].errors
    assert not Activity.objects.exists()
    office = client_of(institute.office)
    office.post(URL, form_data(institute.other_branch))
    assert Activity.objects.get().created_by == institute.office


@pytest.mark.parametrize("who", ["member", "committee", "commission", "system_admin"])
def test_who_does_not_write_may_not_log(institute, client_of, who):
    assert client_of(getattr(institute, who)).get(URL).status_code == 403


def test_without_a_kind_in_use_the_page_says_so(institute, browser):
    ActivityKind.objects.update(active=False)
    assert browser.get(URL).status_code == 200
    assert browser.post(URL, form_data(institute.branch)).status_code == 200


@pytest.mark.parametrize("name", ["kind", "organization", "host", "measures", "version", "partners"])
def test_nonsense_in_a_choice_is_a_message_never_an_error(institute, browser, name):
    answer = browser.post(URL, {**form_data(institute.branch), name: "x' or 1=1"})
    assert answer.status_code == 200
    assert not Activity.objects.exists()


def test_the_form_costs_the_same_with_many_members_measures_and_activities(
    institute, browser, django_assert_max_num_queries
):
    add_measures(11)
    for number in range(30):
        join(add_person(f"党员{number}", f"n{number}", account=False), institute.branch)
        logged(institute.branch, institute.secretary)
    with django_assert_max_num_queries(34):
        browser.get(URL, {"kind": "party_day"})


def test_the_page_after_saving_ends_the_draft_in_the_browser_once(institute, browser):
    page = browser.post(URL, form_data(institute.branch), follow=True)
    key = f"activity-{institute.branch.pk}-party_day"
    assert f'data-draft-done="{key}"' in page.content.decode()
    assert (
        "data-draft-done"
        not in browser.get(Activity.objects.get().get_absolute_url() + "?logged=1").content.decode()
    )


def test_an_organization_without_members_has_its_officers_on_the_roster(institute, client_of):
    rows = client_of(institute.department_head).get(URL).context["form"].roster_rows
    assert [row.person for row in rows] == [institute.department_head]


def test_the_absent_without_a_reason_are_absent(institute, browser):
    browser.post(URL, form_data(institute.branch, **present(institute, institute.secretary)))
    assert Attendance.objects.filter(status="absent").count() == 2


def test_a_dissolved_organization_is_not_offered(institute, client_of):
    gone = add_organization(
        institute.party, system="party", kind="branch", name="撤销支部", code="P99", active=False
    )
    office = client_of(institute.office)
    assert f'value="{gone.pk}"' not in office.get(reverse("activity_log")).content.decode()
