"""Rounds of the annual review: the list, one round with its reports, opening, closing, exporting."""

from __future__ import annotations

from collections.abc import Callable
from tempfile import TemporaryFile
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.audit import record
from accounts.models import AuditEvent
from accounts.once import once
from branches.models import Person
from branches.request import ActorRequest
from common.access import Role, allow
from common.exporting import download, file_name
from common.paging import paginate
from common.steps import Stale, StepForbidden, StepRefused
from reviews.exporting import FORMATS, write_archive
from reviews.forms.review import RoundForm, TermsForm
from reviews.models import AnnualReview, ReviewRound
from reviews.models.review import default_deadline, default_year

READERS = (Role.OFFICE, Role.OFFICER, Role.COMMITTEE, Role.COMMISSION)
STATES = {"confirmed": Q(confirmed_at__isnull=False), "open": Q(confirmed_at__isnull=True)}


@allow(*READERS)
@require_GET
def review_rounds(request: ActorRequest) -> HttpResponse:
    rounds = ReviewRound.objects.with_counts(request.actor)
    page = paginate(rounds, order=["-year", "-pk"], query=request.GET)
    return render(request, "reviews/review/rounds.html", {"page": page})


@allow(Role.OFFICE)
@require_http_methods(["GET", "POST"])
@once
def review_round_new(request: ActorRequest) -> HttpResponse:
    year = default_year(timezone.localdate())
    form = RoundForm(request.POST or None, initial={"year": year, "confirm_due_on": default_deadline(year)})
    if request.method == "POST" and form.is_valid():
        try:
            round = ReviewRound.begin(**form.cleaned_data, by=_person(request), at=timezone.now())
        except StepForbidden as error:
            raise PermissionDenied from error
        except StepRefused as error:
            form.add_error("year", str(error))
        except IntegrityError:  # two people opened the same year at once
            form.add_error("year", _("The round of this year is already open."))
        else:
            count = round.reviews.count()
            done = ngettext("%(n)d draft was written.", "%(n)d drafts were written.", count)
            messages.success(request, done % {"n": count})
            return redirect(round)
    return render(request, "reviews/review/round_form.html", {"form": form, "new": True})


@allow(*READERS)
@require_GET
def review_round(request: ActorRequest, year: int) -> HttpResponse:
    round = get_object_or_404(ReviewRound, year=year)
    visible = AnnualReview.objects.filter(round=round).visible_to(request.actor)
    if not request.actor.sees_all and not visible.exists():
        raise Http404
    counts = visible.aggregate(total=Count("pk"), confirmed=Count("pk", filter=STATES["confirmed"]))
    state = request.GET.get("state", "")
    chosen = visible.filter(STATES[state]) if state in STATES else visible
    chosen = chosen.select_related("organization", "round", "confirmed_by").prefetch_related("sections")
    page = paginate(chosen, order=["organization__path", "pk"], query=request.GET, total=chosen.count())
    context: dict[str, Any] = {
        "round": round,
        "page": page,
        "state": state if state in STATES else "",
        "total": counts["total"],
        "confirmed": counts["confirmed"],
        "unconfirmed": counts["total"] - counts["confirmed"],
        "formats": FORMATS,
        "without": round.missing_organizations().count() if request.actor.is_office and round.is_open else 0,
        "history": _history(round) if request.actor.sees_all else [],
    }
    return render(request, "reviews/review/round.html", context)


@allow(Role.OFFICE)
@require_http_methods(["GET", "POST"])
def review_round_terms(request: ActorRequest, year: int) -> HttpResponse:
    round = get_object_or_404(ReviewRound, year=year)
    form = TermsForm(request.POST or None, instance=round, initial={"version": round.version})
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            round.set_terms(**form.cleaned_data, by=_person(request), at=timezone.now())
        except StepForbidden as error:
            raise PermissionDenied from error
        except StepRefused as error:
            form.add_error(None, str(error))
            status = 409 if isinstance(error, Stale) else 200
        else:
            messages.success(request, _("Saved."))
            return redirect("review_round", year=year)
    context = {"form": form, "round": round, "new": False}
    return render(request, "reviews/review/round_form.html", context, status=status)


@allow(Role.OFFICE)
@require_POST
def review_round_fill(request: ActorRequest, year: int) -> HttpResponse:
    round = get_object_or_404(ReviewRound, year=year)

    def fill() -> str:
        count = round.draft_missing(by=_person(request), at=timezone.now())
        return ngettext("%(n)d draft was written.", "%(n)d drafts were written.", count) % {"n": count}

    return _take(request, round, fill)


@allow(Role.OFFICE)
@require_POST
def review_round_close(request: ActorRequest, year: int) -> HttpResponse:
    round = get_object_or_404(ReviewRound, year=year)

    def close() -> str:
        count = round.close(by=_person(request), at=timezone.now())
        if not count:
            return _("Closed. Every report is confirmed; the figures are frozen.")
        return ngettext(
            "Closed; the figures are frozen. %(n)d report is marked as not confirmed.",
            "Closed; the figures are frozen. %(n)d reports are marked as not confirmed.",
            count,
        ) % {"n": count}

    return _take(request, round, close)


@allow(Role.OFFICE)
@require_POST
def review_round_reopen(request: ActorRequest, year: int) -> HttpResponse:
    round = get_object_or_404(ReviewRound, year=year)

    def reopen() -> str:
        round.reopen(by=_person(request), at=timezone.now())
        return _("The round is open again. Every confirmation stands.")

    return _take(request, round, reopen)


@allow(Role.OFFICE)
@require_GET
def review_round_export(request: ActorRequest, year: int, form: str) -> HttpResponseBase:
    """Every report of the round and the summary, in one archive."""
    round = get_object_or_404(ReviewRound, year=year)
    if form not in FORMATS:
        raise Http404
    body = TemporaryFile()  # noqa: SIM115 (the response closes it when it is sent)
    count = write_archive(
        body, round, AnnualReview.objects.filter(round=round), FORMATS[form], timezone.now()
    )
    body.seek(0)
    record(AuditEvent.Verb.EXPORT, round, by=request.user, note=f"{form} · {count}")
    return download(file_name(str(year), "述职报告", form, ending="zip"), "application/zip", body)


def _history(round: ReviewRound) -> list[AuditEvent]:
    """The last steps of a round. They name organizations, so they are for those who see all."""
    return list(AuditEvent.objects.of(round).select_related("actor")[:10])


def _person(request: ActorRequest) -> Person:
    """The acting person; every role these views admit belongs to one."""
    if request.actor.person is None:
        raise PermissionDenied
    return request.actor.person


def _take(request: ActorRequest, round: ReviewRound, step: Callable[[], str]) -> HttpResponse:
    """One step of the round: what it says, or why it did not happen, and back to the round."""
    try:
        messages.success(request, step())
    except StepForbidden as error:
        raise PermissionDenied from error
    except StepRefused as error:
        messages.error(request, str(error))
    return redirect(round)
