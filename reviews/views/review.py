"""One annual report: reading it with its figures, editing paragraphs, generating, confirming, exporting."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.audit import record
from accounts.models import AuditEvent
from branches.models import Person
from branches.request import ActorRequest
from common.access import Role, allow
from common.exporting import download
from common.steps import Stale, StepForbidden, StepRefused
from common.typed import whole_number
from reviews.exporting import FORMATS, report_file_name, write
from reviews.forms.review import SectionForm
from reviews.models import AnnualReview, ReviewSection
from reviews.views.review_page import Reading

READERS = (Role.OFFICE, Role.OFFICER, Role.COMMITTEE, Role.COMMISSION)
WRITERS = (Role.OFFICE, Role.OFFICER)


@allow(*READERS)
@require_GET
def review(request: ActorRequest, pk: int) -> HttpResponse:
    return _page(request, _review(request, pk))


@allow(*WRITERS)
@require_POST
def review_generate(request: ActorRequest, pk: int) -> HttpResponse:
    found = _review(request, pk)

    def generate() -> str:
        count = found.generate(by=_person(request), at=timezone.now())
        if not count:
            return _("Generated again: no figure changed.")
        return ngettext(
            "Generated again: %(n)d figure changed.", "Generated again: %(n)d figures changed.", count
        ) % {"n": count}

    return _take(request, found, generate)


@allow(*WRITERS)
@require_POST
def review_confirm(request: ActorRequest, pk: int) -> HttpResponse:
    found = _review(request, pk)

    def confirm() -> str:
        found.confirm(by=_person(request), at=timezone.now(), version=_version(request))
        return _("Confirmed. The Party office has it now.")

    return _take(request, found, confirm)


@allow(*WRITERS)
@require_POST
def review_withdraw(request: ActorRequest, pk: int) -> HttpResponse:
    found = _review(request, pk)

    def withdraw() -> str:
        found.withdraw_confirmation(by=_person(request), at=timezone.now())
        return _("The confirmation is taken back. The text can be changed again.")

    return _take(request, found, withdraw)


@allow(*WRITERS)
@require_http_methods(["GET", "POST"])
def review_section(request: ActorRequest, pk: int, key: str) -> HttpResponse:
    """Rewrite one paragraph. A stale form keeps what was typed and shows the other text above it."""
    found = _review(request, pk)
    section = _section(found, key)
    if not found.is_editable or not request.actor.writes_for(found.organization):
        raise PermissionDenied
    form = SectionForm(request.POST) if request.method == "POST" else SectionForm.of(section)
    status, theirs = 200, ""
    if request.method == "POST" and form.is_valid():
        try:
            section.rewrite(**form.cleaned_data, by=_person(request), at=timezone.now())
            messages.success(request, _("Saved. Generating again keeps your words."))
            return redirect(f"{found.get_absolute_url()}#{section.chapter}")
        except StepForbidden as error:
            raise PermissionDenied from error
        except StepRefused as error:
            if isinstance(error, Stale):
                status, theirs = 409, section.text
                form = SectionForm.again(request.POST, section.version)
            form.add_error("text", str(error))
    context = {
        "review": found,
        "section": section,
        "form": form,
        "theirs": theirs,
        **Reading.of_section(section),
    }
    return render(request, "reviews/review/section.html", context, status=status)


@allow(*WRITERS)
@require_POST
def review_restore(request: ActorRequest, pk: int, key: str) -> HttpResponse:
    found = _review(request, pk)
    section = _section(found, key)

    def restore() -> str:
        section.restore(version=_version(request), by=_person(request), at=timezone.now())
        return _("Back to the draft. Your words stay in the history.")

    return _take(request, found, restore)


@allow(*READERS)
@require_GET
def review_export(request: ActorRequest, pk: int, form: str) -> HttpResponseBase:
    found = _review(request, pk)
    if form not in FORMATS:
        raise Http404
    if not (request.actor.is_office or request.actor.is_officer_of(found.organization)):
        raise PermissionDenied
    body = io.BytesIO()
    write(body, found, FORMATS[form])
    record(AuditEvent.Verb.EXPORT, found, by=request.user, note=form)
    return download(report_file_name(found, FORMATS[form]), FORMATS[form].content_type, body.getvalue())


def _review(request: ActorRequest, pk: int) -> AnnualReview:
    visible = AnnualReview.objects.visible_to(request.actor)
    with_all = visible.select_related("organization", "round", "confirmed_by", "generated_by")
    found: AnnualReview = get_object_or_404(with_all.prefetch_related("sections__edited_by"), pk=pk)
    return found


def _section(review: AnnualReview, key: str) -> ReviewSection:
    for section in review.shown_sections:
        if section.key == key:
            return section
    raise Http404


def _person(request: ActorRequest) -> Person:
    if request.actor.person is None:
        raise PermissionDenied
    return request.actor.person


def _version(request: ActorRequest) -> int:
    return whole_number(request.POST.get("version", ""))


def _page(request: ActorRequest, review: AnnualReview, status: int = 200) -> HttpResponse:
    reading = Reading(review, request.actor, timezone.localdate(), request.GET)
    context: dict[str, Any] = {"review": review, "reading": reading, "formats": FORMATS}
    template = "reviews/review/review.html"
    if request.htmx and request.htmx.target == "from":
        template += "#source"
    return render(request, template, context, status=status)


def _take(request: ActorRequest, review: AnnualReview, step: Callable[[], str]) -> HttpResponse:
    """One step of a report and back to it; a stale copy is shown as it stands now, with 409."""
    try:
        messages.success(request, step())
    except StepForbidden as error:
        raise PermissionDenied from error
    except Stale as error:
        messages.error(request, str(error))
        return _page(request, _review(request, review.pk), status=409)
    except StepRefused as error:
        messages.error(request, str(error))
    return redirect(review)
