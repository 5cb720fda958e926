"""Writing drafts: counting the records of a year and putting the sentences in place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from branches.models import Person
from reviews.figures.annual import changes, dump, load
from reviews.figures.annual_count import count
from reviews.figures.annual_records import collect
from reviews.figures.annual_text import write
from tasks.models.calendar import current_calendar

if TYPE_CHECKING:
    from reviews.models.review import AnnualReview, ReviewRound, ReviewSection


def write_drafts(round: ReviewRound, reviews: Iterable[AnnualReview], by: Person, at: datetime) -> None:
    """Count and write the drafts of some reports: records and calendar read once for all of them."""
    from reviews.models.review import ReviewSection

    chosen = list(reviews)
    day = timezone.localdate(at)
    records = collect([review.organization for review in chosen], round.year, day)
    calendar = current_calendar() if chosen else None
    old = {
        (section.review_id, section.key): section
        for section in ReviewSection.objects.select_for_update().filter(review__in=chosen)
    }
    new: list[ReviewSection] = []
    for review in chosen:
        year = records[review.organization_id]
        figures = count(year, calendar)  # type: ignore[arg-type]
        first_time = not review.figures
        review.changed = [] if first_time else [asdict(c) for c in changes(load(review.figures), figures)]
        review.figures, review.counted_to = dump(figures), year.last
        review.generated_at, review.generated_by = at, by
        review.version += not first_time
        review.save(
            update_fields=["changed", "figures", "counted_to", "generated_at", "generated_by", "version"]
        )
        review.__dict__.pop("shown_figures", None)
        review.__dict__.pop("by_key", None)
        new += _paragraphs(review, write(year, figures), old)
    ReviewSection.objects.bulk_create(new)
    ReviewSection.objects.bulk_update(old.values(), ["generated", "chapter", "position"])


def _paragraphs(
    review: AnnualReview, written: list[Any], old: dict[tuple[int, str], ReviewSection]
) -> list[ReviewSection]:
    """Paragraphs to add; those that exist get the new draft in place, those without one an empty draft."""
    from reviews.models.review import ReviewSection

    added: list[ReviewSection] = []
    keys = {paragraph.key for paragraph in written}
    for (owner, key), section in old.items():
        if owner == review.pk and key not in keys:
            section.generated = ""
    for position, paragraph in enumerate(written, start=1):
        section = old.get((review.pk, paragraph.key)) or ReviewSection(review=review, key=paragraph.key)
        section.chapter, section.position, section.generated = paragraph.chapter, position, paragraph.text
        if section.pk is None:
            added.append(section)
    return added
