"""The form that logs or edits an activity: at most ten inputs, most of them filled in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from branches.access import Actor
from branches.models import Membership, Organization, Person
from common.forms import DateField, Form, RowsField
from common.templatetags.gongjian import zhdate
from common.typed import typed_line
from plans.models import ActivityKind, Measure
from tasks.forms.activity_values import REFRESH, RosterRow, activity_host, draft_key, values_of
from tasks.forms.uploads import ManyFilesField
from tasks.models import Activity, Attendance
from tasks.recording import Record
from tasks.rosters import roster
from tasks.suggesting import OFFERED, Prefill, prefill, ranked_measures, usual_kind

MAX_LINES = 3
#: Kinds that stand in the form as buttons; the others are one click away.
KINDS_OFFERED = 6
#: An activity dated before this was mistyped.
EARLIEST = date(2000, 1, 1)


class ActivityForm(Form):
    """What a person writes down about an activity. ``record()`` gives it as a ``Record``."""

    organization: forms.ModelChoiceField[Any] = forms.ModelChoiceField(
        Organization.objects.none(), label=gettext_lazy("Organization"), empty_label=None
    )
    kind: forms.ModelChoiceField[ActivityKind] = forms.ModelChoiceField(
        ActivityKind.objects.none(), to_field_name="code", label=pgettext_lazy("activity", "Kind")
    )
    title = forms.CharField(label=gettext_lazy("Topic"), max_length=120, required=False)
    held_on = DateField(
        label=gettext_lazy("Date"), error_messages={"required": gettext_lazy("Enter the date.")}
    )
    place = forms.CharField(label=gettext_lazy("Place"), max_length=80, required=False)
    host: forms.ModelChoiceField[Person] = forms.ModelChoiceField(
        Person.objects.none(), label=gettext_lazy("Host"), required=False
    )
    agenda_title = forms.CharField(label=gettext_lazy("Material"), max_length=150, required=False)
    agenda_on = DateField(label=gettext_lazy("Date of the material"), required=False)
    measures = RowsField(Measure.objects.none(), required=False)
    partners = RowsField(
        Organization.objects.none(), label=gettext_lazy("Held together with"), required=False
    )
    result = forms.CharField(
        label=gettext_lazy("Result"), max_length=600, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    uploads = ManyFilesField(label=gettext_lazy("Photos or files"), required=False)
    not_classified = forms.BooleanField(required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        data: QueryDict | None = None,
        files: MultiValueDict[str, Any] | None = None,
        *,
        actor: Actor,
        on: date,
        asked: Mapping[str, Any],
        activity: Activity | None = None,
        submitting: bool = False,
    ) -> None:
        """``asked``: organization and kind from the address, or (a ``QueryDict``) what was typed so far."""
        self.actor, self.on, self.activity, self.submitting = actor, on, activity, submitting
        self.typed = data if data is not None else asked if isinstance(asked, QueryDict) else None
        super().__init__(data, files)
        self.typed = self.data if data is not None else self.typed  # type: ignore[assignment]
        writable = Organization.objects.active().writable_by(actor)
        self.organizations = list(writable)
        self.kinds = list(ActivityKind.objects.filter(active=True))
        source = data if data is not None else asked
        self.chosen: Organization | None = self._asked_organization(source.get("organization"))
        self.chosen_kind: ActivityKind | None = self._asked_kind(source.get("kind"))
        self.fields["organization"].queryset = writable  # type: ignore[attr-defined]
        self.fields["kind"].queryset = ActivityKind.objects.filter(  # type: ignore[attr-defined]
            pk__in=[kind.pk for kind in self.kinds]
        )
        self.fields["measures"].queryset = Measure.objects.in_force()  # type: ignore[attr-defined]
        self.fields["partners"].queryset = Organization.objects.active()  # type: ignore[attr-defined]
        self.fields["held_on"].widget.attrs.update(
            {**REFRESH, "hx-select-oob": "#roster-box,#credit-box,#agenda-lag"}
        )
        self.fields["agenda_on"].widget.attrs.update({**REFRESH, "hx-select-oob": "#credit-box,#agenda-lag"})
        self.fill = self._prefill()
        self.held = self._held_on()
        self.people = self._people()
        hosts = {person.pk for person in self.people} | {self.fill.host or 0, activity_host(activity)}
        self.fields["host"].queryset = Person.objects.filter(pk__in=hosts)  # type: ignore[attr-defined]
        for name in ("agenda_title", "agenda_on", "partners"):
            self.fields[name].widget.attrs["aria-label"] = self.fields[name].label
        self.fields["agenda_title"].widget.attrs["placeholder"] = self.fields["agenda_title"].label
        self.draft_key = draft_key(activity, self.chosen, self.chosen_kind)
        if data is None:
            self.initial = self._values(asked)

    # What the form is about ------------------------------------------------

    def _asked_organization(self, key: Any) -> Organization | None:
        asked = [o for o in self.organizations if str(o.pk) == str(key)]
        own = [o for o in self.organizations if o.path in self.actor.officer_paths]
        return next(iter(asked + own + self.organizations), None)

    def _asked_kind(self, code: Any) -> ActivityKind | None:
        if self.activity is not None and self.activity.kind not in self.kinds:
            self.kinds.insert(0, self.activity.kind)
        found = next((kind for kind in self.kinds if kind.code == code), None)
        if found is not None or self.chosen is None:
            return found
        return usual_kind(self.chosen, self.on)

    def _prefill(self) -> Prefill:
        if self.activity is not None or self.chosen is None or self.chosen_kind is None:
            return Prefill(self.on)
        return prefill(self.chosen, self.chosen_kind, self.on)

    def _held_on(self) -> date:
        """The day the form speaks of; today while what is typed is no date."""
        if self.typed is None:
            return self.activity.held_on if self.activity else self.fill.held_on
        try:
            return DateField().clean(self.typed.get("held_on")) or self.on
        except ValidationError:
            return self.on

    def _people(self) -> list[Person]:
        """Everyone on the roster; in an edited activity also who was recorded then."""
        due = roster(self.chosen, self.chosen_kind, self.held) if self.chosen and self.chosen_kind else []
        if self.activity is None:
            return due
        known = {person.pk for person in due}
        recorded = Person.objects.filter(attendance__activity=self.activity).exclude(pk__in=known)
        return sorted([*due, *recorded], key=lambda person: (person.name, person.pk))

    # What it shows ---------------------------------------------------------

    def _values(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """What an unsent form holds: what was typed so far, else the activity, else as last time."""
        common = {
            "organization": self.chosen and self.chosen.pk,
            "kind": self.chosen_kind and self.chosen_kind.code,
        }
        if isinstance(asked, QueryDict):
            return {**self._typed_values(asked), **common}
        if self.activity is not None:
            return {**values_of(self.activity), **common}
        return {
            **common,
            "held_on": self.fill.held_on.isoformat(),
            "place": self.fill.place,
            "host": self.fill.host,
            "measures": self.fill.measures,
        }

    def _typed_values(self, typed: QueryDict) -> dict[str, Any]:
        """What was typed, with the fields that still hold the old prefill filled for the new kind."""
        values: dict[str, Any] = {name: typed.get(name, "") for name in self.fields}
        for name in ("measures", "partners"):
            values[name] = typed.getlist(name)
        before = next((kind for kind in self.kinds if kind.code == typed.get("filled_kind")), None)
        moved = typed.get("filled_organization") != str(self.chosen and self.chosen.pk)
        if (
            self.activity is not None
            or self.chosen_kind is None
            or (before == self.chosen_kind and not moved)
        ):
            return values
        source = next((o for o in self.organizations if str(o.pk) == typed.get("filled_organization")), None)
        old = prefill(source, before, self.on) if before and source else Prefill(self.on)
        if values["place"] == old.place:
            values["place"] = self.fill.place
        if values["host"] == str(old.host or ""):
            values["host"] = self.fill.host
        if sorted(values["measures"]) == sorted(str(pk) for pk in old.measures):
            values["measures"] = self.fill.measures
        return values

    @property
    def roster_rows(self) -> list[RosterRow]:
        """The tick list: everyone present unless said otherwise."""
        away = self._away()
        stages = self._probationary()
        note = _("probationary")
        return [
            RosterRow(
                person, person.pk not in away, away.get(person.pk, ""), note if person.pk in stages else ""
            )
            for person in self.people
        ]

    def _away(self) -> dict[int, str]:
        """Who is not there, with the reason."""
        if self.typed is not None:
            shown, present = set(self.typed.getlist("shown")), set(self.typed.getlist("present"))
            return {
                person.pk: typed_line(self.typed.get(f"reason_{person.pk}", "")).strip()[:60]
                for person in self.people
                if str(person.pk) in shown - present
            }
        if self.activity is None:
            return {}
        rows = self.activity.attendance.exclude(status=Attendance.Status.PRESENT)
        return dict(rows.values_list("person_id", "reason"))

    def _probationary(self) -> set[int]:
        if self.chosen is None:
            return set()
        spans = Membership.objects.on(self.held).filter(
            organization=self.chosen, stage=Membership.Stage.PROBATIONARY
        )
        return set(spans.values_list("person_id", flat=True))

    def measure_choices(self) -> tuple[list[tuple[Measure, bool]], list[tuple[Measure, bool]]]:
        """The measures offered at once and the others, each with whether it is ticked; ticked ones first."""
        if self.chosen is None or self.chosen_kind is None:
            return [], []
        ticked = {str(getattr(value, "pk", value)) for value in self["measures"].value() or []}
        ranked = [(m, str(m.pk) in ticked) for m in ranked_measures(self.chosen, self.chosen_kind)]
        first = [entry for entry in ranked if entry[1]]
        others = [entry for entry in ranked if not entry[1]]
        room = max(0, OFFERED - len(first))
        return first + others[:room], others[room:]

    def kind_choices(self) -> tuple[list[ActivityKind], list[ActivityKind]]:
        """The kinds offered at once (with the chosen one among them) and the others."""
        first = self.kinds[:KINDS_OFFERED]
        if self.chosen_kind is not None and self.chosen_kind not in first:
            first = [self.chosen_kind, *first[:-1]]
        return first, [kind for kind in self.kinds if kind not in first]

    @property
    def agenda_day(self) -> date | None:
        """The date of the material as it stands in the form; ``None`` while it is no date."""
        try:
            day: date | None = DateField(required=False).clean(self["agenda_on"].value())
        except ValidationError:
            return None
        return day

    @property
    def filled(self) -> dict[str, bool]:
        """Which fields came from the last activity of the kind."""
        if self.activity is not None or self.fill.last is None:
            return {}
        return {
            "place": bool(self.fill.place) and self["place"].value() == self.fill.place,
            "host": bool(self.fill.host) and str(self["host"].value()) == str(self.fill.host),
            "measures": bool(self.fill.measures),
        }

    def ticked_measures(self) -> list[Measure]:
        offered, others = self.measure_choices()
        return [measure for measure, ticked in offered + others if ticked]

    # What it accepts -------------------------------------------------------

    def clean_result(self) -> str:
        lines = [line.strip() for line in self.cleaned_data["result"].splitlines() if line.strip()]
        if len(lines) > MAX_LINES:
            raise ValidationError(
                _("There are %(count)s lines. Keep the three that say what came of it.")
                % {"count": len(lines)}
            )
        return "\n".join(lines)

    def clean_held_on(self) -> date:
        day: date = self.cleaned_data["held_on"]
        organization = self.cleaned_data.get("organization")
        if day < EARLIEST:
            raise ValidationError(_("Check the year."))
        if self.submitting and day > self.on:
            raise ValidationError(
                _("This day lies in the future. Save a draft now and submit it when it has taken place.")
            )
        if organization and organization.founded_on and day < organization.founded_on:
            raise ValidationError(
                _("%(organization)s was founded on %(day)s. Correct the date.")
                % {"organization": organization.label, "day": zhdate(organization.founded_on)}
            )
        if organization and organization.dissolved_on and day > organization.dissolved_on:
            raise ValidationError(
                _("%(organization)s was dissolved on %(day)s. Correct the date.")
                % {"organization": organization.label, "day": zhdate(organization.dissolved_on)}
            )
        return day

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        held_on, agenda_on = values.get("held_on"), values.get("agenda_on")
        if agenda_on and held_on and agenda_on > held_on:
            self.add_error("agenda_on", _("The material is dated after the meeting. Correct one of the two."))
        if agenda_on and not values.get("agenda_title"):
            self.add_error("agenda_title", _("Say which material was studied."))
        if values.get("uploads") and not values.get("not_classified"):
            self.add_error(
                "not_classified",
                _("Confirm that no file holds state or work secrets, and choose them again."),
            )
        elif self.errors and self.files and "uploads" not in self.errors:
            self.add_error("uploads", _("Choose the files again; a browser does not keep them."))
        return values

    def record(self) -> Record:
        """The cleaned form as a record."""
        values = self.cleaned_data
        kind: ActivityKind = values["kind"]
        return Record(
            kind=kind,
            organization=values["organization"],
            title=values["title"] or kind.name_zh,
            held_on=values["held_on"],
            place=values["place"],
            host=values["host"],
            result=values["result"],
            roster=[row.recorded() for row in self.roster_rows],
            agenda_title=values["agenda_title"] if kind.first_agenda else "",
            agenda_on=values["agenda_on"] if kind.first_agenda else None,
            measures=list(values["measures"]),
            partners=list(values["partners"]),
            uploads=values["uploads"],
        )
