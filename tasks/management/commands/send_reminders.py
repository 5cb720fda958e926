"""``manage.py send_reminders``: plan the reminders of a day and send the digests, or say what would happen."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from tasks.models import Notification
from tasks.reminders.deliver import deliver
from tasks.reminders.lines import lines, recipients
from tasks.reminders.plan import plan, preview


def day_of(text: str | None) -> date:
    """The day asked for, today when none is. Raises ``CommandError``."""
    if text is None:
        return timezone.localdate()
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise CommandError(f"{text!r} is no date. Write it as 2026-06-18.") from wrong


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


class Command(BaseCommand):
    """The same function that the scheduler calls."""

    help = "Plan the reminders of a day and send the digests that are due."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", metavar="DATE", help="the day as 2026-06-18; today when left out")
        parser.add_argument(
            "--dry-run", action="store_true", help="say who would get what and why; change nothing"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

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
            self.stdout.write(
                f"{row['recipient']}  {row['rung']:+d}  {row['title']}  ({row['word']}; {row['why']})"
            )
        verb = "would be planned" if options["dry_run"] else f"planned, {said['sent']} digests sent"
        self.stdout.write(f"{on}: {said['planned']} reminders {verb}")
