"""The accounts, for the system administrator: who may enter, and the steps on one account."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.models import AuditEvent, User
from common.access import Role, allow
from common.forms import Form
from common.paging import paginate
from common.steps import StepForbidden, StepRefused

#: How many rows of an account's history its page shows.
RECENT = 50


class AccountRequest(HttpRequest):
    """For annotations: a request of someone signed in."""

    user: User


class AccountFilter(Form):
    """What the list of accounts can be narrowed to."""

    q = forms.CharField(label=gettext_lazy("User name or name"), required=False, max_length=60)
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[
            ("", gettext_lazy("all")),
            ("active", gettext_lazy("active")),
            ("closed", gettext_lazy("deactivated")),
        ],
    )


@allow(Role.SYSTEM_ADMIN)
@require_safe
def accounts(request: AccountRequest) -> HttpResponse:
    """Every account, by user name."""
    form = AccountFilter(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {"q": "", "state": ""}
    active = {"active": True, "closed": False}.get(wanted["state"])
    found = User.objects.matching(wanted["q"].strip(), active=active)
    page = paginate(
        found.select_related("person", "admin_grant"),
        order=["username"],
        query=request.GET,
        total=found.count(),
    )
    return render(request, "accounts/account/list.html", {"page": page, "form": form})


@allow(Role.SYSTEM_ADMIN)
@require_safe
def account(request: AccountRequest, pk: int) -> HttpResponse:
    """One account: what it is, what may be done with it, what was done."""
    user = get_object_or_404(User.objects.select_related("person", "admin_grant"), pk=pk)
    history = AuditEvent.objects.of(user).select_related("actor")[:RECENT]
    return render(request, "accounts/account/page.html", {"account": user, "history": history})


@require_POST
@allow(Role.SYSTEM_ADMIN)
def deactivate(request: AccountRequest, pk: int) -> HttpResponse:
    """Close an account; whoever uses it is out at the next click."""
    user = get_object_or_404(User, pk=pk)
    try:
        user.deactivate(by=request.user)
        messages.success(request, _("%(name)s is deactivated and signed out everywhere.") % {"name": user})
    except StepForbidden as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except StepRefused as refusal:
        messages.error(request, str(refusal))
    return HttpResponseRedirect(user.get_absolute_url())


@require_POST
@allow(Role.SYSTEM_ADMIN)
def reactivate(request: AccountRequest, pk: int) -> HttpResponse:
    """Open a closed account again."""
    user = get_object_or_404(User, pk=pk)
    try:
        user.reactivate(by=request.user)
        messages.success(request, _("%(name)s may sign in again.") % {"name": user})
    except StepRefused as refusal:
        messages.error(request, str(refusal))
    return HttpResponseRedirect(user.get_absolute_url())


@require_POST
@allow(Role.SYSTEM_ADMIN)
def temporary_password(request: AccountRequest, pk: int) -> HttpResponse:
    """Give a temporary password and show it, once: this answer is the only place where it stands."""
    user = get_object_or_404(User, pk=pk)
    try:
        password = user.give_temporary_password(by=request.user)
    except StepForbidden as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except StepRefused as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(user.get_absolute_url())
    return render(request, "accounts/account/password.html", {"account": user, "password": password})
