"""Pages of a busy year keep their shape: what is long is folded or cut, and says how much more there is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from reviews.figures.desk import SHOWN
from tasks.models import ActivityEvent, Evidence, ItemEvent
from tests.conftest import Institute, add_organization
from tests.reviews.test_dashboard_page import log
from tests.tasks.items import add_item

AT = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)
START = date(2026, 6, 1)

pytestmark = pytest.mark.django_db


def shown(client: Any, url: str) -> str:
    page: str = client.get(url).content.decode()
    return page


def test_an_items_old_steps_and_many_units_are_folded(institute: Institute, client_of: Any) -> None:
    item = add_item(institute, "in_progress", START)
    ItemEvent.objects.bulk_create(
        [
            ItemEvent(item=item, step="urge", by=institute.office, at=AT, to_state="in_progress")
            for _ in range(40)
        ]
    )
    for number in range(8):
        institute.party.refresh_from_db()
        unit = add_organization(
            institute.party, system="party", kind="branch", name=f"单位{number}", code=f"U{number}"
        )
        item.cooperating.add(unit)
    page = shown(client_of(institute.office), item.get_absolute_url())
    rest = ItemEvent.objects.filter(item=item).count() - 30
    assert f"更早的 {rest} 步" in page
    assert page.index("单位5") < page.index("另有 2 个组织") < page.index("单位6")


def test_an_activitys_old_steps_and_many_files_are_folded(institute: Institute, client_of: Any) -> None:
    activity = log(institute, date(2026, 5, 9))
    ActivityEvent.objects.bulk_create(
        [ActivityEvent(activity=activity, step="edit", by=institute.secretary, at=AT) for _ in range(35)]
    )
    Evidence.objects.bulk_create(
        [
            Evidence(
                activity=activity,
                file=f"x{n}",
                name=f"照片{n}.jpg",
                size=1,
                sha256="0" * 64,
                uploaded_by=institute.secretary,
            )
            for n in range(25)
        ]
    )
    page = shown(client_of(institute.office), activity.get_absolute_url())
    assert f"更早的 {activity.events.count() - 30} 步" in page
    assert page.index("照片19.jpg") < page.index("另有 5 个文件") < page.index("照片20.jpg")


@pytest.mark.parametrize("number", [SHOWN, SHOWN + 1])
def test_the_desk_says_when_more_waits_than_it_shows(
    institute: Institute, client_of: Any, number: int
) -> None:
    for _ in range(number):
        add_item(institute, "assigned", START)
    response = client_of(institute.secretary).get("/desk/")
    assert len(response.context["todo"]) == SHOWN
    assert (f"先列 {SHOWN} 件" in response.content.decode()) is (number > SHOWN)


def test_what_many_rows_are_handed_over_is_picked_behind_a_fold(institute: Institute, client_of: Any) -> None:
    url = f"/people/{institute.secretary.pk}/handover/"
    add_item(institute, "in_progress", START, owner=institute.secretary)
    assert "逐项挑选" not in shown(client_of(institute.office), url)
    for _ in range(20):
        add_item(institute, "in_progress", START, owner=institute.secretary)
    page = shown(client_of(institute.office), url)
    assert page.count("逐项挑选") == 1 and page.count('name="items"') == 21
