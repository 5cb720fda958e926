"""Reminders in a real browser: once, on the right rung, to the right person; and their settings."""

from __future__ import annotations

import json
import re
from datetime import date
from io import StringIO

from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import expect

from tasks.models import Notification, ReminderRule
from tasks.models.calendar import current_calendar
from tests.browser.conftest import assert_fits
from tests.conftest import Institute
from tests.tasks.reminding import add_item

TITLE = "主题党日年度统筹计划"


def send(on: date) -> dict:
    out = StringIO()
    call_command("send_reminders", "--on", on.isoformat(), "--json", stdout=out)
    return json.loads(out.getvalue())


def only_items() -> None:
    """Nothing but ledger items is reminded of in these tests."""
    ReminderRule.objects.exclude(subject="item").update(active=False)


def test_a_reminder_arrives_once_on_its_rung_with_the_person_responsible(
    institute: Institute, open_as
) -> None:
    only_items()
    today = timezone.localdate()
    item = add_item(institute, current_calendar().shift(today, 3), TITLE)
    send(today)
    send(today)
    assert [(n.recipient, n.rung) for n in Notification.objects.all()] == [(institute.member, -3)]

    page = open_as(institute.member, 360, 740)
    page.goto("/")
    page.locator(".app-bar a[href='/reminders/']").click()
    assert_fits(page)
    rows = page.locator("ul.inbox > li")
    expect(rows).to_have_count(1)
    expect(rows.locator(".unread")).to_have_count(1)
    expect(page.locator(".ladder dt:has(+ dd.hit)")).to_have_text("−3")
    # Opening what it is about is what marks it as read.
    rows.locator("a.rows-title").click()
    page.wait_for_url(f"**{item.get_absolute_url()}")
    expect(page.locator("h1")).to_have_text(TITLE)
    page.goto("/reminders/?show=all")
    expect(page.locator("ul.inbox > li.read")).to_have_count(1)
    expect(page.locator(".app-bar .bar-dot")).to_have_count(0)
    with page.expect_navigation():
        page.locator("ul.inbox form[action$='/mark/'] button").click()
    expect(page.locator("ul.inbox .unread")).to_have_count(1)

    secretary = open_as(institute.secretary)
    secretary.goto("/reminders/?show=all")
    expect(secretary.locator("ul.inbox > li")).to_have_count(0)

    # The first working day after the deadline the secretary hears of it as well.
    late = current_calendar().shift(item.due_on, 1)
    send(late)
    secretary.reload()
    expect(secretary.locator("ul.inbox > li a.rows-title")).to_have_text(TITLE)
    page.goto("/reminders/?show=all")
    expect(page.locator("ul.inbox > li")).to_have_count(
        Notification.objects.filter(recipient=institute.member).count()
    )
    assert Notification.objects.filter(rung=1, recipient=institute.member).count() == 1


def test_the_dry_run_shows_who_would_get_what_and_sends_nothing(institute: Institute, open_as) -> None:
    only_items()
    today = timezone.localdate()
    due = current_calendar().shift(today, 3)
    add_item(institute, due, TITLE)
    office = open_as(institute.office)
    office.goto("/reminders/settings/")
    office.locator(".actions a[href='/reminders/dry-run/']").click()
    office.fill("[name=on]", today.isoformat())
    office.locator("form.rung-form .btn-primary").click()
    group = office.locator("main section", has=office.locator("h2", has_text=institute.member.name))
    expect(group.locator("ul.dry > li")).to_have_count(1)
    expect(group.locator("ul.dry > li")).to_contain_text("-3")
    expect(group.locator("a.rows-title")).to_have_text(TITLE)
    expect(office.locator("main section h2")).to_have_count(1)

    after = current_calendar().shift(due, 1)
    office.fill("[name=on]", after.isoformat())
    office.locator("form.rung-form .btn-primary").click()
    for person in (institute.member, institute.secretary):
        row = office.locator("main section", has=office.locator("h2", has_text=person.name)).locator("li")
        expect(row.filter(has_text="+1")).to_have_count(1)
    assert not Notification.objects.exists()
    for width in (360, 768, 1440):
        office.set_viewport_size({"width": width, "height": 800})
        assert_fits(office)


def test_a_rung_is_added_and_removed_by_the_office(institute: Institute, open_as) -> None:
    rule = ReminderRule.objects.get(subject="item")
    office = open_as(institute.office)
    office.goto("/reminders/settings/")
    ladder = office.locator(f"#rule-{rule.pk}")
    before = ladder.locator(".rungs > li").count()
    ladder.locator("[name=offset]").fill("400")
    ladder.locator("[name=audience]").select_option("office")
    ladder.locator("form.rung-form button").click()
    # Beyond a year: said beside the box, the number is still there.
    expect(ladder.locator(".invalid-feedback")).to_be_visible()
    expect(ladder.locator("[name=offset]")).to_have_value("400")
    ladder.locator("[name=offset]").fill("14")
    ladder.locator("form.rung-form button").click()
    office.wait_for_url(re.compile(r"/reminders/settings/"))
    expect(ladder.locator(".rungs > li")).to_have_count(before + 1)
    assert rule.rungs.filter(offset=14, audience="office").count() == 1

    added = rule.rungs.get(offset=14)
    ladder.locator(f"form[action='/reminders/rungs/{added.pk}/remove/'] button").click()
    expect(ladder.locator(".rungs > li")).to_have_count(before)
    assert not rule.rungs.filter(offset=14).exists()
