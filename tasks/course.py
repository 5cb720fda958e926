"""The course of an item as its page shows it: the track of its steps and what happened, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.templatetags.gongjian import mdate, sdate
from tasks.models.stepping import Step

if TYPE_CHECKING:
    from tasks.models import Evidence, Extension, ItemEvent, LedgerItem, ProgressReport


@dataclass(frozen=True)
class Stage:
    """One step of the track: ``done``, ``now`` or not yet; ``said`` is when and who, or whose turn it is."""

    title: str
    said: str
    mark: str


@dataclass(frozen=True)
class Entry:
    """One thing that happened."""

    icon: str
    dot: str
    title: str
    at: datetime
    who: str
    note: str = ""
    files: Sequence[Evidence] = ()


#: Where each state stands on the track of seven.
_PLACE = {
    "draft": 0,
    "registered": 1,
    "assigned": 2,
    "in_progress": 3,
    "completion_requested": 5,
    "completed": 6,
    "cleared": 7,
}


def track(item: LedgerItem, events: list[ItemEvent], reports: int) -> list[Stage]:
    """Seven stages. ``events`` newest first; only those since the last return to draft count."""
    latest: dict[str, ItemEvent] = {}
    for event in events:
        if event.step == Step.RETURN_TO_DRAFT:
            break
        latest.setdefault(event.step, event)
    lead = item.lead.label if item.lead else ""
    written = ngettext("%(n)s report", "%(n)s reports", reports) % {"n": reports}
    rows: list[tuple[str, Step | None, str]] = [
        (_("Registration"), Step.REGISTER, _("the Party office")),
        (_("Assignment"), Step.ASSIGN, _("the Party office")),
        (_("Signing for"), Step.SIGN_FOR, item.owner.name if item.owner else lead),
        (_("Work in progress"), None, written if reports else ""),
        (_("Completion requested"), Step.REQUEST_COMPLETION, lead),
        (_("Completion"), Step.COMPLETE, _("by someone uninvolved")),
        (_("Clearing"), Step.CLEAR, _("by another unit")),
    ]
    place = _PLACE[item.state]
    stages = []
    for index, (title, step, upcoming) in enumerate(rows):
        done = index < place
        # After a corrected assignment the earlier signature stays in the history only.
        taken = latest.get(step) if step and done else None
        said = f"{mdate(taken.at)} {taken.by.name if taken.by else ''}".strip() if taken else upcoming
        stages.append(Stage(title, said, "done" if done else "now" if index == place else ""))
    return stages


def history(
    events: list[ItemEvent], reports: dict[int, ProgressReport], extensions: dict[int, Extension]
) -> list[Entry]:
    """What happened, newest first. A report and its acceptance are one entry, a report returned is two."""
    entries = []
    for event in events:
        made = _entry(event, reports, extensions)
        if made is not None:
            entries.append(made)
    return entries


def _entry(
    event: ItemEvent, reports: dict[int, ProgressReport], extensions: dict[int, Extension]
) -> Entry | None:
    who = event.by.name if event.by else _("the system")
    data: dict[str, Any] = event.data
    report = reports.get(data.get("report", 0))
    if event.step == Step.REPORT and report is not None:
        return _reported(event, report, who)
    if event.step == Step.ACCEPT_REPORT and not event.note:
        return None
    extension = extensions.get(data.get("extension", 0))
    if event.step == Step.REQUEST_EXTENSION and extension is not None:
        title = _("Extension to %(day)s requested") % {"day": sdate(extension.due_requested)}
        return Entry("clock", "dot-purple", title, event.at, who, event.note)
    if event.step == Step.DECIDE_EXTENSION and extension is not None:
        granted = (
            _("Extension to %(day)s granted")
            if data.get("granted")
            else _("Extension to %(day)s not granted")
        )
        return Entry(
            "clock-history",
            "dot-act",
            granted % {"day": sdate(extension.due_requested)},
            event.at,
            who,
            event.note,
        )
    icon, dot = _MARKS.get(Step(event.step), ("check-lg", "dot-act"))
    return Entry(icon, dot, _title(event), event.at, who, _with_changes(event))


def _reported(event: ItemEvent, report: ProgressReport, who: str) -> Entry:
    words = {
        "pending": _("Report of %(n)s%%, to be accepted"),
        "accepted": _("Report, accepted at %(n)s%%"),
        "returned": _("Report of %(n)s%%, returned"),
    }
    if report.status == "accepted" and report.decided_by:
        who = _("%(author)s; accepted by %(by)s") % {"author": who, "by": report.decided_by.name}
    title = words[report.status] % {"n": report.progress}
    return Entry("chat-left-text", "", title, event.at, who, event.note, list(report.evidence.all()))


_MARKS = {
    Step.RETURN_REPORT: ("arrow-return-left", ""),
    Step.SEND_BACK: ("arrow-return-left", ""),
    Step.RETURN_TO_DRAFT: ("arrow-return-left", ""),
    Step.ACCEPT_REPORT: ("chat-left-text", ""),
    Step.URGE: ("megaphone", ""),
    Step.EDIT: ("pencil", ""),
    Step.CREATE: ("plus-lg", ""),
    Step.CORRECT_ASSIGNMENT: ("arrow-left-right", "dot-act"),
    Step.HAND_OVER: ("arrow-left-right", "dot-act"),
}


def _title(event: ItemEvent) -> str:
    titles = {
        Step.CREATE: _("Entered as a draft"),
        Step.EDIT: _("Edited"),
        Step.REGISTER: _("Registered"),
        Step.ASSIGN: _("Assigned"),
        Step.SIGN_FOR: _("Signed for"),
        Step.REPORT: _("Report"),
        Step.ACCEPT_REPORT: _("Report accepted"),
        Step.RETURN_REPORT: _("Report returned"),
        Step.REQUEST_COMPLETION: _("Completion requested"),
        Step.SEND_BACK: _("Sent back"),
        Step.COMPLETE: _("Completed"),
        Step.CLEAR: _("Cleared"),
        Step.REQUEST_EXTENSION: _("Extension requested"),
        Step.DECIDE_EXTENSION: _("Extension decided"),
        Step.URGE: _("Urged"),
        Step.CORRECT_ASSIGNMENT: _("Assignment corrected"),
        Step.HAND_OVER: _("Handed over"),
        Step.RETURN_TO_DRAFT: _("Returned to draft"),
    }
    return titles[Step(event.step)]


def _with_changes(event: ItemEvent) -> str:
    """The note, and for an edit or a correction what was changed from what to what."""
    if event.step not in (Step.EDIT, Step.CORRECT_ASSIGNMENT, Step.HAND_OVER):
        return str(event.note)
    lines = [event.note] if event.note else []
    for name, change in event.data.items():
        if isinstance(change, dict) and "old" in change and name != "signed_by":
            label = getattr(event.item._meta.get_field(name), "verbose_name", name)
            lines.append(
                _("%(field)s: %(old)s → %(new)s")
                % {"field": label, "old": _shown(change["old"]), "new": _shown(change["new"])}
            )
    return "\n".join(lines)


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return str(value.get("name", ""))
    if isinstance(value, str):
        try:
            return sdate(date.fromisoformat(value))
        except ValueError:
            return value or _("nothing")
    return _("nothing") if value is None else str(value)
