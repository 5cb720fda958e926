"""``manage.py fetch_assets``: bring the third-party files that browsers load into ``var``."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from common.assets import AssetError, fetch_assets


class Command(BaseCommand):
    """A door to ``common.assets``; needs neither database nor complete settings."""

    help = "Fetch, verify and unpack the third-party assets (idempotent)."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            count = fetch_assets(var=settings.VAR_DIR)
        except AssetError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{count} files verified and unpacked." if count else "Assets are in place.")
