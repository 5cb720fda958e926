"""The numbering of a whole document: what a line shows by itself, and what only its neighbours bear out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from plans.importing import chains, decimals, styled
from plans.importing.headings import LEADER, Marker, marker
from plans.importing.lines import Line

Marks = Mapping[int, Marker]


def marks(lines: Sequence[Line], levels: Mapping[int, int]) -> dict[int, Marker]:
    """The marker of each heading by the number of its line. ``levels``: what a person decided."""
    listed = [LEADER.search(line.text[-40:]) is not None for line in lines]
    own = [marker(line.text) for line in lines]
    # A table of contents counts like the document that follows it.
    levels = {**levels, **{line.number: 0 for line, out in zip(lines, listed, strict=True) if out}}
    for evidence in (decimals, chains, styled):
        for at, mark in evidence.find(lines, own, levels).items():
            own[at] = mark
    return {line.number: mark for line, mark in zip(lines, own, strict=True) if mark is not None}
