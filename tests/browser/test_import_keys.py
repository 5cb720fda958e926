"""The places to look at in a draft, by keys: there and back, accepted, turned down, corrected; never while typing."""

from __future__ import annotations

import re

from django.utils import timezone
from playwright.sync_api import Page, expect

from branches.models import Person
from plans.importing.reader import read_pasted
from plans.models import PlanDraft
from tests.browser.acting import OPINIONS, tab_to
from tests.browser.conftest import assert_fits
from tests.conftest import Institute

PLACE = "document.activeElement.dataset.place || ''"


def begin(office: Person) -> PlanDraft:
    return PlanDraft.begin(read_pasted(OPINIONS.read_text("utf-8")), office, timezone.now())[0]


def at(page: Page) -> str:
    """The line of the place that has the focus."""
    return str(page.evaluate(PLACE))


def answer(page: Page, key: str) -> None:
    with page.expect_navigation():
        page.keyboard.press(key)


def test_every_place_is_reached_and_answered_by_keys(institute: Institute, open_as) -> None:
    draft = begin(institute.office)
    joins = {str(join.next) for join in draft.parsed().joins}
    page = open_as(institute.office)
    page.goto(f"/plans/drafts/{draft.pk}/")
    expect(page.locator("[data-keys]")).to_be_visible()
    lines = page.locator("[data-place]").evaluate_all("all => all.map(one => one.dataset.place)")
    assert len(lines) >= 5

    page.keyboard.press("n")
    assert at(page) == ""
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert at(page) == lines[1]
    expect(page.locator("[data-place]").nth(1)).to_be_in_viewport()
    page.keyboard.press("k")
    assert at(page) == lines[0]
    assert lines[0] in joins
    assert lines[1] in joins

    # Y accepts the proposed join, N keeps the next one apart; each time the next place has the focus.
    answer(page, "y")
    assert at(page) == lines[1]
    answer(page, "n")
    assert at(page) == lines[2]
    draft.refresh_from_db()
    assert draft.decisions.seen == {f"join:{lines[0]}"}
    assert draft.decisions.apart == {int(lines[1])}

    # To the last place, and no further.
    for _step in lines:
        page.keyboard.press("j")
    assert at(page) == lines[-1]
    while page.locator("[data-place]").count():
        if not at(page):
            page.keyboard.press("j")
        answer(page, "y")
    expect(page.locator("[data-keys]")).to_have_count(0)
    expect(page.locator(".ask:not(.ask-done)")).to_have_count(0)


TWO_QUESTIONS = """清岚研究所2025年工作要点

一、总体要求，
（一）‘加强’学习
1.学习制度。每月‘学习’，**重点**‘突出’。
（三）加强攻关，
1.攻关制度。每季度‘攻关’，
"""


def test_each_answer_goes_on_at_the_next_open_question(institute: Institute, open_as) -> None:
    source = read_pasted(TWO_QUESTIONS)
    draft = PlanDraft.begin(source, institute.office, timezone.now())[0]
    page = open_as(institute.office)
    page.goto(f"/plans/drafts/{draft.pk}/")
    lines = page.locator("[data-place]").evaluate_all("all => all.map(one => one.dataset.place)")
    assert len(lines) > len(set(lines)) > 2
    page.keyboard.press("j")
    while lines:
        assert at(page) == lines.pop(0)
        answer(page, "y")
    expect(page.locator("[data-place]")).to_have_count(0)


def test_a_clause_is_corrected_by_keys_alone(institute: Institute, open_as, language: str) -> None:
    draft = begin(institute.office)
    page = open_as(institute.office)
    page.goto(f"/plans/drafts/{draft.pk}/")
    while not page.evaluate("document.activeElement.closest('.node-3') !== null"):
        page.keyboard.press("j")
    line = str(page.evaluate("document.activeElement.closest('.node').id")).removeprefix("n")
    answer(page, "e")
    page.wait_for_url(re.compile(rf"/lines/{line}/$"))
    tab_to(page, "[name=level]")
    page.keyboard.press("End")
    page.keyboard.press("ArrowUp")
    tab_to(page, "[name=kind]")
    page.keyboard.press("End")
    tab_to(page, "[name=title]")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("jkyne")
    tab_to(page, "form .btn-primary")
    answer(page, "Enter")
    draft.refresh_from_db()
    node = next(node for node in draft.parsed().walk() if node.line == int(line))
    assert (node.level, node.kind, node.title) == (4, "paragraph", "jkyne")


def test_keys_rest_while_typing_with_control_and_when_turned_off(institute: Institute, open_as) -> None:
    draft = begin(institute.office)
    page = open_as(institute.office)
    page.goto(f"/plans/drafts/{draft.pk}/")
    page.evaluate("document.querySelector('main').append(document.createElement('textarea'))")
    page.locator("textarea").focus()
    page.keyboard.type("jkyn")
    expect(page.locator("textarea")).to_have_value("jkyn")
    assert at(page) == ""
    page.locator("h1").click()
    page.keyboard.press("Alt+j")
    assert at(page) == ""

    tab_to(page, "[data-keys] button")
    page.keyboard.press("Enter")
    expect(page.locator("[data-keys] button")).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("j")
    assert at(page) == ""
    page.reload()
    page.keyboard.press("j")
    assert at(page) == ""
    expect(page.locator("[data-keys-on]")).to_be_hidden()
    page.locator("[data-keys] button").click()
    page.keyboard.press("j")
    assert at(page) != ""
    for width in (768, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        assert_fits(page)
    page.set_viewport_size({"width": 360, "height": 800})
    expect(page.locator("[data-keys]")).to_be_hidden()


def test_without_a_script_the_buttons_answer(institute: Institute, open_as) -> None:
    draft = begin(institute.office)
    page = open_as(institute.office, java_script_enabled=False)
    page.goto(f"/plans/drafts/{draft.pk}/")
    expect(page.locator("[data-keys]")).to_be_hidden()
    page.locator("[data-place] button").first.click()
    page.wait_for_url(re.compile("#n"))
    draft.refresh_from_db()
    assert len(draft.decisions.seen) == 1
