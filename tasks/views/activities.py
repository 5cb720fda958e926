"""Activities: the list, its export, one activity, logging and editing."""

from __future__ import annotations

from tempfile import TemporaryFile
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.once import once
from branches.models import Person
from branches.request import ActorRequest
from common.access import CONTENT, Role, allow
from common.exporting import XLSX, download, file_name, write_rows
from common.paging import ordered, paginate
from common.steps import Stale, StepForbidden, StepRefused
from plans.models import Measure
from tasks.activity_rows import HEADERS, cells, for_list
from tasks.credits import credits_of
from tasks.forms.activities import ActivityForm
from tasks.forms.activity_filters import TO_DECIDE, ActivityFilters
from tasks.models import Activity, Attendance
from tasks.models.activity import PART_LABELS
from tasks.recording import log, plain, plain_record, revise

ORDER = ["-held_on", "-pk"]
WRITING = (Role.OFFICE, Role.OFFICER)


def acting(request: ActorRequest) -> Person:
    """The person who acts. Roles that write come from appointments, so there is one; else 403."""
    if request.actor.person is None:
        raise PermissionDenied
    return request.actor.person


@require_GET
@allow(*CONTENT)
def activities(request: ActorRequest) -> HttpResponse:
    """The list, newest first, as the address filters it."""
    filters, rows = _asked(request)
    counts = rows.aggregate(
        all=Count("pk"),
        **{str(status): Count("pk", filter=Q(status=status)) for status in Activity.Status},
    )
    page = paginate(for_list(rows), order=ORDER, query=request.GET, total=counts["all"])
    asked = filters.values.get("status") or ""
    context = {
        "filters": filters,
        "views": [{"value": v, "label": label, "current": v == asked} for v, label in filters.views],
        "approving": request.actor.is_office and asked == TO_DECIDE,
        "panel_open": "panel" in request.GET or bool(filters.errors),
        "page": page,
        "counts": counts,
        "approvable": request.actor.is_office
        and any(row.status == "submitted" and row.submitter_id != request.actor.person_id for row in page),
        "writes": request.actor.is_office or request.actor.is_officer,
        "export_url": f"{reverse('activity_export')}?{request.GET.urlencode()}",
    }
    return render(request, "tasks/activities/list.html", context)


@require_GET
@allow(*CONTENT)
def activity_export(request: ActorRequest) -> HttpResponseBase:
    """The whole list that the address shows, as a workbook, in the same order."""
    _filters, rows = _asked(request)
    stream = TemporaryFile()  # noqa: SIM115 (the response closes it)
    found = ordered(for_list(rows), ORDER).iterator(chunk_size=500)
    write_rows(stream, [str(head) for head in HEADERS], (cells(row) for row in found), title=_("Activities"))
    stream.seek(0)
    name = file_name(_("Activities"), timezone.localdate().isoformat(), ending="xlsx")
    return download(name, XLSX, stream)


def _asked(request: ActorRequest) -> tuple[ActivityFilters, QuerySet[Activity]]:
    filters = ActivityFilters(request.GET, actor=request.actor)
    visible = Activity.objects.visible_to(request.actor)
    return filters, filters.apply(visible)


@require_GET
@allow(*CONTENT)
def activity(request: ActorRequest, pk: int) -> HttpResponse:
    """One activity: what took place, who was there, what it serves, its files and its history."""
    found = visible(request, pk)
    context = page_context(request, found)
    if "logged" in request.GET:
        context["draft_done"] = request.session.pop("draft_done", "")
    return render(request, "tasks/activities/page.html", context)


def visible(request: ActorRequest, pk: int) -> Activity:
    """An activity in the actor's sight with everything its page shows, or 404."""
    measures = Measure.objects.select_related("clause", "pillar__clause")
    rows = Activity.objects.visible_to(request.actor)
    return get_object_or_404(
        rows.select_related(
            "kind", "organization", "host", "created_by", "submitted_by", "decided_by"
        ).prefetch_related(
            "partners",
            "first_agenda_items__activity",
            "evidence__uploaded_by",
            "events__by",
            Prefetch("measures", measures),
            Prefetch("attendance", Attendance.objects.select_related("person")),
        ),
        pk=pk,
    )


