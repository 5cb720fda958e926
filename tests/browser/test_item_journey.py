"""A ledger item's whole life in a real browser, each step by the person whose step it is, in both languages."""

from __future__ import annotations

import re
from datetime import date, timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from common.templatetags.gongjian import sdate
from tasks.models import LedgerItem
from tests.browser.conftest import assert_fits
from tests.conftest import Institute
from tests.tasks.items import add_ledger

TITLE = "形成开放共享办法"


def step(page: Page, name: str, **typed: str) -> None:
    """Open the panel of a step if it is folded, fill it in and press its button."""
    form = page.locator(f"form:has(> input[name=version])[action$='/{name}/']").first
    panel = page.locator("details", has=form)
    if panel.count() and not form.is_visible():
        panel.locator("summary").click()
    for field, value in typed.items():
        form.locator(f"[name={field}]").fill(value)
    with page.expect_navigation():
        form.locator("button[type=submit]").first.click()
    expect(page.locator("#messages .note-ok")).to_be_visible()


def reopened(page: Page, item: LedgerItem) -> Page:
    page.goto(item.get_absolute_url())
    return page


def test_the_life_of_an_item_from_draft_to_cleared(institute: Institute, open_as, language: str) -> None:
    today = timezone.localdate()
    due, later = today + timedelta(days=30), today + timedelta(days=60)
    ledger = add_ledger(year=today.year)
    office, owner = open_as(institute.office), open_as(institute.member, 390, 844)
    secretary, committee = open_as(institute.secretary), open_as(institute.committee)

    office.goto("/ledger/add/")
    for field, value in {
        "title": TITLE,
        "lead": institute.branch.name,
        "owner": institute.member.name,
        "due_on": due.isoformat(),
    }.items():
        office.fill(f"[name={field}]", value)
    office.select_option("[name=ledger]", str(ledger.pk))
    office.click("button[value=draft]")
    office.wait_for_url(re.compile(r"/ledger/\d+/$"))
    item = LedgerItem.objects.get()
    assert item.state == "draft"
    # A draft is not yet anybody's business.
    assert owner.goto(item.get_absolute_url()).status == 404

    step(office, "register")
    step(office, "assign")
    item.refresh_from_db()
    assert (item.state, item.due_on_original) == ("assigned", due)

    owner.goto("/todo/")
    owner.locator("a.rows-title", has_text=TITLE).click()
    assert_fits(owner)
    step(owner, "sign_for")
    step(owner, "report", progress="50", text="办法初稿已征求意见。")
    assert_fits(owner)
    item.refresh_from_db()
    assert (item.state, item.signed_by) == ("in_progress", institute.member)
    assert item.accepted_progress() == 0

    expect(reopened(office, item).locator(".decision")).to_contain_text("办法初稿已征求意见。")
    step(office, "accept_report", reply="继续。")
    assert LedgerItem.objects.get().accepted_progress() == 50

    reopened(owner, item)
    step(owner, "request_extension", due_on=later.isoformat(), reason="等待上级办法印发。")
    assert LedgerItem.objects.get().due_on == due
    expect(reopened(committee, item).locator(".decision .was")).to_have_text(shown(due, language))
    step(committee, "decide_extension", reply="同意。")
    item.refresh_from_db()
    assert (item.due_on, item.due_on_original) == (later, due)
    # The original deadline is never lost: struck out in the list, named on the page.
    office.goto("/ledger/")
    row = office.locator("tbody tr", has_text=TITLE)
    expect(row.locator(".was")).to_have_text(shown(due, language))
    expect(row.locator(".was")).to_have_css("text-decoration-line", "line-through")
    expect(row).to_contain_text(shown(later, language))
    expect(reopened(owner, item).locator("dl.facts").first).to_contain_text(shown(due, language))

    reopened(office, item)
    step(office, "urge")
    assert item.urges.count() == 1
    reopened(owner, item)
    step(owner, "request_completion", note="办法已印发。")
    reopened(office, item)
    decision = office.locator(".decision")
    # Sent back without a word: refused beside the box; nothing happens.
    send_back = decision.locator("button[formaction$='/send_back/']")
    send_back.click()
    expect(office.locator(".decision .invalid-feedback")).to_be_visible()
    assert LedgerItem.objects.get().state == "completion_requested"
    decision.locator("[name=reason]").fill("还缺印发件。")
    with office.expect_navigation():
        decision.locator("button[formaction$='/send_back/'], button[type=submit]").last.click()
    expect(office.locator("#messages .note-ok")).to_be_visible()
    item.refresh_from_db()
    assert (item.state, item.completed_on) == ("in_progress", None)

    expect(reopened(owner, item).locator(".timeline")).to_contain_text("还缺印发件。")
    step(owner, "request_completion", note="印发件已附。")
    reopened(office, item)
    step(office, "complete")
    item.refresh_from_db()
    assert (item.state, item.completed_on) == ("completed", today)

    # Whoever did the work does not strike it off: no button for the owner nor for the unit's secretary.
    for hand in (owner, secretary):
        expect(reopened(hand, item).locator("form[action$='/clear/']")).to_have_count(0)
        expect(hand.locator("h1")).to_have_text(TITLE)
    reopened(committee, item)
    step(committee, "clear")
    item.refresh_from_db()
    assert (item.state, item.cleared_by) == ("cleared", institute.committee)
    said = list(item.events.order_by("at", "pk").values_list("step", "by__name"))
    o, m, c = institute.office.name, institute.member.name, institute.committee.name
    assert said == [
        ("create", o),
        ("register", o),
        ("assign", o),
        ("sign_for", m),
        ("report", m),
        ("accept_report", o),
        ("request_extension", m),
        ("decide_extension", c),
        ("urge", o),
        ("request_completion", m),
        ("send_back", o),
        ("request_completion", m),
        ("complete", o),
        ("clear", c),
    ]
    expect(reopened(owner, item).locator(".timeline > li")).to_have_count(len(said))
    for width in (360, 768, 1440):
        owner.set_viewport_size({"width": width, "height": 800})
        assert_fits(owner)


def shown(day: date, language: str) -> str:
    """A day as the pages of a language write it in short."""
    from django.utils import translation

    with translation.override(language):
        return sdate(day)
