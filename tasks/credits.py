"""What one record counts for, said before it is submitted: logged once, credited wherever it belongs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from branches.models import Organization
from plans.models import ActivityKind, Measure
from tasks.requirements import Owed, OwedState, owed


@dataclass(frozen=True)
class Credit:
    """One place where the record counts, and what changes there."""

    title: str
    text: str


def credits_of(
    organization: Organization,
    kind: ActivityKind,
    held_on: date,
    measures: Sequence[Measure],
    agenda_on: date | None,
    on: date,
) -> list[Credit]:
    """Where an activity not yet recorded would count. A constant number of queries."""
    found = _for_requirements(organization, kind, held_on, on)
    if kind.first_agenda and agenda_on is not None and agenda_on <= held_on:
        lag = (held_on - agenda_on).days
        text = ngettext(
            "studied %(days)s day after the material was published",
            "studied %(days)s days after the material was published",
            lag,
        )
        found.append(Credit(_("First Agenda Item"), text % {"days": lag}))
    if measures:
        references = pgettext("list", ", ").join(measure.reference for measure in measures)
        found.append(
            Credit(
                _("Measures %(references)s") % {"references": references},
                _("once for each; once only in every total"),
            )
        )
    if organization.kind in Organization.Kind.reporting():
        found.append(
            Credit(
                _("Draft of the %(year)s annual review") % {"year": held_on.year},
                _("in the annex of activities and the counts"),
            )
        )
    return found


def _for_requirements(
    organization: Organization, kind: ActivityKind, held_on: date, on: date
) -> list[Credit]:
    now = [entry for entry in owed([organization], held_on.year, on) if entry.first <= held_on <= entry.last]
    found = []
    for entry in now:
        if entry.requirement.activity_kind_id != kind.pk or entry.minimum == 0:
            continue
        found.append(Credit(_title(entry, kind), _change(entry, now)))
    return found


def _title(entry: Owed, kind: ActivityKind) -> str:
    words = {
        "month": _("%(kind)s, monthly"),
        "quarter": _("%(kind)s, quarterly"),
        "year": _("%(kind)s, yearly"),
    }
    return words[entry.requirement.period] % {"kind": kind.name}


def _change(entry: Owed, now: list[Owed]) -> str:
    if entry.short == 0:
        return _("already logged %(done)s of %(minimum)s; this one is beyond the minimum") % {
            "done": entry.approved + entry.submitted,
            "minimum": entry.minimum,
        }
    short = max(1, sum(other.short for other in now if other.state in {OwedState.DUE, OwedState.MISSING}))
    return ngettext(
        "%(short)s still to log in this period becomes %(left)s",
        "%(short)s still to log in this period become %(left)s",
        short,
    ) % {"short": short, "left": short - 1}
