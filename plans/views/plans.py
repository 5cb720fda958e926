"""Plans: the list, the document as issued, its correction and withdrawal."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import AuditEvent
from branches.request import ActorRequest
from branches.views.doing import differences
from common.access import CONTENT, Role, allow
from common.paging import paginate
from common.steps import Stale, StepRefused
from plans.forms.plans import ClauseForm, HeadForm, MeasureForm, WithdrawForm
from plans.models import ActionPlan, Clause, PlanDraft
from plans.views.drafts import _me

#: Clauses of a document on one page.
PAGE = 400
#: Documents being read in that the list names; the newest first.
DRAFTS = 100


@require_GET
@allow(*CONTENT)
def plans(request: ActorRequest) -> HttpResponse:
    """Every plan, newest first; for the office the drafts as well."""
    rows = ActionPlan.objects.visible_to(request.actor).annotate(measure_count=Count("measures"))
    page = paginate(rows, order=["-issued_on", "-pk"], query=request.GET)
    # The lines of a document are not needed for its name.
    drafts = PlanDraft.objects.open().select_related("created_by").defer("lines")
    in_force = ActionPlan.objects.confirmed().count()
    context = {
        "page": page,
        "drafts": list(drafts[:DRAFTS]) if request.actor.is_office else [],
        "in_force": in_force,
    }
    return render(request, "plans/plan/list.html", context)


@require_GET
@allow(*CONTENT)
def plan_document(request: ActorRequest, pk: int) -> HttpResponse:
    """The document as issued, clause by clause, with what was corrected since."""
    plan = get_object_or_404(ActionPlan.objects.visible_to(request.actor), pk=pk)
    return _document(request, plan, WithdrawForm(initial={"version": plan.version}))


def _document(
    request: ActorRequest, plan: ActionPlan, withdraw: WithdrawForm, status: int = 200
) -> HttpResponse:
    """The page of a document with the form that withdraws its plan."""
    start = request.GET.get("from", "")
    clauses = plan.clauses.select_related("measure__lead", "measure__leader", "pillar").order_by("position")
    after = clauses.filter(position__gte=int(start) if start.isdecimal() and len(start) < 8 else 0)
    shown = list(after[: PAGE + 1])
    history = AuditEvent.objects.of(plan) | AuditEvent.objects.filter(
        target_type="plans.clause", target_id__in=[str(clause.pk) for clause in shown]
    )
    context = {
        "plan": plan,
        "clauses": shown[:PAGE],
        "next": shown[PAGE].position if len(shown) > PAGE else None,
        "history": history.select_related("actor").order_by("-at", "-pk")[:30],
        "may_correct": request.actor.is_office and plan.status == ActionPlan.Status.CONFIRMED,
        "withdraw": withdraw,
    }
    return render(request, "plans/plan/document.html", context, status=status)


@require_http_methods(["GET", "POST"])
@allow(Role.OFFICE)
def plan_correct(request: ActorRequest, pk: int) -> HttpResponse:
    """Correct what is said of the plan as a whole."""
    plan = get_object_or_404(ActionPlan, pk=pk)
    # The form writes into its instance; the page shows the row as it stands.
    form = HeadForm(
        request.POST or None, instance=ActionPlan.objects.get(pk=pk), initial={"version": plan.version}
    )
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            plan.correct(_me(request), timezone.now(), form.cleaned_data["version"], form.values())
            messages.success(request, _("Corrected."))
            return redirect("plan_document", pk)
        except StepRefused as error:
            status = _answer(form, {"version": plan.version}, error)
    context: dict[str, Any] = {"plan": plan, "form": form}
    if status == 409:
        context["differences"] = differences(HeadForm(instance=plan), form)
    return render(request, "plans/plan/correct.html", context, status=status)


@require_http_methods(["GET", "POST"])
@allow(Role.OFFICE)
def clause_correct(request: ActorRequest, pk: int) -> HttpResponse:
    """Correct the wording of a clause, and what the institute decided about its measure."""
    clause = get_object_or_404(Clause.objects.select_related("plan", "measure"), pk=pk)
    measure = getattr(clause, "measure", None)
    versions = {"version": clause.version, "measure_version": measure.version if measure else 0}
    form = ClauseForm(request.POST or None, initial={"title": clause.title, "text": clause.text, **versions})
    own = {name: getattr(measure, name) for name in ("working_title", "lead", "leader")} if measure else {}
    inside = MeasureForm(request.POST or None, initial={**own, **versions}) if measure else None
    status = 422 if form.is_bound else 200
    if form.is_valid() and (inside is None or inside.is_valid()):
        try:
            clause.correct_with(
                _me(request), timezone.now(), form.cleaned_data, inside.cleaned_data if inside else None
            )
            messages.success(request, _("Corrected."))
            return redirect(f"{reverse('plan_document', args=[clause.plan_id])}#c{clause.position}")
        except StepRefused as error:
            status = _answer(form, versions, error)
            if inside is not None:
                inside.data = form.data
    context: dict[str, Any] = {"clause": clause, "form": form, "inside": inside}
    if status == 409:
        context["differences"] = differences(
            ClauseForm(initial={"title": clause.title, "text": clause.text}), form
        )
        if inside is not None:
            context["differences"] += differences(MeasureForm(initial=own), inside)
    context["history"] = AuditEvent.objects.of(clause).select_related("actor")[:20]
    return render(request, "plans/plan/clause.html", context, status=status)


@require_POST
@allow(Role.OFFICE)
def plan_withdraw(request: ActorRequest, pk: int) -> HttpResponse:
    """Take a plan back while nothing depends on it."""
    plan = get_object_or_404(ActionPlan, pk=pk)
    form = WithdrawForm(request.POST or None, initial={"version": plan.version})
    if not form.is_valid():
        return _document(request, plan, form, 422 if form.is_bound else 200)
    try:
        plan.withdraw(_me(request), timezone.now(), form.cleaned_data["version"], form.cleaned_data["reason"])
    except StepRefused as error:
        return _not_withdrawn(request, ActionPlan.objects.get(pk=pk), form, error)
    messages.success(request, _("The plan is withdrawn. Its document may be imported again."))
    return redirect("plan_document", pk)


def _not_withdrawn(
    request: ActorRequest, plan: ActionPlan, form: WithdrawForm, error: StepRefused
) -> HttpResponse:
    """The reason stays with what was refused beside it; the next try is against the present version."""
    if plan.status != ActionPlan.Status.CONFIRMED:
        messages.error(request, str(error))
        return redirect("plan_document", plan.pk)
    status = _answer(form, {"version": plan.version}, error, beside="reason")
    return _document(request, plan, form, status)


def _answer(form: Any, versions: dict[str, int], error: StepRefused, beside: str | None = None) -> int:
    """Say what was refused; after a stale form both texts are shown, the next try is against the present ones."""
    if beside or not isinstance(error, Stale):
        form.add_error(beside, str(error))
    if not isinstance(error, Stale):
        return 422
    form.data = {**form.data.dict(), **versions}
    return 409
