"""What the product's own commands share: they speak the site's language, in ``--help`` too."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from common.days import OUT_OF_REACH, within_reach


class SiteCommand(BaseCommand):
    """A command that says what it is for in ``about``: the parser cannot read a translation made later."""

    about: str | Promise = ""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        self.help = str(self.about)
        return super().create_parser(prog_name, subcommand, **kwargs)


def day_of(text: str | None) -> date:
    """The day asked for, today when none is. Raises ``CommandError``."""
    if text is None:
        return timezone.localdate()
    try:
        day = date.fromisoformat(text)
    except ValueError as wrong:
        message = _("“%(text)s” is not a day of the calendar. Write it like 2026-06-18.")
        raise CommandError(message % {"text": " ".join(text.split())[:40]}) from wrong
    if not within_reach(day):
        raise CommandError(OUT_OF_REACH)
    return day
