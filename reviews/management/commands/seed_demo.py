"""``manage.py seed_demo``: fill an empty database with the demo institute and print the accounts to try."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from common.commands import SiteCommand, day_of
from reviews.demo.people import accounts_as_lines
from reviews.demo.seed import is_empty, seed

FIRST, LAST = date(2022, 1, 1), date(2098, 12, 31)


class Command(SiteCommand):
    """Refused in production: the password of these accounts is public."""

    about = gettext_lazy("Fill an empty database with the demo institute as it stands on a day.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", metavar="DATE", help=_("the day as 2026-06-18; today when left out"))
        parser.add_argument(
            "--if-empty", action="store_true", help=_("say nothing and do nothing when it is not empty")
        )
        parser.add_argument(
            "--accounts", action="store_true", help=_("only print the accounts to try, if any")
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError(_("ENV=production refuses demo data: the password of its accounts is public."))
        on = _day(options["on"])
        if options["accounts"]:
            self._print_accounts()
        elif is_empty():
            self.stdout.write("gongjian: " + _("making the demo institute ..."))
            seed(on)
            if not options["if_empty"]:
                self._print_accounts()
        elif not options["if_empty"]:
            raise CommandError(_("The database is not empty. The demo institute needs an empty one."))

    def _print_accounts(self) -> None:
        if User.objects.filter(is_demo=True, is_active=True).exists():
            self.stdout.write("gongjian: " + _("accounts of the demo institute"))
            for line in accounts_as_lines():
                self.stdout.write(line)


def _day(text: str | None) -> date:
    on = day_of(text)
    if not FIRST <= on <= LAST:
        message = _("The demo institute can be shown on days from %(first)s to %(last)s.")
        raise CommandError(message % {"first": FIRST, "last": LAST})
    return on
