"""What the sign-in library names and this product does not offer."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from common.access import allow_open


@allow_open("it answers 404 to everyone")
def closed(request: HttpRequest) -> HttpResponse:
    """No sign-up and no password by mail: 404."""
    raise Http404
