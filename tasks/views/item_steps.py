"""One item: its page, its steps, its printed notice."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from branches.request import ActorRequest
from common.access import CONTENT, allow
from common.steps import Stale, StepForbidden, StepRefused
from tasks.access import may, permitted
from tasks.forms.steps import FORMS, PANEL_OF, StepForm
from tasks.listing import rows_of, with_standing
from tasks.models import LedgerItem
from tasks.models.calendar import current_calendar
from tasks.models.stepping import Step
from tasks.showing import for_page, happened, item_page
from tasks.views.items import picked


def visible_item(request: ActorRequest, pk: int) -> LedgerItem:
    """The item with all its page reads, or 404."""
    found: LedgerItem = get_object_or_404(for_page(LedgerItem.objects.visible_to(request.actor)), pk=pk)
    return found


@allow(*CONTENT)
@require_safe
def item(request: ActorRequest, pk: int) -> HttpResponse:
    """The page of one item."""
    return _page(request, visible_item(request, pk))


def _page(
    request: ActorRequest, found: LedgerItem, failed: StepForm | None = None, status: int = 200
) -> HttpResponse:
    page = item_page(request.actor, found, timezone.localdate(), failed)
    context = {"page": page, "item": found, "draft_done": request.session.pop("draft_done", "")}
    return render(request, "tasks/ledger/item.html", context, status=status)


@allow(*CONTENT)
@require_POST
def item_step(request: ActorRequest, pk: int, step: str) -> HttpResponse:
    """Take one step. 403: not yours to take. 409: someone was faster, or the item stands elsewhere."""
    if step not in FORMS:
        raise Http404
    name, found, on = Step(step), visible_item(request, pk), timezone.localdate()
    if request.actor.person is None or not permitted(request.actor, found, name, on):
        raise PermissionDenied
    form = FORMS[name](request.POST, request.FILES, step=name, item=found)
    if form.is_stale():
        return stale_page(request, found, form)
    if not form.is_valid():
        return _page(request, found, form)
    try:
        form.carry_out(by=request.actor.person, at=timezone.now())
    except StepForbidden as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Stale:
        return stale_page(request, visible_item(request, pk), form)
    except StepRefused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, visible_item(request, pk), form, status=409)
    request.session["draft_done"] = f"item-{found.pk}-{PANEL_OF.get(name, name)}"
    messages.success(request, taken_message(name, found))
    return redirect(found)


def stale_page(request: ActorRequest, found: LedgerItem, form: StepForm) -> HttpResponse:
    """Someone was faster: what they did beside what was typed here, to be sent again where it still fits."""
    on = timezone.localdate()
    again = request.POST.copy()
    again["version"] = str(found.version)
    kept = FORMS[form.step](again, step=form.step, item=found)
    context = {
        "item": found,
        "last": next(iter(happened(found)), None),
        "form": kept,
        "typed": [(field.label, field.value()) for field in kept.visible_fields() if field.value()],
        "may_again": may(request.actor, found, form.step, on),
        "label": form.step.label,
    }
    return render(request, "tasks/ledger/stale.html", context, status=409)


def taken_message(step: Step, found: LedgerItem) -> str:
    """What the reader is told when a step was taken."""
    said = {
        Step.REGISTER: _("Registered. Assign it so that the lead unit hears of it."),
        Step.ASSIGN: _("Assigned. It now waits to be signed for."),
        Step.SIGN_FOR: _("Signed for. The work is yours now."),
        Step.REPORT: _("Report sent. It counts once it is accepted."),
        Step.ACCEPT_REPORT: _("Report accepted."),
        Step.RETURN_REPORT: _("Report returned."),
        Step.REQUEST_COMPLETION: _("Completion requested."),
        Step.SEND_BACK: _("Sent back to work."),
        Step.COMPLETE: _("Found completed. It is cleared by someone outside the lead unit."),
        Step.CLEAR: _("Cleared."),
        Step.REQUEST_EXTENSION: _("Extension requested. The present deadline holds until it is granted."),
        Step.DECIDE_EXTENSION: _("Extension decided."),
        Step.URGE: pgettext("message", "Urged."),
        Step.CORRECT_ASSIGNMENT: _("Assignment corrected. It waits to be signed for again."),
        Step.RETURN_TO_DRAFT: _("Back in draft."),
    }
    return f"{found.number}: {said[step]}"


@allow(*CONTENT)
@require_safe
def item_notice(request: ActorRequest, pk: int) -> HttpResponse:
    """The supervision notice of one item, to be printed and signed."""
    return _notices(request, [pk])


@allow(*CONTENT)
@require_safe
def item_notices(request: ActorRequest) -> HttpResponse:
    """The notices of what was picked in the list, one a page."""
    return _notices(request, picked(request.GET.getlist("item"))[:200])


def _notices(request: ActorRequest, keys: list[int]) -> HttpResponse:
    on = timezone.localdate()
    found = LedgerItem.objects.visible_to(request.actor).counted().filter(pk__in=keys)
    chosen = with_standing(found, on).select_related("leader", *_NOTICE).prefetch_related("cooperating")
    rows = rows_of(chosen.order_by("due_on", "pk"), on, current_calendar())
    if not rows:
        raise Http404
    return render(request, "tasks/ledger/notice.html", {"rows": rows, "on": on})


_NOTICE = ("ledger", "lead", "owner", "measure__plan", "measure__clause", "measure__pillar__clause")
