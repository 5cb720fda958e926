"""Headings that only Word's heading styles show: no number, typed or automatic, stands before them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from plans.importing.chains import spaced
from plans.importing.decimals import COUNT, decimal, top
from plans.importing.frame import ATTACHMENT, date_line, letter, organization
from plans.importing.headings import Marker
from plans.importing.kinds import ends_in_noun, kind_of
from plans.importing.lines import Line, compact

#: A longer paragraph, or one that goes on behind its first 。, is text whatever its style.
LONGEST = 60
_CONTENTS = re.compile(r"目[录次]|[前附]?目录")
_OPEN = "，、；,;"
#: The title of a document takes no more lines than this.
_TITLE_LINES = 4


def find(lines: Sequence[Line], own: Sequence[Marker | None]) -> dict[int, Marker]:
    """The headings by their style alone, by index. ``own``: the numbering of the lines that have one."""
    places = [at for at, line in enumerate(lines) if own[at] is None and _heads(line)]
    places = _below_title(lines, own, places)
    if not places or _numbers_instead(lines, own):
        return {}
    scale = _scale(lines, own, places)
    found: dict[int, Marker] = {}
    for at in places:
        level = scale.get(lines[at].style)
        if level is not None:
            value, end = _number(lines[at].text)
            found[at] = Marker(level, value, end, doubtful=False)
    return found


def _heads(line: Line) -> bool:
    """Whether a line has a heading's style and its shape."""
    if not line.style:
        return False
    text = compact(line.text)
    return (
        len(text) <= LONGEST
        and "。" not in text[:-1]
        and text[-1] not in _OPEN
        and not (_CONTENTS.fullmatch(text) or date_line(text))
    )


def _below_title(lines: Sequence[Line], own: Sequence[Marker | None], places: list[int]) -> list[int]:
    """Without the document's title, which often has the style of a heading, and what is above it."""
    if not places:
        return places
    first = next((at for at, mark in enumerate(own) if mark is not None), len(lines))
    if any(_names_a_plan(compact(line.text)) for line in lines[: min(places[0], first)]):
        return places
    while places and (last := _title(lines, places)) is not None:
        notice = kind_of(compact(lines[last].text)) == "notice"
        places = [at for at in places if at > last]
        if not notice:
            return places
    if (
        places
        and places[0] < first
        and all(line.style > lines[places[0]].style for line in lines[places[0] + 1 :] if line.style)
    ):
        return places[1:]
    return places


def _names_a_plan(text: str) -> bool:
    """Whether a line without a style is the title already."""
    return ends_in_noun(text) and kind_of(text) != "notice" and not ATTACHMENT.match(text)


def _title(lines: Sequence[Line], places: list[int]) -> int | None:
    """The last line of a title that begins at the first of these places, one line right below the other."""
    for step, at in enumerate(places[:_TITLE_LINES]):
        if at != places[0] + step:
            return None
        text = compact(lines[at].text)
        if ends_in_noun(text):
            return at
        if not (organization(text) or letter(text) or "关于" in text):
            return None
    return None


def _numbers_instead(lines: Sequence[Line], own: Sequence[Marker | None]) -> bool:
    """Whether the document numbers its sections and pillars and gives none of them a style."""
    upper = [lines[at].style for at, mark in enumerate(own) if mark is not None and mark.level <= 2]
    return len(upper) >= 2 and not any(upper)


def _scale(lines: Sequence[Line], own: Sequence[Marker | None], places: list[int]) -> dict[int, int]:
    """Which level each style stands for: what numbered headings of the style have, or its distance to them."""
    counted: dict[int, Counter[int]] = {}
    for at, mark in enumerate(own):
        if mark is not None and lines[at].style:
            counted.setdefault(lines[at].style, Counter())[mark.level] += 1
    known = {style: levels.most_common(1)[0][0] for style, levels in counted.items()}
    used = sorted({lines[at].style for at in places})
    scale: dict[int, int] = {}
    for style in used:
        above = max((s for s in known if s < style), default=None)
        below = min((s for s in known if s > style), default=None)
        near = style if style in known else above if above is not None else below
        level = known[near] + style - near if near is not None else 1 + style - used[0]
        # A style between two that are numbered without a gap has no level of its own.
        if 1 <= level <= 4 and (style in known or below is None or level < known[below]):
            scale[style] = level
    return scale


def _number(text: str) -> tuple[int, int]:
    """The number that a heading shows after all (2 重点任务), for which its style is the evidence; 0 for none."""
    if (path := decimal(text)) is not None:
        return path[0][-1], path[1]
    bare = top(text)
    if bare is not None and COUNT.match(text[bare[1] :]):
        bare = None
    return bare or spaced(text) or (0, 0)
