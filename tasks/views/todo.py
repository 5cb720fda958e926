"""My to-do: what waits for me in the ledger."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from branches.request import ActorRequest
from common.access import CONTENT, allow
from tasks.models.calendar import current_calendar
from tasks.todo import todo as groups_of


@allow(*CONTENT)
@require_safe
def todo(request: ActorRequest) -> HttpResponse:
    """One list of what waits for the reader."""
    groups = groups_of(request.actor, timezone.localdate(), current_calendar())
    context = {"groups": groups, "total": sum(group.total for group in groups)}
    return render(request, "tasks/ledger/todo.html", context)
