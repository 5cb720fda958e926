"""What all charts share: colours, the table beside the picture, words that fit."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from django.utils.translation import pgettext

INK, INK_2, INK_3, EDGE = "#211e1b", "#514b45", "#6b645c", "#8c847b"
LINE, LINE_2, GROUND, SUNKEN = "#e8e3dd", "#d5cec6", "#f8f6f3", "#f1eeea"
BRAND, DANGER = "#a3101d", "#bf3a0a"

#: Lights in the order charts draw them, from the top of a ring or the left of a bar.
LIGHTS = ("blue", "green", "yellow", "purple", "red", "grey")
LIGHT_FILLS = {
    "blue": "#3a78b8",
    "green": "#2a8352",
    "yellow": "#c28500",
    "purple": "#7d55ad",
    "red": "#bf3a0a",
    "grey": "#948b81",
}
#: Colour of a number standing on a light's fill.
LIGHT_INKS = {"yellow": INK, "grey": INK}


@dataclass(frozen=True)
class Table:
    """The numbers of a chart for those who read rather than look: a caption, heads and rows of text."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def months() -> tuple[str, ...]:
    """January to December as they stand on an axis."""
    return (
        pgettext("axis", "Jan"),
        pgettext("axis", "Feb"),
        pgettext("axis", "Mar"),
        pgettext("axis", "Apr"),
        pgettext("axis", "May"),
        pgettext("axis", "Jun"),
        pgettext("axis", "Jul"),
        pgettext("axis", "Aug"),
        pgettext("axis", "Sep"),
        pgettext("axis", "Oct"),
        pgettext("axis", "Nov"),
        pgettext("axis", "Dec"),
    )


def text_width(text: str, size: float) -> float:
    """About how wide a text will be at a font size, in the same unit: wide characters are square."""
    return sum(size if unicodedata.east_asian_width(c) in "WF" else size * 0.56 for c in text)


def fitted(text: str, size: float, room: float) -> str:
    """The text, cut with an ellipsis when it is wider than the room it has."""
    if text_width(text, size) <= room:
        return text
    kept = text
    while kept and text_width(kept + "…", size) > room:
        kept = kept[:-1]
    return kept + "…"


def r1(value: float) -> float:
    """A coordinate to a tenth of a pixel."""
    return round(value, 1)
