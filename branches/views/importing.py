"""Spreadsheets of organizations and of people: template, upload, preview, confirmation."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from accounts.models import AuditEvent
from branches.forms.importing import UploadForm
from branches.importing import organization_sheet
from branches.importing import organizations as organizations_import
from branches.importing import people as people_import
from branches.importing.outcome import Outcome
from branches.importing.parcel import Parcel, pack, unpack
from branches.importing.sheet import Column, SheetRefusedError, read
from branches.request import ActorRequest
from common.access import Role, allow
from common.exporting.http import download
from common.exporting.xlsx import XLSX, write_sheets

#: Rows of the preview that a page shows.
PREVIEWED = 20


@dataclass(frozen=True)
class Noun:
    """What is imported: its columns and example rows, how rows are checked and written, its words."""

    key: str
    columns: tuple[Column, ...]
    examples: tuple[tuple[str, ...], ...]
    check: Callable[..., tuple[Outcome, list[Any]]]
    apply: Callable[..., int]
    title: str | Promise
    head: tuple[str | Promise, ...]
    list_url: str
    own_url: str
    template_url: str
    target: str


ORGANIZATIONS = Noun(
    "organizations",
    organization_sheet.COLUMNS,
    organization_sheet.EXAMPLES,
    organizations_import.check,
    organizations_import.apply,
    gettext_lazy("Organizations from a spreadsheet"),
    tuple(c.heading for c in organization_sheet.COLUMNS if c.key in {"code", "name", "kind", "parent"}),
    "organizations",
    "organization_import",
    "organization_template",
    "branches.organization",
)
PEOPLE = Noun(
    "people",
    people_import.COLUMNS,
    people_import.EXAMPLES,
    people_import.check,
    people_import.apply,
    gettext_lazy("People from a spreadsheet"),
    tuple(
        c.heading
        for c in people_import.COLUMNS
        if c.key in {"employee_number", "name", "organization", "stage", "post"}
    ),
    "people",
    "person_import",
    "person_template",
    "branches.person",
)


@allow(Role.OFFICE)
def organizations(request: ActorRequest) -> HttpResponse:
    """Bring in organizations."""
    return _import(request, ORGANIZATIONS)


@allow(Role.OFFICE)
def people(request: ActorRequest) -> HttpResponse:
    """Bring in people with their memberships and posts."""
    return _import(request, PEOPLE)


@require_GET
@allow(Role.OFFICE)
def organization_template(request: ActorRequest) -> HttpResponseBase:
    """A spreadsheet with the headings to fill in, and examples on a sheet of their own."""
    return _template(ORGANIZATIONS, _("organizations"))


@require_GET
@allow(Role.OFFICE)
def people_template(request: ActorRequest) -> HttpResponseBase:
    """A spreadsheet with the headings to fill in, and examples on a sheet of their own."""
    return _template(PEOPLE, _("people"))


def _template(noun: Noun, name: str) -> HttpResponseBase:
    """Only the first sheet is read, so that an example left standing never becomes an organization."""
    stream = io.BytesIO()
    headings = [f"{column.heading}*" if column.required else str(column.heading) for column in noun.columns]
    write_sheets(stream, headings, {name: [], _("example"): noun.examples})
    return download(f"{name}.xlsx", XLSX, stream.getvalue())


def _import(request: ActorRequest, noun: Noun) -> HttpResponse:
    token = request.POST.get("parcel", "")
    if token:
        return _confirmed(request, noun, token)
    form = UploadForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"noun": noun, "form": form}
    if request.method == "POST" and form.is_valid():
        checked = form.cleaned_data["file"]
        try:
            sheet = read(checked, noun.columns)
        except (SheetRefusedError, ValidationError) as refusal:
            form.add_error("file", refusal if isinstance(refusal, ValidationError) else str(refusal))
        else:
            parcel = Parcel(checked.name, checked.sha256, sheet.rows)
            outcome, _entries = noun.check(sheet.rows)
            context |= _preview(noun, outcome, parcel, request) | {"ignored": sheet.ignored}
    return render(request, "branches/importing/page.html", context)


def _preview(noun: Noun, outcome: Outcome, parcel: Parcel, request: ActorRequest) -> dict[str, Any]:
    before = AuditEvent.objects.filter(
        verb=AuditEvent.Verb.IMPORT, target_type=noun.target, target_id="", note=parcel.digest
    )
    return {
        "outcome": outcome,
        "file": parcel.name,
        "count": len(parcel.rows),
        "made": [(name, number) for name, number in outcome.made.items() if number],
        "rows": outcome.preview[:PREVIEWED],
        "more": max(0, len(outcome.preview) - PREVIEWED),
        "before": before.select_related("actor").first(),
        "parcel": pack(parcel, noun.key, request.user.pk) if outcome.good and not outcome.nothing else "",
    }


def _confirmed(request: ActorRequest, noun: Noun, token: str) -> HttpResponse:
    """Apply what was previewed, checked once more against what is there now; all or nothing."""
    parcel = unpack(token, noun.key, request.user.pk)
    if parcel is None:
        messages.error(request, _("The preview was open too long. Upload the file again."))
        return HttpResponseRedirect(reverse(noun.own_url))
    try:
        with transaction.atomic():
            outcome, entries = noun.check(parcel.rows)
            if outcome.good and not outcome.nothing:
                noun.apply(entries, by=request.user, source=parcel.name, digest=parcel.digest)
    except IntegrityError:
        messages.error(
            request, _("Someone else changed the same rows at the same moment. Nothing was imported.")
        )
        return HttpResponseRedirect(reverse(noun.own_url))
    if outcome.errors:
        context = {"noun": noun, "form": UploadForm(), **_preview(noun, outcome, parcel, request)}
        return render(request, "branches/importing/page.html", context, status=409)
    if outcome.nothing:
        messages.success(request, _("Everything in this file was already there; nothing was changed."))
    else:
        made = _(", ").join(f"{number} {name}" for name, number in outcome.made.items() if number)
        messages.success(request, _("Imported: %(made)s.") % {"made": made})
    return HttpResponseRedirect(reverse(noun.list_url))
