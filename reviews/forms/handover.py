"""The form of a handover: what, to whom, why."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from branches.forms.fields import PersonField
from branches.models import Person
from common.forms import Form, RowsField
from tasks.models import Activity, LedgerItem


def open_items(person: Person) -> Any:
    """Ledger items the person answers for that are not completed yet, drafts included."""
    rows = LedgerItem.objects.filter(owner=person).exclude(state__in=LedgerItem.State.done())
    return rows.select_related("lead").order_by("due_on", "pk")


def open_activities(person: Person) -> Any:
    """Drafts and returned activities that wait for the person."""
    own = Q(submitted_by=person) | Q(submitted_by__isnull=True, created_by=person)
    waiting = [Activity.Status.DRAFT, Activity.Status.RETURNED]
    rows = Activity.objects.filter(own, status__in=waiting)
    return rows.select_related("organization", "kind").order_by("held_on", "pk")


#: A row that was open when the page was, and is with someone else or done by now.
_GONE = dict.fromkeys(
    ("invalid_choice", "invalid_pk_value"), _("A ticked row is no longer open here. Tick anew.")
)


class HandoverForm(Form):
    """Ticked rows go to one person; what goes to another is done in a second go."""

    to = PersonField(label=_("To whom"), help_text=_("Name or employee number."))
    reason = forms.CharField(label=_("Reason"), max_length=200)
    items = RowsField(LedgerItem.objects.none(), required=False, error_messages=_GONE)
    activities = RowsField(Activity.objects.none(), required=False, error_messages=_GONE)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to = self.fields["to"]
        if isinstance(to, PersonField):
            to.people = Person.objects.active().exclude(pk=person.pk)
        self.fields["items"].queryset = open_items(person)  # type: ignore[attr-defined]
        self.fields["activities"].queryset = open_activities(person)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        refused = self.errors.keys() & {"items", "activities"}
        if not refused and not cleaned.get("items") and not cleaned.get("activities"):
            self.add_error(None, _("Tick at least one row."))
        return cleaned

    def ticked(self, name: str) -> set[str]:
        """The keys ticked in what was sent; all of them in a fresh form."""
        if not self.is_bound:
            return {str(row.pk) for row in self.fields[name].queryset}  # type: ignore[attr-defined]
        return set(self.data.getlist(name))  # type: ignore[attr-defined]
