"""The steps of an activity, taken from its page or, for several at once, from the list."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from branches.request import ActorRequest
from common.access import Role, allow
from common.steps import StepForbidden, StepRefused
from tasks.forms.activity_steps import SayingForm
from tasks.models import Activity
from tasks.views.activities import acting, page_context, visible

DONE = {
    "submit": gettext_lazy("Submitted. It counts once the Party office has approved it."),
    "withdraw": gettext_lazy("Withdrawn; it is a draft again."),
    "approve": gettext_lazy("Approved; it counts now."),
    "send_back": gettext_lazy("Returned with your reason."),
    "unlock": gettext_lazy("Opened for correction; it does not count until it is approved again."),
}
WITH_REASON = {"send_back", "unlock"}


@require_POST
@allow(Role.OFFICE, Role.OFFICER)
def activity_step(request: ActorRequest, pk: int, step: str) -> HttpResponse:
    """Take one step. Refused: the page again with what was typed, what is so now, and why."""
    if step not in DONE:
        raise Http404
    found = visible(request, pk)
    version, saying = request.POST.get("version", ""), SayingForm(request.POST)
    take: Callable[..., Activity] = getattr(found, step)
    try:
        arguments = {"reason": saying.said()} if step in WITH_REASON else {}
        take(
            by=acting(request),
            at=timezone.now(),
            version=int(version) if _plain_number(version) else None,
            **arguments,
        )
    except StepForbidden as refusal:
        raise PermissionDenied from refusal
    except StepRefused as refusal:
        kept = {"refused": str(refusal), "refused_step": step, "reason": saying["reason"].value() or ""}
        context = page_context(request, visible(request, pk), **kept)
        return render(request, "tasks/activities/page.html", context, status=409)
    messages.success(request, str(DONE[step]))
    return redirect(_back(request) or found.get_absolute_url())


@require_POST
@allow(Role.OFFICE)
def activities_approve(request: ActorRequest) -> HttpResponse:
    """Approve the ticked ones, each in the version shown; what cannot be is named with its reason."""
    person, at, done = acting(request), timezone.now(), 0
    picked = [value.partition(":") for value in request.POST.getlist("picked")]
    versions = {
        int(pk): int(version)
        for pk, _colon, version in picked
        if _plain_number(pk) and _plain_number(version)
    }
    for found in Activity.objects.visible_to(request.actor).filter(pk__in=versions).order_by("pk"):
        try:
            found.approve(by=person, at=at, version=versions[found.pk])
            done += 1
        except StepRefused as refusal:
            messages.warning(request, f"{found}: {refusal}")
    if done:
        messages.success(
            request, ngettext("%(count)s approved.", "%(count)s approved.", done) % {"count": done}
        )
    elif not versions:
        messages.warning(request, _("Nothing was ticked."))
    return redirect(_back(request) or reverse("activities"))


def _plain_number(text: str) -> bool:
    """Whether a text is a number that a key or version can be."""
    return text.isdecimal() and len(text) < 18


def _back(request: ActorRequest) -> str:
    """Where the person came from, if that is a page of ours."""
    target = request.POST.get("next", "")
    return target if url_has_allowed_host_and_scheme(target, allowed_hosts=None) else ""
