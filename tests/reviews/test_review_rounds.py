"""Rounds of the annual review: opening, closing, undoing, and who may."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from branches.models import Organization
from common.steps import StepForbidden, StepRefused
from reviews.models import AnnualReview, ReviewRound
from tests.conftest import Institute, add_organization
from tests.reviews.review_year import AT, YEAR, activity, kind, open_round, report_of, text_of

FORM = {"year": "2025", "confirm_due_on": "2026-01-12", "written_limit": "4000"}


def verbs(target: object) -> list[str]:
    return list(AuditEvent.objects.of(target).order_by("pk").values_list("verb", flat=True))


def test_opening_a_round_writes_a_draft_for_every_reporting_organization(
    institute: Institute, client_of
) -> None:
    response = client_of(institute.office).post(reverse("review_round_new"), FORM)
    round = ReviewRound.objects.get()
    assert response.url == reverse("review_round", args=[2025])
    assert (round.year, round.confirm_due_on, round.written_limit) == (2025, date(2026, 1, 12), 4000)
    assert round.opened_by == institute.office
    reported = set(round.reviews.values_list("organization__code", flat=True))
    assert reported == {"P01", "P02", "U"}
    assert all(review.sections.count() >= 4 for review in round.reviews.all())
    assert verbs(round) == ["create", "update"]


def test_a_second_round_of_the_same_year_is_refused_beside_the_field(institute: Institute, client_of) -> None:
    open_round(institute.office)
    response = client_of(institute.office).post(reverse("review_round_new"), FORM)
    assert response.status_code == 200
    assert "year" in response.context["form"].errors
    assert ReviewRound.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("year", "1999"),
        ("year", "99999999999"),
        ("year", "去年"),
        ("confirm_due_on", "2026-02-31"),
        ("confirm_due_on", "2024-12-31"),
        ("written_limit", "-1"),
        ("written_limit", "99999999999999999999"),
    ],
)
def test_a_wrong_value_is_said_beside_its_field_and_nothing_is_lost(
    institute: Institute, client_of, field: str, value: str
) -> None:
    response = client_of(institute.office).post(reverse("review_round_new"), {**FORM, field: value})
    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert f'value="{value}"' in response.content.decode()
    assert not ReviewRound.objects.exists()


def test_a_year_that_has_not_begun_is_refused(institute: Institute, client_of) -> None:
    data = {**FORM, "year": "2091", "confirm_due_on": "2092-01-12"}
    response = client_of(institute.office).post(reverse("review_round_new"), data)
    assert "year" in response.context["form"].errors
    assert not ReviewRound.objects.exists()


@pytest.mark.parametrize("who", ["secretary", "committee", "commission", "member"])
def test_only_the_party_office_opens_a_round(institute: Institute, client_of, who: str) -> None:
    assert client_of(getattr(institute, who)).post(reverse("review_round_new"), FORM).status_code == 403
    with pytest.raises(StepForbidden):
        open_round(getattr(institute, who))
    assert not ReviewRound.objects.exists()


def test_the_list_shows_what_one_may_see_of_each_round(institute: Institute, client_of) -> None:
    round = open_round(institute.office)
    report_of(round, institute.branch).confirm(by=institute.secretary, at=AT, version=1)
    url = reverse("review_rounds")
    assert "1 / 3" in client_of(institute.office).get(url).content.decode()
    assert "1 / 1" in client_of(institute.secretary).get(url).content.decode()
    assert "0 / 1" in client_of(institute.other_secretary).get(url).content.decode()
    assert client_of(institute.member).get(url).status_code == 403


def test_an_empty_list_says_what_to_do(institute: Institute, client_of) -> None:
    assert (
        reverse("review_round_new")
        in client_of(institute.office).get(reverse("review_rounds")).content.decode()
    )
    assert (
        reverse("review_round_new")
        not in client_of(institute.secretary).get(reverse("review_rounds")).content.decode()
    )


def test_the_round_shows_an_officer_only_their_own_organizations(institute: Institute, client_of) -> None:
    round = open_round(institute.office)
    url = round.get_absolute_url()
    page = client_of(institute.secretary).get(url).content.decode()
    assert institute.branch.name in page
    assert institute.other_branch.name not in page
    office = client_of(institute.office).get(url).content.decode()
    assert institute.other_branch.name in office


def test_a_round_that_is_not_there_or_holds_nothing_of_mine_is_not_found(
    institute: Institute, client_of
) -> None:
    round = open_round(institute.office)
    assert client_of(institute.office).get(reverse("review_round", args=[2031])).status_code == 404
    assert client_of(institute.department_head).get(round.get_absolute_url()).status_code == 404


def test_the_round_can_be_narrowed_to_what_is_not_confirmed(institute: Institute, client_of) -> None:
    round = open_round(institute.office)
    report_of(round, institute.branch).confirm(by=institute.secretary, at=AT, version=1)
    client = client_of(institute.office)
    seen = {
        state: {
            review.organization.code
            for review in client.get(round.get_absolute_url(), {"state": state}).context["page"]
        }
        for state in ("", "open", "confirmed", "nonsense")
    }
    assert seen == {
        "": {"P01", "P02", "U"},
        "open": {"P02", "U"},
        "confirmed": {"P01"},
        "nonsense": {"P01", "P02", "U"},
    }


def test_the_deadline_and_the_limit_can_be_changed_with_history(institute: Institute, client_of) -> None:
    round = open_round(institute.office)
    url = reverse("review_round_terms", args=[YEAR])
    client = client_of(institute.office)
    assert client.get(url).status_code == 200
    client.post(url, {"confirm_due_on": "2026-01-20", "written_limit": "3000", "version": "1"})
    round.refresh_from_db()
    assert (round.confirm_due_on, round.written_limit, round.version) == (date(2026, 1, 20), 3000, 2)
    assert AuditEvent.objects.of(round).first().changes["written_limit"] == [4000, 3000]


def test_a_stale_change_of_terms_is_refused_and_keeps_what_was_typed(institute: Institute, client_of) -> None:
    round = open_round(institute.office)
    ReviewRound.objects.update(version=2, written_limit=3500)
    url = reverse("review_round_terms", args=[YEAR])
    data = {"confirm_due_on": "2026-01-20", "written_limit": "3000", "version": "1"}
    response = client_of(institute.office).post(url, data)
    assert response.status_code == 409
    assert 'value="3000"' in response.content.decode()
    round.refresh_from_db()
    assert round.written_limit == 3500


def test_terms_of_a_closed_round_stay(institute: Institute) -> None:
    round = open_round(institute.office)
    round.close(by=institute.office, at=AT)
    with pytest.raises(StepRefused):
        round.set_terms(
            confirm_due_on=date(2026, 2, 1), written_limit=3000, version=2, by=institute.office, at=AT
        )


def test_an_organization_founded_since_gets_its_draft(institute: Institute, client_of) -> None:
    round = open_round(institute.office)
    institute.party.refresh_from_db()
    add_organization(
        institute.party, system="party", kind=Organization.Kind.BRANCH, name="新建党支部", code="P03"
    )
    client = client_of(institute.office)
    assert reverse("review_round_fill", args=[YEAR]) in client.get(round.get_absolute_url()).content.decode()
    client.post(reverse("review_round_fill", args=[YEAR]))
    assert round.reviews.filter(organization__code="P03").exists()
    assert round.reviews.count() == 4
    client.post(reverse("review_round_fill", args=[YEAR]))
    assert round.reviews.count() == 4


def test_closing_freezes_the_figures_and_names_who_did_not_confirm(institute: Institute, client_of) -> None:
    round = open_round(institute.office)
    report_of(round, institute.branch).confirm(by=institute.secretary, at=AT, version=1)
    client_of(institute.office).post(reverse("review_round_close", args=[YEAR]))
    round.refresh_from_db()
    assert not round.is_open
    assert round.closed_by == institute.office
    event = AuditEvent.objects.of(round).first()
    assert event.verb == "close"
    assert institute.other_branch.name in event.note
    assert institute.branch.name not in event.note
    for review in round.reviews.all():
        assert review.frozen == review.figures
        assert isinstance(review.frozen[0]["rows"], list)


def test_frozen_figures_do_not_follow_the_records(institute: Institute, client_of) -> None:
    meeting = kind("general_meeting", "支部党员大会")
    row = activity(institute.branch, meeting, date(2025, 3, 5), institute.secretary)
    round = open_round(institute.office)
    round.close(by=institute.office, at=AT)
    row.delete()
    review = report_of(round, institute.branch)
    assert "支部党员大会1次" in text_of(review)
    assert review.by_key["kind-general_meeting"].rows[0].title == row.title
    client = client_of(institute.office)
    assert (
        row.title
        in client.get(review.get_absolute_url(), {"figure": "kind-general_meeting"}).content.decode()
    )


def test_a_closed_round_refuses_every_change(institute: Institute, client_of) -> None:
    round = open_round(institute.office)
    review = report_of(round, institute.branch)
    section = review.shown_sections[0]
    round.close(by=institute.office, at=AT)
    who = {"by": institute.secretary, "at": AT}
    with pytest.raises(StepRefused):
        review.generate(**who)
    with pytest.raises(StepRefused):
        review.confirm(**who, version=1)
    with pytest.raises(StepRefused):
        section.rewrite(text="改写", version=1, **who)
    with pytest.raises(StepRefused):
        round.close(by=institute.office, at=AT)
    with pytest.raises(StepRefused):
        round.draft_missing(by=institute.office, at=AT)
    client = client_of(institute.secretary)
    assert client.get(reverse("review_section", args=[review.pk, section.key])).status_code == 403
    page = client.get(review.get_absolute_url()).content.decode()
    assert reverse("review_confirm", args=[review.pk]) not in page


def test_closing_can_be_undone_without_losing_confirmations_or_texts(institute: Institute, client_of) -> None:
    round = open_round(institute.office)
    review = report_of(round, institute.branch)
    review.shown_sections[0].rewrite(text="我们自己的话。", version=1, by=institute.secretary, at=AT)
    review.confirm(by=institute.secretary, at=AT, version=2)
    client = client_of(institute.office)
    client.post(reverse("review_round_close", args=[YEAR]))
    client.post(reverse("review_round_reopen", args=[YEAR]))
    round.refresh_from_db()
    review = report_of(round, institute.branch)
    assert round.is_open
    assert (round.closed_by, round.closed_at) == (None, None)
    assert review.confirmed_by == institute.secretary
    assert review.confirmed_at == AT
    assert review.frozen is None
    assert "我们自己的话。" in text_of(review)
    assert verbs(round)[-2:] == ["close", "reopen"]


def test_reopening_an_open_round_is_refused(institute: Institute, client_of) -> None:
    round = open_round(institute.office)
    before = AuditEvent.objects.count()
    assert client_of(institute.office).post(reverse("review_round_reopen", args=[YEAR])).status_code == 302
    assert AuditEvent.objects.count() == before
    assert ReviewRound.objects.get(pk=round.pk).version == 1


@pytest.mark.parametrize("name", ["review_round_close", "review_round_reopen", "review_round_fill"])
def test_steps_of_a_round_are_posts_of_the_office(institute: Institute, client_of, name: str) -> None:
    round = open_round(institute.office)
    url = reverse(name, args=[YEAR])
    assert client_of(institute.office).get(url).status_code == 405
    for who in (institute.secretary, institute.committee):
        assert client_of(who).post(url).status_code == 403
    assert client_of(institute.office).post(reverse(name, args=[2031])).status_code == 404
    round.refresh_from_db()
    assert round.is_open
    for step in (round.close, round.reopen, round.draft_missing):
        with pytest.raises(StepForbidden):
            step(by=institute.secretary, at=AT)


@pytest.mark.parametrize("count", [3, 30])
def test_the_round_page_asks_the_same_number_of_queries_for_any_number_of_reports(
    institute: Institute, client_of, django_assert_max_num_queries, count: int
) -> None:
    institute.party.refresh_from_db()
    for number in range(count):
        add_organization(
            institute.party,
            system="party",
            kind=Organization.Kind.BRANCH,
            name=f"党支部{number}",
            code=f"Q{number:02}",
        )
        institute.party.refresh_from_db()
    round = open_round(institute.office)
    client = client_of(institute.office)
    with django_assert_max_num_queries(22):
        assert len(client.get(round.get_absolute_url()).context["page"].rows) == count + 3


@pytest.mark.parametrize("count", [3, 30])
def test_the_list_asks_the_same_number_of_queries_for_any_number_of_rounds(
    institute: Institute, client_of, django_assert_max_num_queries, count: int
) -> None:
    due = date(2100, 1, 1)
    for number in range(count):
        round = ReviewRound.objects.create(
            year=2000 + number, confirm_due_on=due, opened_by=institute.office, opened_at=AT
        )
        AnnualReview.objects.create(
            round=round,
            organization=institute.branch,
            generated_at=AT,
            generated_by=institute.office,
            counted_to=due,
        )
    client = client_of(institute.office)
    with django_assert_max_num_queries(14):
        assert len(client.get(reverse("review_rounds")).context["page"].rows) == count
