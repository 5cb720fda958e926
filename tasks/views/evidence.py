"""Evidence: private files, downloaded only by who may see what they belong to."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from branches.request import ActorRequest
from common import files
from common.access import CONTENT, Role, allow
from tasks.evidence import discard
from tasks.models import Activity, Evidence, LedgerItem
from tasks.views.activities import acting


@require_GET
@allow(*CONTENT)
def evidence(request: ActorRequest, pk: int) -> HttpResponseBase:
    """The file as an attachment; 404 unless its activity or ledger item is in sight."""
    seen = Q(activity__in=Activity.objects.visible_to(request.actor)) | Q(
        report__item__in=LedgerItem.objects.visible_to(request.actor)
    )
    found = get_object_or_404(Evidence.objects.filter(seen), pk=pk)
    return files.serve(found.file, found.name)


@require_POST
@allow(Role.OFFICE, Role.OFFICER)
def evidence_remove(request: ActorRequest, pk: int) -> HttpResponse:
    """Take a file away from an activity that may still be edited."""
    found = get_object_or_404(
        Evidence.objects.select_related("activity__organization").filter(
            activity__in=Activity.objects.visible_to(request.actor)
        ),
        pk=pk,
    )
    activity, person, at = found.activity, acting(request), timezone.now()
    if activity is None or "edit" not in activity.steps_open_to(request.actor, at):
        raise PermissionDenied
    with transaction.atomic():
        activity.events.create(step="remove_file", by=person, at=at, note=found.name)
        discard(found)
    messages.success(request, _("File removed."))
    return redirect("activity_edit", activity.pk)
