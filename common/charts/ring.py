"""Ring: how many items show which light, with the accepted percent in the middle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import pi

from django.utils.translation import gettext as _

from common.charts.base import LIGHT_FILLS, Table, r1

RADIUS = 49
AROUND = 2 * pi * RADIUS
GAP = 2.2
#: An arc is never shorter than this, or it could not be seen or clicked.
SHORTEST = 4.0


@dataclass(frozen=True)
class Share:
    """One light's number: its key, its word, how many, and where the rows are."""

    light: str
    word: str
    count: int
    href: str


@dataclass(frozen=True)
class Arc:
    title: str
    href: str
    fill: str
    dash: str
    offset: float


@dataclass(frozen=True)
class Ring:
    label: str
    arcs: tuple[Arc, ...]
    centre: str
    caption: str
    href: str
    table: Table


def ring(shares: Sequence[Share], percent: int | None, caption: str, href: str = "") -> Ring:
    """``percent`` stands in the middle over ``caption`` and leads to ``href``, the rows it is reckoned from;
    ``None`` (nothing to measure) shows a dash."""
    shown = [share for share in shares if share.count > 0]
    total = sum(share.count for share in shown)
    gap = GAP if len(shown) > 1 else 0.0
    lengths = _lengths([share.count / total for share in shown], gap) if total else []
    arcs, start = [], 0.0
    for share, length in zip(shown, lengths, strict=True):
        arcs.append(
            Arc(
                title=_("%(word)s: %(count)s") % {"word": share.word, "count": share.count},
                href=share.href,
                fill=LIGHT_FILLS[share.light],
                dash=f"{r1(length)} {r1(AROUND - length)}",
                offset=-r1(start) or 0.0,
            )
        )
        start += length + gap
    centre = "—" if percent is None else f"{percent}%"
    counts = _(", ").join(arc.title for arc in arcs) or _("no items")
    return Ring(
        label=f"{caption} {centre}; {counts}",
        arcs=tuple(arcs),
        centre=centre,
        caption=caption,
        href=href,
        table=Table(caption, (_("Light"), _("Items")), tuple((s.word, str(s.count)) for s in shown)),
    )


def _lengths(parts: list[float], gap: float) -> list[float]:
    """Arc lengths that fill the ring, none too short to be seen."""
    room = AROUND - gap * len(parts)
    raw = [max(part * room, SHORTEST) for part in parts]
    excess = sum(raw) - room
    spare = sum(length - SHORTEST for length in raw)
    return [length - excess * (length - SHORTEST) / spare for length in raw] if spare else raw
