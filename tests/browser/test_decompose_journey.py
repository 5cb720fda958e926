"""A measure becomes two items and a standing requirement on one screen, in both languages."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from plans.models import ActivityKind, Requirement
from tasks.models import LedgerItem
from tests.browser.acting import plan_in_force, tab_to
from tests.browser.conftest import assert_fits
from tests.conftest import Institute


def test_a_measure_becomes_two_items_and_a_requirement_at_once(institute: Institute, open_as) -> None:
    plan = plan_in_force(institute.office)
    measure = plan.measures.get(working_title__startswith="树牢攻坚意识")
    kind = ActivityKind.objects.get(code="discussion")
    due = timezone.localdate() + timedelta(days=60)
    page = open_as(institute.office)
    page.goto("/decompose/")
    expect(page.locator("a.rows-title")).to_have_count(11)
    page.locator("a.rows-title", has_text=measure.working_title).click()

    # The clause stands above, and what it says about time is proposed, not decided.
    expect(page.locator("blockquote")).to_contain_text("每季度集中讨论一次难点")
    expect(page.locator("main aside")).to_contain_text("每季度")
    expect(page.locator("[name=requirements-0-period]")).to_have_value("quarter")
    assert not Requirement.objects.filter(measure=measure).exists()
    for width in (360, 768, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        assert_fits(page)

    page.fill("[name=measure-lead]", institute.branch.name)
    page.fill("[name=measure-leader]", institute.committee.name)
    page.fill("[name=items-0-title]", "编制难点清单")
    # What was typed is kept while a row is added, by keyboard alone.
    tab_to(page, "button[value=add-item]", most=80)
    page.keyboard.press("Enter")
    expect(page.locator("[name=items-1-title]")).to_be_visible()
    expect(page.locator("[name=items-0-title]")).to_have_value("编制难点清单")
    for row, lead, owner in ((0, institute.branch, institute.member), (1, institute.other_branch, None)):
        page.fill(f"[name=items-{row}-lead]", lead.name)
        page.fill(f"[name=items-{row}-owner]", owner.name if owner else "没有这个人")
        page.fill(f"[name=items-{row}-due_on]", due.isoformat())
    page.fill("[name=items-1-title]", "完成全部课题的责任公示")
    page.select_option("[name=requirements-0-activity_kind]", str(kind.pk))
    page.click(".save-bar button[value=assign]")

    # Nobody of that name: said beside the field, everything typed is still there, nothing is half written.
    expect(page.locator("#id_items-1-owner_error")).to_contain_text("没有这个人")
    expect(page.locator(".invalid-feedback:visible")).to_have_count(1)
    expect(page.locator("[name=items-1-owner]")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[name=items-1-owner]")).to_have_value("没有这个人")
    expect(page.locator("[name=items-0-title]")).to_have_value("编制难点清单")
    expect(page.locator("[name=requirements-0-activity_kind]")).to_have_value(str(kind.pk))
    assert not LedgerItem.objects.exists()
    assert not Requirement.objects.filter(measure=measure).exists()

    page.fill("[name=items-1-owner]", institute.other_secretary.name)
    page.click(".save-bar button[value=assign]")
    page.wait_for_url("**/decompose/")
    expect(page.locator("h1")).to_contain_text("10")
    expect(page.locator("a.rows-title")).to_have_count(10)
    expect(page.locator("a.rows-title", has_text=measure.working_title)).to_have_count(0)
    rows = LedgerItem.objects.filter(measure=measure).order_by("number")
    assert [(i.title, i.lead, i.owner, i.due_on, i.state) for i in rows] == [
        ("编制难点清单", institute.branch, institute.member, due, "assigned"),
        ("完成全部课题的责任公示", institute.other_branch, institute.other_secretary, due, "assigned"),
    ]
    made = Requirement.objects.get(measure=measure)
    assert (made.activity_kind, made.period, made.organization_kind) == (kind, "quarter", "branch")

    # They stand where they are looked for: in the ledger, on the plan, among the requirements.
    page.goto("/ledger/")
    expect(page.locator("tbody a.rows-title")).to_have_text([i.title for i in rows])
    page.goto(f"/plans/{plan.pk}/")
    expect(page.locator(".clause-aside .top .btn")).to_have_count(10)
    expect(page.locator(".clause-aside", has_text=measure.working_title)).to_contain_text(
        institute.branch.name
    )
    page.goto("/requirements/")
    expect(page.locator(f"a[href='/requirements/{made.pk}/edit/']")).to_be_visible()
