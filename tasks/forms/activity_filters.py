"""The filters of the list of activities; all of them stand in the address."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy, pgettext_lazy

from branches.access import Actor
from branches.models import Organization
from branches.models.organization import path_range
from common.forms import DateField, Form
from common.templatetags.gongjian import monthyear
from common.typed import whole_number
from plans.models import ActivityKind, Measure, Pillar
from tasks.forms.fields import names_nothing
from tasks.models import Activity
from tasks.models.activity import ActivityQuerySet

ANY = gettext_lazy("all")
#: Beside the states: what waits for the reader's own decision.
TO_DECIDE = "to_decide"


@dataclass(frozen=True)
class Chip:
    """One condition as it is shown, with the address that drops it."""

    label: str
    value: str
    url: str


class ActivityFilters(Form):
    """What the address asks for. A value that makes no sense filters nothing and is said beside its field; a
    key that names nothing the reader may choose has no rows."""

    q = forms.CharField(label=gettext_lazy("Search"), required=False, max_length=60)
    kind: forms.ModelChoiceField[ActivityKind] = forms.ModelChoiceField(
        ActivityKind.objects.all(),
        to_field_name="code",
        label=pgettext_lazy("activity", "Kind"),
        required=False,
        empty_label=ANY,
    )
    organization: forms.ModelChoiceField[Any] = forms.ModelChoiceField(
        Organization.objects.all(), label=gettext_lazy("Organization"), required=False, empty_label=ANY
    )
    unit: forms.ModelChoiceField[Any] = forms.ModelChoiceField(
        Organization.objects.all(),
        label=gettext_lazy("Organization with its Party groups"),
        required=False,
        widget=forms.HiddenInput,
    )
    status = forms.ChoiceField(
        label=gettext_lazy("Status"),
        required=False,
        choices=[("", ANY), *Activity.Status.choices],
    )
    month = DateField(
        label=gettext_lazy("Month"),
        required=False,
        input_formats=["%Y-%m"],
        widget=forms.DateInput(attrs={"type": "month"}, format="%Y-%m"),
        error_messages={"invalid": gettext_lazy("Enter the month as 2026-06.")},
    )
    year = forms.IntegerField(
        label=gettext_lazy("Year"), required=False, min_value=2000, max_value=2100, widget=forms.HiddenInput
    )
    measure: forms.ModelChoiceField[Measure] = forms.ModelChoiceField(
        Measure.objects.select_related("clause", "pillar__clause").all(),
        label=gettext_lazy("Measure"),
        required=False,
        empty_label=ANY,
    )

    pillar: forms.ModelChoiceField[Pillar] = forms.ModelChoiceField(
        Pillar.objects.select_related("clause"), label=gettext_lazy("Pillar"), required=False, empty_label=ANY
    )

    def __init__(self, data: QueryDict, *, actor: Actor) -> None:
        super().__init__(data)
        self.query, self.actor = data, actor
        self.views = [("", ANY), *Activity.Status.choices]
        if actor.is_office:
            self.views.insert(1, (TO_DECIDE, gettext_lazy("for me to approve")))
        self.fields["status"].choices = self.views  # type: ignore[attr-defined]
        own = (
            Organization.objects.all()
            if actor.sees_all
            else Organization.objects.filter(actor.scope_q("path"))
        )
        # An organization that was dissolved is not offered, but a link to its records still leads to them.
        named = Q(active=True) | Q(pk=whole_number(data.get("organization", "")))
        self.fields["organization"].queryset = own.filter(named)  # type: ignore[attr-defined]
        self.values: dict[str, Any] = self.cleaned_data if self.is_valid() else dict(self.cleaned_data)

    @property
    def chips(self) -> list[Chip]:
        """What is filtered, each with the address without it."""
        found = []
        for name, value in self.values.items():
            if name in {"q", "status"} or value in (None, ""):
                continue
            query = self.query.copy()
            for gone in (name, "after", "before"):
                query.pop(gone, None)
            shown = monthyear(value) if name == "month" else getattr(value, "label", None) or str(value)
            found.append(Chip(str(self.fields[name].label), shown, "?" + query.urlencode()))
        return found

    def apply(self, rows: ActivityQuerySet) -> ActivityQuerySet:
        """The rows asked for, each once. A partner's activities are the organization's as well."""
        asked = self.values
        if names_nothing(self):
            return rows.none()
        if asked.get("q"):
            rows = rows.filter(Q(title__icontains=asked["q"]) | Q(result__icontains=asked["q"]))
        if asked.get("kind"):
            rows = rows.filter(kind=asked["kind"])
        if asked.get("organization"):
            rows = rows.filter(_of_or_below(asked["organization"]))
        if asked.get("unit"):
            rows = rows.of_unit(asked["unit"])
        if asked.get("status") == TO_DECIDE:
            rows = rows.to_decide(self.actor.person_id)
        elif asked.get("status"):
            rows = rows.filter(status=asked["status"])
        if asked.get("month"):
            first: date = asked["month"]
            last = first.replace(day=monthrange(first.year, first.month)[1])
            rows = rows.filter(held_on__gte=first, held_on__lte=last)
        if asked.get("year"):
            year = asked["year"]
            rows = rows.filter(held_on__gte=date(year, 1, 1), held_on__lte=date(year, 12, 31))
        if asked.get("measure"):
            served = Activity.measures.through.objects.filter(measure=asked["measure"])
            rows = rows.filter(pk__in=served.values("activity"))
        if asked.get("pillar"):
            served = Activity.measures.through.objects.filter(measure__pillar=asked["pillar"])
            rows = rows.filter(pk__in=served.values("activity"))
        return rows


def _of_or_below(organization: Organization) -> Q:
    joined = Activity.partners.through.objects.filter(path_range(organization.path, "organization__path"))
    return path_range(organization.path, "organization__path") | Q(pk__in=joined.values("activity"))
