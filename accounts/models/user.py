"""The account, and the grant that makes one of the three administrators."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """An account. Who the person is stands in ``branches.Person``; the account only signs in."""

    class Language(models.TextChoices):
        CHINESE = "zh-hans", _("Chinese")
        ENGLISH = "en", _("English")

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    display_name = models.CharField(_("name"), max_length=60, blank=True)
    language = models.CharField(
        _("language"), max_length=10, choices=Language.choices, default=Language.CHINESE
    )
    must_change_password = models.BooleanField(_("must change the password"), default=False)
    is_demo = models.BooleanField(_("demo account"), default=False, editable=False)

    objects: ClassVar[UserManager[User]] = UserManager()

    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")

    def __str__(self) -> str:
        return self.display_name or self.username

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)


class AdminGrant(models.Model):
    """One of the three administrators. One account holds at most one: the three are mutually exclusive."""

    class Role(models.TextChoices):
        SYSTEM = "system_admin", _("System administrator")
        SECURITY = "security_admin", _("Security administrator")
        AUDIT = "audit_admin", _("Audit administrator")

    user = models.OneToOneField(
        User, models.CASCADE, related_name="admin_grant", verbose_name=_("account")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    granted_at = models.DateTimeField(_("granted at"), auto_now_add=True)

    class Meta:
        verbose_name = _("administrator grant")
        verbose_name_plural = _("administrator grants")
        constraints = [
            models.CheckConstraint(
                name="admin_grant_known_role",
                condition=models.Q(role__in=["system_admin", "security_admin", "audit_admin"]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"
