"""Every page of the product, for every role, at three widths and in both languages: it opens, it fits, it is
complete in its language, and whoever uses a keyboard or a screen reader finds their way.

The pages are not listed here: every address of the resolver is asked, with a row in the person's reach, and
each that answers with a page is opened in the browser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from branches.models import Person
from tests.access_targets import Targets, build_targets, kind_of
from tests.browser.acting import plan_in_force
from tests.browser.conftest import assert_fits
from tests.conftest import Institute
from tests.tasks.activity_forms import logged
from tests.tasks.items import add_item

WIDTHS = (360, 768, 1440)
ROLES = ("office", "committee", "officer", "member", "sysadmin")
LOOK = (Path(__file__).parent / "look.js").read_text("utf-8")
#: Lists with their filters open, a dry run with its day.
OPENED = ("/ledger/?view=all&panel=1", "/activities/?panel=1", "/reminders/?show=all")
#: Latin words that a Chinese page holds as they are: formats, the switch to English, units.
NAMES = {
    "EN",
    "Word",
    "Excel",
    "PowerPoint",
    "PDF",
    "XLSX",
    "DOCX",
    "MB",
    "KB",
    "docx",
    "txt",
    "md",
    "doc",
    "wps",
    "xlsx",
    "csv",
    "UTF",
    "GB",
}
HAN = re.compile(r"[㐀-䶿一-鿿]+")
LATIN = re.compile(r"[A-Za-z]{2,}")
#: The number of a clause as the document writes it.
NUMBER = re.compile(r"（[一二三四五六七八九十]+）")
#: Chinese marks that English sentences speak of.
MENTIONS = ("as 一、", "separated by 、")
#: Punctuation of Chinese that no English sentence has.
FULL_WIDTH = re.compile(r"[，。、；：！？]")


def patterns(resolver: URLResolver | None = None) -> Iterator[URLPattern]:
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern)
        else:
            yield pattern


def addresses(targets: Targets) -> list[str]:
    """Every address once; one that names a row with a row in reach."""
    found = []
    for pattern in patterns():
        name = str(pattern.name)
        if name in ("account_logout", "account_login", "healthz", "readyz"):
            continue
        target = "own" if pattern.pattern.converters else "-"
        if target == "own" and (kind_of(name), target) not in targets.rows:
            raise AssertionError(f"{name}: tests/access_targets.py builds no {kind_of(name)}")
        found.append(reverse(name, kwargs=targets.kwargs(name, target)))
    return [*found, *OPENED, f"/reminders/dry-run/?on={timezone.localdate()}"]


def pages(client: Client, urls: list[str]) -> list[str]:
    """The addresses that answer this person with a page; a failure of the server is one here already."""
    found = []
    for url in urls:
        answer = client.get(url)
        assert answer.status_code < 500, f"{url} answers {answer.status_code}"
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            found.append(url)
    return found


@pytest.fixture
def populated(institute: Institute) -> Targets:
    """One of everything, a plan of a real shape, items in every state, activities on their way."""
    targets = build_targets(institute)
    plan = plan_in_force(institute.office)
    measure = plan.measures.get(code="2.2")
    for state in (
        "draft",
        "registered",
        "assigned",
        "in_progress",
        "completion_requested",
        "completed",
        "cleared",
    ):
        add_item(institute, state, measure=measure, number=f"2026-2.2-{state}")
    people = (institute.secretary, institute.deputy, institute.member)
    logged(institute.branch, institute.secretary, roster=people, measures=[measure], approve=institute.office)
    logged(institute.branch, institute.secretary, roster=people, title="联学联建", code="joint_study")
    return targets


@pytest.fixture
def texts(populated: Targets) -> str:
    """Every text that stands in the database: what a page may show in whatever language it was written."""
    return corpus()


def corpus() -> str:
    parts = []
    for model in apps.get_models():
        names = [
            field.attname
            for field in model._meta.concrete_fields
            if isinstance(field, models.CharField | models.TextField | models.JSONField)
        ]
        for row in model._base_manager.values_list(*names):
            parts.extend(str(value) for value in row if value)
    return "\n".join(parts)


def foreign(shown: list[dict[str, str]], language: str, texts: str) -> list[str]:
    """What is shown in the other language and is no data."""
    found = []
    for entry in shown:
        text = NUMBER.sub(lambda found: "" if found[0] in texts else found[0], entry["text"])
        if language == "en":
            for mention in MENTIONS:
                text = text.replace(mention, "")
            strange = [run for run in HAN.findall(text) if run not in texts]
            lone = len("".join(HAN.findall(text))) == 1 and len(text) > 1 and text not in texts
            strange += [text] if lone or (FULL_WIDTH.search(text) and not HAN.search(text)) else []
        else:
            strange = [word for word in LATIN.findall(text) if word not in NAMES and word not in texts]
        if strange:
            found.append(f"{entry['where']}: {text[:80]!r} ({', '.join(strange[:4])})")
    return found


def look(page: Page, url: str, language: str, texts: str) -> list[str]:
    """Open a page and say what is wrong with it."""
    answer = page.goto(url)
    assert answer is not None
    if answer.status != 200:
        return [f"status {answer.status}"]
    wrong = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        try:
            assert_fits(page)
        except AssertionError as error:
            wrong.append(str(error))
    seen: dict[str, Any] = page.evaluate(LOOK)
    wrong += seen["wrong"] + foreign(seen["shown"], language, texts)
    expected = "en" if language == "en" else "zh-CN"
    if seen["lang"] != expected:
        wrong.append(f"lang is {seen['lang']}")
    page.keyboard.press("Tab")
    if page.evaluate("document.activeElement.className") != "skip":
        wrong.append("the first Tab does not reach the skip link")
    return wrong


def with_account(who: Person | User) -> Any:
    """The administrators are users without a person; ``open_as`` asks for ``.user``."""
    return who if isinstance(who, Person) else type("Account", (), {"user": who})


def test_the_switch_leads_to_the_other_language_and_back(
    institute: Institute, open_as, language: str
) -> None:
    page = open_as(institute.member)
    tags = {"en": ("en", "zh-CN"), "zh-hans": ("zh-CN", "en")}[language]
    page.goto("/ledger/")
    for tag in (*tags, tags[0]):
        expect(page.locator("html")).to_have_attribute("lang", tag)
        with page.expect_navigation():
            page.locator(".lang-form button").click()
    institute.member.user.refresh_from_db()
    assert institute.member.user.language != language


@pytest.mark.parametrize("role", ROLES)
def test_every_page_of_a_role(
    role: str, populated: Targets, texts: str, open_as, client_of, language: str
) -> None:
    who = populated.people[role]
    assert who is not None
    page = open_as(with_account(who))
    complaints: list[str] = []
    page.on("console", lambda m: complaints.append(f"{page.url}: {m.text}") if m.type == "error" else None)
    found = pages(client_of(who), addresses(populated))
    assert len(found) >= {"office": 50, "committee": 15, "officer": 15, "member": 10, "sysadmin": 4}[role]
    wrong: dict[str, str] = {}
    for url in found:
        for line in look(page, url, language, texts):
            # What stands in the frame of every page is said once, with the first page that showed it.
            wrong.setdefault(line, url)
    said = [f"{url}: {line}" for line, url in wrong.items()] + complaints
    assert not said, "\n" + "\n".join(said)
