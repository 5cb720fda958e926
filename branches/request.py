"""The request as our views see it: signed in, with an actor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from accounts.models import User
    from branches.access import Actor


class ActorRequest(HttpRequest):
    """For annotations only: what the middlewares add."""

    if TYPE_CHECKING:
        user: User
        actor: Actor
        htmx: HtmxDetails
