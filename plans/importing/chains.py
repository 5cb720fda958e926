"""Sections whose number lacks its 、: ``一  总体要求``, and 第一部分. Only counting on shows that they are headings."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from plans.importing.decimals import short
from plans.importing.headings import LEAD, Marker
from plans.importing.lines import Line
from plans.importing.numerals import to_int

_DIGITS = "一二三四五六七八九十"
_WORD = r"(?=[“《「『（(A-Za-z\u4e00-\u9fff])"
_SPACED = re.compile(rf"{LEAD}(?P<n>[{_DIGITS}]{{1,3}})\s+{_WORD}")
_PART = re.compile(rf"{LEAD}第\s*(?P<n>[{_DIGITS}]{{1,3}})\s*部\s*分(?:\s*[:：、]\s*|\s+){_WORD}")
#: 一 是…, 三 季度…, 一 二 三等奖: no heading begins so.
_RUNNING = re.compile(
    rf"[{_DIGITS}是则旦些般批届位的为]|方面|季度|等奖|来(?!源)|要(?![求点素闻])|[年月日](?![度常终])"
    r"|个(?![人性])|项(?!目)|次(?!序)|条(?![件例])|名(?![师称])"
)
#: So many lines that count on make a chain.
ENOUGH = 2


def spaced(text: str) -> tuple[int, int] | None:
    """The value of a numeral with only white space behind it, and where its text begins."""
    return _counted(_SPACED.match(text[:80]), text)


def _counted(found: re.Match[str] | None, text: str) -> tuple[int, int] | None:
    rest = text[found.end() :] if found else ""
    if found is None or "\t" in rest or not short(rest) or _RUNNING.match(rest):
        return None
    return to_int(found["n"]) or 0, found.end()


def find(lines: Sequence[Line], own: Sequence[Marker | None], levels: Mapping[int, int]) -> dict[int, Marker]:
    """The sections that only counting on shows, by their index: 一  …, or 第一部分 … where no other is."""
    found = _chain(lines, own, levels, _SPACED)
    if found or any(mark is not None and mark.level == 1 for mark in own):
        return found
    return _chain(lines, own, levels, _PART)


def _chain(
    lines: Sequence[Line],
    own: Sequence[Marker | None],
    levels: Mapping[int, int],
    pattern: re.Pattern[str],
) -> dict[int, Marker]:
    """The lines that count on from 一, or from a section that is sure by itself."""
    found: dict[int, Marker] = {}
    run: dict[int, Marker] = {}
    last = length = sections = 0
    for at, line in enumerate(lines):
        mark, decided = own[at], levels.get(line.number)
        if decided == 0:
            continue
        if mark is not None and mark.level == 1:
            if mark.value != last + 1:
                run, length = {}, 0
            last, length, sections = mark.value, length + 1, sections + 1
        elif mark is None and (counted := _counted(pattern.match(line.text[:80]), line.text)):
            value, end = counted
            if value == 1 and not sections:
                run, last, length = {}, 0, 0
            if value != last + 1 and not decided:
                continue
            run[at] = Marker(1, value, end, doubtful=not decided)
            last, length = value, length + 1
            if decided:
                found[at] = run[at]
        else:
            continue
        if length >= ENOUGH:
            found |= run
            run = {}
    return found
