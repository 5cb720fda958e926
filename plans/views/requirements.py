"""Standing requirements, exemptions and kinds of activity: kept by the Party office, with their history."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.audit import difference, record, snapshot
from accounts.models import AuditEvent
from accounts.once import once
from branches.request import ActorRequest
from branches.views.doing import differences
from common.access import Role, allow
from common.forms import ModelForm
from common.paging import paginate
from plans.forms.requirements import EndForm, ExemptionForm, KindForm, RequirementForm
from plans.history import history_of
from plans.models import ActivityKind, Exemption, Requirement

Verb = AuditEvent.Verb
FIELDS = tuple(RequirementForm.Meta.fields)
KIND_FIELDS = tuple(KindForm.Meta.fields)
#: The tabs of the list.
TABS = ("asked", "exempt", "kinds")


@require_GET
@allow(Role.OFFICE)
def requirements(request: ActorRequest) -> HttpResponse:
    """What is asked of whom and from what source; who is exempt now; the kinds of activity. A tab each."""
    on, show = timezone.localdate(), request.GET.get("show", "")
    asked: Any = Requirement.objects.all()
    exemptions = Exemption.objects.filter(ends_on__gte=on)
    kinds = ActivityKind.objects.order_by("-active", "position", "pk")
    numbers = {"asked": asked.count(), "exempt": exemptions.count(), "kinds": kinds.count()}
    context: dict[str, Any] = {
        "show": show if show in TABS else "asked",
        "in_force": asked.in_force(on).count(),
        "numbers": numbers,
    }
    if show == "kinds":
        context["kinds"] = list(kinds)
    elif show == "exempt":
        rows = exemptions.select_related("organization", "requirement__activity_kind", "granted_by")
        order = ["organization__path", "starts_on", "pk"]
        context["page"] = paginate(rows, order=order, query=request.GET, total=numbers["exempt"])
    else:
        rows = asked.select_related(
            "activity_kind", "organization", "measure__clause", "measure__pillar__clause"
        )
        order = ["-active", "activity_kind__position", "pk"]
        context["page"] = paginate(rows, order=order, query=request.GET, total=numbers["asked"])
    return render(request, "plans/requirements/list.html", context)


def _added(request: ActorRequest, form: ModelForm, fields: tuple[str, ...]) -> None:
    row = form.save()
    record(Verb.CREATE, row, by=request.user, changes=difference({}, snapshot(row, fields)))


def _to(show: str) -> HttpResponse:
    """Back to one tab of the list."""
    return redirect(f"{reverse('requirements')}?show={show}")


@require_http_methods(["GET", "POST"])
@allow(Role.OFFICE)
@once
def requirement_add(request: ActorRequest) -> HttpResponse:
    """A new requirement, in force from a day on."""
    initial = {"effective_from": timezone.localdate().replace(day=1), "minimum": 1}
    form = RequirementForm(request.POST or None, initial=initial)
    if form.is_valid() and form.keeps(lambda: _added(request, form, FIELDS)):
        messages.success(request, _("Requirement added."))
        return redirect("requirements")
    return _page(request, form, title=_("New standing requirement"))


@require_http_methods(["GET", "POST"])
@allow(Role.OFFICE)
def requirement_edit(request: ActorRequest, pk: int) -> HttpResponse:
    """Change a requirement; who edits an old copy sees both."""
    row = get_object_or_404(Requirement.objects.select_related("activity_kind", "organization"), pk=pk)
    form = RequirementForm(request.POST or None, instance=row)
    title = _("Edit standing requirement")
    if not form.is_valid():
        shown = Requirement.objects.select_related("activity_kind").get(pk=pk)
        return _page(request, form, title=title, row=shown)
    with transaction.atomic():
        now = Requirement.objects.select_for_update().get(pk=pk)
        if form.cleaned_data["version"] != now.version:
            found = differences(RequirementForm(instance=now), form)
            return _page(request, form, title=title, row=now, now=now, differences=found, status=409)
        before = snapshot(now, FIELDS)
        form.instance.version = now.version + 1
        saved = form.save()
        record(Verb.UPDATE, saved, by=request.user, changes=difference(before, snapshot(saved, FIELDS)))
    messages.success(request, _("Requirement changed."))
    return redirect("requirements")


@require_http_methods(["GET", "POST"])
@allow(Role.OFFICE)
@once
def exemption_add(request: ActorRequest, pk: int) -> HttpResponse:
    """Exempt an organization from one requirement, with the reason."""
    rows = Requirement.objects.select_related("activity_kind")
    if request.method == "POST":  # what overlaps is looked for by one person at a time
        rows = rows.select_for_update(of=("self",))
    row = get_object_or_404(rows, pk=pk)
    form = ExemptionForm(
        request.POST or None, requirement=row, initial={"starts_on": timezone.localdate().replace(day=1)}
    )
    if form.is_valid():
        with transaction.atomic():
            form.instance.granted_by = request.actor.person
            exemption = form.save()
            record(Verb.CREATE, exemption, by=request.user, note=exemption.reason)
        messages.success(request, _("Exemption recorded."))
        return _to("exempt")
    return _page(request, form, title=_("Exempt an organization"), row=row, template="exemption")


@require_http_methods(["GET", "POST"])
@allow(Role.OFFICE)
def exemption_end(request: ActorRequest, pk: int) -> HttpResponse:
    """End an exemption before its time, with the reason."""
    exemption = get_object_or_404(
        Exemption.objects.select_related("organization", "requirement__activity_kind"), pk=pk
    )
    form = EndForm(request.POST or None, exemption=exemption, initial={"ends_on": timezone.localdate()})
    if form.is_valid():
        with transaction.atomic():
            locked = Exemption.objects.select_for_update().get(pk=pk)
            before = snapshot(locked, ["ends_on"])
            locked.ends_on = form.cleaned_data["ends_on"]
            locked.save(update_fields=["ends_on"])
            changes = difference(before, snapshot(locked, ["ends_on"]))
            record(Verb.UPDATE, locked, by=request.user, changes=changes, note=form.cleaned_data["reason"])
        messages.success(request, _("Exemption ended."))
        return _to("exempt")
    return _page(
        request,
        form,
        title=_("End the exemption"),
        row=exemption.requirement,
        exemption=exemption,
        template="end",
    )


@require_http_methods(["GET", "POST"])
@allow(Role.OFFICE)
@once
def kind_add(request: ActorRequest) -> HttpResponse:
    """A kind of activity of the institute's own."""
    form = KindForm(request.POST or None)
    if form.is_valid() and form.keeps(lambda: _added(request, form, KIND_FIELDS)):
        messages.success(request, _("Kind of activity added."))
        return _to("kinds")
    return _page(request, form, title=_("New kind of activity"), template="kind")


@require_http_methods(["GET", "POST"])
@allow(Role.OFFICE)
def kind_edit(request: ActorRequest, pk: int) -> HttpResponse:
    """Rename a kind, move it in the list, or no longer offer it."""
    kind = get_object_or_404(ActivityKind, pk=pk)
    before = snapshot(kind, KIND_FIELDS)
    form = KindForm(request.POST or None, instance=kind)
    if form.is_valid():
        with transaction.atomic():
            saved = form.save()
            record(
                Verb.UPDATE, saved, by=request.user, changes=difference(before, snapshot(saved, KIND_FIELDS))
            )
        messages.success(request, _("Kind of activity changed."))
        return _to("kinds")
    return _page(request, form, title=_("Edit kind of activity"), row=kind, template="kind")


def _page(
    request: ActorRequest,
    form: Any,
    *,
    title: str,
    row: Any = None,
    template: str = "form",
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    history = history_of(more.get("exemption") or row) if row is not None else []
    context = {"form": form, "title": title, "row": row, "history": history, **more}
    return render(request, f"plans/requirements/{template}.html", context, status=status)
