"""Entering and editing an item."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.once import once
from branches.models import Person
from branches.request import ActorRequest
from branches.views.doing import differences
from common.access import CONTENT, Role, allow
from common.steps import Stale, StepRefused
from common.typed import whole_number
from plans.models import Measure
from tasks.access import permitted
from tasks.drafting import draft_item
from tasks.forms.fields import names_for_lists
from tasks.forms.items import ItemForm, initial_of
from tasks.models import Ledger, LedgerItem
from tasks.models.stepping import Step
from tasks.views.item_steps import taken_message, visible_item

#: The buttons below a new item, each with the steps it takes after entering it.
THEN: dict[str, tuple[Step, ...]] = {
    "draft": (),
    "register": (Step.REGISTER,),
    "assign": (Step.REGISTER, Step.ASSIGN),
}


@allow(Role.OFFICE)
@once
def item_add(request: ActorRequest) -> HttpResponse:
    """Enter an item: as a draft, registered, or registered and assigned at once."""
    then = THEN.get(request.POST.get("then", ""), ())
    if request.method != "POST":
        return _form(request, ItemForm(initial=_proposed(request.GET)))
    form = ItemForm(request.POST, binding=bool(then))
    person = request.actor.person
    if form.is_valid() and person is not None:
        try:
            made = _enter(form, person, then)
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request,
                taken_message(then[-1], made) if then else _("%(n)s: kept as a draft.") % {"n": made.number},
            )
            request.session["draft_done"] = "item-add"
            return redirect(made)
    return _form(request, form)


def _enter(form: ItemForm, person: Person, then: tuple[Step, ...]) -> LedgerItem:
    """The draft and the steps after it, all or nothing."""
    at = timezone.now()
    with transaction.atomic():
        made = draft_item(by=person, at=at, cooperating=form.cleaned_data["cooperating"], **form.values())
        for step in then:
            getattr(made, step)(by=person, at=at)
    return made


def _proposed(query: QueryDict) -> dict[str, Any]:
    """What a new item begins with: the newest ledger and its time limit, the measure one came from."""
    on = timezone.localdate()
    key = whole_number(query.get("measure", ""))
    measure = Measure.objects.filter(pk=key).select_related("lead", "leader").first()
    source = Ledger.objects.filter(source=Ledger.Source.PLAN) if measure else Ledger.objects.all()
    ledger = source.order_by("-year", "pk").first()
    values: dict[str, Any] = {"ledger": ledger}
    if ledger and ledger.default_days:
        values["due_on"] = on + timedelta(days=ledger.default_days)
    if measure:
        values |= {"measure": measure, "lead": measure.lead, "leader": measure.leader}
        values["cooperating"] = list(measure.cooperating.all())
    return values


@allow(*CONTENT)
def item_edit(request: ActorRequest, pk: int) -> HttpResponse:
    """Edit the description; before assignment also deadline and people."""
    found = visible_item(request, pk)
    person = request.actor.person
    if person is None or not permitted(request.actor, found, Step.EDIT, timezone.localdate()):
        raise PermissionDenied
    binding = found.state != LedgerItem.State.DRAFT
    if request.method != "POST":
        return _form(request, ItemForm(initial=initial_of(found), item=found, binding=binding), found)
    form = ItemForm(request.POST, item=found, binding=binding)
    if form.is_stale():
        return _stale(request, found, form)
    if form.is_valid():
        try:
            with transaction.atomic():
                found.edit(by=person, at=timezone.now(), values=form.values())
                found.cooperating.set(form.cleaned_data["cooperating"])
        except Stale:
            return _stale(request, visible_item(request, pk), form)
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            request.session["draft_done"] = f"item-{found.pk}-edit"
            messages.success(request, _("%(n)s: saved.") % {"n": found.number})
            return redirect(found)
    return _form(request, form, found)


def _stale(request: ActorRequest, found: LedgerItem, form: ItemForm) -> HttpResponse:
    """Someone edited it meanwhile: their text beside the one typed here, which can be saved over it."""
    again = request.POST.copy()
    again["version"] = str(found.version)
    kept = ItemForm(again, item=found, binding=form.binding)
    standing = ItemForm(initial=initial_of(found), item=found, binding=form.binding)
    differing = differences(standing, kept)
    return _form(request, kept, found, status=409, stale=True, differing=differing)


def _form(
    request: ActorRequest, form: ItemForm, found: LedgerItem | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"form": form, "item": found, "names": names_for_lists(), **more}
    return render(request, "tasks/ledger/form.html", context, status=status)
