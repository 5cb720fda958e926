"""Who may: every URL declares it, a middleware refuses the URL that does not.

A view says ``@allow(Role.OFFICE, Role.COMMITTEE)`` (any of these roles), ``@allow(Role.SIGNED_IN)``
(anyone with an account) or ``@allow_open("why")`` (no account needed; the reason is required).
The decorator answers *may this role use this page at all*; which rows it shows is the queryset's
``visible_to(actor)``, and a single step is the model's own check.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class Role(StrEnum):
    """What a person is, worked out from open appointments (or a grant, for the three administrators)."""

    SIGNED_IN = "signed_in"
    MEMBER = "member"
    OFFICER = "officer"
    COMMITTEE = "committee"
    OFFICE = "office"
    COMMISSION = "commission"
    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDIT_ADMIN = "audit_admin"


ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
#: Everyone who works with content: all but the three administrators.
CONTENT = frozenset({Role.MEMBER, Role.OFFICER, Role.COMMITTEE, Role.OFFICE, Role.COMMISSION})


@dataclass(frozen=True)
class Access:
    """A declaration: open to the world for a stated reason, or closed to all but some roles."""

    roles: frozenset[Role]
    open_because: str = ""

    def admits(self, roles: frozenset[Role]) -> bool:
        return bool(self.open_because) or bool(self.roles & roles)


def allow(*roles: Role) -> Callable[[View], View]:
    """Declare which roles may use a view."""

    def declare(view: View) -> View:
        view.access = Access(frozenset(roles))  # type: ignore[attr-defined]
        return view

    return declare


def allow_open(reason: str) -> Callable[[View], View]:
    """Declare that a view needs no account, and why."""
    if not reason:
        raise ImproperlyConfigured("An open view says why it is open.")

    def declare(view: View) -> View:
        view.access = Access(frozenset(), open_because=reason)  # type: ignore[attr-defined]
        return login_not_required(view)

    return declare


def declared(view: Callable[..., Any]) -> Access | None:
    """The declaration of a view, or ``None`` when it has none."""
    found = getattr(view, "access", None)
    return found if isinstance(found, Access) else None


class AccessMiddleware:
    """Refuse a view that declares nothing (a programming error, by name) or that the actor's roles do not open."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        access = declared(view)
        if access is None:
            raise ImproperlyConfigured(f"{view.__module__}.{view.__name__} does not declare who may use it.")
        if access.open_because:
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
        if not access.admits(request.actor.roles):  # type: ignore[attr-defined]
            raise PermissionDenied
        return None
