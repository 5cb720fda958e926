"""``manage.py compile_catalogues``: ``.po`` to ``.mo`` without gettext's tools."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common.catalogues import CatalogueError, compile_catalogues


class Command(BaseCommand):
    """A door to ``common.catalogues``."""

    help = "Compile every message catalogue that changed."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            written = compile_catalogues()
        except CatalogueError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{len(written)} compiled." if written else "Catalogues are in place.")
