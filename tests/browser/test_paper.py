"""What is printed: as few pages as the content needs, none that holds a lonely remainder."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from unicodedata import normalize

import pytest
from django.utils import timezone
from playwright.sync_api import Page
from pypdf import PdfReader

from branches.models import AssaultTeam
from tasks.models import Extension, ItemEvent
from tests.conftest import Institute, add_organization
from tests.reviews.plans import add_plan
from tests.tasks.items import add_item


def printed(page: Page, url: str) -> list[str]:
    """The text of every page of the paper."""
    page.goto(url)
    paper = page.pdf(format="A4", prefer_css_page_size=True)
    # The paper's fonts write some characters as the radicals that look the same.
    return [normalize("NFKC", sheet.extract_text()) for sheet in PdfReader(BytesIO(paper)).pages]


def a_busy_institute(institute: Institute, decisions: int) -> None:
    """A plan, branches that each lead something late, decisions that wait, three teams."""
    small, today = add_plan(), timezone.localdate()
    begun = today - timedelta(days=60)
    for number in range(22):
        institute.party.refresh_from_db()
        branch = add_organization(
            institute.party, system="party", kind="branch", name=f"第{number}党支部", code=f"B{number}"
        )
        measure = small.measures[number % 3]
        due = today - timedelta(days=number + 1)
        late = add_item(institute, "in_progress", begun, lead=branch, measure=measure, due_on=due)
        if number < decisions:
            add_item(institute, "completed", begun, lead=branch, measure=measure)
            Extension.objects.create(
                item=late,
                due_before=due,
                due_requested=today + timedelta(days=30),
                reason="联合单位的立项评审时间顺延，相关条款需在评审后会签，需要延期。" * 2,
                requested_by=late.owner,
                requested_at=timezone.now(),
            )
    for number in range(3):
        team = AssaultTeam.objects.create(
            name=f"砺石{number}队", organization=institute.branch, captain=institute.member, starts_on=begun
        )
        team.milestones.create(phase="define", title="任务书", due_on=today)


@pytest.mark.parametrize(("decisions", "most"), [(2, 3), (6, 4)])
def test_the_dashboard_takes_few_sheets_and_the_teams_are_not_alone_on_the_last(
    institute: Institute, open_as, language: str, decisions: int, most: int
) -> None:
    a_busy_institute(institute, decisions)
    sheets = printed(open_as(institute.office), "/dashboard/")
    assert len(sheets) <= most
    teams, units = {
        "en": ("Assault teams and breakthrough groups", "Organizations"),
        "zh-hans": ("突击队与攻坚小组", "组织"),
    }[language]
    assert teams in sheets[-1] and units in sheets[-1].replace(teams, "")


def test_an_item_never_leaves_one_step_alone_on_a_sheet(institute: Institute, open_as) -> None:
    item = add_item(institute, "in_progress")
    page = open_as(institute.office)
    for number in range(12, 21):
        item.events.all().delete()
        ItemEvent.objects.bulk_create(
            [
                ItemEvent(
                    item=item,
                    step="urge",
                    by=institute.office,
                    at=timezone.now(),
                    to_state="x",
                    note=f"第{n}步",
                )
                for n in range(number)
            ]
        )
        sheets = printed(page, item.get_absolute_url())
        assert len(sheets) == 1 or sheets[-1].count("步") >= 4, number
