"""The language of the reader, and the limits of a session."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation

Handler = Callable[[HttpRequest], HttpResponse]


class LanguageMiddleware:
    """Chinese unless the reader chose English (kept in a cookie and, when signed in, on the account).

    The browser's ``Accept-Language`` is not asked: an English browser in a Chinese office is common.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
            return response


class SessionLimitMiddleware:
    """End a session twelve hours after signing in, and lead to the password page while one must be changed.

    Pages of a signed-in reader are never kept by a cache (``no-store``).
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not user.is_authenticated:
            return self.get_response(request)
        now = int(time.time())
        began = request.session.setdefault("signed_in_at", now)
        if now - began > settings.SESSION_ABSOLUTE_AGE:
            logout(request)
            return HttpResponseRedirect(reverse("account_login"))
        allowed = {reverse("account_change_password"), reverse("account_logout"), reverse("language")}
        if user.must_change_password and request.path not in allowed:
            return HttpResponseRedirect(reverse("account_change_password"))
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response
