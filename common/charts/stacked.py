"""Stacked bars: lights per row; the longest row fills the width."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from common.charts.base import LIGHT_FILLS, LIGHT_INKS, Table, fitted, r1, text_width
from common.charts.ring import Share

WIDTH, PITCH, BAR, GAP, FONT = 940, 30, 18, 1.5, 13
#: A number stands inside its bar from this width on.
INSIDE = 16


@dataclass(frozen=True)
class BarRow:
    """One bar: a name, where its rows are, its lights. A light's rows are at ``Share.href``."""

    label: str
    href: str
    shares: Sequence[Share]


@dataclass(frozen=True)
class Block:
    title: str
    href: str
    x: float
    width: float
    fill: str
    ink: str
    middle: float
    number: str


@dataclass(frozen=True)
class Bar:
    label: str
    full_label: str
    href: str
    y: int
    text_y: int
    blocks: tuple[Block, ...]
    total: str
    total_x: float


@dataclass(frozen=True)
class StackedBars:
    label: str
    width: int
    height: int
    bars: tuple[Bar, ...]
    table: Table


def stacked_bars(rows: Sequence[BarRow], label: str, width: int = WIDTH) -> StackedBars:
    """Rows keep the order they come in (the tree's): nobody is ranked. A column may ask for less ``width``."""
    left = min(
        220.0, 0.4 * width, max([width * 120 / WIDTH] + [text_width(row.label, FONT) + 16 for row in rows])
    )
    longest = max([1] + [sum(share.count for share in row.shares) for row in rows])
    unit = (width - left - 56) / longest
    bars = []
    for number, row in enumerate(rows):
        x, blocks = left, []
        for share in (share for share in row.shares if share.count):
            wide = max(share.count * unit - GAP, 1.0)
            name = {"row": row.label, "word": share.word, "count": share.count}
            blocks.append(
                Block(
                    title=_("%(row)s, %(word)s: %(count)s") % name,
                    href=share.href,
                    x=r1(x),
                    width=r1(wide),
                    fill=LIGHT_FILLS[share.light],
                    ink=LIGHT_INKS.get(share.light, "#fff"),
                    middle=r1(x + wide / 2),
                    number=str(share.count) if wide >= INSIDE else "",
                )
            )
            x += share.count * unit
        top = 6 + number * PITCH
        bars.append(
            Bar(
                label=fitted(row.label, FONT, left - 10),
                full_label=row.label,
                href=row.href,
                y=top,
                text_y=top + 13,
                blocks=tuple(blocks),
                total=str(sum(share.count for share in row.shares)),
                total_x=r1(x + 8),
            )
        )
    return StackedBars(label, width, 6 + PITCH * len(rows), tuple(bars), _table(rows, label))


def _table(rows: Sequence[BarRow], label: str) -> Table:
    words: dict[str, str] = {}
    for row in rows:
        words.update({share.light: share.word for share in row.shares})
    body = []
    for row in rows:
        counts = {share.light: share.count for share in row.shares}
        body.append((row.label, *(str(counts.get(key, 0)) for key in words), str(sum(counts.values()))))
    return Table(label, ("", *words.values(), _("Total")), tuple(body))
