"""What the lines of one page look at, loaded with a constant number of queries whatever their number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, OuterRef, Q

from branches.access import Actor
from branches.models import Organization, Term, VanguardPost
from common.workdays import Calendar
from plans.models import Requirement
from tasks.models import Extension, ItemEvent, LedgerItem, Notification, ReminderRule, ReminderRung, Urge
from tasks.models.calendar import current_calendar
from tasks.reminders.subjects import SIGNS_OF_LIFE
from tasks.requirements import Owed, owed

Subject = ReminderRule.Subject
Audience = ReminderRung.Audience


@dataclass
class Rows:
    """What the lines of one page look at, by key."""

    on: date
    calendar: Calendar
    items: dict[int, LedgerItem] = field(default_factory=dict)
    extensions: dict[int, Extension] = field(default_factory=dict)
    urges: dict[int, Urge] = field(default_factory=dict)
    requirements: dict[int, Requirement] = field(default_factory=dict)
    organizations: dict[int, Organization] = field(default_factory=dict)
    terms: dict[int, Term] = field(default_factory=dict)
    posts: dict[int, VanguardPost] = field(default_factory=dict)
    owed: dict[tuple[int, int, date], Owed] = field(default_factory=dict)
    earlier: dict[tuple[Any, ...], list[tuple[str, str, int]]] = field(
        default_factory=lambda: defaultdict(list)
    )


def load(notifications: Sequence[Notification], on: date, actor: Actor | None) -> Rows:
    keys: dict[str, set[int]] = defaultdict(set)
    for n in notifications:
        keys[n.subject_kind].add(n.subject_id)
    rows = Rows(on, current_calendar())
    extensions = Extension.objects.filter(pk__in=keys[Subject.EXTENSION]).select_related("requested_by")
    rows.extensions = {row.pk: row for row in extensions}
    rows.urges = {row.pk: row for row in Urge.objects.filter(pk__in=keys[Subject.URGE]).select_related("by")}
    of_items = {row.item_id for row in rows.extensions.values()} | {
        row.item_id for row in rows.urges.values()
    }
    _load_items(rows, of_items | keys[Subject.ITEM] | keys[Subject.UNSIGNED] | keys[Subject.SILENCE], actor)
    _load_places(rows, notifications, keys, actor)
    _load_owed(rows, [n for n in notifications if n.subject_kind == Subject.REQUIREMENT])
    _load_earlier(rows, [n for n in notifications if n.audience not in (Audience.OWNER, Audience.LEADER)])
    return rows


def _load_items(rows: Rows, keys: set[int], actor: Actor | None) -> None:
    if not keys:
        return
    seen = LedgerItem.objects.visible_to(actor) if actor else LedgerItem.objects.all()
    life = ItemEvent.objects.filter(item=OuterRef("pk"), step__in=SIGNS_OF_LIFE).order_by("-at")
    items = (
        seen.filter(pk__in=keys)
        .with_light(rows.on)
        .with_progress()
        .annotate(last_sign=life.values("at")[:1])
        .select_related("lead", "owner")
    )
    rows.items = {row.pk: row for row in items}


def _load_places(
    rows: Rows, notifications: Sequence[Notification], keys: dict[str, set[int]], actor: Actor | None
) -> None:
    rows.requirements = {
        row.pk: row
        for row in Requirement.objects.filter(pk__in=keys[Subject.REQUIREMENT]).select_related(
            "activity_kind"
        )
    }
    parts = {n.subject_part for n in notifications if n.subject_kind == Subject.REQUIREMENT}
    rows.organizations = {
        row.pk: row
        for row in Organization.objects.filter(pk__in=parts)
        if actor is None or actor.in_scope(row)
    }
    terms = Term.objects.filter(pk__in=keys[Subject.TERM]).select_related("organization")
    rows.terms = {row.pk: row for row in terms}
    posts = VanguardPost.objects.visible_to(actor) if actor else VanguardPost.objects.all()
    posts = posts.filter(pk__in=keys[Subject.POST])
    rows.posts = {row.pk: row for row in posts.select_related("holder", "organization")}


def _load_owed(rows: Rows, notifications: list[Notification]) -> None:
    organizations = list(rows.organizations.values())
    for year in sorted({n.due_on.year for n in notifications}):
        for entry in owed(organizations, year, rows.on):
            if entry.requirement.pk in rows.requirements:
                rows.owed[entry.requirement.pk, entry.organization.pk, entry.last] = entry


def _load_earlier(rows: Rows, notifications: list[Notification]) -> None:
    """Who else was reminded of the same before, and how often. One query."""
    wanted = Q(pk__in=[])
    for kind in {n.subject_kind for n in notifications}:
        subjects = {n.subject_id for n in notifications if n.subject_kind == kind}
        wanted |= Q(subject_kind=kind, subject_id__in=subjects)
    counted = (
        Notification.objects.filter(wanted, audience__in=[Audience.OWNER, Audience.SECRETARY])
        .order_by()
        .values_list("subject_kind", "subject_id", "subject_part", "due_on", "audience", "recipient__name")
        .annotate(times=Count("pk"))
    )
    for kind, subject, part, due_on, audience, name, times in counted:
        rows.earlier[kind, subject, part, due_on].append((audience, name, times))
