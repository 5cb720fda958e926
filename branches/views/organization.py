"""The forest of organizations: list, add, edit, deactivate, and who holds what in one of them."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.once import once
from branches.forms.organization import LastDayForm, NewOrganizationForm, OrganizationFilter, OrganizationForm
from branches.history import history
from branches.models import Appointment, Organization
from branches.request import ActorRequest
from branches.views.doing import acting, conflict, done
from common.access import CONTENT, Role, allow
from common.forms import Form
from common.paging import Page, paginate
from common.steps import Stale
from common.typed import whole_number

FORM = "branches/organization/form.html"
#: Indents beyond this look the same; a tree that deep does not exist.
DEEPEST = 5
#: The secretary first.
POST_ORDER = {post: number for number, post in enumerate(Appointment.Post.values)}


@allow(*CONTENT)
@require_safe
def organizations(request: ActorRequest) -> HttpResponse:
    """All organizations as a tree; of those out of one's scope only name and officers."""
    form = OrganizationFilter(request.GET)
    wanted = form.cleaned_data if form.is_valid() else dict.fromkeys(form.fields, "")
    found = Organization.objects.matching(wanted["q"].strip())
    if wanted["system"]:
        found = found.filter(system=wanted["system"])
    if wanted["kind"]:
        found = found.filter(kind=wanted["kind"])
    if wanted["state"] != "all":
        found = found.filter(active=wanted["state"] != "closed")
    today = timezone.localdate()
    belongs = Q(memberships__ends_on__isnull=True) | Q(memberships__ends_on__gte=today)
    page = paginate(
        found.annotate(members=Count("memberships", filter=belongs & Q(memberships__starts_on__lte=today))),
        order=["path"],
        query=request.GET,
        total=found.count(),
        default_size=100,
    )
    flat = bool(wanted["q"] or wanted["kind"])
    rows = _rows(request, page, flat)
    narrowed = flat or bool(wanted["system"] or wanted["state"])
    context = {"page": page, "rows": rows, "form": form, "narrowed": narrowed}
    return render(request, "branches/organization/list.html", context)


def _rows(request: ActorRequest, page: Page[Organization], flat: bool) -> list[dict[str, Any]]:
    """Each organization with its officers and, where the tree is not shown, what it belongs to."""
    held: dict[int, list[Appointment]] = defaultdict(list)
    today = timezone.localdate()
    for row in (
        Appointment.objects.on(today)
        .filter(organization__in=[node.pk for node in page])
        .select_related("person")
        .order_by("starts_on", "pk")
    ):
        held[row.organization_id].append(row)
    steps = Organization.steplen
    above = {node.path[:-steps] for node in page} if flat else set()
    names = dict(Organization.objects.filter(path__in=above).values_list("path", "name")) if above else {}
    return [
        {
            "node": node,
            "officers": sorted(held[node.pk], key=lambda row: POST_ORDER[row.post]),
            "parent": names.get(node.path[:-steps], ""),
            "indent": 0 if flat else min(node.depth - 1, DEEPEST),
            "open": request.actor.in_scope(node),
        }
        for node in page
    ]


@allow(Role.OFFICE)
@once
def add(request: ActorRequest) -> HttpResponse:
    """A new organization, under another or as the root of a system."""
    parent = whole_number(request.GET.get("parent", ""))
    form = NewOrganizationForm(request.POST or None, initial={"parent": parent or None})
    if request.method == "POST" and form.is_valid():
        made, at = form.instance, timezone.now()
        if done(form, lambda: made.found(acting(request), at, form.cleaned_data["parent"])):
            messages.success(request, _("%(name)s is added.") % {"name": made})
            return HttpResponseRedirect(reverse("organization_manage", args=[made.pk]))
    return render(request, FORM, {"form": form, "back": reverse("organizations")})


@allow(Role.OFFICE)
def edit(request: ActorRequest, pk: int) -> HttpResponse:
    """Correct the particulars of an organization."""
    node = get_object_or_404(Organization, pk=pk)
    form = OrganizationForm(request.POST or None, instance=node)
    back = reverse("organization_manage", args=[pk])
    standing = get_object_or_404(Organization, pk=pk)
    context = {"organization": standing, "back": back}
    if request.method == "POST" and form.is_valid():
        version, at = form.cleaned_data["version"] or 0, timezone.now()
        try:
            if done(form, lambda: node.change(acting(request), at, version, form.values)):
                messages.success(request, _("%(name)s is saved.") % {"name": node})
                return HttpResponseRedirect(back)
        except Stale:
            return conflict(request, FORM, _form_for, standing, context)
    return render(request, FORM, {**context, "form": form})


def _form_for(data: Any, instance: Any) -> OrganizationForm:
    return OrganizationForm(data, instance=instance)


@allow(Role.OFFICE)
def deactivate(request: ActorRequest, pk: int) -> HttpResponse:
    """Ask for the last day, say what ends with it, then deactivate."""
    node = get_object_or_404(Organization, pk=pk)
    back = reverse("organization_manage", args=[pk])
    hint = _("Memberships, posts, terms and liaisons that are still open end on this day.")
    form = LastDayForm(request.POST or None, hint=hint, initial={"ends_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        at = timezone.now()
        if done(form, lambda: node.dissolve(acting(request), at, form.cleaned_data["ends_on"])):
            messages.success(request, _("%(name)s is deactivated.") % {"name": node})
            return HttpResponseRedirect(back)
    context = {"organization": node, "form": form, "back": back, "open": len(_open_rows(node))}
    return render(request, "branches/organization/deactivate.html", context)


@require_POST
@allow(Role.OFFICE)
def reactivate(request: ActorRequest, pk: int) -> HttpResponse:
    """Open a deactivated organization again."""
    node = get_object_or_404(Organization, pk=pk)
    form, at = Form(request.POST), timezone.now()
    if form.is_valid() and done(form, lambda: node.restore(acting(request), at)):
        messages.success(request, _("%(name)s is active again.") % {"name": node})
    for error in form.non_field_errors():
        messages.error(request, str(error))
    return HttpResponseRedirect(reverse("organization_manage", args=[pk]))


def _open_rows(node: Organization) -> list[Any]:
    kinds = (node.memberships, node.appointments, node.terms, node.liaisons)
    return [row for rows in kinds for row in rows.open().select_related()]


@allow(*CONTENT)
@require_safe
def manage(request: ActorRequest, pk: int) -> HttpResponse:
    """Who holds what in an organization: posts, terms, liaisons, members, what lies below; with history."""
    node = get_object_or_404(Organization.objects.select_related("based_in"), pk=pk)
    in_scope = request.actor.in_scope(node)
    appointments = sorted(
        node.appointments.select_related("person", "organization"), key=lambda row: POST_ORDER[row.post]
    )
    context: dict[str, Any] = {
        "organization": node,
        "in_scope": in_scope,
        "parent": Organization.objects.filter(path=node.path[: -node.steplen]).first(),
        "children": Organization.objects.under(node).filter(depth=node.depth + 1).active(),
        "appointments": [row for row in appointments if row.ends_on is None],
        "today": timezone.localdate(),
    }
    if in_scope:
        members = node.memberships.select_related("person").order_by("person__name", "pk")
        terms, liaisons = list(node.terms.all()), list(node.liaisons.select_related("member"))
        context |= {
            "terms": terms,
            "liaisons": liaisons,
            "past": [row for row in appointments if row.ends_on is not None],
            "page": paginate(
                members.open(), order=["person__name", "pk"], query=request.GET, total=members.open().count()
            ),
            "history": history(node, *appointments, *terms, *liaisons),
        }
    return render(request, "branches/organization/manage.html", context)
