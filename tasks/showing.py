"""What the page of one item shows, computed once: standing, track, history, and what this reader may do."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Prefetch

from branches.access import Actor
from tasks.access import may, steps_open
from tasks.course import Entry, Stage, history, track
from tasks.forms.steps import FORMS, PANEL_OF, PANELS, Button, Panel, StepForm
from tasks.models import Extension, ItemEvent, LedgerItem, ProgressReport
from tasks.models.calendar import current_calendar
from tasks.models.stepping import Step
from tasks.standing import Standing, standing_of


@dataclass(frozen=True)
class Offer:
    """One panel of the page: what is asked and the buttons this reader may press."""

    panel: Panel
    form: StepForm
    buttons: list[Button]
    report: ProgressReport | None = None
    extension: Extension | None = None
    #: Working days the report or extension has waited, or the extension adds.
    waited: int = 0
    added: int = 0

    @property
    def step(self) -> Step:
        return self.panel.step

    @property
    def failed(self) -> bool:
        return self.form.is_bound


@dataclass(frozen=True)
class ItemPage:
    """Everything the template of an item reads."""

    item: LedgerItem
    standing: Standing
    stages: list[Stage]
    entries: list[Entry]
    steps: list[Step]
    decision: Offer | None = None
    offers: list[Offer] = field(default_factory=list)
    urge: StepForm | None = None
    pending_extension: Extension | None = None
    #: Working days from the start to the deadline, and how many of them have passed.
    days: tuple[int, int] | None = None

    @property
    def may_edit(self) -> bool:
        return Step.EDIT in self.steps


def for_page(rows: Any) -> Any:
    """The rows of one item with everything its page reads: a fixed number of queries."""
    related = (
        "ledger",
        "lead",
        "owner",
        "leader",
        "created_by",
        "vanguard_post__holder",
        "measure__plan",
        "measure__clause",
        "measure__pillar__clause",
    )
    reports = ProgressReport.objects.select_related("reported_by", "decided_by").prefetch_related("evidence")
    extensions = Extension.objects.select_related("requested_by", "decided_by")
    events = ItemEvent.objects.select_related("by")
    return rows.select_related(*related).prefetch_related(
        "cooperating",
        Prefetch("reports", reports),
        Prefetch("extensions", extensions),
        Prefetch("events", events),
    )


def happened(item: LedgerItem) -> list[Entry]:
    """The history of an item loaded with ``for_page``, newest first."""
    reports = {report.pk: report for report in item.reports.all()}
    extensions = {extension.pk: extension for extension in item.extensions.all()}
    return history(list(item.events.all()), reports, extensions)


def item_page(actor: Actor, item: LedgerItem, on: date, failed: StepForm | None = None) -> ItemPage:
    """The page for a reader on a day; ``failed`` is a form to be shown again with its errors."""
    calendar = current_calendar()
    reports, extensions, events = (
        list(item.reports.all()),
        list(item.extensions.all()),
        list(item.events.all()),
    )
    steps = steps_open(actor, item, on)
    offers = [made for panel in PANELS if (made := _offer(actor, item, on, panel, failed))]
    days = None
    if item.starts_on and item.due_on:
        total = calendar.workdays_between(item.starts_on, item.due_on)
        days = (calendar.workdays_between(item.starts_on, min(on, item.due_on)), total)
    first = next((offer for offer in offers if offer.failed), offers[0] if offers else None)
    leads = first is not None and (first.failed or first.step in _DECISIONS)
    return ItemPage(
        item=item,
        standing=standing_of(item, on, calendar),
        stages=track(item, events, len(reports)),
        entries=happened(item),
        steps=steps,
        decision=first if leads else None,
        offers=[offer for offer in offers if not leads or offer is not first],
        urge=FORMS[Step.URGE](step=Step.URGE, item=item) if Step.URGE in steps else None,
        pending_extension=next((e for e in extensions if e.status == "pending"), None),
        days=days,
    )


#: What is asked of the reader first; anything else stays folded until it is wanted.
_DECISIONS = frozenset(
    {
        Step.DECIDE_EXTENSION,
        Step.ACCEPT_REPORT,
        Step.COMPLETE,
        Step.CLEAR,
        Step.SIGN_FOR,
        Step.REGISTER,
        Step.ASSIGN,
        Step.REPORT,
    }
)


def _offer(actor: Actor, item: LedgerItem, on: date, panel: Panel, failed: StepForm | None) -> Offer | None:
    """The panel as this reader gets it, or nothing."""
    buttons = [button for button in panel.buttons if may(actor, item, button.step, on)]
    here = failed is not None and PANEL_OF.get(failed.step) == panel.step
    if not buttons and not here:
        return None
    form = failed if here and failed else FORMS[panel.step](step=panel.step, item=item)
    calendar = current_calendar() if panel.step in (Step.DECIDE_EXTENSION, Step.ACCEPT_REPORT) else None
    report = extension = None
    waited = added = 0
    if calendar and panel.step == Step.ACCEPT_REPORT:
        report = next((r for r in item.reports.all() if r.status == "pending"), None)
        waited = calendar.distance(report.reported_at.date(), on) if report else 0
    if calendar and panel.step == Step.DECIDE_EXTENSION:
        extension = next((e for e in item.extensions.all() if e.status == "pending"), None)
        if extension:
            waited = calendar.distance(extension.requested_at.date(), on)
            added = calendar.distance(extension.due_before, extension.due_requested)
    return Offer(panel, form, buttons or list(panel.buttons), report, extension, waited, added)
