"""What a ledger page shows: read from its address, so that the same address shows everyone the same list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import Case, IntegerField, Q, Value, When
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from branches.access import Actor
from branches.models import Organization
from common.forms import DateField, Form
from common.templatetags.gongjian import sdate
from plans.models import ActionPlan, Measure, Pillar
from tasks.forms.fields import names_nothing
from tasks.lights import URGENCY, Light, light_case
from tasks.models import Ledger, LedgerItem

OPEN_VIEWS = ("open", "unsigned", "month", "overdue")
VIEWS = (*OPEN_VIEWS, "clearing", "draft", "all")
SORTS = {
    "due": ["due_on", "pk"],
    "-due": ["-due_on", "pk"],
    "light": ["urgency", "due_on", "pk"],
    "number": ["number", "pk"],
    "-number": ["-number", "pk"],
}
MULTIPLE = ("source", "light", "state")


def _choices(name: Any, choices: Any) -> forms.MultipleChoiceField:
    widget = forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"})
    return forms.MultipleChoiceField(label=name, choices=choices, required=False, widget=widget)


class FilterForm(Form):
    """The conditions. A value that makes no sense is said beside its field and left out of the list; a key that
    names nothing has no rows."""

    q = forms.CharField(label=gettext_lazy("Search"), required=False, max_length=100)
    source = _choices(pgettext_lazy("ledger", "Source"), Ledger.Source.choices)
    light = _choices(gettext_lazy("Light"), [(light.value, light.label) for light in URGENCY])
    state = _choices(gettext_lazy("State"), LedgerItem.State.choices)
    ledger = forms.ModelChoiceField(Ledger.objects.all(), label=gettext_lazy("Ledger"), required=False)
    lead = forms.ModelChoiceField(Organization.objects.all(), label=gettext_lazy("Lead unit"), required=False)
    unit = forms.ModelChoiceField(
        Organization.objects.all(),
        label=gettext_lazy("Lead unit, without those below"),
        required=False,
        widget=forms.HiddenInput,
    )
    plan = forms.ModelChoiceField(
        ActionPlan.objects.confirmed(),
        label=gettext_lazy("Action plan"),
        required=False,
    )
    measure = forms.ModelChoiceField(
        Measure.objects.select_related("clause", "pillar__clause"),
        label=gettext_lazy("Measure"),
        required=False,
    )
    pillar = forms.ModelChoiceField(
        Pillar.objects.select_related("clause"), label=gettext_lazy("Pillar"), required=False
    )
    due_from = DateField(label=gettext_lazy("Deadline from"), required=False)
    due_to = DateField(label=gettext_lazy("Deadline to"), required=False)

    def __init__(self, query: QueryDict) -> None:
        data = query.copy()
        for name in MULTIPLE:
            data.setlist(name, [part for value in query.getlist(name) for part in value.split(",") if part])
        super().__init__(data)
        for name in ("ledger", "lead", "plan", "pillar", "measure"):
            self.fields[name].empty_label = gettext_lazy("any")  # type: ignore[attr-defined]
        self.is_valid()


@dataclass(frozen=True)
class Chip:
    """One active condition, and the address without it."""

    label: str
    value: str
    url: str


class Filters:
    """The list that an address asks for. The day is an argument; nothing here asks what day it is."""

    def __init__(self, query: QueryDict, actor: Actor, on: date) -> None:
        self.query, self.actor, self.on = query, actor, on
        self.form = FilterForm(query)
        self.chosen: dict[str, Any] = {name: v for name, v in self.form.cleaned_data.items() if v}
        view = query.get("view", "")
        # Whoever asks for a state or a light means all that show it, the done ones too.
        asked = "all" if {"state", "light"} & set(self.chosen) else "open"
        self.view = view if view in VIEWS else asked
        self.sort = query.get("sort", "") if query.get("sort", "") in SORTS else "due"

    @property
    def order(self) -> list[str]:
        """The chosen order. Of what is open, the day it turns red is its deadline's next, and has an index."""
        if self.view in OPEN_VIEWS:
            return [name.replace("due_on", "red_on") for name in SORTS[self.sort]]
        return SORTS[self.sort]

    @property
    def filled(self) -> tuple[str, ...]:
        """Columns of the order that are never empty in these rows; a draft alone may have no deadline."""
        drafts = self.view == "draft" or "draft" in self.chosen.get("state", ())
        return () if drafts else ("due_on", "red_on", "urgency")

    @property
    def is_plain(self) -> bool:
        """Whether the view stands alone, without a further condition."""
        return not self.chosen and not names_nothing(self.form)

    @cached_property
    def scope(self) -> Any:
        """Everything this reader may see."""
        return LedgerItem.objects.visible_to(self.actor)

    def rows(self) -> Any:
        """The rows of the list, without order."""
        found = self.scope.none() if names_nothing(self.form) else self._in_view(self.scope)
        for name, value in self.chosen.items():
            found = getattr(self, f"_by_{name}")(found, value)
        if self.sort == "light":
            ranks = [When(light_on=light, then=Value(rank)) for rank, light in enumerate(URGENCY)]
            found = found.annotate(light_on=light_case(self.on)).annotate(
                urgency=Case(*ranks, default=Value(9), output_field=IntegerField())
            )
        return found

    def _in_view(self, rows: Any) -> Any:
        first = self.on.replace(day=1)
        views: dict[str, Any] = {
            # Said by the day they turn red: a list of states would tempt the database to read all and sort.
            "open": lambda: rows.filter(red_on__isnull=False),
            "unsigned": lambda: rows.unsigned(),
            "clearing": lambda: rows.awaiting_clearing(),
            "month": lambda: rows.due_between(first, last_of_month(first)),
            "overdue": lambda: rows.overdue(self.on),
            "draft": lambda: rows.filter(state=LedgerItem.State.DRAFT),
            "all": lambda: rows if "draft" in self.chosen.get("state", ()) else rows.counted(),
        }
        return views[self.view]()

    def _by_q(self, rows: Any, value: str) -> Any:
        for word in value.split():
            rows = rows.filter(
                Q(title__icontains=word)
                | Q(number__icontains=word)
                | Q(phrase__icontains=word)
                | Q(owner__name__icontains=word)
                | Q(lead__name__icontains=word)
            )
        return rows

    def _by_source(self, rows: Any, value: list[str]) -> Any:
        return rows.filter(ledger__source__in=value)

    def _by_light(self, rows: Any, value: list[str]) -> Any:
        return rows.showing(value, self.on)

    def _by_state(self, rows: Any, value: list[str]) -> Any:
        return rows.filter(state__in=value)

    def _by_ledger(self, rows: Any, value: Ledger) -> Any:
        return rows.filter(ledger=value)

    def _by_lead(self, rows: Any, value: Organization) -> Any:
        """The unit itself and those below it."""
        return rows.filter(lead__in=Organization.objects.under(value).values("pk"))

    def _by_unit(self, rows: Any, value: Organization) -> Any:
        """The unit itself: what the bars of the dashboards count."""
        return rows.filter(lead=value)

    def _by_plan(self, rows: Any, value: ActionPlan) -> Any:
        return rows.filter(measure__plan=value)

    def _by_pillar(self, rows: Any, value: Pillar) -> Any:
        return rows.filter(measure__pillar=value)

    def _by_measure(self, rows: Any, value: Measure) -> Any:
        return rows.filter(measure=value)

    def _by_due_from(self, rows: Any, value: date) -> Any:
        return rows.filter(due_on__gte=value)

    def _by_due_to(self, rows: Any, value: date) -> Any:
        return rows.filter(due_on__lte=value)

    @property
    def chips(self) -> list[Chip]:
        """The active conditions in words."""
        return [
            Chip(str(self.form.fields[name].label), self._said(name, value), self._without(name))
            for name, value in self.chosen.items()
            if name != "q"
        ]

    def _without(self, name: str) -> str:
        query = self.query.copy()
        for dropped in (name, "after", "before", "panel"):
            query.pop(dropped, None)
        query["view"] = self.view
        return "?" + query.urlencode()

    def _said(self, name: str, value: Any) -> str:
        labels: dict[str, Any] = {"source": Ledger.Source, "light": Light, "state": LedgerItem.State}
        if name in labels:
            return _(", ").join(str(labels[name](part).label) for part in value)
        if isinstance(value, date):
            return sdate(value)
        return str(getattr(value, "label", value))


def last_of_month(first: date) -> date:
    """The last day of the month that begins on ``first``."""
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
