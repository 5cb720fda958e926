"""Where accounts and people meet: a new account for a person, a person for an account."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from branches.forms.account import LinkForm, NewAccountForm
from branches.opening import link_account, open_account
from branches.request import ActorRequest
from branches.views.doing import done
from common.access import Role, allow


@allow(Role.SYSTEM_ADMIN)
def add(request: ActorRequest) -> HttpResponse:
    """A new account; its temporary password is shown once, in this answer."""
    form = NewAccountForm(request.POST or None)
    made: list[tuple[User, str]] = []
    by = request.user
    if (
        request.method == "POST"
        and form.is_valid()
        and done(form, lambda: made.append(open_account(by=by, **form.cleaned_data)))
    ):
        user, password = made[0]
        return render(request, "accounts/account/password.html", {"account": user, "password": password})
    context = {"form": form, "title": _("New account"), "back": reverse("accounts")}
    return render(request, "branches/office/add.html", context)


@allow(Role.SYSTEM_ADMIN)
def link(request: ActorRequest, pk: int) -> HttpResponse:
    """Say whose account it is."""
    user = get_object_or_404(User.objects.select_related("person"), pk=pk)
    form = LinkForm(request.POST or None)
    by = request.user
    if (
        request.method == "POST"
        and form.is_valid()
        and done(form, lambda: link_account(by=by, user=user, **form.cleaned_data))
    ):
        messages.success(request, _("The account is linked."))
        return HttpResponseRedirect(user.get_absolute_url())
    context = {"form": form, "title": _("Whose account?"), "eyebrow": user, "back": user.get_absolute_url()}
    return render(request, "branches/office/add.html", context)
