"""What the journeys share: acting by keyboard, the words of a language, a plan in force."""

from __future__ import annotations

from pathlib import Path

from django.utils import timezone
from playwright.sync_api import Page

from branches.models import Person
from plans.importing.reader import read_pasted
from plans.models import ActionPlan, PlanDraft

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
OPINIONS = SAMPLES / "guiding_opinions.txt"


def tab_to(page: Page, selector: str, most: int = 60) -> None:
    """Press Tab until the focus is on the element; fails when the keyboard does not reach it."""
    for _step in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("chosen => document.activeElement.matches(chosen)", selector):
            return
    raise AssertionError(f"{page.url}: {selector} is not reached by {most} times Tab")


def plan_in_force(office: Person) -> ActionPlan:
    """The sample of guiding opinions, imported and confirmed."""
    draft, _new = PlanDraft.begin(read_pasted(OPINIONS.read_text("utf-8")), office, timezone.now())
    return draft.confirm(office, timezone.now(), draft.version)
