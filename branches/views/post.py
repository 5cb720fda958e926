"""Vanguard posts: the list, applying, deciding, the yearly review."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.once import once
from branches.forms.team import PostForm, RefusalForm, ReviewForm, TeamFilter
from branches.history import history
from branches.models import Organization, VanguardPost
from branches.models.office import same_day
from branches.request import ActorRequest
from branches.views.doing import acting, done
from common.access import CONTENT, Role, allow
from common.forms import Form, LookMixin
from common.paging import paginate
from common.steps import Stale
from common.typed import whole_number

STATES = [
    ("", gettext_lazy("applied for or held")),
    ("applied", gettext_lazy("to be decided")),
    ("review", gettext_lazy("to be reviewed")),
    ("all", gettext_lazy("all")),
]


@allow(*CONTENT)
@require_safe
def posts(request: ActorRequest) -> HttpResponse:
    """The posts of one's scope, the latest first."""
    visible = VanguardPost.objects.visible_to(request.actor)
    own = Organization.objects.active().filter(pk__in=visible.values("organization"))
    form = TeamFilter(request.GET, organizations=own, states=STATES)
    empty: dict[str, Any] = {"q": "", "organization": None, "state": ""}
    wanted = form.cleaned_data if form.is_valid() else empty
    today, text = timezone.localdate(), wanted["q"].strip()
    found = visible.in_state(wanted["state"], today)
    if text:
        found = found.filter(Q(holder__name__icontains=text) | Q(challenge__icontains=text))
    if wanted["organization"]:
        found = found.filter(organization__in=Organization.objects.under(wanted["organization"]).values("pk"))
    rows = found.select_related("holder", "organization").prefetch_related("reviews")
    page = paginate(rows, order=["-valid_from", "-pk"], query=request.GET, total=found.count())
    context = {
        "page": page,
        "rows": [{"post": row, **light_of(row, today)} for row in page],
        "form": form,
        "narrowed": any(wanted.values()),
    }
    return render(request, "branches/post/list.html", context)


def light_of(post: VanguardPost, today: date) -> dict[str, str]:
    """A held post's light (by the days left), or no light and the word of its state."""
    if post.status != VanguardPost.Status.APPROVED:
        return {"light": "", "word": str(post.get_status_display())}
    left = (post.valid_to - today).days
    if left < 0:
        return {"light": "red", "word": _("to be reviewed")}
    if left <= settings.POST_REVIEW_DAYS:
        return {
            "light": "yellow",
            "word": ngettext("%(days)s day left", "%(days)s days left", left) % {"days": left},
        }
    last = next(iter(post.reviews.all()), None)
    if last is not None:
        return {"light": "blue", "word": _("renewed %(year)s") % {"year": last.year}}
    return {"light": "green", "word": _("in post")}


def _post(request: ActorRequest, pk: int) -> VanguardPost:
    rows = VanguardPost.objects.visible_to(request.actor).select_related(
        "holder", "organization", "decided_by"
    )
    return get_object_or_404(rows, pk=pk)


@allow(*CONTENT)
@require_safe
def post(request: ActorRequest, pk: int) -> HttpResponse:
    """One post: challenge, commitment, days, reviews, and the step that waits."""
    return _page(request, _post(request, pk))


def _page(
    request: ActorRequest,
    shown: VanguardPost,
    refusal: LookMixin | None = None,
    review: LookMixin | None = None,
    **more: Any,
) -> HttpResponse:
    today = timezone.localdate()
    actor = request.actor
    held = shown.status == VanguardPost.Status.APPROVED
    applied = shown.status == VanguardPost.Status.APPLIED
    decides = actor.is_office and actor.person_id != shown.holder_id
    initial = {"year": today.year, "valid_to": same_day(shown.valid_to, 1)}
    failed = [form for form in (refusal, review) if form is not None]
    context: dict[str, Any] = {
        "post": shown,
        "reviews": shown.reviews.select_related("reviewed_by"),
        "history": history(shown),
        "refusal": refusal or (RefusalForm() if applied and decides else None),
        "review": review or (ReviewForm(initial=initial) if held and decides else None),
        "takes_back": applied and actor.writes_for(shown.organization),
        **light_of(shown, today),
        **more,
    }
    status = more.get("status", 400 if failed else 200)
    return render(request, "branches/post/page.html", context, status=status)


