"""The review from draft to export, in a real browser and in both languages."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import docx
from django.utils import timezone
from playwright.sync_api import expect

from reviews.models import AnnualReview, ReviewRound
from tests.conftest import Institute
from tests.reviews.review_year import activity, item, kind

OWN = "支部把会开到了实验室，两位先锋岗带出一支六人小组。"


def test_a_round_from_opening_to_the_files(institute: Institute, open_as) -> None:
    year = timezone.localdate().year - 1
    meeting = kind("general_meeting", "支部党员大会", first_agenda=True)
    for month in (3, 6, 9):
        day = date(year, month, 5)
        activity(
            institute.branch, meeting, day, institute.secretary, present=[institute.secretary], agenda=day
        )
    item(
        institute.branch,
        institute.deputy,
        "1",
        date(year, 6, 6),
        begun=date(year, 2, 3),
        completed=date(year, 6, 2),
    )

    office = open_as(institute.office)
    office.goto("/annual-reviews/new/")
    office.fill("[name=year]", str(year))
    office.fill("[name=confirm_due_on]", f"{year + 1}-01-12")
    office.click(".save-bar .btn-primary")
    expect(office.locator("tbody tr")).to_have_count(3)

    secretary = open_as(institute.secretary)
    secretary.goto(f"/annual-reviews/{year}/")
    secretary.click("tbody .rows-title")
    figure = secretary.locator(".draft a.trace", has_text="3次").first
    figure.click()
    expect(secretary.locator("#from table tr")).to_have_count(3)
    expect(secretary.locator("#from")).to_contain_text("支部党员大会0305")

    secretary.locator("#problems + p a[href*='/text/']").last.click()
    secretary.fill("[name=text]", OWN)
    secretary.click(".save-bar .btn-primary")
    expect(secretary.locator(".draft-box")).to_contain_text(OWN)

    activity(institute.branch, meeting, date(year, 12, 5), institute.secretary, agenda=date(year, 12, 1))
    secretary.locator("form[action$='/generate/'] button").click()
    expect(secretary.locator(".draft")).to_contain_text("支部党员大会4次")
    expect(secretary.locator(".draft-box")).to_contain_text(OWN)

    secretary.locator("form[action$='/confirm/'] button").click()
    expect(secretary.locator("form[action$='/withdraw/']")).to_be_visible()
    with secretary.expect_download() as one:
        secretary.locator(".actions a[href$='/export/docx/']").click()
    words = "".join(p.text for p in docx.Document(str(one.value.path())).paragraphs)
    assert OWN in words
    assert "未经本组织确认" not in words

    office.goto(f"/annual-reviews/{year}/")
    office.click("#close button")
    expect(office.locator("form[action$='/reopen/']")).to_be_visible()
    with office.expect_download() as every:
        office.locator("a[href$='/export/xlsx/']").click()
    with ZipFile(io.BytesIO(Path(every.value.path()).read_bytes())) as archive:
        assert len(archive.namelist()) == 4
    assert not ReviewRound.objects.get().is_open
    assert AnnualReview.objects.get(organization=institute.branch).is_confirmed
    office.locator("form[action$='/reopen/'] button").click()
    expect(office.locator("#close")).to_be_visible()
    assert AnnualReview.objects.get(organization=institute.branch).is_confirmed
