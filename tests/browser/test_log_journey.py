"""An activity logged on a phone from the last one, approved, and then counted, in both languages."""

from __future__ import annotations

import re
from datetime import date, timedelta
from time import monotonic

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from reviews.models import AnnualReview, ReviewRound
from tasks.models import Activity
from tasks.requirements import owed
from tests.browser.acting import plan_in_force
from tests.browser.conftest import assert_fits
from tests.conftest import Institute
from tests.tasks.activity_forms import logged
from tests.tasks.items import add_item

PHONE = {"width": 360, "height": 740, "has_touch": True, "is_mobile": True}
LAST = timezone.localdate().replace(day=1) - timedelta(days=1)
RESULT = "参观首条外延线旧址。\n议定每周二晚开放测试平台。"


class Thumb:
    """What a person does with the form: every touch and every text counts as one input."""

    def __init__(self, page: Page) -> None:
        self.page, self.inputs = page, 0

    def tap(self, selector: str) -> None:
        self.inputs += 1
        self.page.locator(selector).tap()

    def type(self, selector: str, text: str) -> None:
        self.inputs += 1
        self.page.locator(selector).fill(text)


@pytest.fixture
def last(institute: Institute) -> Activity:
    """Last month's themed Party day, approved, with its place, host and measure."""
    plan = plan_in_force(institute.office)
    measure = plan.measures.get(code="2.2")
    add_item(institute, "assigned", measure=measure)
    return logged(
        institute.branch,
        institute.secretary,
        title="读一本书",
        held_on=LAST,
        place="激光楼 204",
        host=institute.deputy,
        measures=[measure],
        roster=(institute.secretary, institute.deputy, institute.member),
        approve=institute.office,
    )


def party_days_owed(institute: Institute, on: date) -> str:
    """Where the themed Party day of this month stands."""
    rows = owed([institute.branch], on.year, on)
    return next(
        str(o.state)
        for o in rows
        if o.requirement.activity_kind.code == "party_day" and o.first <= on <= o.last
    )


def test_an_activity_is_logged_on_a_phone_and_counts_once_approved(
    institute: Institute, last: Activity, open_as
) -> None:
    today = timezone.localdate()
    assert party_days_owed(institute, today) == "due"
    ReviewRound.begin(
        year=today.year,
        confirm_due_on=date(today.year + 1, 1, 12),
        written_limit=4000,
        by=institute.office,
        at=timezone.now(),
    )
    page = open_as(institute.secretary, **PHONE)
    page.goto("/desk/")
    assert_fits(page)
    begun, thumb = monotonic(), Thumb(page)

    thumb.tap(".attend a.btn[href*='kind=party_day']")
    page.wait_for_url("**/activities/log/**")
    assert_fits(page)
    # Everything that was so last time stands there already; everyone is present.
    expect(page.locator("input[name=kind]:checked")).to_have_value("party_day")
    expect(page.locator("[name=place]")).to_have_value("激光楼 204")
    expect(page.locator("[name=host]")).to_have_value(str(institute.deputy.pk))
    expect(page.locator("[name=held_on]")).to_have_value(today.isoformat())
    expect(page.locator("[name=measures]:checked")).to_have_value(str(last.measures.get().pk))
    expect(page.locator("[name=present]:checked")).to_have_count(3)
    assert page.locator(".entry").count() <= 10

    thumb.type("[name=title]", "重走首条外延线")
    thumb.tap(f"label[for=present-{institute.member.pk}]")
    expect(page.locator("#present-count")).to_have_text("2")
    thumb.type(f"[name=reason_{institute.member.pk}]", "出差")
    thumb.type("[name=result]", RESULT)
    assert_fits(page)
    thumb.tap("button[value=submit]")
    page.wait_for_url(re.compile(r"/activities/\d+/\?logged=1$"))
    assert thumb.inputs <= 10
    assert monotonic() - begun < 60
    expect(page.locator("h1")).to_have_text("重走首条外延线")
    expect(page.locator("main")).to_contain_text("出差")
    assert_fits(page)

    made = Activity.objects.get(title="重走首条外延线")
    assert (made.status, made.held_on, made.result) == ("submitted", today, RESULT)
    assert {a.person.name: (a.status, a.reason) for a in made.attendance.select_related("person")} == {
        institute.secretary.name: ("present", ""),
        institute.deputy.name: ("present", ""),
        institute.member.name: ("excused", "出差"),
    }
    assert list(made.measures.all()) == list(last.measures.all())
    # Logged is not yet counted.
    assert party_days_owed(institute, today) == "logged"

    office = open_as(institute.office)
    office.goto("/activities/?status=submitted")
    office.locator("a.rows-title", has_text=made.title).click()
    office.locator("form[action$='/approve/'] button").click()
    expect(office.locator("form[action$='/unlock/']")).to_be_attached()
    assert party_days_owed(institute, today) == "approved"

    page.goto("/desk/")
    done = page.locator("#h-due ~ ul li, .section-head:has(#h-due) ~ ul li", has=page.locator(".light-green"))
    expect(done.locator(f"a.rows-title[href*='kind={made.kind.code}']")).to_have_count(1)
    assert_fits(page)
    served = last.measures.get()
    page.goto(f"/plans/{served.plan_id}/")
    expect(
        page.locator(f".clause-aside a[href^='/activities/'][href*='measure={served.pk}']")
    ).to_contain_text("2")

    review = AnnualReview.objects.get(organization=institute.branch)
    page.goto(review.get_absolute_url())
    page.locator("form[action$='/generate/'] button").click()
    expect(page.locator(".draft a.trace", has_text="2次").first).to_be_visible()


def test_the_form_works_without_javascript(institute: Institute, last: Activity, open_as) -> None:
    page = open_as(institute.secretary, **PHONE, java_script_enabled=False)
    page.goto("/activities/log/?kind=general_meeting")
    expect(page.locator("[name=place]")).to_have_value("")
    page.fill("[name=result]", "写到一半")
    # Another kind is filled in by its own button; what was typed stays.
    page.check("input[name=kind][value=party_day]", force=True)
    page.click("button[value=refresh]")
    expect(page.locator("[name=place]")).to_have_value("激光楼 204")
    expect(page.locator("[name=result]")).to_have_value("写到一半")

    page.fill("[name=title]", "重走首条外延线")
    page.fill("[name=result]", "一\n二\n三\n四")
    page.uncheck(f"#present-{institute.member.pk}")
    page.click("button[value=submit]")
    # Four lines are one too many: said beside the field, with everything typed and unticked still there.
    expect(page.locator("#id_result_error")).to_be_visible()
    expect(page.locator("[name=title]")).to_have_value("重走首条外延线")
    expect(page.locator(f"#present-{institute.member.pk}")).not_to_be_checked()
    page.fill("[name=result]", RESULT)
    page.click("button[value=submit]")
    page.wait_for_url(re.compile(r"/activities/\d+/"))
    made = Activity.objects.get(title="重走首条外延线")
    assert made.status == "submitted"
    assert made.attendance.get(person=institute.member).status == "absent"
