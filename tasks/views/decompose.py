"""Decomposing measures: the queue, and one screen for one measure."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from branches.models import Person
from branches.request import ActorRequest
from common.access import Role, allow
from common.paging import paginate
from common.steps import Stale, StepRefused
from common.typed import whole_number
from plans.models import Measure
from tasks.decomposing import Decomposition, decompose, proposals, undecomposed
from tasks.forms.decompose import (
    ItemRows,
    MeasureForm,
    RequirementRows,
    item_proposals,
    requirement_proposals,
)
from tasks.forms.fields import names_for_lists
from tasks.models import LedgerItem


@allow(Role.OFFICE)
@require_safe
def decompose_queue(request: ActorRequest) -> HttpResponse:
    """Measures in force that nothing carries out yet."""
    waiting = undecomposed()
    page = paginate(
        waiting, order=["-plan_id", "clause__position", "pk"], query=request.GET, total=waiting.count()
    )
    context = {
        "page": page,
        "all": Measure.objects.in_force().count(),
        "draft_done": request.session.pop("draft_done", ""),
    }
    return render(request, "tasks/decompose/queue.html", context)


class Screen:
    """The forms of one measure, bound to what was typed or filled with what the clause proposes."""

    def __init__(self, measure: Measure, data: QueryDict | None = None) -> None:
        self.on = timezone.localdate()
        self.measure = measure
        self.proposals = proposals(measure, self.on)
        row = {"measure": measure, "on": self.on}
        if data is not None:
            self.own = MeasureForm(data, prefix="measure", initial=_initial(measure))
            self.items = ItemRows(data, prefix="items", form_kwargs=row)
            self.requirements = RequirementRows(data, prefix="requirements", form_kwargs=row)
            return
        self.own = MeasureForm(prefix="measure", initial=_initial(measure))
        items, standing = item_proposals(measure, self.proposals), requirement_proposals(self.proposals)
        self.items = ItemRows(prefix="items", form_kwargs=row, initial=items)
        self.requirements = RequirementRows(prefix="requirements", form_kwargs=row, initial=standing)

    def is_valid(self) -> bool:
        """Every form is asked, so that every error is shown at once."""
        return all([self.own.is_valid(), self.items.is_valid(), self.requirements.is_valid()])

    def plan(self, assign: bool) -> Decomposition:
        own = dict(self.own.cleaned_data)
        return Decomposition(
            cooperating=own.pop("cooperating"),
            ledger=own.pop("ledger"),
            assignment=own,
            items=self.items.rows(),
            requirements=self.requirements.rows(),
            assign=assign,
        )

    def context(self, quiet: bool) -> dict[str, Any]:
        self.own.quiet = quiet
        return {
            "measure": self.measure,
            "proposals": self.proposals,
            "own": self.own,
            "items": self.items.dressed(quiet),
            "requirements": self.requirements.dressed(quiet),
            "names": names_for_lists(),
        }


@allow(Role.OFFICE)
def decompose_measure(request: ActorRequest, pk: int) -> HttpResponse:
    """One measure: its official text, and rows of items and requirements made from it at once."""
    rows = Measure.objects.in_force().select_related("plan", "clause", "pillar__clause", "lead", "leader")
    measure = get_object_or_404(rows.prefetch_related("cooperating"), pk=pk)
    if request.method != "POST":
        return _screen(request, Screen(measure))
    if request.POST.get("then") in ("add-item", "add-requirement"):
        return _screen(request, Screen(measure, _with_one_more(request.POST)), quiet=True)
    screen, person = Screen(measure, request.POST), request.actor.person
    if screen.is_valid() and person is not None:
        plan = screen.plan(assign=request.POST.get("then") == "assign")
        try:
            return _decomposed(request, screen, plan, person)
        except Stale as stale:
            screen.own.add_error(None, str(stale))
            return _screen(request, screen, status=409)
        except StepRefused as refusal:
            screen.own.add_error(None, str(refusal))
    return _screen(request, screen)


def _decomposed(request: ActorRequest, screen: Screen, plan: Decomposition, person: Person) -> HttpResponse:
    measure = screen.measure
    if not plan.items and not plan.requirements and not screen.own.has_changed():
        raise StepRefused(_("Fill at least one row: an item with a day, or a standing requirement."))
    made = decompose(
        measure,
        plan,
        version=whole_number(request.POST.get("version", "")),
        by=person,
        at=timezone.now(),
        on=screen.on,
    )
    request.session["draft_done"] = f"decompose-{measure.pk}"
    messages.success(request, _made_message(measure, len(made), len(plan.requirements)))
    return redirect("decompose_queue")


def _made_message(measure: Measure, items: int, requirements: int) -> str:
    if not items and not requirements:
        return _("%(ref)s: who leads it is saved. It waits to be decomposed.") % {"ref": measure.reference}
    said = ngettext("%(n)s item", "%(n)s items", items) % {"n": items}
    standing = ngettext("%(n)s standing requirement", "%(n)s standing requirements", requirements)
    return _("%(ref)s decomposed: %(items)s, %(standing)s.") % {
        "ref": measure.reference,
        "items": said,
        "standing": standing % {"n": requirements},
    }


def _screen(request: ActorRequest, screen: Screen, status: int = 200, quiet: bool = False) -> HttpResponse:
    done = LedgerItem.objects.filter(measure=screen.measure).select_related("lead", "owner")
    context = {
        **screen.context(quiet),
        "existing": done.order_by("due_on", "pk"),
        "standing": screen.measure.requirements.filter(active=True).select_related(
            "activity_kind", "organization"
        ),
        "version": request.POST.get("version") if status == 200 and request.method == "POST" else None,
        "failed": request.method == "POST" and not quiet,
    }
    return render(request, "tasks/decompose/measure.html", context, status=status)


def _initial(measure: Measure) -> dict[str, Any]:
    return {
        "working_title": measure.working_title,
        "lead": measure.lead,
        "leader": measure.leader,
        "cooperating": list(measure.cooperating.all()),
    }


def _with_one_more(data: QueryDict) -> QueryDict:
    """The same form with one more empty row, nothing typed lost."""
    grown = data.copy()
    name = "items" if data.get("then") == "add-item" else "requirements"
    count = whole_number(data.get(f"{name}-TOTAL_FORMS", ""))
    grown[f"{name}-TOTAL_FORMS"] = str(count + 1 if count < 1000 else 1)
    return grown
