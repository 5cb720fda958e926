"""``manage.py compile_catalogues``: ``.po`` to ``.mo`` without gettext's tools."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from common.catalogues import CatalogueError, compile_catalogues
from common.commands import SiteCommand


class Command(SiteCommand):
    """A door to ``common.catalogues``."""

    about = gettext_lazy("Compile every message catalogue that changed.")
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            written = compile_catalogues()
        except CatalogueError as error:
            raise CommandError(str(error)) from error
        done = ngettext("%(n)s catalogue compiled.", "%(n)s catalogues compiled.", len(written))
        self.stdout.write(done % {"n": len(written)} if written else _("Catalogues are in place."))
