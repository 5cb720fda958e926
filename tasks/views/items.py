"""The ledger as a list: the page, its export, urging what was picked."""

from __future__ import annotations

import tempfile
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST, require_safe

from branches.access import Actor
from branches.request import ActorRequest
from common.access import CONTENT, allow
from common.exporting.http import download
from common.exporting.xlsx import XLSX, write_rows
from common.paging import paginate
from common.steps import StepRefused
from common.typed import whole_number
from tasks.access import permitted
from tasks.exporting import export_rows, headers
from tasks.forms.filters import Filters
from tasks.listing import Counts, counts, lines
from tasks.models import LedgerItem
from tasks.models.calendar import current_calendar
from tasks.models.stepping import Step


@allow(*CONTENT)
@require_safe
def items(request: ActorRequest) -> HttpResponse:
    """The list an address asks for."""
    on = timezone.localdate()
    filters = Filters(request.GET, request.actor, on)
    numbers = counts(filters.scope, on)
    found = filters.rows()
    total = getattr(numbers, filters.view) if filters.is_plain else found.count()
    # The page is cut from the items alone: with all that a row needs joined on, SQLite sorts every item first.
    page = paginate(
        found.only("number", "due_on", "red_on"),
        order=filters.order,
        query=request.GET,
        total=total,
        filled=filters.filled,
    )
    context = {
        "filters": filters,
        "views": _views(filters.view, numbers, request.actor),
        "counts": numbers,
        "page": page,
        "lines": lines([item.pk for item in page.rows], on, current_calendar()),
        "panel_open": "panel" in request.GET or bool(filters.form.errors),
        "may_add": request.actor.is_office,
        "may_urge": request.actor.is_office or request.actor.is_committee,
    }
    return render(request, "tasks/ledger/list.html", context)


def _views(current: str, numbers: Counts, actor: Actor) -> list[dict[str, Any]]:
    """The tabs above the list."""
    tabs = [
        ("open", _("All open"), numbers.open),
        ("unsigned", _("Assigned, not signed for"), numbers.unsigned),
        ("clearing", _("To be cleared"), numbers.clearing),
        ("month", pgettext("view", "Due this month"), numbers.month),
        ("overdue", pgettext("view", "Overdue"), numbers.overdue),
    ]
    if actor.is_office:
        tabs.append(("draft", _("Drafts"), numbers.draft))
    tabs.append(("all", _("All"), numbers.all))
    return [
        {"name": name, "label": label, "count": count, "current": name == current}
        for name, label, count in tabs
    ]


@allow(*CONTENT)
@require_safe
def item_export(request: ActorRequest) -> HttpResponseBase:
    """The list that is seen, or what was picked from it, as a workbook."""
    on = timezone.localdate()
    filters = Filters(request.GET, request.actor, on)
    chosen = picked(request.GET.getlist("item"))
    stream = tempfile.TemporaryFile()  # noqa: SIM115 (closed when the response has been sent)
    title = _("Supervision ledger")
    write_rows(stream, headers(), export_rows(filters, chosen, current_calendar()), title=title)
    stream.seek(0)
    return download(f"{title} {on:%Y-%m-%d}.xlsx", XLSX, stream)


@allow(*CONTENT)
@require_POST
def items_urge(request: ActorRequest) -> HttpResponse:
    """Urge what was picked; what cannot be urged now is said, not skipped in silence."""
    on, at, person = timezone.localdate(), timezone.now(), request.actor.person
    chosen = LedgerItem.objects.visible_to(request.actor).filter(pk__in=picked(request.POST.getlist("item")))
    urged, refused = 0, []
    for item in chosen.select_related("lead", "owner"):
        if person is None or not permitted(request.actor, item, Step.URGE, on):
            refused.append(_("%(number)s: not yours to urge") % {"number": item.number})
            continue
        try:
            item.urge(by=person, at=at)
            urged += 1
        except StepRefused as refusal:
            refused.append(f"{item.number}: {refusal}")
    if urged:
        messages.success(request, ngettext("%(n)s item urged.", "%(n)s items urged.", urged) % {"n": urged})
    if refused:
        messages.warning(request, _("Not urged: %(list)s") % {"list": _("; ").join(refused)})
    if not urged and not refused:
        messages.warning(request, _("Pick the items first."))
    return redirect(_back(request))


def picked(values: list[str]) -> list[int]:
    """The keys of ticked rows; anything else is left out."""
    return [key for key in map(whole_number, values) if key]


def _back(request: HttpRequest) -> str:
    """The list the reader came from."""
    target = request.POST.get("next", "")
    return target if url_has_allowed_host_and_scheme(target, allowed_hosts=None) else "items"
