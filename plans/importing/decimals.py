"""Decimal outlines: 1 总体要求, 1.1 指导思想, 1.1.1 …, where the lines bear each other out.

A line alone proves nothing: 3.5亿元 and 5.22 look the same. A number counts when it carries on the one
before it: 1.1 below 1, then 1.2 or 1.1.1. Two such lines make a decimal outline, one is chance.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from plans.importing.headings import LEAD, YEAR, Marker
from plans.importing.lines import Line, compact
from plans.importing.numerals import to_int

_PART = "[1-9１-９][0-9０-９]{0,2}"
_DECIMAL = re.compile(rf"{LEAD}(?P<n>{_PART}(?:[.．]{_PART}){{1,3}})(?![0-9０-９])(?P<gap>[.．、]?\s*)")
_TOP = re.compile(rf"{LEAD}(?P<n>[1-9１-９][0-9０-９]?)(?![0-9０-９.．、])(?P<gap>\s*)")
#: What a heading begins with.
_WORD = re.compile(r"[\u4e00-\u9fff“\"《「『【（(A-Za-z]")
#: 3.5亿元, 1.2个百分点, 2.4以上: an amount whatever stands before it.
_AMOUNT = re.compile(
    r"[亿%％‰℃]|万(?!众|人计划|企|家灯火)|元(?!器|件|素|数据|宇宙)|倍(?!增)|个百分|小时|公[里顷斤]|[米吨寸岁折亩顷辆]|左右|以[上下内]|[-—–～~]"
)
#: 1.5年 is one as well; 1.5 年度考核 is not.
_CLOSE = re.compile(r"[个余至版级度]|[千百](?!人计划|年|家)|[年月日](?!度|轻|终|会|刊|报|例|常)")
#: 2台设备, 3项任务: a count of things.
COUNT = re.compile(
    r"[名位届套批份层级类种次天号人家场台支篇条项件个](?![才员事力文民大国庭属园景地所账部持撑委章目师性])|分钟|周(?!边)"
)
_ENDS = "，。；：、！？,;:"
#: More than this is a sentence, no heading.
LONGEST = 40


#: So many lines below sections make a decimal outline.
ENOUGH = 2


@dataclass(frozen=True, slots=True)
class Numbered:
    """A line that may be numbered: 2.1.3 is the path (2, 1, 3). ``end``: where its text begins."""

    at: int
    path: tuple[int, ...]
    end: int
    typed: str
    #: ``decimal``, ``top`` (2 …), ``dotted`` (2. …) or ``other`` (二、 and （二）, sure by themselves).
    form: str
    level: int = 0
    #: Short and without an end: looks like a heading even where nothing stands below it.
    short: bool = True
    #: No white space behind the number (2主要目标).
    tight: bool = False
    #: A person says that it is a heading.
    decided: bool = False


def decimal(text: str) -> tuple[tuple[int, ...], int, str] | None:
    """The path that a line starts with, where its text begins, and the number as typed."""
    found = _DECIMAL.match(text[:80])
    if found is None or not _begins(text[found.end() :], found["gap"]) or "\t" in text[found.end() :]:
        return None
    path = tuple(to_int(part) or 0 for part in re.split("[.．]", found["n"]))
    return path, found.end(), found["n"]


def top(text: str) -> tuple[int, int] | None:
    """The value of a number without any mark behind it (2 重点任务), and where its text begins."""
    found = _TOP.match(text[:80])
    if found is None or not _begins(text[found.end() :], found["gap"]) or "\t" in text[found.end() :]:
        return None
    if COUNT.match(text[found.end() :]) and not (found["gap"] and short(text[found.end() :])):
        return None
    return to_int(found["n"]) or 0, found.end()


def _begins(rest: str, gap: str) -> bool:
    """Whether what follows a number reads like the beginning of a heading and not like an amount."""
    if _AMOUNT.match(rest) or (not gap and _CLOSE.match(rest)):
        return False
    if rest[:1].isascii() or YEAR.match(rest):
        return bool(gap[-1:].isspace() and (_WORD.match(rest) or YEAR.match(rest)))
    return _WORD.match(rest) is not None


def short(rest: str) -> bool:
    """Whether a line is as short as a heading and ends no sentence."""
    rest = compact(rest)
    return 0 < len(rest) <= LONGEST and "。" not in rest and rest[-1] not in _ENDS


def find(lines: Sequence[Line], own: Sequence[Marker | None], levels: Mapping[int, int]) -> dict[int, Marker]:
    """The headings of a decimal outline by their index; empty when the document has none.

    ``own``: the numbering of each line that is sure by itself. ``levels``: what a person decided. A number
    that stands where one is expected but does not count on is given as doubtful.
    """
    walk = _Walk(_numbered(lines, own, levels))
    for place in range(len(walk.numbered)):
        walk.step(place)
    sure = {one.at for one in walk.numbered if one.decided}
    return {at: mark for at, mark in walk.found.items() if walk.below >= ENOUGH or at in sure}


def _numbered(
    lines: Sequence[Line], own: Sequence[Marker | None], levels: Mapping[int, int]
) -> list[Numbered]:
    found: list[Numbered] = []
    for at, line in enumerate(lines):
        decided = levels.get(line.number)
        if decided == 0:
            continue
        mark, path = own[at], decimal(line.text)
        if path is not None:
            found.append(Numbered(at, *path, "decimal", decided=bool(decided)))
        elif mark is not None and mark.level <= 3:
            form = "dotted" if mark.level == 3 else "other"
            brief = short(line.text[mark.end :])
            found.append(Numbered(at, (mark.value,), mark.end, mark.number, form, mark.level, brief))
        elif mark is None and (bare := top(line.text)) is not None:
            value, end = bare
            rest, tight = line.text[end:], not line.text[end - 1].isspace()
            brief = short(rest) and not COUNT.match(rest)
            found.append(
                Numbered(at, (value,), end, str(value), "top", 0, brief, tight, brief and bool(decided))
            )
    return found


@dataclass
class _Walk:
    """Goes through the numbered lines in order and keeps those that count on."""

    numbered: list[Numbered]
    found: dict[int, Marker] = field(default_factory=dict)
    #: How many lines below a section were found.
    below: int = 0
    #: The path of the heading read last; the level and the form of its first number.
    path: list[int] = field(default_factory=list)
    level: int = 1
    form: str = ""
    #: Whether the sections have no white space behind their number.
    tight: bool = False
    #: How far 1 2 3 or 1. 2. 3. below the present heading have counted.
    items: int = 0
    #: While no section is open: the lines that carry on from 1 to this value.
    begun: dict[tuple[str, int], tuple[int, ...]] = field(default_factory=dict)
    #: Whether 一、 or （一） stood before.
    chinese: bool = False

    def __post_init__(self) -> None:
        self.parents = _parents(self.numbered)
        self.followers = _followers(self.numbered)

    def step(self, place: int) -> None:
        one = self.numbered[place]
        self.chinese = self.chinese or one.form == "other"
        if one.form == "decimal":
            self._decimal(place, one)
        elif place in self.parents or one.decided:
            self._parent(one)
        elif one.form == "other":
            if not self.path or one.level <= self.level:
                self.path, self.begun, self.items = [], {}, 0
        else:
            self._alone(place, one)

    def _parent(self, one: Numbered) -> None:
        """A section that 1.1 stands below. The first has to be 1, or to be reached from 1 by short lines."""
        if one.form == "other":
            self._open(one, one.level)
            return
        value = one.path[0]
        before: tuple[int, ...] = ()
        if self.path and self.form != one.form and value != self.path[0] + 1:
            return
        if not self.path and value > 1 and not one.decided:
            before = self.begun.get((one.form, value - 1), ())
            if not before:
                return
        self.tight = one.tight
        # Where 一、 or （一） stands above them, decimals begin at the third level, as 1. does.
        level = self.level if self.path and self.form == one.form else 3 if self.chinese else 1
        for each in (*(self.numbered[place] for place in before), one):
            self._open(each, level)
            self._keep(each, level)

    def _alone(self, place: int, one: Numbered) -> None:
        """2 主要目标 without any 2.1: a section when it carries on from the one before."""
        value = one.path[0]
        if value in {1, self.items + 1}:
            self.items = value
        elif self._next_section(one):
            self._open(one, self.level)
            self._keep(one, self.level, doubtful=one.form == "top")
        if not self.path and one.short and value < 100:
            carried = self.begun.pop((one.form, value - 1), ()) if value > 1 else ()
            if carried or value == 1:
                self.begun[one.form, value] = (*carried, place)

    def _next_section(self, one: Numbered) -> bool:
        alike = self.form == one.form and (self.tight or not one.tight)
        return bool(self.path) and alike and one.short and one.path[0] == self.path[0] + 1

    def _open(self, one: Numbered, level: int) -> None:
        self.path, self.level, self.form, self.items, self.begun = list(one.path), level, one.form, 0, {}

    def _decimal(self, place: int, one: Numbered) -> None:
        above, value = list(one.path[:-1]), one.path[-1]
        if self.path[: len(above)] != above and not one.decided:
            return
        last = self.path[len(above)] if len(self.path) > len(above) else 0
        level = self.level + len(above)
        # Where a number was left out or typed twice, the next one goes on from here.
        followed = self.followers.get(place) == value + 1
        if value == last + 1 or followed or one.decided:
            self.path, self.items = list(one.path), 0
            self.below += 1
            if level <= 4 or one.decided:
                self._keep(one, min(level, 4))
        elif value > 1 and level <= 4:
            self._keep(one, level, doubtful=True)

    def _keep(self, one: Numbered, level: int, *, doubtful: bool = False) -> None:
        self.found[one.at] = Marker(level, one.path[-1], one.end, doubtful=doubtful, typed=one.typed)


def _parents(numbered: list[Numbered]) -> set[int]:
    """The lines that an x.1 with their number stands below: a bare 2 rather than the 2. or 二、 last read."""
    found: set[int] = set()
    bare: dict[int, int] = {}
    last: dict[str, tuple[int, int]] = {}
    for place, one in enumerate(numbered):
        if one.form == "top":
            bare[one.path[0]] = place
        elif one.form != "decimal":
            last[one.form] = (one.path[0], place)
        elif len(one.path) == 2 and one.path[1] == 1:
            value = one.path[0]
            read = [last[form][1] for form in ("dotted", "other") if last.get(form, (0, 0))[0] == value]
            if value in bare or read:
                found.add(bare[value] if value in bare else read[0])
                bare, last = {}, {}
    return found


def _followers(numbered: list[Numbered]) -> dict[int, int]:
    """For each decimal the last number of the next one that shares what stands before it."""
    found: dict[int, int] = {}
    coming: dict[tuple[int, ...], int] = {}
    for place in range(len(numbered) - 1, -1, -1):
        one = numbered[place]
        if one.form == "decimal":
            if one.path[:-1] in coming:
                found[place] = coming[one.path[:-1]]
            coming[one.path[:-1]] = one.path[-1]
    return found
