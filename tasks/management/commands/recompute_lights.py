"""Recompute when lights turn, as after a change of the calendar or a threshold."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.commands import SiteCommand
from tasks.recomputing import recompute_lights


class Command(SiteCommand):
    """Prints how many items changed; with ``--dry-run`` how many would."""

    about = gettext_lazy("Recompute the stored turning days of the lights of open items.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help=_("only count what would change"))

    def handle(self, *args: Any, **options: Any) -> None:
        seen, changed = recompute_lights(dry_run=options["dry_run"])
        text = _("%(seen)s open items looked at, %(changed)s differ.") if options["dry_run"] else None
        text = text or _("%(seen)s open items looked at, %(changed)s rewritten.")
        self.stdout.write(text % {"seen": seen, "changed": changed})
