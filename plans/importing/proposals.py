"""Words in a clause that say when: proposals for decomposing it, never decisions."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from plans.importing.numerals import NUMERAL, to_int

NEVER_OVERDUE, RECURRING, DEADLINE = "never_overdue", "recurring", "deadline"

_D = rf"(?:[0-9０-９]{{1,2}}|[{NUMERAL}]{{1,3}})"
_Y = rf"(?:[0-9０-９]{{4}}|二[{NUMERAL}]{{3}})"
_BY = r"\s*(?:(?:月)?底|末)?\s*(?:之前|以前|前)"
_PATTERNS = (
    (NEVER_OVERDUE, re.compile(r"不定期|适时|(?<!不)鼓励(?!机制|制度|作用|奖|先进)|择机|视情")),
    (
        RECURRING,
        re.compile(
            r"每(?:个)?(?:半年|季度|季|年度|年|月|周|日|天|学期|[两二三四五六]\s*(?:个)?(?:月|年|周))(?:至少)?"
            r"(?:[0-9０-９一二三四五六七八九十两]{1,3}次)?(?!工资|奖金|津贴|补贴|收入|缴费)"
            r"|按(?:月|季度|季|年度|年|周)(?![龄])|(?<!不)定期(?!不定期)"
        ),
    ),
    (
        DEADLINE,
        re.compile(
            rf"{_Y}\s*年\s*{_D}\s*月\s*{_D}\s*日(?!\s*(?:起|以来|至|召开|印发|发布|成立|在|开始))(?:\s*(?:之前|以前|前))?"
            rf"|{_Y}\s*年\s*{_D}\s*月\s*(?:底|末|中旬|上旬|下旬)(?:\s*(?:之前|以前|前))?"
            rf"|{_Y}\s*年\s*{_D}\s*月\s*(?:之前|以前|前)"
            rf"|{_Y}\s*年\s*(?:年)?(?:底|末)(?:\s*(?:之前|以前|前))?"
            rf"|(?:{_Y}\s*年\s*)?第?[一二三四1-4]\s*季度(?:末|底)?(?:之前|以前|前)"
            r"|(?:今年|本年|当年|明年)?(?<![一二三四五六七八九十两几0-9])(?:年底|年末|岁末|年内|上半年|下半年|季度末|月底)(?:之前|以前|前|内)"
            r"|(?:今年|本年|明年)(?:年)?(?:底|末)|(?<![一二三四五六七八九十两几0-9])年内"
            rf"|(?:(?<=每年)|(?<![年0-9０-９])){_D}\s*月(?:份|\s*{_D}\s*日)?{_BY}"
            rf"|(?:(?<=每年)|(?<![年0-9０-９])){_D}\s*月(?:底|末)"
        ),
    ),
)
_SENTENCE = re.compile(r"[^。！？；\n]+[。！？；]?")
_FULL = re.compile(rf"(?P<y>{_Y})\s*年(?:\s*(?P<m>{_D})\s*月(?:\s*(?P<d>{_D})\s*日)?)?")
_MONTH = re.compile(rf"(?P<m>{_D})\s*月(?:\s*(?P<d>{_D})\s*日)?")
_QUARTER = re.compile(r"([一二三四1-4])\s*季度")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A word of time in a clause. ``ref``: the numbers from the section down to the clause, a title for none."""

    ref: tuple[str, ...]
    kind: str
    value: str
    sentence: str = ""
    #: The line that the clause begins on; 0 outside a draft.
    line: int = 0


def proposals(ref: tuple[str, ...], text: str, line: int = 0) -> list[Proposal]:
    """What a clause says about time, in the order of its words. One per word and sentence."""
    found: list[Proposal] = []
    for sentence in _SENTENCE.finditer(text):
        words: list[tuple[int, str, str]] = []
        for kind, pattern in _PATTERNS:
            for match in pattern.finditer(sentence[0]):
                words.append((match.start(), kind, re.sub(r"\s+", "", match[0])))
        seen: set[tuple[str, str]] = set()
        for _start, kind, value in sorted(words):
            if (kind, value) not in seen:
                seen.add((kind, value))
                found.append(Proposal(ref, kind, value, sentence[0].strip(), line))
    return found


def deadline(value: str, year: int) -> date | None:
    """The last day a deadline phrase names, ``year`` standing in where it names none.

    ``None`` when it names no day that exists (2025年2月31日) or none that can be told (本月底前).
    """
    if value.startswith("明年"):
        year += 1
    full = _FULL.search(value)
    if full:
        year = to_int(full["y"]) or year
    quarter = _QUARTER.search(value)
    dated = full if full and full["m"] else _MONTH.search(value)
    if quarter:
        month, day = 3 * (to_int(quarter[1]) or 0), None
    elif dated:
        month, day = to_int(dated["m"]) or 0, to_int(dated["d"]) if dated["d"] else None
    elif "上半年" in value:
        month, day = 6, None
    elif re.search(r"年|岁末", value):
        month, day = 12, None
    else:
        return None
    if not 1 <= month <= 12:
        return None
    try:
        return date(year, month, monthrange(year, month)[1] if day is None else day)
    except ValueError:
        return None
