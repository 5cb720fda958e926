"""What the form for an activity shows of a recorded one, and the rows of its tick list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from branches.models import Organization, Person
from plans.models import ActivityKind
from tasks.models import Activity, Attendance
from tasks.recording import Present

#: What a date asks the server when it changes: what depends on it, never a field that is being typed in.
REFRESH = {
    "hx-post": "",
    "hx-trigger": "change",
    "hx-swap": "none",
    "hx-vals": '{"action": "refresh"}',
}


@dataclass(frozen=True)
class RosterRow:
    """One person of the tick list."""

    person: Person
    present: bool = True
    reason: str = ""
    note: str = ""

    def recorded(self) -> Present:
        """As it is written down: away with a reason is excused, without one absent."""
        if self.present:
            return Present(self.person)
        status = Attendance.Status.EXCUSED if self.reason else Attendance.Status.ABSENT
        return Present(self.person, status, self.reason)


def activity_host(activity: Activity | None) -> int:
    """The recorded host's key, or 0."""
    return (activity.host_id if activity else 0) or 0


def values_of(activity: Activity) -> dict[str, Any]:
    """The form's values for a recorded activity."""
    first = activity.first_agenda_items.first()
    return {
        "title": activity.title,
        "held_on": activity.held_on.isoformat(),
        "place": activity.place,
        "host": activity.host_id,
        "measures": list(activity.measures.values_list("pk", flat=True)),
        "partners": list(activity.partners.values_list("pk", flat=True)),
        "result": activity.result,
        "agenda_title": first.title if first else "",
        "agenda_on": first.material_on.isoformat() if first and first.material_on else "",
        "version": activity.version,
    }


def draft_key(activity: Activity | None, organization: Organization | None, kind: ActivityKind | None) -> str:
    """Under which name the browser keeps what is typed: a draft for each kind, or for each version edited."""
    if activity is not None:
        return f"activity-edit-{activity.pk}-{activity.version}"
    return f"activity-{organization.pk if organization else 0}-{kind.code if kind else ''}"
