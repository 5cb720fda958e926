"""A real browser (Debian's chromium) against the test server; every page is watched for CSP and script errors."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.db import connection, connections
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from branches.models import Person
from tests.conftest import PASSWORD

# Playwright's synchronous API runs inside an event loop; the tests themselves are synchronous.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True, serialized_rollback=True))


@pytest.fixture(scope="session")
def chromium(django_db_setup) -> Iterator[Browser]:
    """The browser. Django keeps one connection for each event loop: the one of the browser's loop has to
    know the rows that the migrations made as well, so that every test begins with them."""
    shipped = connection._test_serialized_contents
    with sync_playwright() as playwright:
        connection._test_serialized_contents = shipped
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()
        connections.close_all()


@pytest.fixture(params=["zh-hans", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def open_as(chromium: Browser, live_server, language: str) -> Iterator[Callable[..., Page]]:
    """Sign someone in through the sign-in page and return their page; fails on any console error at the end."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def sign_in(who: Person, width: int = 1440, height: int = 900, **options) -> Page:
        who.user.language = language
        who.user.save(update_fields=["language"])
        context = chromium.new_context(
            base_url=live_server.url, viewport={"width": width, "height": height}, locale="zh-CN", **options
        )
        context.add_cookies(
            [{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url}]
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/sign-in/")
        page.fill("[name=login]", who.user.username)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(lambda url: "sign-in" not in url)
        return page

    yield sign_in
    for context in contexts:
        context.close()
    assert [text for text in complaints if "status of 4" not in text] == []


def assert_fits(page: Page) -> None:
    """The page does not scroll sideways."""
    wide, shown = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert wide <= shown, f"{page.url} is {wide} px wide in a window of {shown}"
