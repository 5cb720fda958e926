"""What a reminder says: the same words in the inbox, in the e-mail and in the dry run.

``lines`` turns notifications (saved or only planned) into lines for one reader with a constant number of
queries. What the reader may no longer see has no title, and what is settled says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from branches.access import Actor
from branches.models import Organization, Person, VanguardPost
from common.templatetags.gongjian import sdate
from plans.models import Requirement
from tasks.models import Extension, LedgerItem, Notification, ReminderRule, ReminderRung
from tasks.reminders.rows import Rows, load
from tasks.requirements import OwedState
from tasks.standing import standing_of

Subject = ReminderRule.Subject
Audience = ReminderRung.Audience


@dataclass(frozen=True)
class Line:
    """One reminder in words. ``light`` is a light's value or empty, then ``icon`` names the mark."""

    notification: Notification
    title: str
    word: str
    light: str = ""
    icon: str = "bell"
    why: str = ""
    act: str = ""
    url: str = ""
    settled: bool = False


def lines(notifications: Sequence[Notification], on: date, actor: Actor | None = None) -> list[Line]:
    """The lines of notifications as they stand on a day, for an actor (``None``: for a dry run, all)."""
    rows = load(notifications, on, actor)
    return [_line(rows, notification) for notification in notifications]


def _line(rows: Rows, n: Notification) -> Line:
    made = {
        Subject.ITEM: _item_line,
        Subject.UNSIGNED: _unsigned_line,
        Subject.SILENCE: _silence_line,
        Subject.EXTENSION: _extension_line,
        Subject.URGE: _urge_line,
        Subject.REQUIREMENT: _requirement_line,
        Subject.TERM: _term_line,
        Subject.POST: _post_line,
    }[Subject(n.subject_kind)](rows, n)
    return made or Line(n, _("No longer within your reach"), _("settled"), icon="check2", settled=True)


def _joined(*parts: str) -> str:
    return " · ".join(part.rstrip("。") for part in parts if part)


def _settled(n: Notification, title: str, url: str, why: str) -> Line:
    return Line(n, title, _("settled"), icon="check2", why=why, url=url, settled=True)


def _as(n: Notification, organization: Organization | None) -> str:
    """Why it comes to this reader."""
    name = organization.label if organization else ""
    if n.audience == Audience.OWNER:
        return _("you are the person responsible")
    if n.audience == Audience.LEADER:
        return _("you are the leader responsible")
    if n.audience == Audience.SECRETARY:
        return _("you are in charge of %(organization)s") % {"organization": name}
    if n.audience == Audience.LIAISON:
        return _("you keep contact with %(organization)s") % {"organization": name}
    return _("the Party office follows it up")


def _earlier(rows: Rows, n: Notification) -> str:
    """ "reminded before: 许嘉树 5 times" for those who come in later than the ones who do the work."""
    said = rows.earlier.get((n.subject_kind, n.subject_id, n.subject_part, n.due_on), [])
    names = [
        ngettext("%(name)s %(n)s time", "%(name)s %(n)s times", times) % {"name": name, "n": times}
        for audience, name, times in sorted(said)
        if audience == Audience.OWNER or n.audience != Audience.SECRETARY
    ]
    if not names or n.audience in (Audience.OWNER, Audience.LEADER):
        return ""
    return _("reminded before: %(names)s") % {"names": _(", ").join(names)}


def _item(rows: Rows, n: Notification) -> tuple[LedgerItem, str, str] | None:
    """The item, its address and why it is here; nothing when the reader may not see it."""
    item = rows.items.get(n.subject_id)
    if item is None:
        return None
    return item, item.get_absolute_url(), _as(n, item.lead)