def _stale(request: ActorRequest, pk: int, **forms: LookMixin) -> HttpResponse:
    """409: the post as it stands now; what was written stands in its form, or beside it when that is over."""
    messages.warning(
        request,
        _("Someone else changed this first. It stands below as it is now; nothing of yours is saved."),
    )
    shown = _post(request, pk)
    wanted = {"refusal": VanguardPost.Status.APPLIED, "review": VanguardPost.Status.APPROVED}
    again = {name: form for name, form in forms.items() if shown.status == wanted[name]}
    typed = [(b.label, b.value()) for name, form in forms.items() if name not in again for b in form]
    return _page(request, shown, **again, typed=typed, status=409)


@allow(Role.OFFICE, Role.OFFICER)
@once
def add(request: ActorRequest) -> HttpResponse:
    """Apply for a post."""
    today = timezone.localdate()
    initial = {"valid_from": today, "valid_to": same_day(today, 1) - timedelta(days=1)}
    form = PostForm(request.POST or None, actor=request.actor, initial=initial)
    if request.method == "POST" and form.is_valid():
        made, at = form.instance, timezone.now()
        if done(form, lambda: made.apply(acting(request), at)):
            messages.success(request, _("Applied. The Party office decides."))
            return HttpResponseRedirect(made.get_absolute_url())
    context = {"form": form, "title": _("Apply for a vanguard post"), "back": reverse("posts")}
    return render(request, "branches/office/add.html", context)


def _version(request: ActorRequest) -> int:
    return whole_number(request.POST.get("version", ""))


@require_POST
@allow(Role.OFFICE)
def approve(request: ActorRequest, pk: int) -> HttpResponse:
    """Grant the post."""
    row, form, at = _post(request, pk), Form(request.POST), timezone.now()
    try:
        if form.is_valid() and done(form, lambda: row.approve(acting(request), at, _version(request))):
            messages.success(request, _("Approved."))
    except Stale:
        return _stale(request, pk)
    for error in form.non_field_errors():
        messages.error(request, str(error))
    return HttpResponseRedirect(row.get_absolute_url())


@require_POST
@allow(Role.OFFICE)
def refuse(request: ActorRequest, pk: int) -> HttpResponse:
    """Do not grant it, with the reason."""
    row, form, at = _post(request, pk), RefusalForm(request.POST), timezone.now()
    try:
        if form.is_valid() and done(
            form, lambda: row.refuse(acting(request), at, _version(request), form.cleaned_data["reason"])
        ):
            messages.success(request, _("Not approved; the reason is kept."))
            return HttpResponseRedirect(row.get_absolute_url())
    except Stale:
        return _stale(request, pk, refusal=form)
    return _page(request, row, refusal=form)


@require_POST
@allow(Role.OFFICE, Role.OFFICER)
def take_back(request: ActorRequest, pk: int) -> HttpResponse:
    """Withdraw an application."""
    row, form, at = _post(request, pk), Form(request.POST), timezone.now()
    if form.is_valid() and done(form, lambda: row.take_back(acting(request), at)):
        messages.success(request, _("The application is withdrawn."))
    for error in form.non_field_errors():
        messages.error(request, str(error))
    return HttpResponseRedirect(row.get_absolute_url())


@require_POST
@allow(Role.OFFICE)
def review(request: ActorRequest, pk: int) -> HttpResponse:
    """The yearly review: renew or withdraw."""
    row, form, at = _post(request, pk), ReviewForm(request.POST), timezone.now()
    if row.holder_id == request.actor.person_id:
        raise PermissionDenied
    try:
        if form.is_valid() and done(
            form, lambda: row.review(acting(request), at, _version(request), **form.cleaned_data)
        ):
            messages.success(request, _("The review is kept."))
            return HttpResponseRedirect(row.get_absolute_url())
    except Stale:
        return _stale(request, pk, review=form)
    return _page(request, row, review=form)
