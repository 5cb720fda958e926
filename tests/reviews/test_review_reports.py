"""One annual report: its draft, rewriting, generating again, confirming."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from branches.models import Appointment
from common.steps import Stale, StepForbidden, StepRefused
from reviews.models import AnnualReview, ReviewRound, ReviewSection
from tests.conftest import Institute, appoint, join
from tests.reviews.review_year import (
    AT,
    activity,
    item,
    kind,
    measure,
    no_rules,
    open_round,
    report_of,
    requirement,
    text_of,
)


@pytest.fixture
def review(institute: Institute) -> AnnualReview:
    """The open report of a branch that held one meeting and completed one of two items, late."""
    no_rules()
    meeting = kind("general_meeting", "支部党员大会", first_agenda=True)
    requirement(kind("party_lecture", "党课"))
    activity(
        institute.branch,
        meeting,
        date(2025, 3, 5),
        institute.secretary,
        present=[institute.secretary],
        agenda=date(2025, 3, 1),
        measures=[measure()],
        result="议定开放测试平台。\n{明年}推广；",
    )
    item(
        institute.branch,
        institute.deputy,
        "1",
        date(2025, 6, 6),
        completed=date(2025, 6, 11),
        title="测试规范",
    )
    item(institute.branch, institute.deputy, "2", date(2026, 3, 31))
    return report_of(open_round(institute.office), institute.branch)


def section_of(review: AnnualReview, key: str = "life-held") -> ReviewSection:
    return report_of(review.round, review.organization).sections.get(key=key)


def events(review: AnnualReview) -> list[AuditEvent]:
    return list(AuditEvent.objects.of(review))


def test_the_draft_is_written_from_the_records(review: AnnualReview) -> None:
    text = text_of(review)
    for sentence in (
        "召开支部党员大会1次，讲授党课〔待补：党课次数〕。",
        "各项活动合计1次，平均到会率100%。",
        "应落实的会议1次，已落实1次，平均在材料发布后4天传达学习。",
        "牵头承担督办事项2项，年内办结1项；其中按原定时限办结0项，按调整后时限办结0项。",
        "“测试规范”",
        "落实举措1项：“坚持“第一议题”制度”开展活动1次。",
        "3月5日“支部党员大会0305”，议定开放测试平台。 ｛明年｝推广。",
        "牵头事项中有1项曾亮红灯，最长逾期3个工作日",
        "上年结转事项〔待补：上年结转事项〕。",
        "尚未办结的1项事项结转下年继续办理，其中1项在一季度前到期。",
        "继续落实党课等固定动作。〔待补：2026年重点工作打算〕。",
    ):
        assert sentence in text


def test_the_draft_of_an_organization_without_records_asks_and_invents_nothing(institute: Institute) -> None:
    text = text_of(report_of(open_round(institute.office), institute.union))
    assert "〔待补：本年度没有核定的活动记录〕" in text
    assert "0次" not in text


def test_the_page_links_every_figure_to_its_rows_and_its_rule(
    review: AnnualReview, institute: Institute, client_of
) -> None:
    client = client_of(institute.secretary)
    page = client.get(review.get_absolute_url()).content.decode()
    named = {key for section in review.shown_sections for key in _keys(section)}
    assert len(named) > 10
    for key in named:
        assert f"?figure={key}#from" in page
    shown = client.get(review.get_absolute_url(), {"figure": "items-done"}).content.decode()
    assert "以申请办结之日为准" in shown
    assert "2025年6月11日办结" in shown
    assert reverse("item", args=[review.by_key["items-done"].rows[0].pk]) in shown


def _keys(section: ReviewSection) -> list[str]:
    from reviews.figures.annual_text import TOKEN

    return TOKEN.findall(section.generated)


def test_a_figure_can_be_asked_for_alone(review: AnnualReview, institute: Institute, client_of) -> None:
    response = client_of(institute.secretary).get(
        review.get_absolute_url(), {"figure": "items"}, headers={"HX-Request": "true", "HX-Target": "from"}
    )
    body = response.content.decode()
    assert "承担督办事项" in body
    assert "<html" not in body


def test_rows_beyond_the_first_are_one_link_away(institute: Institute, client_of) -> None:
    no_rules()
    meeting = kind("general_meeting", "支部党员大会")
    for day in range(1, 10):
        activity(institute.branch, meeting, date(2025, 3, day), institute.secretary)
    review = report_of(open_round(institute.office), institute.branch)
    client = client_of(institute.secretary)
    some = client.get(review.get_absolute_url(), {"figure": "activities"}).context["reading"]
    every = client.get(review.get_absolute_url(), {"figure": "activities", "rows": "all"}).context["reading"]
    assert (len(some.rows), some.more, len(every.rows), every.more) == (6, 3, 9, 0)


@pytest.mark.parametrize("figure", ["nonsense", "<script>", "items" * 900])
def test_an_unknown_figure_shows_the_first(
    review: AnnualReview, institute: Institute, client_of, figure: str
) -> None:
    response = client_of(institute.secretary).get(review.get_absolute_url(), {"figure": figure})
    assert response.status_code == 200
    assert b'<script>"' not in response.content


def test_who_may_read_a_report(review: AnnualReview, institute: Institute, client_of) -> None:
    url = review.get_absolute_url()
    for who in (
        institute.secretary,
        institute.deputy,
        institute.office,
        institute.committee,
        institute.commission,
    ):
        assert client_of(who).get(url).status_code == 200
    assert client_of(institute.other_secretary).get(url).status_code == 404
    assert client_of(institute.member).get(url).status_code == 403
    assert client_of(institute.system_admin).get(url).status_code == 403


def test_rewriting_replaces_the_draft_and_is_kept_in_history(
    review: AnnualReview, institute: Institute, client_of
) -> None:
    url = reverse("review_section", args=[review.pk, "life-held"])
    client = client_of(institute.secretary)
    form = client.get(url).context["form"]
    assert "支部党员大会1次" in form.initial["text"]
    client.post(url, {"text": "我们把会开到了实验室。", "version": form.initial["version"]})
    section = section_of(review)
    assert (section.edited, section.edited_by, section.version) == (
        "我们把会开到了实验室。",
        institute.secretary,
        2,
    )
    assert "我们把会开到了实验室。" in client.get(review.get_absolute_url()).content.decode()
    before, after = events(review)[0].changes["text"]
    assert "支部党员大会1次" in before
    assert after == "我们把会开到了实验室。"


def test_a_stale_text_is_refused_and_both_are_shown(
    review: AnnualReview, institute: Institute, client_of
) -> None:
    section_of(review).rewrite(text="别人的话。", version=1, by=institute.deputy, at=AT)
    url = reverse("review_section", args=[review.pk, "life-held"])
    client = client_of(institute.secretary)
    response = client.post(url, {"text": "我的话。", "version": "1"})
    page = response.content.decode()
    assert response.status_code == 409
    assert "别人的话。" in page
    assert "我的话。" in page
    assert section_of(review).edited == "别人的话。"
    version = response.context["form"]["version"].value()
    client.post(url, {"text": "合在一起的话。", "version": version})
    assert section_of(review).edited == "合在一起的话。"


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "长" * 4001])
def test_no_text_and_too_much_text_are_said_beside_the_field(
    review: AnnualReview, institute: Institute, client_of, text: str
) -> None:
    url = reverse("review_section", args=[review.pk, "life-held"])
    response = client_of(institute.secretary).post(url, {"text": text, "version": "1"})
    assert response.status_code == 200
    assert "text" in response.context["form"].errors
    assert section_of(review).edited is None


def test_a_forged_version_is_a_message_and_not_an_error(
    review: AnnualReview, institute: Institute, client_of
) -> None:
    client = client_of(institute.secretary)
    url = reverse("review_section", args=[review.pk, "life-held"])
    for version in ("", "x", "-1", "9" * 40):
        assert client.post(url, {"text": "话", "version": version}).status_code in {200, 409}
        assert (
            client.post(reverse("review_confirm", args=[review.pk]), {"version": version}).status_code == 409
        )
    assert section_of(review).edited is None


def test_control_characters_of_a_text_are_dropped_and_markup_stays_words(
    review: AnnualReview, institute: Institute, client_of
) -> None:
    url = reverse("review_section", args=[review.pk, "life-held"])
    client = client_of(institute.secretary)
    client.post(url, {"text": "<b>粗</b>\x1f\x08{items}", "version": "1"})
    assert section_of(review).edited == "<b>粗</b>{items}"
    page = client.get(review.get_absolute_url()).content.decode()
    assert "&lt;b&gt;粗&lt;/b&gt;{items}" in page


def test_saving_the_text_unchanged_changes_nothing(review: AnnualReview, institute: Institute) -> None:
    section = review.shown_sections[0]
    section.rewrite(text=section.text, version=1, by=institute.secretary, at=AT)
    assert section_of(review, section.key).version == 1
    assert events(review) == []


def test_going_back_to_the_draft_keeps_the_words_in_history(
    review: AnnualReview, institute: Institute, client_of
) -> None:
    section_of(review).rewrite(text="我们的话。", version=1, by=institute.secretary, at=AT)
    url = reverse("review_restore", args=[review.pk, "life-held"])
    client = client_of(institute.secretary)
    assert client.post(url, {"version": "1"}).status_code == 409
    client.post(url, {"version": "2"})
    section = section_of(review)
    assert (section.edited, section.edited_by, section.edited_at) == (None, None, None)
    assert events(review)[0].changes["text"][0] == "我们的话。"
    assert client.post(url, {"version": "3"}).status_code == 302
    assert len(events(review)) == 2


def test_generating_again_keeps_rewritten_paragraphs_and_says_what_changed(
    review: AnnualReview, institute: Institute, client_of
) -> None:
    section_of(review).rewrite(text="我们的话。", version=1, by=institute.secretary, at=AT)
    meeting = kind("general_meeting", "支部党员大会", first_agenda=True)
    activity(institute.branch, meeting, date(2025, 9, 5), institute.secretary, agenda=date(2025, 9, 3))
    client = client_of(institute.secretary)
    assert client.get(review.get_absolute_url()).context["reading"].news
    client.post(reverse("review_generate", args=[review.pk]))
    fresh = report_of(review.round, review.organization)
    assert fresh.by_key["kind-general_meeting"].value == 2
    assert "我们的话。" in text_of(fresh)
    assert "应落实的会议2次" in text_of(fresh)
    assert "支部党员大会2次" in section_of(review).draft
    assert ("kind-general_meeting", "1次", "2次") in [(c.key, c.before, c.after) for c in fresh.last_changes]
    page = client.get(review.get_absolute_url())
    assert page.context["reading"].news == []
    assert events(review)[0].changes["支部党员大会次数"] == ["1次", "2次"]


def test_a_paragraph_that_has_nothing_to_say_any_more_goes_unless_it_was_rewritten(
    review: AnnualReview, institute: Institute
) -> None:
    section_of(review, "work-results").rewrite(
        text="成效由我们自己写。", version=1, by=institute.secretary, at=AT
    )
    review.organization.activities.all().delete()
    review.generate(by=institute.secretary, at=AT)
    text = text_of(review)
    assert "成效由我们自己写。" in text
    assert "落实举措" not in text
    assert section_of(review, "work-measures").generated == ""


def test_confirming_is_for_officers_of_the_organization(
    review: AnnualReview, institute: Institute, client_of
) -> None:
    url = reverse("review_confirm", args=[review.pk])
    assert client_of(institute.office).post(url, {"version": "1"}).status_code == 403
    assert client_of(institute.committee).post(url, {"version": "1"}).status_code == 403
    assert client_of(institute.other_secretary).post(url, {"version": "1"}).status_code == 404
    review.refresh_from_db()
    assert not review.is_confirmed
    client_of(institute.secretary).post(url, {"version": "1"})
    review.refresh_from_db()
    assert review.confirmed_by == institute.secretary
    event = events(review)[0]
    assert event.verb == "confirm"
    assert "〔待补：党课次数〕" in event.note


def test_confirming_what_changed_meanwhile_is_refused(
    review: AnnualReview, institute: Institute, client_of
) -> None:
    section_of(review).rewrite(text="别人的话。", version=1, by=institute.deputy, at=AT)
    response = client_of(institute.secretary).post(
        reverse("review_confirm", args=[review.pk]), {"version": "1"}
    )
    assert response.status_code == 409
    assert "别人的话。" in response.content.decode()
    assert not report_of(review.round, review.organization).is_confirmed


def test_a_report_that_is_too_long_cannot_be_confirmed(
    review: AnnualReview, institute: Institute, client_of
) -> None:
    ReviewRound.objects.update(written_limit=500)
    section_of(review).rewrite(text="长" * 600, version=1, by=institute.secretary, at=AT)
    client = client_of(institute.secretary)
    client.post(reverse("review_confirm", args=[review.pk]), {"version": "2"})
    assert not report_of(review.round, review.organization).is_confirmed
    reading = client.get(review.get_absolute_url()).context["reading"]
    assert reading.over == reading.review.length - 500 > 0


def test_a_confirmed_report_is_not_edited_until_the_confirmation_is_taken_back(
    review: AnnualReview, institute: Institute, client_of
) -> None:
    review.confirm(by=institute.secretary, at=AT, version=1)
    who = {"by": institute.secretary, "at": AT}
    for refused in (
        lambda: review.generate(**who),
        lambda: section_of(review).rewrite(text="话", version=1, **who),
        lambda: review.confirm(**who, version=2),
    ):
        with pytest.raises(StepRefused):
            refused()
    client = client_of(institute.secretary)
    client.post(reverse("review_withdraw", args=[review.pk]))
    fresh = report_of(review.round, review.organization)
    assert (fresh.confirmed_by, fresh.confirmed_at) == (None, None)
    assert [event.verb for event in events(review)] == ["withdraw", "confirm"]
    section_of(review).rewrite(text="话", version=1, **who)
    with pytest.raises(StepRefused):
        fresh.withdraw_confirmation(**who)


def test_steps_are_refused_to_people_without_a_part_in_them(
    review: AnnualReview, institute: Institute
) -> None:
    for who in (institute.other_secretary, institute.committee, institute.member):
        for step in (
            lambda who: review.generate(by=who, at=AT),
            lambda who: review.confirm(by=who, at=AT, version=1),
            lambda who: section_of(review).rewrite(text="话", version=1, by=who, at=AT),
            lambda who: review.withdraw_confirmation(by=who, at=AT),
        ):
            with pytest.raises(StepForbidden):
                step(who)
    assert events(review) == []


def test_rights_end_with_the_appointment(review: AnnualReview, institute: Institute, client_of) -> None:
    Appointment.objects.filter(person=institute.secretary).update(ends_on=date(2025, 12, 31))
    with pytest.raises(StepForbidden):
        review.confirm(by=institute.secretary, at=AT, version=1)
    response = client_of(institute.secretary).post(
        reverse("review_confirm", args=[review.pk]), {"version": "1"}
    )
    assert response.status_code in {403, 404}


@pytest.mark.parametrize("name", ["review_generate", "review_confirm", "review_withdraw"])
def test_steps_of_a_report_are_posts(
    review: AnnualReview, institute: Institute, client_of, name: str
) -> None:
    client = client_of(institute.secretary)
    assert client.get(reverse(name, args=[review.pk])).status_code == 405
    assert client.post(reverse(name, args=[review.pk + 999])).status_code == 404
    other = client_of(institute.other_secretary)
    assert other.post(reverse(name, args=[review.pk])).status_code == 404
    assert client.get(reverse("review_restore", args=[review.pk, "life-held"])).status_code == 405
    assert client.get(reverse("review_section", args=[review.pk, "nothing"])).status_code == 404


def test_two_stale_copies_cannot_both_write(review: AnnualReview, institute: Institute) -> None:
    mine, theirs = section_of(review), section_of(review)
    mine.rewrite(text="先到。", version=mine.version, by=institute.secretary, at=AT)
    with pytest.raises(Stale):
        theirs.rewrite(text="后到。", version=theirs.version, by=institute.deputy, at=AT)
    assert section_of(review).edited == "先到。"


def test_someone_above_may_write_and_confirm(review: AnnualReview, institute: Institute) -> None:
    appoint(institute.outsider, institute.branch, Appointment.Post.PUBLICITY)
    join(institute.outsider, institute.branch)
    section_of(review).rewrite(
        text="委员的话。", version=1, by=institute.outsider, at=AT + timedelta(hours=1)
    )
    assert section_of(review).edited_by == institute.outsider


@pytest.mark.parametrize("count", [3, 30])
def test_the_page_asks_the_same_number_of_queries_for_any_number_of_records(
    institute: Institute, client_of, django_assert_max_num_queries, count: int
) -> None:
    no_rules()
    meeting = kind("general_meeting", "支部党员大会", first_agenda=True)
    for number in range(count):
        day = date(2025, 1 + number % 12, 3)
        activity(institute.branch, meeting, day, institute.secretary, present=[institute.member], agenda=day)
        item(institute.branch, institute.deputy, str(number), date(2025, 6, 30))
    review = report_of(open_round(institute.office), institute.branch)
    client = client_of(institute.secretary)
    with django_assert_max_num_queries(40):
        assert client.get(review.get_absolute_url()).status_code == 200
