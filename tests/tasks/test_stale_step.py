"""What a stale step is answered with: which step was faster, by whom, and one's own words."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.conftest import Institute
from tests.reviews.plans import add_plan
from tests.tasks.items import add_item, at

START = date(2026, 6, 1)

pytestmark = pytest.mark.django_db


def test_a_stale_decision_names_the_step_that_was_faster(institute: Institute, client_of) -> None:
    item = add_item(institute, "in_progress", START, due_on=date(2026, 12, 31))
    later = item.due_on + timedelta(days=30)
    item.request_extension(by=item.owner, at=at(date(2026, 6, 3)), due_on=later, reason="立项评审顺延")
    item.refresh_from_db()
    seen = item.version
    item.decide_extension(by=institute.office, at=at(date(2026, 6, 4)), granted=True, reply="")
    answer = client_of(institute.office).post(
        f"/ledger/{item.pk}/decide_extension/", {"version": seen, "granted": "0", "reply": "请先会签"}
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "延期至" in page and institute.office.name in page
    assert "请先会签" in page


def test_a_stale_edit_says_a_chosen_measure_by_its_name(institute: Institute, client_of) -> None:
    small = add_plan()
    item = add_item(institute, "registered", START, measure=small.measures[0])
    seen = item.version
    item.edit(by=institute.office_colleague, at=at(date(2026, 6, 4)), values={"title": "同事改的"})
    answer = client_of(institute.office).post(
        f"/ledger/{item.pk}/edit/", {"title": "我改的", "measure": small.measures[1].pk, "version": seen}
    )
    pairs = {pair.label: (pair.now, pair.mine) for pair in answer.context["differing"]}
    assert answer.status_code == 409
    assert pairs["事项"] == ("同事改的", "我改的")
    assert pairs["举措"] == (str(small.measures[0]), str(small.measures[1]))
