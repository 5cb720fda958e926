"""A number in an address or a hidden field that is none: a page, never a failure."""

from __future__ import annotations

import pytest

from branches.models import VanguardPost
from common.typed import whole_number
from plans.models import Measure
from tests.tasks.activity_forms import add_measures, form_data, kind

pytestmark = pytest.mark.django_db
ODD = ["²", "١", "９", "-1", "1.5", "1e3", "", " ", "9" * 20, "9" * 5000, "\x00", "'"]


@pytest.mark.parametrize("text", ODD)
def test_only_plain_digits_that_fit_are_a_number(text: str) -> None:
    assert whole_number(text) == 0


def test_a_number_is_itself() -> None:
    assert (whole_number("0"), whole_number("17"), whole_number("9" * 18)) == (0, 17, 10**18 - 1)


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/ledger/add/", "measure"),
        ("/memberships/add/", "organization"),
        ("/appointments/add/", "person"),
        ("/terms/add/", "organization"),
        ("/liaisons/add/", "organization"),
        ("/organizations/add/", "parent"),
        ("/ledger/", "after"),
        ("/requirements/", "after"),
        ("/owed/", "year"),
    ],
)
def test_an_odd_number_in_an_address_asks_for_nothing(
    institute, client_of, address: str, name: str, odd: str
) -> None:
    page = client_of(institute.office).get(address, {name: odd})
    assert page.status_code == 200


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_version_is_a_stale_one(institute, client_of, odd: str) -> None:
    office = client_of(institute.office)
    measure: Measure = add_measures(1)[0]
    post = VanguardPost.objects.create(
        holder=institute.member,
        organization=institute.branch,
        challenge="外延均匀性",
        commitment="九月前完成",
        valid_from="2026-01-01",
        valid_to="2026-12-31",
    )
    rows = {"items-TOTAL_FORMS": odd, "items-INITIAL_FORMS": "0", "requirements-TOTAL_FORMS": odd}
    for address, data in (
        (f"/decompose/{measure.pk}/", {**rows, "version": odd}),
        (f"/decompose/{measure.pk}/", {**rows, "then": "add-item"}),
        (f"/teams/posts/{post.pk}/approve/", {"version": odd}),
        (f"/teams/posts/{post.pk}/refuse/", {"version": odd, "reason": "暂缓"}),
    ):
        assert office.post(address, data).status_code in {200, 302, 400, 409}, address
    # A number of rows that nobody typed is not drawn: it took half a minute.
    rows_drawn = office.post(f"/decompose/{measure.pk}/", {**rows, "version": odd}).content.count(b"-title")
    assert rows_drawn < 400
    post.refresh_from_db()
    assert post.status == VanguardPost.Status.APPLIED


@pytest.mark.parametrize("odd", ["²", "9" * 20, "x"])
@pytest.mark.parametrize("name", ["measures", "partners"])
def test_an_odd_key_among_ticked_rows_is_said_beside_the_field(
    institute, client_of, name: str, odd: str
) -> None:
    data = form_data(institute.branch, kind=kind().code, **{name: [odd]})
    page = client_of(institute.secretary).post("/activities/log/", data)
    assert page.status_code == 200
    assert name in page.context["form"].errors


@pytest.mark.parametrize("name", ["items", "activities"])
def test_an_odd_key_among_what_is_handed_over_is_refused(institute, client_of, name: str) -> None:
    data = {"to": "赵启航", "reason": "书记届满", name: ["9" * 20]}
    page = client_of(institute.office).post(f"/people/{institute.secretary.pk}/handover/", data)
    assert page.status_code == 200
    assert name in page.context["form"].errors
