"""``manage.py create_account USERNAME --name NAME --role ROLE``: the first accounts."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import AdminGrant, User
from branches.models import Appointment, Organization
from branches.opening import open_administrator, open_office
from common.commands import SiteCommand

ROLES = ("office", *AdminGrant.Role.values)


class Command(SiteCommand):
    about = gettext_lazy("Create the account of the Party office or of one of the three administrators.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", required=True, help=_("the person's name"))
        parser.add_argument("--role", required=True, choices=ROLES)
        parser.add_argument(
            "--password-stdin",
            action="store_true",
            help=_("read the password from standard input; otherwise a temporary one is printed"),
        )

    def handle(self, *args: Any, **options: Any) -> None:
        username, name, role = options["username"].strip(), options["name"].strip(), options["role"]
        given = sys.stdin.readline().rstrip("\r\n") if options["password_stdin"] else None
        try:
            if given is not None:
                validate_password(given, User(username=username, display_name=name))
            if role == "office":
                user, password = open_office(
                    username=username, name=name, password=given, on=timezone.localdate()
                )
            else:
                user, password = open_administrator(username=username, name=name, role=role, password=given)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        made = _("Account %(username)s created: %(role)s.")
        self.stdout.write(made % {"username": user.username, "role": _title(role)})
        if given is None:
            self.stdout.write(_("Temporary password: %(password)s") % {"password": password})
            self.stdout.write(_("It must be changed at the first sign-in and is shown only here."))
        if role == "office":
            self._say_placeholder()

    def _say_placeholder(self) -> None:
        """Where the name of the first root comes from: nobody has typed it yet."""
        root = Organization.objects.filter(system=Organization.System.PARTY, depth=1).get()
        if root.is_placeholder:
            said = _(
                "The Party root is called %(name)s (code %(code)s) for now; the row of the root in your "
                "sheet of organizations gives it its own name and code."
            )
            self.stdout.write(said % {"name": root.name, "code": root.code})


def _title(role: str) -> str:
    office = Appointment.Post.OFFICE
    return str(office.label if role == "office" else AdminGrant.Role(role).label)
