"""One form, one row: a form that arrives a second time leads to the page that it led to the first time.

A double click, a reload of the answer, a browser that sends again: each form that makes something carries a
token of its own (``{% form_token %}`` beside ``{% csrf_token %}``), and what it makes and the note that it was
sent are one transaction.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models.sent import KEPT, SentForm

#: A form without a token (sent by a script) is known by its words: for as long as a second press may take.
MOMENT = timedelta(minutes=1)
_TOKEN = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def once(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For a view whose form makes a row: it makes it once. The view answers with a redirect when it did."""

    @wraps(view)
    def sent(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        request.makes_once = True
        # A form that only wants to be shown anew (another kind, another day) makes nothing.
        if request.method != "POST" or request.POST.get("action") == "refresh":
            return view(request, *args, **kwargs)
        key, kept = _known_by(request)
        with transaction.atomic():
            form, new = SentForm.objects.take(request.user, key, timezone.now(), kept)
            if new:
                answer = view(request, *args, **kwargs)
                if isinstance(answer, HttpResponseRedirect):
                    form.lead(answer.url)
                else:
                    transaction.set_rollback(True)
                return answer
        messages.warning(request, _("This had been recorded already; nothing was written twice."))
        return HttpResponseRedirect(form.led_to)

    sent.makes_once = True  # type: ignore[attr-defined]
    return sent


def _known_by(request: HttpRequest) -> tuple[UUID, timedelta]:
    """What tells this form from every other one of the person's, and for how long it does."""
    token = request.POST.get("token", "")
    if _TOKEN.fullmatch(token):
        return uuid5(NAMESPACE_URL, f"{request.path} {token}"), KEPT
    words = sorted(pair for pair in request.POST.lists() if pair[0] != "csrfmiddlewaretoken")
    return uuid5(NAMESPACE_URL, f"{request.path} {words}"), MOMENT
