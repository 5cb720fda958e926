"""From a document to a confirmed plan: choose it, look at the draft, correct it, confirm."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from branches.models import Person
from branches.request import ActorRequest
from branches.views.doing import differences
from common.access import Role, allow
from common.steps import Stale, StepRefused
from plans.forms.importing import ImportForm, LineForm
from plans.forms.plans import HeadForm
from plans.importing.head import Head
from plans.importing.marks import marks
from plans.models import ActionPlan, PlanDraft
from plans.views import draft_page

_ACT = re.compile(
    r"(join|apart|keep|heading):(\d{1,7})|seen:([a-z_]+:\d{1,7})|(measure|paragraph):(\d{1,7}\.\d{1,4})"
)


def _me(request: ActorRequest) -> Person:
    person = request.actor.person
    assert person is not None  # noqa: S101 (the office is an appointment of a person)
    return person


def _draft(pk: int) -> PlanDraft:
    return get_object_or_404(PlanDraft.objects.select_related("plan"), pk=pk)


@require_http_methods(["GET", "POST"])
@allow(Role.OFFICE)
def plan_import(request: ActorRequest) -> HttpResponse:
    """Choose a file or paste text; the same document is never kept twice."""
    form = ImportForm(request.POST or None, request.FILES or None)
    if not form.is_valid():
        return render(request, "plans/draft/import.html", {"form": form}, status=422 if form.errors else 200)
    known = ActionPlan.objects.confirmed().filter(sha256=form.source.sha256).first()
    if known:
        messages.warning(request, _("This document has already been imported. Here is its plan."))
        return redirect("plan_document", known.pk)
    draft, new = PlanDraft.begin(
        form.source, _me(request), timezone.now(), even_if=form.cleaned_data["even_if"]
    )
    if not new:
        messages.info(request, _("This document is already being read in. Go on here."))
    return redirect("plan_draft", draft.pk)


@require_GET
@allow(Role.OFFICE)
def plan_draft(request: ActorRequest, pk: int) -> HttpResponse:
    """The original beside the outline."""
    draft = _draft(pk)
    if draft.plan:
        return redirect("plan_document", draft.plan.pk)
    parsed = draft.parsed()
    start = request.GET.get("from", "")
    page = draft_page.build(
        draft.source,
        parsed,
        draft.decisions,
        request.GET.get("show", ""),
        int(start) if start.isdecimal() and len(start) < 8 else 0,
    )
    context = {
        "draft": draft,
        "parsed": parsed,
        "page": page,
        "head": draft.head(parsed, timezone.localdate()),
        "kinds": dict(ActionPlan.Kind.choices),
        "counts": {kind: parsed.count(kind) for kind in ("section", "pillar", "measure")},
        "altered": sum(node.altered for node in parsed.walk()),
    }
    return render(request, "plans/draft/draft.html", context)


@require_POST
@allow(Role.OFFICE)
def plan_draft_decide(request: ActorRequest, pk: int) -> HttpResponse:
    """Answer one question, or all joins at once."""
    draft = _draft(pk)
    act = request.POST.get("act", "")
    changes, line = _changes(draft, act)
    if not changes:
        messages.error(request, _("This question is not there any more."))
    else:
        _refusing(request, lambda: draft.decide(_me(request), timezone.now(), changes))
    show, start = request.POST.get("show", ""), request.POST.get("from", "")
    query = "&".join(
        f"{name}={value}" for name, value in (("show", show), ("from", start)) if value.isalnum()
    )
    # A browser takes the focus away when it goes to a fragment; whoever answers by keys goes on from place to place.
    place = f"#n{line}" if line and "keys" not in request.POST else ""
    return redirect(f"{reverse('plan_draft', args=[pk])}{'?' + query if query else ''}{place}")


def _changes(draft: PlanDraft, act: str) -> tuple[dict[str, Any], str]:
    """What an answer changes, and the line it is about."""
    if act == "join_all":
        parsed = draft.parsed()
        return {
            "seen": {f"join:{join.next}" for join in parsed.joins},
            "not_apart": draft.decisions.apart,
        }, ""
    found = _ACT.fullmatch(act)
    if found is None:
        return {}, ""
    word, number, seen, kind, key = found.groups()
    if seen:
        return {"seen": {seen}}, seen.partition(":")[2]
    if kind:
        return {"kinds": {key: kind}}, key.partition(".")[0]
    line = int(number)
    mark = marks(draft.source.lines, draft.decisions.levels).get(line)
    changes: dict[str, dict[str, Any]] = {
        "join": {"seen": {f"join:{line}"}, "not_apart": {line}},
        "apart": {"apart": {line}, "not_seen": {f"join:{line}"}},
        "keep": {"kept": {line}},
        "heading": {"levels": {line: mark.level}} if mark else {},
    }
    return changes[word], number


@require_http_methods(["GET", "POST"])
@allow(Role.OFFICE)
def plan_draft_line(request: ActorRequest, pk: int, line: int) -> HttpResponse:
    """Correct the level, kind or title of the clause that begins on a line."""
    draft = _draft(pk)
    parsed = draft.parsed()
    node = next((node for node in parsed.walk() if node.line == line), None)
    text = next((row[1] for row in draft.lines if row[0] == line), None)
    if text is None or draft.plan:
        return redirect("plan_draft", pk)
    initial = {
        "level": node.level if node else 0,
        "title": node.title if node else "",
        "kind": draft.decisions.kinds.get(str(line), ""),
        "version": draft.version,
    }
    form = LineForm(request.POST or None, initial=initial)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        values = form.cleaned_data
        try:
            draft.correct_line(_me(request), timezone.now(), line, values)
            return redirect(f"{reverse('plan_draft', args=[pk])}#n{line}")
        except StepRefused as error:
            form.add_error(None, str(error))
            status = _restart(form, draft.version, error)
    context = {"draft": draft, "form": form, "line": line, "text": text, "node": node}
    return render(request, "plans/draft/line.html", context, status=status)


@require_http_methods(["GET", "POST"])
@allow(Role.OFFICE)
def plan_draft_head(request: ActorRequest, pk: int) -> HttpResponse:
    """Correct what is said of the plan as a whole."""
    draft = _draft(pk)
    if draft.plan:
        return redirect("plan_document", draft.plan.pk)
    head = draft.head(draft.parsed(), timezone.localdate())
    form = HeadForm(request.POST or None, initial={**asdict(head), "version": draft.version})
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            values = Head(**form.values())
            draft.set_head(_me(request), timezone.now(), values, form.cleaned_data["version"])
            return redirect("plan_draft", pk)
        except StepRefused as error:
            status = _restart(form, draft.version, error)
            if status != 409:
                form.add_error(None, str(error))
    context: dict[str, Any] = {"draft": draft, "form": form}
    if status == 409:
        context["differences"] = differences(HeadForm(initial=asdict(head)), form)
    return render(request, "plans/draft/head.html", context, status=status)


@require_POST
@allow(Role.OFFICE)
def plan_draft_confirm(request: ActorRequest, pk: int) -> HttpResponse:
    """Make the plan of what was seen."""
    draft = _draft(pk)
    version = request.POST.get("version", "")
    try:
        plan = draft.confirm(
            _me(request), timezone.now(), int(version) if version.isdecimal() and len(version) < 9 else -1
        )
    except StepRefused as error:
        messages.error(request, str(error))
        return redirect("plan_draft", pk)
    except ValidationError as error:
        for message in error.messages:
            messages.error(request, message)
        return redirect("plan_draft_head", pk)
    messages.success(request, _("The plan is in force. Next: decompose its measures."))
    return redirect("plan_document", plan.pk)


@require_POST
@allow(Role.OFFICE)
def plan_draft_discard(request: ActorRequest, pk: int) -> HttpResponse:
    """Throw a draft away."""
    if _refusing(request, lambda: _draft(pk).discard(_me(request), timezone.now())):
        messages.success(request, _("The draft was thrown away."))
    return redirect("plans")


def _refusing(request: ActorRequest, step: Callable[[], None]) -> bool:
    """Take a step; what it refuses becomes a message."""
    try:
        step()
    except StepRefused as error:
        messages.error(request, str(error))
        return False
    return True


def _restart(form: Any, version: int, error: StepRefused) -> int:
    """After a stale form: what was typed stays, the next try is against the present version."""
    if not isinstance(error, Stale):
        return 422
    form.data = form.data.copy()
    form.data["version"] = version
    return 409