def _item_line(rows: Rows, n: Notification) -> Line | None:
    found = _item(rows, n)
    if found is None:
        return None
    item, url, mine = found
    at = standing_of(item, rows.on, rows.calendar)
    if not item.is_open:
        return _settled(n, item.title, url, _joined(mine, str(item.get_state_display())))
    if item.due_on != n.due_on:
        moved = _("now due %(day)s") % {"day": sdate(item.due_on)}
        return _settled(n, item.title, url, _joined(mine, moved))
    due = _("due %(day)s") % {"day": sdate(n.due_on)}
    progress = _("%(n)s%% accepted") % {"n": at.accepted}
    watching = n.audience in (Audience.LIAISON, Audience.OFFICE, Audience.LEADER)
    act = _("Urge") if watching and at.light == "red" else _("View")
    why = _joined(mine, due, progress, _earlier(rows, n))
    return Line(n, item.title, at.word, light=at.light, why=why, act=act, url=url)


def _unsigned_line(rows: Rows, n: Notification) -> Line | None:
    found = _item(rows, n)
    if found is None:
        return None
    item, url, mine = found
    days = rows.calendar.distance(n.due_on, rows.on)
    waiting = ngettext("assigned %(n)s working day ago", "assigned %(n)s working days ago", days) % {
        "n": days
    }
    why = _joined(mine, _("due %(day)s") % {"day": sdate(item.due_on)}, _earlier(rows, n))
    if item.state != LedgerItem.State.ASSIGNED or _day_of(item.assigned_at) != n.due_on:
        return _settled(n, item.title, url, _joined(mine, str(item.get_state_display())))
    act = _("Sign for") if n.audience == Audience.OWNER else _("View")
    return Line(n, item.title, _("unsigned"), light="grey", why=_joined(waiting, why), act=act, url=url)


def _silence_line(rows: Rows, n: Notification) -> Line | None:
    found = _item(rows, n)
    if found is None:
        return None
    item, url, mine = found
    last = _day_of(getattr(item, "last_sign", None) or item.signed_at)
    if item.state != LedgerItem.State.IN_PROGRESS or last != n.due_on:
        return _settled(n, item.title, url, mine)
    days = (rows.on - n.due_on).days
    word = ngettext("silent for %(n)s day", "silent for %(n)s days", days) % {"n": days}
    since = _("nothing heard since %(day)s") % {"day": sdate(n.due_on)}
    act = _("Report") if n.audience == Audience.OWNER else _("View")
    why = _joined(mine, since, _earlier(rows, n))
    return Line(n, item.title, word, icon="hourglass-split", why=why, act=act, url=url)


def _extension_line(rows: Rows, n: Notification) -> Line | None:
    extension = rows.extensions.get(n.subject_id)
    item = rows.items.get(extension.item_id) if extension else None
    if extension is None or item is None:
        return None
    url = item.get_absolute_url()
    if extension.status != Extension.Status.PENDING or not item.is_open:
        return _settled(n, item.title, url, str(extension.get_status_display()))
    days = rows.calendar.distance(n.due_on, rows.on)
    waits = _("waits for a decision") if n.audience != Audience.LIAISON else _as(n, item.lead)
    since = (
        ngettext("for %(n)s working day", "for %(n)s working days", days) % {"n": days} if days > 0 else ""
    )
    asked = _("%(name)s asks for %(day)s") % {
        "name": extension.requested_by.name,
        "day": sdate(extension.due_requested),
    }
    act = _("Decide") if n.audience != Audience.LIAISON else _("View")
    why = _joined(waits, since, asked)
    return Line(n, item.title, _("extension pending"), light="purple", why=why, act=act, url=url)


def _urge_line(rows: Rows, n: Notification) -> Line | None:
    urge = rows.urges.get(n.subject_id)
    item = rows.items.get(urge.item_id) if urge else None
    if urge is None or item is None:
        return None
    url = item.get_absolute_url()
    answered = getattr(item, "last_sign", None)
    if item.state not in ("assigned", "in_progress") or (answered is not None and answered > urge.at):
        return _settled(n, item.title, url, str(item.get_state_display()))
    by = _("%(name)s urges") % {"name": urge.by.name}
    why = _joined(_as(n, item.lead), by, urge.note, _("due %(day)s") % {"day": sdate(item.due_on)})
    return Line(n, item.title, _("urged"), icon="megaphone", why=why, act=_("Report"), url=url)


