"""``manage.py send_reminders``: plan the reminders of a day and send the digests, or say what would happen."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from common.commands import SiteCommand, day_of
from tasks.models import Notification
from tasks.reminders.deliver import deliver
from tasks.reminders.lines import lines, recipients
from tasks.reminders.plan import plan, preview


def described(planned: list[Notification], on: date) -> list[dict[str, Any]]:
    """Each reminder as plain values: who gets what, on which rung, and why."""
    people = recipients(planned)
    return [
        {
            "recipient": people[n.recipient_id].name,
            "employee_number": people[n.recipient_id].employee_number,
            "email": people[n.recipient_id].email,
            "audience": n.audience,
            "subject": n.subject_kind,
            "subject_id": n.subject_id,
            "organization_id": n.subject_part or None,
            "rung": n.rung,
            "due_on": n.due_on.isoformat(),
            "title": line.title,
            "word": line.word,
            "why": line.why,
        }
        for n, line in zip(planned, lines(planned, on), strict=True)
    ]


class Command(SiteCommand):
    """The same function that the scheduler calls."""

    about = gettext_lazy("Plan the reminders of a day and send the digests that are due.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", metavar="DATE", help=_("the day as 2026-06-18; today when left out"))
        parser.add_argument(
            "--dry-run", action="store_true", help=_("say who would get what and why; change nothing")
        )
        parser.add_argument("--json", action="store_true", help=_("print one JSON object"))

    def handle(self, *args: Any, **options: Any) -> None:
        on = day_of(options["on"])
        said: dict[str, Any] = {"on": on.isoformat(), "dry_run": options["dry_run"]}
        if options["dry_run"]:
            said["reminders"] = described(preview(on), on)
            said["planned"] = len(said["reminders"])
        else:
            at = timezone.now()
            said |= {"planned": plan(on, at), "sent": deliver(at)}
        if options["json"]:
            self.stdout.write(json.dumps(said, ensure_ascii=False, indent=2))
            return
        for row in said.get("reminders", []):
            reason = _("(%(word)s; %(why)s)") % row
            self.stdout.write(f"{row['recipient']}  {row['rung']:+d}  {row['title']}  {reason}")
        self.stdout.write(f"{on}  {summary(said)}")


def summary(said: dict[str, Any]) -> str:
    """What was done, or would be, in one sentence."""
    count = said["planned"]
    if said["dry_run"]:
        words = ngettext("%(n)s reminder would be planned.", "%(n)s reminders would be planned.", count)
        return words % {"n": count}
    planned = ngettext("%(n)s reminder planned", "%(n)s reminders planned", count) % {"n": count}
    sent = ngettext("%(n)s digest sent", "%(n)s digests sent", said["sent"]) % {"n": said["sent"]}
    return _("%(planned)s, %(sent)s.") % {"planned": planned, "sent": sent}
