"""Our own error pages: what happened and what to do, in the reader's language, without a single query."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from common.access import allow_open

READING = ("GET", "HEAD")
REASON = "an error page is shown to whoever met the error"


def _page(request: HttpRequest, status: int) -> HttpResponse:
    return render(request, f"errors/{status}.html", status=status)


@allow_open(REASON)
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 400)


@allow_open(REASON)
def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A step refused says so; a page that may not be opened at all says that."""
    if request.method in READING:
        return render(request, "errors/closed.html", status=403)
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


class MethodPage:
    """An address that only takes a form, opened like a page, answers with a page of ours instead of nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 405 or request.method not in READING:
            return response
        page = _page(request, 405)
        page["Allow"] = response["Allow"]
        return page
