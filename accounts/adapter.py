"""How allauth behaves here: no sign-up, our words, and a row for every sign-in, failure and new password."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.audit import record
from accounts.models import AuditEvent, User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by an administrator, never by signing up."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": gettext_lazy(
            "User name or password is wrong. Check both and try again."
        ),
        "too_many_login_attempts": gettext_lazy(
            "Too many failures: signing in is locked for 15 minutes. Wait, or ask the system administrator."
        ),
        "account_inactive": gettext_lazy("This account is deactivated. Ask the system administrator."),
        "enter_current_password": gettext_lazy("This is not your present password. Type it again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    # Signing in ------------------------------------------------------------

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Failures count by user name alone: another host name or address is no way around the lock."""
        return str(credentials.get("username", "")).strip().casefold()

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            self._failed(request, credentials, AuditEvent.Verb.REFUSED)
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        super().authentication_failed(request, **credentials)
        self._failed(request, credentials, AuditEvent.Verb.SIGN_IN_FAILED)

    def _failed(self, request: HttpRequest, credentials: dict[str, Any], verb: AuditEvent.Verb) -> None:
        name = str(credentials.get("username", ""))[:150].replace("\x00", "")
        user = User.objects.filter(username=name).first()
        record(verb, user, by=None, note="" if user else name, address=self.get_client_ip(request))

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """The password was right and the account is closed: said, and written down."""
        record(AuditEvent.Verb.REFUSED, user, by=None, address=self.get_client_ip(request))
        messages.error(request, str(self.error_messages["account_inactive"]))
        return HttpResponseRedirect(reverse("account_login"))

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        record(AuditEvent.Verb.SIGN_IN, user, by=user, address=self.get_client_ip(request))

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """The account's language becomes the browser's."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            user.language,
            max_age=365 * 86400,
            samesite="Lax",
            secure=request.is_secure(),
        )
        return response

    def logout(self, request: HttpRequest) -> None:
        user = request.user
        if isinstance(user, User):
            record(AuditEvent.Verb.SIGN_OUT, user, by=user, address=self.get_client_ip(request))
        super().logout(request)

    # Passwords -------------------------------------------------------------

    def clean_password(self, password: str, user: User | None = None) -> str:
        if user is not None and user.pk and user.check_password(password):
            raise ValidationError(
                _("Choose a password that differs from the present one."), code="password_same"
            )
        cleaned: str = super().clean_password(password, user)
        return cleaned

    @transaction.atomic
    def set_password(self, user: User, password: str) -> None:
        """A password one chose oneself is no temporary one; the other sessions end with the old hash."""
        user.must_change_password = False
        user.set_password(password)
        user.save(update_fields=["password", "must_change_password"])
        record(AuditEvent.Verb.PASSWORD, user, by=user, address=self.get_client_ip(context.request))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("home")
