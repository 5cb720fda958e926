"""The ledgers themselves: a short list and one form."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import difference, record, snapshot
from accounts.once import once
from branches.request import ActorRequest
from common.access import Role, allow
from common.paging import paginate
from tasks.forms.ledgers import LedgerForm
from tasks.models import Ledger, LedgerItem

FIELDS = ("name", "year", "source", "default_days")


@allow(Role.OFFICE)
@once
def ledgers(request: ActorRequest) -> HttpResponse:
    """All ledgers with their numbers; the form adds one."""
    return _page(request, None)


@allow(Role.OFFICE)
def ledger_edit(request: ActorRequest, pk: int) -> HttpResponse:
    """The same page; the form changes one."""
    return _page(request, get_object_or_404(Ledger, pk=pk))


def _page(request: ActorRequest, ledger: Ledger | None) -> HttpResponse:
    before = snapshot(ledger, FIELDS) if ledger else {}
    start = {"year": timezone.localdate().year}
    form = LedgerForm(request.POST or None, instance=ledger, initial={} if ledger else start)

    def save() -> None:
        saved = form.save()
        verb = "ledger.edit" if ledger else "ledger.add"
        record(verb, saved, by=request.user, changes=difference(before, snapshot(saved, FIELDS)))

    if form.is_valid() and form.keeps(save):
        messages.success(request, _("“%(name)s” saved.") % {"name": form.instance})
        return redirect("ledgers")
    numbers = Ledger.objects.annotate(
        total=Count("items", filter=~Q(items__state=LedgerItem.State.DRAFT)),
        still_open=Count("items", filter=Q(items__state__in=LedgerItem.State.open())),
    )
    page = paginate(numbers, order=["-year", "name", "pk"], query=request.GET)
    return render(request, "tasks/ledger/ledgers.html", {"page": page, "form": form, "ledger": ledger})
