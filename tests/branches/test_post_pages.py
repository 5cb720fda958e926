"""Vanguard posts: applied for by the branch, decided and reviewed by the Party office."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent
from branches.models import Appointment, PostReview, VanguardPost
from tests.branches.pages import errors
from tests.conftest import add_person, appoint, join
from tests.sending import anew


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


def application(institute, **changes) -> dict[str, object]:
    return {
        "organization": institute.branch.pk,
        "holder": "郑知行",
        "challenge": "低翘曲外延工艺窗口",
        "commitment": "每炉次次日公开记录",
        "valid_from": "2026-06-01",
        "valid_to": "2027-05-31",
    } | changes


@pytest.fixture
def post(institute) -> VanguardPost:
    return VanguardPost(
        holder=institute.member,
        organization=institute.branch,
        challenge="低翘曲外延工艺窗口",
        commitment="每炉次次日公开记录",
        valid_from=date(2026, 1, 1),
        valid_to=date(2026, 12, 31),
    ).apply(institute.secretary, timezone.now())


@pytest.fixture
def held(institute, post: VanguardPost) -> VanguardPost:
    post.approve(institute.office, timezone.now(), 1)
    post.refresh_from_db()
    return post


def act(client: Client, post: VanguardPost, step: str, **data):
    return client.post(f"/teams/posts/{post.pk}/{step}/", {"version": post.version} | data)


def test_a_branch_applies_for_its_member_and_the_office_is_to_decide(institute, branch: Client):
    response = branch.post("/teams/posts/add/", application(institute))
    made = VanguardPost.objects.get()
    assert response["Location"] == f"/teams/posts/{made.pk}/"
    assert (made.status, made.holder, made.decided_by) == ("applied", institute.member, None)
    assert AuditEvent.objects.of(made).get().actor == institute.secretary.user


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"holder": "宋望舒"}, "holder", "Nobody here"),
        ({"valid_to": "2026-05-31"}, "valid_to", "end is before the start"),
        ({"valid_from": "2026-02-31"}, "valid_from", "not a day"),
        ({"challenge": ""}, "challenge", "required"),
        ({"commitment": "长" * 501}, "commitment", "500"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(institute, branch: Client, changes, field: str, said: str):
    page = branch.post("/teams/posts/add/", application(institute, **changes))
    assert said in errors(page, field) and not VanguardPost.objects.exists()


def test_nobody_applies_for_another_branch_or_twice_for_one_challenge(
    institute, branch: Client, office: Client
):
    page = branch.post("/teams/posts/add/", application(institute, organization=institute.other_branch.pk))
    assert "not one of the choices" in errors(page, "organization")
    page = office.post("/teams/posts/add/", application(institute, holder="宋望舒"))
    assert "not a member" in errors(page, "holder")
    branch.post("/teams/posts/add/", application(institute))
    page = branch.post("/teams/posts/add/", anew(application(institute)))
    assert "already holds or has applied" in errors(page, "challenge")
    assert VanguardPost.objects.count() == 1


def test_the_office_approves_once_with_person_day_and_row(institute, office: Client, post: VanguardPost):
    assert "Decide about the application" in office.get(f"/teams/posts/{post.pk}/").content.decode()
    act(office, post, "approve")
    post.refresh_from_db()
    assert (post.status, post.decided_by, post.decided_on) == (
        "approved",
        institute.office,
        date(2026, 6, 18),
    )
    assert AuditEvent.objects.of(post).filter(verb="update").count() == 1
    again = office.post(f"/teams/posts/{post.pk}/approve/", {"version": post.version}, follow=True)
    assert "already decided" in again.content.decode()


def test_a_refusal_needs_its_reason_which_is_kept(office: Client, post: VanguardPost):
    page = act(office, post, "refuse", reason="  ")
    assert page.status_code == 400 and "Say why" in page.content.decode()
    post.refresh_from_db()
    assert post.status == "applied"
    act(office, post, "refuse", reason="承诺无法核验")
    post.refresh_from_db()
    assert post.status == "refused"
    assert AuditEvent.objects.of(post).filter(verb="update").get().note == "承诺无法核验"


@pytest.mark.parametrize("step", ["approve", "refuse", "review"])
def test_a_stale_decision_is_refused(office: Client, held: VanguardPost, post: VanguardPost, step: str):
    VanguardPost.objects.filter(pk=post.pk).update(version=9)
    data = {"reason": "理由", "year": 2026, "renewed": "0", "note": "已调离"}
    answer = act(office, post, step, **data)
    assert answer.status_code == 409
    # What was written is not lost: the review is asked again, the refusal no longer fits and stands beside.
    page = answer.content.decode()
    assert {"approve": post.challenge, "refuse": '<dd class="said">理由</dd>', "review": ">\n已调离"}[
        step
    ] in page
    post.refresh_from_db()
    assert post.status == "approved" and not PostReview.objects.exists()


def test_nobody_decides_about_a_post_of_their_own(institute, client_of, office: Client, post: VanguardPost):
    appoint(institute.member, institute.party, Appointment.Post.OFFICE)
    own = english(client_of(institute.member))
    assert act(own, post, "approve").status_code == 403
    assert act(own, post, "refuse", reason="理由").status_code == 403
    act(office, post, "approve")
    post.refresh_from_db()
    assert act(own, post, "review", year=2026, renewed="0", note="x").status_code == 403
    post.refresh_from_db()
    assert post.status == "approved"


def test_an_application_is_withdrawn_by_the_branch_until_it_is_decided(
    branch: Client, office: Client, post: VanguardPost
):
    act(branch, post, "withdraw")
    post.refresh_from_db()
    assert post.status == "withdrawn"
    again = branch.post(f"/teams/posts/{post.pk}/withdraw/", follow=True)
    assert "already decided" in again.content.decode()


def test_a_review_renews_with_a_later_end(institute, office: Client, held: VanguardPost):
    act(office, held, "review", year=2026, renewed="1", note="三批样品合格", valid_to="2027-12-31")
    held.refresh_from_db()
    review = held.reviews.get()
    assert (held.status, held.valid_to) == ("approved", date(2027, 12, 31))
    assert (review.result, review.reviewed_by, review.reviewed_on) == (
        "renewed",
        institute.office,
        date(2026, 6, 18),
    )
    page = act(office, held, "review", year=2026, renewed="1", note="又一次", valid_to="2028-12-31")
    assert page.status_code == 400 and "already reviewed for this year" in page.content.decode()
    assert held.reviews.count() == 1


def test_a_review_withdraws(office: Client, held: VanguardPost):
    act(office, held, "review", year=2026, renewed="0", note="已调离")
    held.refresh_from_db()
    assert held.status == "withdrawn" and held.reviews.get().result == "withdrawn"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"renewed": "1", "valid_to": "2026-12-31"}, "after the present end"),
        ({"renewed": "1", "valid_to": ""}, "after the present end"),
        ({"renewed": "1", "valid_to": "2027-02-31"}, "not a day"),
        ({"renewed": ""}, "required"),
        ({"renewed": "0", "note": ""}, "required"),
        ({"renewed": "0", "year": "99999"}, "2200"),
    ],
)
def test_an_impossible_review_changes_nothing(office: Client, held: VanguardPost, data, said: str):
    page = act(office, held, "review", **({"year": 2026, "note": "成效"} | data))
    assert page.status_code == 400 and said in page.content.decode()
    held.refresh_from_db()
    assert held.valid_to == date(2026, 12, 31) and not PostReview.objects.exists()


def test_only_what_is_held_is_reviewed(office: Client, post: VanguardPost):
    page = act(office, post, "review", year=2026, renewed="0", note="成效")
    assert "Only a post that is held" in page.content.decode() and not PostReview.objects.exists()


@pytest.mark.parametrize("step", ["approve", "refuse", "withdraw", "review"])
def test_who_may_not_and_what_is_no_link(institute, client_of, post: VanguardPost, step: str):
    data = {"version": 1, "reason": "x", "year": 2026, "renewed": "0", "note": "x"}
    assert client_of(institute.office).get(f"/teams/posts/{post.pk}/{step}/").status_code == 405
    assert client_of(institute.other_secretary).post(f"/teams/posts/{post.pk}/{step}/", data).status_code in (
        403,
        404,
    )
    assert client_of(institute.member).post(f"/teams/posts/{post.pk}/{step}/", data).status_code == 403
    assert client_of(institute.office).post(f"/teams/posts/999999/{step}/", data).status_code == 404
    if step != "withdraw":
        assert client_of(institute.secretary).post(f"/teams/posts/{post.pk}/{step}/", data).status_code == 403
    post.refresh_from_db()
    assert post.status == "applied"


def test_a_post_out_of_scope_is_404_its_holder_sees_it(institute, client_of, post: VanguardPost):
    assert client_of(institute.other_secretary).get(f"/teams/posts/{post.pk}/").status_code == 404
    for who in (institute.member, institute.secretary, institute.committee):
        assert client_of(who).get(f"/teams/posts/{post.pk}/").status_code == 200


def test_the_list_tells_the_state_by_the_days_left(institute, office: Client, held: VanguardPost):
    def word() -> tuple[str, str]:
        row = office.get("/teams/posts/", {"state": "all"}).context["rows"][0]
        return row["light"], row["word"]

    assert word() == ("green", "in post")
    held.reviews.create(
        year=2025, result="renewed", note="x", reviewed_by=institute.office, reviewed_on="2025-12-01"
    )
    assert word() == ("blue", "renewed 2025")
    VanguardPost.objects.update(valid_to="2026-07-08")
    assert word() == ("yellow", "20 days left")
    assert len(office.get("/teams/posts/", {"state": "review"}).context["page"]) == 1
    VanguardPost.objects.update(valid_to="2026-06-17")
    assert word() == ("red", "to be reviewed")


def test_the_list_filters_and_costs_the_same_for_any_number(
    institute, office: Client, django_assert_max_num_queries
):
    def fill(first: int, count: int) -> None:
        for number in range(first, first + count):
            person = add_person(f"人{number}", f"x{number}", account=False)
            join(person, institute.branch)
            post = VanguardPost(
                holder=person,
                organization=institute.branch,
                challenge=f"课题{number}",
                commitment="承诺",
                valid_from=date(2026, 1, 1),
                valid_to=date(2026, 12, 31),
            ).apply(institute.office, timezone.now())
            post.reviews.create(
                year=2025, result="renewed", note="x", reviewed_by=institute.office, reviewed_on="2025-12-01"
            )

    fill(0, 3)
    with django_assert_max_num_queries(15):
        office.get("/teams/posts/")
    fill(3, 30)
    with django_assert_max_num_queries(15):
        office.get("/teams/posts/")
    assert len(office.get("/teams/posts/", {"q": "课题32"}).context["page"]) == 1
    assert (
        len(
            office.get("/teams/posts/", {"organization": institute.party.pk, "state": "applied"}).context[
                "page"
            ]
        )
        == 33
    )
