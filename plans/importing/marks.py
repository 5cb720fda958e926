"""The numbering of a whole document: what a line shows by itself, and what only its neighbours bear out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from plans.importing import chains, decimals, styled
from plans.importing.headings import LEADER, Marker, marker
from plans.importing.lines import Line

Marks = Mapping[int, Marker]


def marks(lines: Sequence[Line], levels: Mapping[int, int]) -> dict[int, Marker]:
    """The marker of each heading by the number of its line. ``levels``: what a person decided."""
    own = [marker(line.text) for line in lines]
    # A table of contents counts like the document that follows it.
    listed = {line.number: 0 for line in lines if LEADER.search(line.text[-40:])}
    for evidence in (decimals.find, chains.find):
        for at, mark in evidence(lines, own, {**levels, **listed}).items():
            # Such a number has no form of its own, so it takes that of the level.
            own[at] = replace(mark, level=levels.get(lines[at].number) or mark.level)
    for at, mark in styled.find(lines, own).items():
        own[at] = mark
    return {
        line.number: mark
        for line, mark in zip(lines, own, strict=True)
        if mark is not None and levels.get(line.number) != 0
    }
