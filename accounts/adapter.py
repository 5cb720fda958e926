"""How allauth behaves here: no sign-up, and failures leave a row."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from accounts.audit import record
from accounts.models import AuditEvent, User


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by an administrator, never by signing up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        super().authentication_failed(request, **credentials)
        name = str(credentials.get("username", ""))[:150]
        user = User.objects.filter(username=name).first()
        record(
            AuditEvent.Verb.SIGN_IN_FAILED,
            user,
            by=None,
            note="" if user else name,
            address=self.get_client_ip(request),
        )
