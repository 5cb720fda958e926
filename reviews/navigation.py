"""What the frame of every page needs: the navigation of one's roles, the unread count, one's name and post."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from branches.access import Actor
from branches.models import Organization
from common.access import ADMINISTRATORS, CONTENT, Role

Text = str | Promise


@dataclass(frozen=True)
class Entry:
    """One place to go. ``name`` is a URL name; ``short`` the word under the icon where the rail is narrow.

    ``leads_to`` names the pages that the address only redirects to.
    """

    name: str
    icon: str
    label: Text
    roles: frozenset[Role] = CONTENT
    count: str = ""
    add: bool = False
    short: Text = ""
    leads_to: tuple[str, ...] = ()


@dataclass(frozen=True)
class Group:
    title: Text
    entries: tuple[Entry, ...]


OFFICE = frozenset({Role.OFFICE})
LEADING = frozenset({Role.OFFICE, Role.COMMITTEE})
WRITING = frozenset({Role.OFFICE, Role.OFFICER})
ACCOUNT_ADMINS = frozenset({Role.SYSTEM_ADMIN})

GROUPS = (
    Group(
        "",
        (
            Entry("dashboard", "grid-1x2", _("Dashboard"), LEADING | {Role.COMMISSION}),
            Entry(
                "desk",
                "house",
                _("Branch desk"),
                frozenset({Role.OFFICER}),
                short=pgettext_lazy("rail", "Desk"),
            ),
            Entry("me", "person", _("My page")),
            Entry("inbox", "bell", _("Reminders"), count="unread"),
            Entry("todo", "check2-square", _("To do")),
            Entry("accounts", "person-gear", _("Accounts"), ACCOUNT_ADMINS),
        ),
    ),
    Group(
        pgettext_lazy("navigation", "Drive"),
        (
            Entry("plans", "file-earmark-text", _("Action plans"), short=pgettext_lazy("rail", "Plans")),
            Entry(
                "decompose_queue",
                "diagram-2",
                _("To decompose"),
                OFFICE,
                short=pgettext_lazy("rail", "Decompose"),
            ),
            Entry("items", "list-check", _("Supervision ledger"), short=pgettext_lazy("rail", "Ledger")),
            Entry("teams", "flag", _("Posts and teams"), short=pgettext_lazy("rail", "Teams")),
        ),
    ),
    Group(
        _("Organizations"),
        (
            Entry("organizations", "diagram-3", _("Organizations"), short=pgettext_lazy("rail", "Orgs")),
            Entry("people", "people", _("People"), WRITING | {Role.COMMITTEE}),
            Entry(
                "activity_log",
                "pencil-square",
                _("Log an activity"),
                WRITING,
                short=pgettext_lazy("rail", "Log one"),
            ),
            Entry("activities", "calendar-check", _("Activities")),
            Entry(
                "requirements",
                "card-checklist",
                _("Requirements"),
                OFFICE,
                short=pgettext_lazy("rail", "Duties"),
            ),
        ),
    ),
    Group(
        _("Year's end"),
        (
            Entry(
                "review_rounds",
                "clipboard-data",
                _("Annual review"),
                WRITING | {Role.COMMITTEE, Role.COMMISSION},
                short=pgettext_lazy("rail", "Review"),
            ),
        ),
    ),
)

TABS = (
    Entry("home", "house", _("Home"), leads_to=("dashboard", "desk", "me")),
    Entry("items", "list-check", _("Items")),
    Entry("activity_log", "plus-lg", _("Log one"), WRITING, add=True),
    Entry("inbox", "bell", _("Reminders")),
    Entry("more", "list", _("More")),
    Entry("accounts", "person-gear", _("Accounts"), ACCOUNT_ADMINS),
    Entry("account_change_password", "key", _("Password"), ADMINISTRATORS),
    Entry("account_logout", "box-arrow-right", _("Sign out"), ADMINISTRATORS),
)


def _shown(entry: Entry, counts: dict[str, int]) -> dict[str, Any]:
    return {
        "url": reverse(entry.name),
        "icon": entry.icon,
        "label": entry.label,
        "short": entry.short,
        "count": counts.get(entry.count, 0),
        "add": entry.add,
        "leads_to": [reverse(name) for name in entry.leads_to],
    }


def _mark_current(entries: list[dict[str, Any]], path: str) -> None:
    """Mark where one is: the entry whose address is the longest beginning of this page's."""
    here = [
        entry
        for entry in entries
        if path in entry["leads_to"]
        or (path.startswith(entry["url"]) and (entry["url"] != "/" or path == "/"))
    ]
    if here:
        max(here, key=lambda entry: len(entry["url"]))["current"] = True


def _counts(actor: Actor) -> dict[str, int]:
    if actor.person is None:
        return {}
    return {"unread": actor.person.notifications.filter(read_at__isnull=True).count()}


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``nav``. Only what a page shows is asked for: a fragment needs no name of the site."""
    now: datetime = timezone.now()
    name = SimpleLazyObject(Organization.objects.institute_name)
    nav: dict[str, Any] = {"site_name": name, "now": now, "content": False, "unread": 0}
    user = getattr(request, "user", None)
    actor: Actor | None = getattr(request, "actor", None)
    if user is None or actor is None or not user.is_authenticated:
        return {"nav": nav}
    counts = _counts(actor)
    nav["groups"] = [
        {
            "title": group.title,
            "entries": [_shown(e, counts) for e in group.entries if e.roles & actor.roles],
        }
        for group in GROUPS
        if any(e.roles & actor.roles for e in group.entries)
    ]
    nav["tabs"] = [_shown(entry, counts) for entry in TABS if entry.roles & actor.roles]
    _mark_current([entry for group in nav["groups"] for entry in group["entries"]], request.path)
    _mark_current(nav["tabs"], request.path)
    nav["content"] = bool(actor.roles & CONTENT)
    nav["unread"] = counts.get("unread", 0)
    nav["name"] = str(actor.person or user)
    nav["initial"] = nav["name"][:1]
    nav["post"] = "、".join(actor.post_names[:1]) or _administrator_title(actor)
    return {"nav": nav}


def _administrator_title(actor: Actor) -> str:
    grant = getattr(actor.user, "admin_grant", None) if actor.is_administrator else None
    return str(grant.get_role_display()) if grant else ""
