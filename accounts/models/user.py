"""The account, and the grant that makes one of the three administrators."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.passwords import temporary_password
from common.steps import StepForbidden, StepRefused

NAME_TAKEN = _("This user name is taken. Choose another.")


class AccountManager(UserManager["User"]):
    """Finding accounts."""

    use_in_migrations = False

    def matching(self, text: str, *, active: bool | None = None) -> models.QuerySet[User]:
        """Accounts whose user name or name holds ``text``; all, or only active or only deactivated ones."""
        found = self.get_queryset()
        if text:
            found = found.filter(Q(username__icontains=text) | Q(display_name__icontains=text))
        return found if active is None else found.filter(is_active=active)


class User(AbstractUser):
    """An account. Who the person is stands in ``branches.Person``; the account only signs in."""

    class Language(models.TextChoices):
        CHINESE = "zh-hans", _("Chinese")
        ENGLISH = "en", _("English")

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    display_name = models.CharField(pgettext_lazy("of a person", "name"), max_length=60, blank=True)
    language = models.CharField(
        _("language"), max_length=10, choices=Language.choices, default=Language.CHINESE
    )
    must_change_password = models.BooleanField(_("must change the password"), default=False)
    is_demo = models.BooleanField(_("demo account"), default=False, editable=False)

    session_epoch = models.PositiveIntegerField(default=0, editable=False)

    objects: ClassVar[AccountManager] = AccountManager()

    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                Lower("username"), name="user_name_once", violation_error_message=NAME_TAKEN
            )
        ]

    def __str__(self) -> str:
        return self.display_name or self.username

    def clean(self) -> None:
        """Signing in takes ``Wang`` for ``wang``: of two such names neither could be signed in with."""
        super().clean()
        if User.objects.filter(username__iexact=self.username).exclude(pk=self.pk).exists():
            raise ValidationError({"username": ValidationError(NAME_TAKEN, code="unique")})

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("account", args=[self.pk])

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        """What a session is bound to: the password and the epoch. Raising the epoch ends every session."""
        value = f"{self.password}:{self.session_epoch}"
        return salted_hmac("accounts.User.session", value, secret=secret, algorithm="sha256").hexdigest()

    # Steps of the system administrator ---------------------------------------

    @transaction.atomic
    def deactivate(self, by: User) -> None:
        """Close the account. Its sessions end at the next request and stay ended when it is opened again."""
        user = self._locked()
        if user.pk == by.pk:
            raise StepForbidden(
                gettext("You cannot deactivate your own account. Ask another system administrator.")
            )
        if not user.is_active:
            raise StepRefused(gettext("This account is already deactivated."))
        user._become(by, is_active=False, session_epoch=user.session_epoch + 1)

    @transaction.atomic
    def reactivate(self, by: User) -> None:
        """Open a closed account again, with the password it had."""
        user = self._locked()
        if user.is_active:
            raise StepRefused(gettext("This account is already active."))
        user._become(by, is_active=True)

    @transaction.atomic
    def give_temporary_password(self, by: User) -> str:
        """Set a random password that must be changed at the next sign-in, and return it (it is kept nowhere).

        Not for another administrator: the three watch one another, and a password is the whole account.
        """
        user = self._locked()
        if user.pk == by.pk:
            raise StepForbidden(gettext("Change your own password on the password page."))
        if AdminGrant.objects.filter(user=user).exists():
            raise StepForbidden(
                gettext("Another administrator's password is set on the server: manage.py changepassword.")
            )
        if not user.is_active:
            raise StepRefused(gettext("Reactivate the account first."))
        password = temporary_password()
        user.set_password(password)
        user._become(by, verb="password", password=user.password, must_change_password=True)
        return password

    deactivate.alters_data = True  # type: ignore[attr-defined]
    reactivate.alters_data = True  # type: ignore[attr-defined]
    give_temporary_password.alters_data = True  # type: ignore[attr-defined]

    def _locked(self) -> User:
        return User.objects.select_for_update().get(pk=self.pk)

    def _become(self, by: User, *, verb: str = "update", **values: Any) -> None:
        """Set, save and record; a password is never written into the trail."""
        from accounts.audit import record

        shown = {name: value for name, value in values.items() if name not in {"password", "session_epoch"}}
        changes = {name: [getattr(self, name), value] for name, value in shown.items()}
        for name, value in values.items():
            setattr(self, name, value)
        self.save(update_fields=list(values))
        record(verb, self, by=by, changes={n: c for n, c in changes.items() if c[0] != c[1]})


class AdminGrant(models.Model):
    """One of the three administrators. One account holds at most one: the three are mutually exclusive."""

    class Role(models.TextChoices):
        SYSTEM = "system_admin", _("System administrator")
        SECURITY = "security_admin", _("Security administrator")
        AUDIT = "audit_admin", _("Audit administrator")

    user = models.OneToOneField(User, models.CASCADE, related_name="admin_grant", verbose_name=_("account"))
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
