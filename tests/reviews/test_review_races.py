"""Several people at one report at the same moment (PostgreSQL: SQLite has no row locks)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from accounts.models import AuditEvent
from common.steps import StepRefused
from reviews.models import AnnualReview, ReviewRound
from tests.conftest import Institute
from tests.reviews.review_year import AT, open_round, report_of

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
TOGETHER = 6


def together(step: Callable[[int], None]) -> int:
    """The same step from many threads that start at the same moment; how many of them were taken."""
    gate = threading.Barrier(TOGETHER)

    def one(number: int) -> int:
        gate.wait()
        try:
            step(number)
        except StepRefused:
            return 0
        else:
            return 1
        finally:
            connection.close()

    with ThreadPoolExecutor(TOGETHER) as pool:
        return sum(pool.map(one, range(TOGETHER)))


def test_of_many_who_write_one_paragraph_one_wins_and_nothing_is_lost(institute: Institute) -> None:
    review = report_of(open_round(institute.office), institute.branch)
    for version in range(1, 6):
        copies = [review.sections.select_related("review").get(key="problems") for _ in range(TOGETHER)]

        def write(number: int, copies=copies, version=version) -> None:
            copies[number].rewrite(
                text=f"第{version}版{number}", version=version, by=institute.secretary, at=AT
            )

        assert together(write) == 1
    section = review.sections.get(key="problems")
    assert section.version == 6
    assert AuditEvent.objects.of(review).count() == 5
    assert AuditEvent.objects.of(review).first().changes["text"][1] == section.edited


def test_confirming_many_times_confirms_once(institute: Institute) -> None:
    review = report_of(open_round(institute.office), institute.branch)
    assert together(lambda _: review.confirm(by=institute.secretary, at=AT, version=1)) == 1
    assert AuditEvent.objects.of(review).count() == 1


def test_nothing_is_written_after_the_round_was_closed(institute: Institute) -> None:
    round = open_round(institute.office)
    review = report_of(round, institute.branch)

    def step(number: int) -> None:
        if number == 0:
            round.close(by=institute.office, at=AT)
        else:
            review.generate(by=institute.secretary, at=AT)

    assert together(step) >= 1
    closed_at = AuditEvent.objects.of(ReviewRound.objects.get()).get(verb="close").pk
    assert not AuditEvent.objects.of(review).filter(pk__gt=closed_at).exists()
    fresh = AnnualReview.objects.get(pk=review.pk)
    assert fresh.frozen == fresh.figures


def test_two_openings_of_one_year_leave_one_round(institute: Institute) -> None:
    from django.core.exceptions import ValidationError
    from django.db import IntegrityError

    def begin(_: int) -> None:
        try:
            open_round(institute.office)
        except (IntegrityError, ValidationError) as error:
            raise StepRefused from error

    assert together(begin) == 1
    assert ReviewRound.objects.count() == 1
    assert AnnualReview.objects.count() == 3
