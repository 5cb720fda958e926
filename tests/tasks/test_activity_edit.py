"""Editing a draft or returned activity; an old copy shows both texts."""

from __future__ import annotations

import pytest
from django.utils import timezone

from tasks.models import Attendance
from tests.tasks.activity_forms import add_measures, form_data, logged


@pytest.fixture
def draft(institute):
    return logged(
        institute.branch,
        institute.secretary,
        submit=False,
        place="激光楼 204",
        roster=(institute.secretary, institute.member),
        measures=add_measures(2),
        code="branch_committee",
        agenda_title="讲话",
        agenda_on=timezone.localdate(),
    )


def edit(client, activity, organization, **data):
    data.setdefault("version", activity.version)
    return client.post(f"/activities/{activity.pk}/edit/", form_data(organization, **data))


def test_the_form_holds_what_was_recorded(institute, client_of, draft):
    form = client_of(institute.secretary).get(f"/activities/{draft.pk}/edit/").context["form"]
    assert form["place"].value() == "激光楼 204"
    assert form["agenda_title"].value() == "讲话"
    assert len(form.ticked_measures()) == 2
    assert {row.person for row in form.roster_rows} == {
        institute.secretary,
        institute.member,
        institute.deputy,
    }


def test_an_edit_replaces_roster_measures_and_agenda_and_is_written_down(institute, client_of, draft):
    edit(
        client_of(institute.deputy),
        draft,
        institute.branch,
        kind="branch_committee",
        title="改过的题目",
        action="draft",
        shown=[institute.secretary.pk, institute.member.pk],
        present=[institute.secretary.pk],
    )
    draft.refresh_from_db()
    assert (draft.title, draft.status, draft.version) == ("改过的题目", "draft", 2)
    assert not draft.measures.exists()
    assert not draft.first_agenda_items.exists()
    assert Attendance.objects.get(activity=draft, person=institute.member).status == "absent"
    event = draft.events.first()
    assert (event.step, event.by) == ("edit", institute.deputy)
    assert set(event.data["changed"]) >= {"title", "measures", "first_agenda", "away"}


def test_an_edit_may_submit_at_once(institute, client_of, draft):
    edit(client_of(institute.secretary), draft, institute.branch)
    draft.refresh_from_db()
    assert draft.status == "submitted"
    assert [event.step for event in draft.events.all()][:2] == ["submit", "edit"]


def test_a_returned_activity_is_corrected_and_submitted_again(institute, client_of):
    activity = logged(institute.branch, institute.secretary)
    activity.send_back(by=institute.office, at=timezone.now(), reason="补结果")
    edit(client_of(institute.secretary), activity, institute.branch, result="补上的结果")
    activity.refresh_from_db()
    assert (activity.status, activity.result) == ("submitted", "补上的结果")


def test_an_old_copy_shows_both_texts_and_saves_nothing(institute, client_of, draft):
    seen = draft.version
    edit(client_of(institute.deputy), draft, institute.branch, title="副书记改的", action="draft")
    answer = edit(
        client_of(institute.secretary),
        draft,
        institute.branch,
        version=seen,
        title="书记改的",
        action="draft",
    )
    page = answer.content.decode()
    draft.refresh_from_db()
    assert answer.status_code == 409
    assert draft.title == "副书记改的"
    assert "副书记改的" in page and "书记改的" in page
    assert f'name="version" value="{draft.version}"' in page
    again = edit(
        client_of(institute.secretary),
        draft,
        institute.branch,
        version=draft.version,
        title="书记改的",
        action="draft",
    )
    draft.refresh_from_db()
    assert again.status_code == 302
    assert draft.title == "书记改的"


@pytest.mark.parametrize("approve", [False, True])
def test_what_is_submitted_or_approved_is_not_edited(institute, client_of, approve):
    activity = logged(institute.branch, institute.secretary, approve=institute.office if approve else None)
    browser = client_of(institute.secretary)
    assert browser.get(f"/activities/{activity.pk}/edit/").status_code == 403
    assert edit(browser, activity, institute.branch, title="改").status_code == 403


def test_a_form_without_its_version_is_an_old_copy(institute, client_of, draft):
    assert edit(client_of(institute.secretary), draft, institute.branch, version="").status_code == 409


def test_someone_elses_activity_cannot_be_moved_to_another_organization(institute, client_of, draft):
    answer = edit(client_of(institute.secretary), draft, institute.other_branch, title="移走")
    draft.refresh_from_db()
    assert "organization" in answer.context["form"].errors
    assert draft.organization == institute.branch


def test_a_member_may_not_edit(institute, client_of):
    activity = logged(institute.branch, institute.secretary)
    activity.send_back(by=institute.office, at=timezone.now(), reason="x")
    assert client_of(institute.member).get(f"/activities/{activity.pk}/edit/").status_code == 403