def _requirement_line(rows: Rows, n: Notification) -> Line | None:
    requirement = rows.requirements.get(n.subject_id)
    organization = rows.organizations.get(n.subject_part)
    if requirement is None or organization is None:
        return None
    url = organization.get_absolute_url()
    title = f"{organization.label} · {requirement.activity_kind.name}"
    mine, entry = _as(n, organization), rows.owed.get((n.subject_id, n.subject_part, n.due_on))
    if entry is None or entry.state not in (OwedState.DUE, OwedState.MISSING):
        return _settled(n, title, url, mine)
    short = ngettext("%(n)s still to be logged", "%(n)s still to be logged", entry.short) % {"n": entry.short}
    period = _("%(first)s to %(last)s") % {"first": sdate(entry.first), "last": sdate(entry.last)}
    late = entry.state == OwedState.MISSING
    act = _("View")
    if n.audience == Audience.SECRETARY:
        act, url = _("Log"), _log_url(requirement, organization)
    return Line(
        n,
        title,
        _("period over") if late else _("period ending"),
        icon="calendar-x" if late else "calendar-event",
        why=_joined(mine, period, short),
        act=act,
        url=url,
    )


def _log_url(requirement: Requirement, organization: Organization) -> str:
    return f"{reverse('activity_log')}?organization={organization.pk}&kind={requirement.activity_kind.code}"


def _term_line(rows: Rows, n: Notification) -> Line | None:
    term = rows.terms.get(n.subject_id)
    if term is None:
        return None
    organization, url = term.organization, term.organization.get_absolute_url()
    days = (n.due_on - rows.on).days
    if term.ends_on is not None or term.due_on != n.due_on:
        return _settled(n, organization.label, url, _as(n, organization))
    if days >= 0:
        title = ngettext(
            "The term of %(organization)s ends in %(n)s day",
            "The term of %(organization)s ends in %(n)s days",
            days,
        )
    else:
        title = _("The term of %(organization)s has ended")
    title = title % {"organization": organization.label, "n": days}
    why = _joined(_("ends %(day)s") % {"day": sdate(n.due_on)}, _as(n, organization))
    return Line(n, title, _("term of office"), icon="calendar-event", why=why, act=_("View"), url=url)


def _post_line(rows: Rows, n: Notification) -> Line | None:
    post = rows.posts.get(n.subject_id)
    if post is None:
        return None
    url, settled = post.get_absolute_url(), post.status != VanguardPost.Status.APPROVED
    mine = _("you hold this post") if n.audience == Audience.OWNER else _as(n, post.organization)
    if settled or post.valid_to != n.due_on:
        return _settled(n, post.challenge, url, mine)
    until = _("valid to %(day)s") % {"day": sdate(n.due_on)}
    why = _joined(mine, post.holder.name if n.audience != Audience.OWNER else "", until)
    return Line(n, post.challenge, _("review due"), icon="flag", why=why, act=_("View"), url=url)


def _day_of(moment: Any) -> date | None:
    return timezone.localdate(moment) if moment else None


def grouped_by_day(made: Iterable[Line], on: date) -> list[tuple[str, date, list[Line]]]:
    """Lines in the order they come, under the day they were planned: ``today``, ``yesterday`` or empty."""
    groups: list[tuple[str, date, list[Line]]] = []
    for line in made:
        day = line.notification.planned_on
        if not groups or groups[-1][1] != day:
            name = {on: "today", on - timedelta(days=1): "yesterday"}.get(day, "")
            groups.append((name, day, []))
        groups[-1][2].append(line)
    return groups


def recipients(notifications: Iterable[Notification]) -> dict[int, Person]:
    """The people of some notifications by key, with their accounts. One query."""
    people = Person.objects.filter(pk__in={n.recipient_id for n in notifications})
    return {person.pk: person for person in people.select_related("user")}
