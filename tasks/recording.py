"""Writing an activity down: logging one, revising one. Everything of it in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from branches.models import Organization, Person
from common.files import Checked
from common.steps import StepRefused
from plans.models import ActivityKind, Measure
from tasks.evidence import attach, kept
from tasks.models import Activity, Attendance, FirstAgendaItem

#: The columns of the activity itself that a form writes.
COLUMNS = ("kind", "organization", "title", "held_on", "place", "host", "result")


@dataclass(frozen=True)
class Present:
    """One person due: there, or away with or without a reason."""

    person: Person
    status: str = Attendance.Status.PRESENT
    reason: str = ""


@dataclass(frozen=True)
class Record:
    """What someone wrote down about an activity."""

    kind: ActivityKind
    organization: Organization
    title: str
    held_on: date
    place: str = ""
    host: Person | None = None
    result: str = ""
    roster: Sequence[Present] = ()
    agenda_title: str = ""
    agenda_on: date | None = None
    measures: Sequence[Measure] = ()
    partners: Sequence[Organization] = ()
    uploads: Sequence[Checked] = field(default=())


def log(record: Record, *, by: Person, at: datetime, submit: bool) -> Activity:
    """Log an activity, as a draft or submitted at once.

    Raises ``StepForbidden`` for who does not write for the organization, ``StepRefused`` when it cannot be
    submitted.
    """
    with kept(record.uploads) as stored, transaction.atomic():
        activity = Activity(created_by=by)
        _write(activity, record)
        activity.demand_writer(by, at)
        activity.save()
        _write_relations(activity, record, stored, by)
        activity.events.create(step="log", by=by, at=at)
        if submit:
            activity.submit(by=by, at=at)
    return activity


def revise(
    activity: Activity, record: Record, *, by: Person, at: datetime, version: int, submit: bool
) -> Activity:
    """Change a draft or returned activity. Raises ``Stale`` when it is not the version the person saw."""
    with kept(record.uploads) as stored, transaction.atomic():
        activity.lock_for_edit(by, at, version)
        before = plain(activity)
        old_writer = activity.organization
        _write(activity, record)
        if record.organization != old_writer:
            activity.demand_writer(by, at)
        activity.version += 1
        activity.save()
        _write_relations(activity, record, stored, by)
        after = plain(activity)
        changed = {name: [before[name], value] for name, value in after.items() if before[name] != value}
        if record.uploads:
            changed["files"] = ["", _lines(upload.name for upload in record.uploads)]
        activity.events.create(step="edit", by=by, at=at, data={"changed": changed})
        if submit:
            activity.submit(by=by, at=at)
    return activity


def _write(activity: Activity, record: Record) -> None:
    for name in COLUMNS:
        setattr(activity, name, getattr(record, name))
    if record.organization.founded_on and record.held_on < record.organization.founded_on:
        raise StepRefused(_("The organization did not exist on that day."))


def _write_relations(activity: Activity, record: Record, stored: Sequence[str], by: Person) -> None:
    activity.measures.set(record.measures)
    activity.partners.set([partner for partner in record.partners if partner != record.organization])
    activity.attendance.all().delete()
    Attendance.objects.bulk_create(
        Attendance(activity=activity, person=entry.person, status=entry.status, reason=entry.reason)
        for entry in record.roster
    )
    first = activity.first_agenda_items.first()
    if not record.agenda_title:
        if first is not None:
            first.delete()
    elif first is None:
        FirstAgendaItem.objects.create(
            activity=activity, title=record.agenda_title, material_on=record.agenda_on
        )
    else:
        first.title, first.material_on = record.agenda_title, record.agenda_on
        first.save(update_fields=["title", "material_on"])
    attach(record.uploads, stored, by=by, activity=activity, happened_on=record.held_on)


def plain(activity: Activity) -> dict[str, str]:
    """What is written down about an activity as texts, for its history and for comparing two versions."""
    first = activity.first_agenda_items.first()
    away = activity.attendance.exclude(status=Attendance.Status.PRESENT).select_related("person")
    return {
        **{name: str(getattr(activity, name) or "") for name in COLUMNS},
        "first_agenda": _agenda(first.title, first.material_on) if first else "",
        "measures": _lines(activity.measures.select_related("clause")),
        "partners": _lines(activity.partners.all()),
        "away": _lines(f"{entry.person} {entry.reason}".strip() for entry in away),
    }


def plain_record(record: Record) -> dict[str, str]:
    """The same for what someone wrote down and has not saved."""
    away = (entry for entry in record.roster if entry.status != Attendance.Status.PRESENT)
    return {
        **{name: str(getattr(record, name) or "") for name in COLUMNS},
        "first_agenda": _agenda(record.agenda_title, record.agenda_on),
        "measures": _lines(record.measures),
        "partners": _lines(record.partners),
        "away": _lines(f"{entry.person} {entry.reason}".strip() for entry in away),
    }


def _agenda(title: str, day: date | None) -> str:
    return f"{title} {day or ''}".strip()


def _lines(values: Iterable[Any]) -> str:
    return "\n".join(sorted(str(value) for value in values))