def page_context(request: ActorRequest, found: Activity, **more: Any) -> dict[str, Any]:
    """What the page of an activity shows; ``more`` adds what a refused step left behind."""
    roster = list(found.attendance.all())
    return {
        "activity": found,
        "steps": found.steps_open_to(request.actor, timezone.now()),
        "due": len(roster),
        "present": sum(row.status == Attendance.Status.PRESENT for row in roster),
        "away": [row for row in roster if row.status != Attendance.Status.PRESENT],
        "roster": roster,
        "returned_because": next(
            (e.note for e in found.events.all() if e.step in {"send_back", "unlock"}), ""
        )
        if found.status == Activity.Status.RETURNED
        else "",
        **more,
    }


@require_http_methods(["GET", "POST"])
@allow(*WRITING)
@once
def activity_log(request: ActorRequest) -> HttpResponse:
    """Log an activity, filled in from the last one of its kind."""
    form = _form(request, None)
    if form.is_bound and form.is_valid():
        try:
            found = log(form.record(), by=acting(request), at=timezone.now(), submit=form.submitting)
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _recorded(request, form, found)
    return _form_page(request, form)


@require_http_methods(["GET", "POST"])
@allow(*WRITING)
def activity_edit(request: ActorRequest, pk: int) -> HttpResponse:
    """Change a draft or returned activity; who edits an old copy sees both texts."""
    found = visible(request, pk)
    if "edit" not in found.steps_open_to(request.actor, timezone.now()):
        raise PermissionDenied
    form = _form(request, found)
    if not (form.is_bound and form.is_valid()):
        return _form_page(request, form)
    try:
        revise(
            found,
            form.record(),
            by=acting(request),
            at=timezone.now(),
            version=form.cleaned_data["version"] or 0,
            submit=form.submitting,
        )
    except Stale:
        return _form_page(request, form, status=409, now=visible(request, pk))
    except StepForbidden as refusal:
        raise PermissionDenied from refusal
    except StepRefused as refusal:
        form.add_error(None, str(refusal))
        return _form_page(request, form)
    return _recorded(request, form, found)


def _form(request: ActorRequest, found: Activity | None) -> ActivityForm:
    """Unsent, refreshed (the roster and the suggestions for another kind or day) or sent."""
    action = request.POST.get("action", "")
    on = timezone.localdate()
    if request.method == "POST" and action != "refresh":
        return ActivityForm(
            request.POST,
            request.FILES,
            actor=request.actor,
            on=on,
            asked=request.POST,
            activity=found,
            submitting=action == "submit",
        )
    asked: Any = request.POST if request.method == "POST" else request.GET.dict()
    if found is not None and request.method == "GET":
        asked = {"organization": found.organization_id, "kind": found.kind.code}
    return ActivityForm(actor=request.actor, on=on, asked=asked, activity=found)


def _form_page(
    request: ActorRequest, form: ActivityForm, status: int = 200, now: Activity | None = None
) -> HttpResponse:
    if form.chosen is None or form.chosen_kind is None:
        return render(request, "tasks/activities/nothing_to_log.html", {"organization": form.chosen})
    offered, others = form.measure_choices()
    kinds, more_kinds = form.kind_choices()
    rows, day = form.roster_rows, form.agenda_day
    entries = 9 + form.chosen_kind.first_agenda
    context = {
        "kinds": kinds,
        "more_kinds": more_kinds,
        "entries": entries,
        "filled_count": 3 + sum(form.filled.values()),
        "lag": (form.held - day).days if day and day <= form.held else None,
        "draft_key": form.draft_key,
        "compared": _compared(now, form) if now else [],
        "form": form,
        "activity": form.activity,
        "now": now,
        "kind": form.chosen_kind,
        "organization": form.chosen,
        "rows": rows,
        "present": sum(row.present for row in rows),
        "offered": offered,
        "others": others,
        "credits": credits_of(form.chosen, form.chosen_kind, form.held, form.ticked_measures(), day, form.on),
    }
    return render(request, "tasks/activities/form.html", context, status=status)


def _compared(now: Activity, form: ActivityForm) -> list[dict[str, Any]]:
    """Where what is there differs from what was typed."""
    there, yours = plain(now), plain_record(form.record())
    return [
        {"label": PART_LABELS[name], "there": text, "yours": yours[name]}
        for name, text in there.items()
        if text != yours[name]
    ]


def _recorded(request: HttpRequest, form: ActivityForm, found: Activity) -> HttpResponse:
    request.session["draft_done"] = form.draft_key
    if found.status == Activity.Status.SUBMITTED:
        messages.success(request, _("Submitted. It counts once the Party office has approved it."))
    else:
        messages.success(request, _("Draft saved."))
    return redirect(f"{found.get_absolute_url()}?logged=1")
