"""``manage.py fetch_assets``: bring the third-party files that browsers load into ``var``."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from common.assets import AssetError, fetch_assets
from common.commands import SiteCommand


class Command(SiteCommand):
    """A door to ``common.assets``; needs neither database nor complete settings."""

    about = gettext_lazy("Fetch, verify and unpack the third-party assets (idempotent).")
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            count = fetch_assets(var=settings.VAR_DIR)
        except AssetError as error:
            raise CommandError(error.said(_)) from error
        done = ngettext("%(n)s file verified and unpacked.", "%(n)s files verified and unpacked.", count)
        self.stdout.write(done % {"n": count} if count else _("Assets are in place."))
