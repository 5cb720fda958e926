"""Read a published document and print, or keep, the outline of its plan."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.management.base import CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.commands import SiteCommand
from common.steps import StepRefused
from plans.importing.apply import apply
from plans.importing.document import Draft
from plans.importing.lines import Source, Unreadable
from plans.importing.parser import parse
from plans.importing.reader import read_path
from plans.models import ActionPlan

UNREADABLE, NO_PLAN = 2, 3


class Command(SiteCommand):
    about = gettext_lazy(
        "Import a plan from a .txt, .docx or .md file. Exit codes: 2 unreadable, 3 not a plan."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--dry-run", action="store_true", help=_("read and print, touch no database"))
        parser.add_argument("--json", action="store_true", help=_("print one JSON object"))

    def handle(self, *args: Any, file: Path, dry_run: bool, **options: Any) -> None:
        try:
            source = read_path(file)
        except Unreadable as error:
            raise CommandError(" ".join(str(error).split()), returncode=UNREADABLE) from error
        draft = parse(source)
        if not (dry_run or self._keep(source, draft)):
            self.stderr.write(_("This document has already been imported. Nothing was changed."))
        text = self._as_json(draft) if options["json"] else summary(draft)
        encoding = getattr(self.stdout, "encoding", None) or "utf-8"
        self.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))

    def _keep(self, source: Source, draft: Draft) -> bool:
        """Write the rows; ``False`` when a plan in force has this very text."""
        if ActionPlan.objects.confirmed().filter(sha256=source.sha256).exists():
            return False
        try:
            apply(source, draft, at=timezone.now())
        except StepRefused as error:
            raise CommandError(str(error), returncode=NO_PLAN) from error
        except ValidationError as error:
            raise CommandError(by_field(error), returncode=NO_PLAN) from error
        return True

    def _as_json(self, draft: Draft) -> str:
        encoding = (getattr(self.stdout, "encoding", None) or "utf-8").lower().replace("-", "")
        return json.dumps(draft.to_json(), ensure_ascii=encoding not in {"utf8", "utf_8"}, indent=2)


def by_field(error: ValidationError) -> str:
    """The messages of an error in one line, each with the name of its field."""
    said = []
    for name, messages in error.message_dict.items():
        field = None if name == NON_FIELD_ERRORS else ActionPlan._meta.get_field(name)
        label = f"{getattr(field, 'verbose_name', name)}: " if field else ""
        said += [f"{label}{message}" for message in messages]
    return " ".join(said)


def summary(draft: Draft) -> str:
    """The outline as a few lines to read."""
    lines = [draft.title or _("(no title)")]
    if not draft.is_plan:
        lines.append(_("This is not a plan."))
    lines += [
        "  " * node.level + f"{node.number} {node.title[:60]}".lstrip()
        for node in draft.walk()
        if node.kind != "paragraph"
    ]
    lines.append(
        _("%(joins)d joined lines, %(dropped)d left out, %(warnings)d to look at; lossless: %(lossless)s")
        % {
            "joins": len(draft.joins),
            "dropped": len(draft.dropped),
            "warnings": len(draft.warnings),
            "lossless": _("yes") if draft.lossless else _("no"),
        }
    )
    return "\n".join(lines)
