"""``manage.py create_account USERNAME --name NAME --role ROLE``: the first accounts."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import AdminGrant, User
from branches.opening import open_administrator, open_office

ROLES = ("office", *AdminGrant.Role.values)


class Command(BaseCommand):
    help = "Create the account of the Party office or of one of the three administrators."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", required=True, help="the person's name")
        parser.add_argument("--role", required=True, choices=ROLES)
        parser.add_argument(
            "--password-stdin",
            action="store_true",
            help="read the password from standard input; otherwise a temporary one is printed",
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
        self.stdout.write(f"Account {user.username} ({role}) created.")
        if given is None:
            self.stdout.write(f"Temporary password: {password}")
            self.stdout.write("It must be changed at the first sign-in and is shown only here.")
