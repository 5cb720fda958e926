"""Long names and long choices: no column is squeezed to a character a line, no select has hundreds of options."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from branches.models import Membership, Organization, VanguardPost
from plans.models import ActivityKind, Requirement
from tests.browser.conftest import assert_fits
from tests.conftest import Institute, add_organization
from tests.tasks.activity_forms import logged
from tests.tasks.items import add_item

LONG = "清岚半导体研究所与长三角先进制造联合实验室共建的跨部门联合攻关微纳加工与先进封装测试平台"
TITLE = f"会同研究室和职能部门，围绕{LONG}，按季度梳理攻关进展、机时安排和问题清单，报党委会审议后印发执行"
#: Text in a column narrower than about three characters and higher than five lines; text outside its box.
SQUEEZED = """() => {
  const found = [];
  for (const cell of document.querySelectorAll("main :is(td, th, span, b, a, p, dd, li)")) {
    const style = getComputedStyle(cell), size = parseFloat(style.fontSize), box = cell.getBoundingClientRect();
    if (!box.width || !box.height || style.display === "inline") continue;
    const own = [...cell.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    const text = cell.textContent.trim();
    if (own && text.length > 5 && box.width < 3.2 * size && box.height > 5 * size) found.push(`squeezed: ${text}`);
    const spills = cell.scrollWidth > cell.clientWidth + 2 && style.overflowX === "visible" && cell.clientWidth;
    if (own && spills) found.push(`outside its box: ${text}`);
  }
  return found;
}"""


@pytest.fixture
def long_names(institute: Institute) -> Institute:
    """A branch with a name of sixty characters that holds a post, owes, logged and leads something."""
    institute.party.refresh_from_db()
    branch = add_organization(
        institute.party, system="party", kind="branch", name=f"{LONG}第一临时党支部", code="L1"
    )
    Membership.objects.create(
        person=institute.member, organization=branch, formal=False, starts_on="2024-01-01"
    )
    VanguardPost.objects.create(
        holder=institute.member,
        organization=branch,
        challenge=f"突破{LONG}的工艺窗口",
        commitment=TITLE,
        status="approved",
        valid_from="2026-01-01",
        valid_to="2027-01-01",
        decided_by=institute.office,
        decided_on="2026-01-01",
    )
    Requirement.objects.create(
        activity_kind=ActivityKind.objects.get(code="party_day"),
        organization=branch,
        period="month",
        soft=True,
        source=f"《{LONG}组织生活实施办法》",
        effective_from=date(2026, 1, 1),
    )
    logged(institute.branch, institute.secretary, roster=(institute.member,), title=TITLE[:100])
    add_item(institute, "in_progress", lead=branch, title=TITLE)
    return institute


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_long_names_squeeze_no_column(long_names: Institute, open_as, width: int) -> None:
    page = open_as(long_names.office, width=width)
    lists = (
        "/organizations/",
        "/people/",
        "/teams/posts/",
        "/requirements/",
        "/ledger/?view=all",
        "/activities/",
        "/owed/",
        "/todo/",
    )
    wrong = {}
    for url in lists:
        page.goto(url)
        assert_fits(page)
        if found := page.evaluate(SQUEEZED):
            wrong[url] = found
    assert wrong == {}


def many_branches(institute: Institute) -> list[Organization]:
    made = []
    for number in range(35):
        institute.party.refresh_from_db()
        made.append(
            add_organization(
                institute.party, system="party", kind="branch", name=f"第{number:02}党支部", code=f"N{number}"
            )
        )
    return made


def finder(page: Page, name: str):
    """The text field that stands in the place of a long select."""
    return page.locator(f"[list^=pick]:has(~ select[name={name}])")


def test_a_long_filter_is_typed_not_scrolled(institute: Institute, open_as) -> None:
    many = many_branches(institute)
    page = open_as(institute.office)
    page.goto("/people/")
    expect(page.locator("select[name=organization]")).to_be_hidden()
    expect(page.locator("select[name=state]")).to_be_visible()
    finder(page, "organization").fill("第17")
    with page.expect_navigation():
        finder(page, "organization").press("Enter")
    assert f"organization={many[17].pk}" in page.url
    expect(finder(page, "organization")).to_have_value("第17党支部")
    finder(page, "organization").fill("没有的")
    finder(page, "organization").press("Enter")
    expect(page.locator("[role=status]:visible")).to_have_count(1)
    assert f"organization={many[17].pk}" in page.url
    finder(page, "organization").fill("")
    with page.expect_navigation():
        finder(page, "organization").press("Enter")
    assert "organization=&" in page.url


def test_a_long_choice_of_a_form_is_sent_as_the_select_would(institute: Institute, open_as) -> None:
    many = many_branches(institute)
    page = open_as(institute.office)
    page.goto("/terms/add/")
    page.get_by_label(page.locator("label[for=id_organization-find]").inner_text()).fill("第03党支部")
    page.fill("[name=starts_on]", "2026-01-01")
    page.fill("[name=due_on]", "2029-01-01")
    with page.expect_navigation():
        page.locator("main form button.btn-primary").click()
    assert many[3].terms.get().due_on == date(2029, 1, 1)
    # What is not in the list is not sent as what stood there before.
    page.goto(f"/organizations/{institute.branch.pk}/edit/")
    page.goto("/terms/add/")
    finder(page, "organization").fill("第04党支部")
    finder(page, "organization").blur()
    finder(page, "organization").fill("第")
    page.fill("[name=starts_on]", "2026-01-01")
    page.fill("[name=due_on]", "2029-01-01")
    with page.expect_navigation():
        page.locator("main form button.btn-primary").click()
    assert not many[4].terms.exists()
    expect(page.locator(".invalid-feedback")).to_have_count(1)


def test_partners_are_found_by_typing_and_taken_away(institute: Institute, open_as) -> None:
    many_branches(institute)
    page = open_as(institute.office)
    page.goto(f"/activities/log/?organization={institute.branch.pk}")
    page.locator("details:has(select[name=partners]) summary").click()
    for name in ("第05党支部", "第06党支部"):
        finder(page, "partners").fill(name)
        finder(page, "partners").press("Enter")
    chips = page.locator("details:has(select[name=partners]) .chip")
    expect(chips).to_have_count(2)
    chips.first.get_by_role("button").click()
    expect(chips).to_have_count(1)
    taken = "[...document.querySelector('[name=partners]').selectedOptions].map((one) => one.text)"
    assert page.evaluate(taken) == ["第06党支部"]
