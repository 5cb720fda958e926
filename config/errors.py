"""Our own error pages: what happened and what to do, in the reader's language, without a single query."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from common.access import allow_open

REASON = "an error page is shown to whoever met the error"


def _page(request: HttpRequest, status: int) -> HttpResponse:
    return render(request, f"errors/{status}.html", status=status)


@allow_open(REASON)
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 400)


@allow_open(REASON)
def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 403)


@allow_open(REASON)
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 404)


@allow_open(REASON)
def server_error(request: HttpRequest) -> HttpResponse:
    return _page(request, 500)


@allow_open(REASON)
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open too long, or whose cookie was lost: said as that, with the way back."""
    return render(request, "errors/expired.html", status=403)
