"""Forms that were sent and where they led, so that the same form a second time makes nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from accounts.models.user import User

#: How long a form is remembered: longer than anyone leaves a page open.
KEPT = timedelta(days=30)


class SentFormManager(models.Manager["SentForm"]):
    def take(self, by: User, key: UUID, at: datetime, kept: timedelta = KEPT) -> tuple[SentForm, bool]:
        """The form of this key, and whether it is here for the first time within ``kept``.

        Inside the caller's transaction: the same form sent at the same moment waits here until the first
        one is through.
        """
        forgotten = Q(at__lt=at - KEPT) | Q(key=key, at__lt=at - kept)
        self.filter(forgotten, by=by).delete()
        return self.get_or_create(by=by, key=key, defaults={"at": at})


class SentForm(models.Model):
    """One form that was accepted, by whom and what page it led to."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.UUIDField()
    at = models.DateTimeField()
    led_to = models.TextField(blank=True)

    objects: ClassVar[SentFormManager] = SentFormManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["by", "key"], name="sent_form_once")]

    def __str__(self) -> str:
        return f"{self.by_id} {self.led_to}"

    def lead(self, address: str) -> None:
        """Remember the page that the form led to."""
        self.led_to = address
        self.save(update_fields=["led_to"])

    lead.alters_data = True  # type: ignore[attr-defined]
