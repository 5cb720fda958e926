"""``manage.py seed_demo``: fill an empty database with the demo institute and print the accounts to try."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import User
from reviews.demo.people import accounts_as_lines
from reviews.demo.seed import is_empty, seed

FIRST, LAST = date(2022, 1, 1), date(2098, 12, 31)


class Command(BaseCommand):
    """Refused in production: the password of these accounts is public."""

    help = "Fill an empty database with the demo institute as it stands on a day."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", metavar="DATE", help="the day as 2026-06-18; today when left out")
        parser.add_argument(
            "--if-empty", action="store_true", help="say nothing and do nothing when it is not empty"
        )
        parser.add_argument("--accounts", action="store_true", help="only print the accounts to try, if any")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("ENV=production refuses demo data: the password of its accounts is public.")
        on = _day(options["on"])
        if options["accounts"]:
            self._print_accounts()
        elif is_empty():
            self.stdout.write("gongjian: making the demo institute ...")
            seed(on)
            if not options["if_empty"]:
                self._print_accounts()
        elif not options["if_empty"]:
            raise CommandError("The database is not empty. The demo institute needs an empty one.")

    def _print_accounts(self) -> None:
        if User.objects.filter(is_demo=True, is_active=True).exists():
            self.stdout.write("gongjian: accounts of the demo institute")
            for line in accounts_as_lines():
                self.stdout.write(line)


def _day(text: str | None) -> date:
    if text is None:
        return timezone.localdate()
    try:
        on = date.fromisoformat(text)
    except ValueError as wrong:
        raise CommandError(f"{text!r} is no date. Write it as 2026-06-18.") from wrong
    if not FIRST <= on <= LAST:
        raise CommandError(f"The demo institute can be shown on days from {FIRST} to {LAST}.")
    return on
