"""``request.actor``: worked out once per request, when first asked for."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from branches.access import actor_of


class ActorMiddleware:
    """Set ``request.actor`` (a ``branches.access.Actor``)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: actor_of(request.user, timezone.localdate()))  # type: ignore[attr-defined]
        return self.get_response(request)
