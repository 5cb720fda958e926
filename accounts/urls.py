"""Signing in and out, one's password and language; the accounts for the system administrator."""

from __future__ import annotations

from allauth.account.views import login, logout, password_change
from django.urls import path

from accounts.views import account, language, session
from common.access import Role, allow, allow_open

urlpatterns = [
    path("sign-in/", allow_open("signing in is for those who have not yet")(login), name="account_login"),
    path("sign-out/", allow(Role.SIGNED_IN)(logout), name="account_logout"),
    path("password/", allow(Role.SIGNED_IN)(password_change), name="account_change_password"),
    # allauth names these; closed here: an administrator makes accounts and gives temporary passwords.
    path("sign-up/", session.closed, name="account_signup"),
    path("forgotten-password/", session.closed, name="account_reset_password"),
    path("language/", language.choose, name="language"),
    path("accounts/", account.accounts, name="accounts"),
    path("accounts/<int:pk>/", account.account, name="account"),
    path("accounts/<int:pk>/deactivate/", account.deactivate, name="account_deactivate"),
    path("accounts/<int:pk>/reactivate/", account.reactivate, name="account_reactivate"),
    path("accounts/<int:pk>/password/", account.temporary_password, name="account_password"),
]
