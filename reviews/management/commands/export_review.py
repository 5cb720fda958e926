"""``manage.py export_review --year 2025 [--organization P01] --format docx --out DIR``: reports as files."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.audit import record
from accounts.models import AuditEvent
from common.commands import SiteCommand
from common.exporting import Cell, Document
from reviews.exporting.archive import one_by_one, summary, summary_file_name, summary_row
from reviews.exporting.report import FORMATS, Format, document, report_file_name
from reviews.models import AnnualReview, ReviewRound


class Command(SiteCommand):
    """Writes one file for each organization and, without ``--organization``, one for all."""

    about = gettext_lazy(
        "Export the annual reports of a year. Exit status 1 and one line on standard error when it cannot."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        # Plain texts, checked below: argparse would answer a wrong value with its whole usage.
        parser.add_argument("--year", help=_("the calendar year of the round"))
        parser.add_argument("--organization", metavar="CODE", help=_("only this organization's report"))
        parser.add_argument("--format", help=_("docx, xlsx or pdf"))
        parser.add_argument(
            "--out", metavar="DIR", help=_("the folder for the files; made when it is not there")
        )

    def handle(self, *args: Any, **options: Any) -> None:
        form, folder = _form(options["format"]), _folder(options["out"])
        round = _round(options["year"])
        reviews = _reviews(round, options["organization"])
        _make(folder)
        rows: list[tuple[Cell, ...]] = []
        for review in one_by_one(reviews):
            self._write(folder / report_file_name(review, form), form, document(review))
            rows.append(summary_row(review))
        if not options["organization"]:
            self._write(folder / summary_file_name(round, form), form, summary(round, rows, timezone.now()))
        note = f"{form.ending} · {options['organization'] or len(rows)}"
        record(AuditEvent.Verb.EXPORT, round, by=None, note=note)

    def _write(self, path: Path, form: Format, content: Document) -> None:
        """Whole or not at all: a file appears under its name only when it is finished."""
        try:
            with NamedTemporaryFile(dir=path.parent, prefix=".export-", delete=False) as stream:
                try:
                    form.writer(stream, content)
                except BaseException:
                    os.unlink(stream.name)
                    raise
            os.replace(stream.name, path)
        except OSError as error:
            raise CommandError(
                _("%(file)s cannot be written: %(why)s") % {"file": path, "why": error.strerror}
            ) from error
        self.stdout.write(str(path))


def _form(name: str | None) -> Format:
    if name not in FORMATS:
        raise CommandError(_("--format is docx, xlsx or pdf."))
    return FORMATS[name]


def _folder(name: str | None) -> Path:
    if not name:
        raise CommandError(_("--out names the folder for the files."))
    return Path(name)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(
            _("%(file)s cannot be written: %(why)s") % {"file": folder, "why": error.strerror}
        ) from error


def _round(year: str | None) -> ReviewRound:
    if not year or not year.isascii() or not year.isdigit() or len(year) != 4:
        raise CommandError(_("--year is a calendar year of four digits."))
    round = ReviewRound.objects.filter(year=int(year)).first()
    if round is None:
        raise CommandError(_("There is no review round of %(year)s.") % {"year": year})
    return round


def _reviews(round: ReviewRound, code: str | None) -> Any:
    reviews = AnnualReview.objects.filter(round=round)
    if not code:
        return reviews
    chosen = reviews.filter(organization__code=code)
    if not chosen.exists():
        raise CommandError(
            _("Organization %(code)s has no report in the round of %(year)s.")
            % {"code": code, "year": round.year}
        )
    return chosen
