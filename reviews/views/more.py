"""Everything the side navigation holds, as a page: for phones, where the side navigation is folded away."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from branches.request import ActorRequest
from common.access import Role, allow


@allow(Role.SIGNED_IN)
@require_safe
def more(request: ActorRequest) -> HttpResponse:
    """Where one may go, one's account, the language, signing out."""
    return render(request, "reviews/more/more.html")
