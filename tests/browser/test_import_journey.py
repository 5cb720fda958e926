"""From the published document to a plan in force, in a real browser and in both languages."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from accounts.models import AuditEvent
from plans.models import ActionPlan, PlanDraft
from tests.browser.acting import OPINIONS, tab_to
from tests.browser.conftest import assert_fits
from tests.conftest import Institute

NO_PLAN = {
    "rule": {"zh-hans": re.compile("制度.*不是计划"), "en": "This is a regulation, not a plan."},
    "notice": {"zh-hans": re.compile("通知.*不是计划"), "en": "This is a notice, not a plan."},
}
RULE = """清岚半导体研究所议事规则

第一章 总则

第一条 为规范会议，制定本规则。

第二条 会议由书记主持。

第三条 本规则自印发之日起施行。
"""
NOTICE = """关于召开年度党建工作会议的通知

各党支部：

定于3月5日下午召开年度党建工作会议，请各支部书记准时参加。

党委办公室
"""


def measures(count: int, language: str) -> re.Pattern[str]:
    return re.compile(rf"\b{count} measures\b" if language == "en" else rf"\b{count} ?[条项]举措")


def paste(page: Page, text: str) -> None:
    page.goto("/plans/import/")
    page.fill("[name=text]", text)
    page.check("[name=unclassified]")
    page.click("form.form-narrow .btn-primary")


def confirm(page: Page) -> ActionPlan:
    """Put the draft in force and go to the plan as it stands."""
    page.locator("form[action$='/confirm/'] button").click()
    page.wait_for_url(re.compile(r"/plans/\d+/document/$"))
    plan = ActionPlan.objects.get()
    page.locator(f".actions a[href='/plans/{plan.pk}/']").click()
    return plan


def expect_plan_as_it_stands(page: Page) -> None:
    expect(page.locator(".doc h3.clause-head")).to_have_count(4)
    expect(page.locator(".clause-aside .light-grey")).to_have_count(11)
    expect(page.locator(".redhead")).to_contain_text("清半党字〔2024〕15号")


def test_a_pasted_document_is_corrected_by_keyboard_and_comes_into_force(
    institute: Institute, open_as, language: str
) -> None:
    # One measure has lost its number: the parser cannot know, the reader can.
    text = OPINIONS.read_text("utf-8").replace("3.弘扬科学家精神。", "弘扬科学家精神。")
    page = open_as(institute.office)
    page.goto("/plans/")
    page.locator("a[href='/plans/import/']").first.click()
    paste(page, text)
    page.wait_for_url(re.compile(r"/plans/drafts/\d+/"))
    expect(page.locator(".page-sub")).to_contain_text(measures(10, language))
    expect(page.locator(".note-ok")).to_be_visible()
    assert not ActionPlan.objects.exists()

    page.locator(".filters a[href='?show=all']").click()
    original, outline = (page.locator(f".import {part}").bounding_box() for part in (".lines", ".tree"))
    assert original["x"] + original["width"] <= outline["x"]
    assert abs(original["y"] - outline["y"]) < 40
    line = page.locator(".lines li", has_text="弘扬科学家精神").get_attribute("id").removeprefix("l")

    tab_to(page, f"#l{line} a", most=400)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(rf"/lines/{line}/$"))
    tab_to(page, "[name=level]")
    page.keyboard.press("Home")
    for _level in range(2):
        page.keyboard.press("ArrowDown")
    tab_to(page, "[name=title]")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("弘扬科学家精神")
    tab_to(page, "form .btn-primary")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(rf"#n{line}$"))
    expect(page.locator(".page-sub")).to_contain_text(measures(11, language))

    page.goto(page.url.partition("#")[0] + "?show=all")
    line = page.locator(".tree .node", has_text="落实“第一议题”制度").get_attribute("id").removeprefix("n")
    tab_to(page, f"#n{line} a", most=400)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(rf"/lines/{line}/$"))
    tab_to(page, "[name=title]")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("落实首个议题制度")
    tab_to(page, "form .btn-primary")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(rf"#n{line}$"))
    expect(page.locator(f"#n{line}")).to_contain_text("落实首个议题制度")
    expect(page.locator(f"#n{line}")).to_contain_text("落实“第一议题”制度")

    plan = confirm(page)
    expect_plan_as_it_stands(page)
    expect(page.locator(".doc")).to_contain_text("落实首个议题制度")
    assert (plan.pillars.count(), plan.measures.count()) == (4, 11)
    assert plan.measures.filter(clause__title="弘扬科学家精神", pillar__assurance="方向正").exists()
    assert AuditEvent.objects.of(plan)[0].actor == institute.office.user

    # The same words again lead to the plan that is there.
    paste(page, text)
    page.wait_for_url(re.compile(rf"/plans/{plan.pk}/document/$"))
    assert ActionPlan.objects.count() == 1


def test_an_uploaded_file_becomes_a_plan_on_every_width(institute: Institute, open_as, language: str) -> None:
    page = open_as(institute.office)
    page.goto("/plans/import/")
    page.set_input_files("[name=file]", OPINIONS)
    page.click("form.form-narrow .btn-primary")
    # Without the confirmation nothing is read, and the reason stands beside the box.
    expect(page.locator("#id_unclassified_error")).to_be_visible()
    assert not PlanDraft.objects.exists()
    page.set_input_files("[name=file]", OPINIONS)
    page.check("[name=unclassified]")
    page.click("form.form-narrow .btn-primary")
    page.wait_for_url(re.compile(r"/plans/drafts/\d+/"))
    expect(page.locator(".eyebrow")).to_contain_text("guiding_opinions.txt")
    expect(page.locator(".page-sub")).to_contain_text(measures(11, language))
    asked = page.locator(".tree .ask form").count()
    assert asked
    with page.expect_navigation():
        page.locator(".filters form button[value=join_all]").click()
    expect(page.locator(".note-ok")).to_be_visible()
    assert page.locator(".tree .ask form").count() < asked
    for width in (360, 768, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        assert_fits(page)
    confirm(page)
    expect_plan_as_it_stands(page)
    for width in (360, 768):
        page.set_viewport_size({"width": width, "height": 800})
        assert_fits(page)


def test_a_rule_and_a_notice_are_said_to_be_no_plan(institute: Institute, open_as, language: str) -> None:
    page = open_as(institute.office)
    for kind, text in (("rule", RULE), ("notice", NOTICE)):
        paste(page, text)
        expect(page.locator("#id_text_error")).to_contain_text(NO_PLAN[kind][language])
        expect(page.locator("[name=text]")).to_have_value(text)
        assert not PlanDraft.objects.exists()
    assert not ActionPlan.objects.exists()
