"""A report made ready for its page: chapters, paragraphs as words and figures, the chosen figure's rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from accounts.models import AuditEvent
from branches.access import Actor
from reviews.figures.annual import Change, Figure, FigureRow
from reviews.figures.annual_text import BRACKETS, TOKEN, chapter_title, fill, split
from reviews.models import AnnualReview, ReviewSection

ROWS_SHOWN = 6
PAGES = {
    "activity": "activity",
    "item": "item",
    "team": "team",
    "post": "vanguard_post",
    "measure": "measure",
}


@dataclass(frozen=True)
class Piece:
    """Some words, or a figure in its place, or the mark of what is missing and only people know."""

    words: str
    figure: Figure | None = None
    missing: bool = False


@dataclass(frozen=True)
class ShownParagraph:
    """A paragraph: its pieces (plain words once rewritten) and the figures of its draft."""

    section: ReviewSection
    pieces: tuple[Piece, ...]
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Chapter:
    """One heading with what stands under it."""

    key: str
    title: str
    length: int
    paragraphs: tuple[ShownParagraph, ...]


@dataclass(frozen=True)
class ShownRow:
    """A row behind a figure, with the address of its record."""

    row: FigureRow
    url: str


class Reading:
    """What the page of one report shows to one actor on one day."""

    def __init__(self, review: AnnualReview, actor: Actor, on: date, query: QueryDict) -> None:
        self.review, self.actor, self.on, self.query = review, actor, on, query

    @staticmethod
    def of_section(section: ReviewSection) -> dict[str, Any]:
        """The draft of one paragraph and its figures, for the page on which it is rewritten."""
        return {"draft": pieces(section.generated, section.review), "figures": figures_of(section)}

    @cached_property
    def chapters(self) -> list[Chapter]:
        found = []
        for key, sections in groupby(self.review.shown_sections, key=lambda section: section.chapter):
            paragraphs = tuple(shown(section) for section in sections)
            title = chapter_title(key, self.review.organization)
            found.append(Chapter(key, title, sum(p.section.length for p in paragraphs), paragraphs))
        return found

    @property
    def writes(self) -> bool:
        """Whether this actor may change the text now."""
        return self.review.is_editable and self.actor.writes_for(self.review.organization)

    @property
    def confirms(self) -> bool:
        return self.review.is_editable and self.actor.is_officer_of(self.review.organization)

    @property
    def withdraws(self) -> bool:
        open_and_confirmed = self.review.round.is_open and self.review.is_confirmed
        return open_and_confirmed and self.actor.writes_for(self.review.organization)

    @property
    def exports(self) -> bool:
        return self.actor.is_office or self.actor.is_officer_of(self.review.organization)

    @property
    def chosen(self) -> Figure | None:
        """The figure asked for in the address, else the first with rows."""
        asked = self.review.by_key.get(self.query.get("figure", ""))
        return asked or next((figure for figure in self.review.shown_figures if figure.rows), None)

    @property
    def rows(self) -> list[ShownRow]:
        """Its newest rows; all of them when asked for."""
        figure = self.chosen
        rows = sorted(figure.rows, key=lambda row: row.on or date.min, reverse=True) if figure else []
        shown = rows if self.query.get("rows") == "all" else rows[:ROWS_SHOWN]
        return [
            ShownRow(row, reverse(PAGES[row.target], args=[row.pk]) if row.target else "") for row in shown
        ]

    @property
    def more(self) -> int:
        """Rows not shown yet."""
        figure = self.chosen
        return len(figure.rows) - len(self.rows) if figure else 0

    @cached_property
    def news(self) -> list[Change]:
        """Figures that today's records would change; asked only while the text may still be changed."""
        return self.review.differences(self.on) if self.review.is_editable else []

    @property
    def over(self) -> int:
        """Characters above the limit, 0 when it fits."""
        return max(0, self.review.length - self.review.round.written_limit)

    @property
    def filled_percent(self) -> int:
        return min(100, round(100 * self.review.length / self.review.round.written_limit))

    @property
    def gaps(self) -> list[str]:
        """What is still missing, without brackets."""
        return [gap.strip(BRACKETS) for gap in self.review.missing]

    @property
    def sourced(self) -> int:
        """Figures with a value."""
        return sum(not figure.missing for figure in self.review.shown_figures)

    @cached_property
    def history(self) -> list[AuditEvent]:
        events = AuditEvent.objects.of(self.review).select_related("actor")
        return list(events[:10])


def shown(section: ReviewSection) -> ShownParagraph:
    """A paragraph cut into pieces."""
    if section.edited is not None:
        return ShownParagraph(section, (Piece(section.edited),), figures_of(section))
    return ShownParagraph(section, pieces(section.generated, section.review), figures_of(section))


def pieces(text: str, review: AnnualReview) -> tuple[Piece, ...]:
    """Words, figures and marks of what is missing, in order; the marks without their brackets."""
    found: list[Piece] = []
    for kind, part in split(text):
        figure = review.by_key.get(part) if kind == "figure" else None
        words = fill(f"{{{part}}}", review.by_key) if kind == "figure" else part
        missing = kind == "gap" or (kind == "figure" and (figure is None or figure.missing))
        found.append(Piece(words.strip(BRACKETS) if missing else words, figure, missing))
    return tuple(found)


def figures_of(section: ReviewSection) -> tuple[Figure, ...]:
    """The figures a paragraph's draft names, in order."""
    keys = TOKEN.findall(section.generated)
    return tuple(section.review.by_key[key] for key in dict.fromkeys(keys) if key in section.review.by_key)
