"""What stands at the start of a line: the numbering of a heading, or only something that looks like it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from plans.importing.numerals import NUMERAL, to_chinese, to_int

LEAD = r"[\s\u200b\u200e\u200f\ufeff\u2060]*(?:>\s*)?(?:#{1,6}\s*)?(?:[-*+]\s+)?(?:(?:\*\*|__)\s*)?"
_DOT = r"\\?\s*[.．、､﹒]\s*"
_SECTION = re.compile(rf"{LEAD}(?P<n>[{NUMERAL}]{{1,6}})\s*[、､.．﹑]\s*")
_PILLAR = re.compile(rf"{LEAD}(?:[（(]\s*(?P<n>[{NUMERAL}]{{1,6}})\s*[）)]|(?P<e>[㈠-㈩]))\s*[、.．]?\s*")
_MEASURE = re.compile(rf"{LEAD}(?:(?P<n>[0-9０-９]{{1,5}}){_DOT}|(?P<e>[⒈-⒛])\s*)")
_DUTY = re.compile(
    rf"{LEAD}(?:[（(]\s*(?P<n>[0-9０-９]{{1,5}})\s*[）)]|(?P<h>[0-9０-９]{{1,3}})\s*[）)]|(?P<e>[⑴-⒇]))\s*[、.．]?\s*"
)
_LEVELS = ((1, _SECTION), (2, _PILLAR), (3, _MEASURE), (4, _DUTY))

#: 三、四季度 and 一、二、三等奖 enumerate inside a sentence.
_ENUMERATION = re.compile(rf"(?P<n>[{NUMERAL}]{{1,3}})\s*(?:[、和及至—]|季度|月|年级|等奖)")
YEAR = re.compile(r"(?:19|20|１９|２０)[0-9０-９]{2}\s*年")
#: 2.6月底前…, 3.5G网络…, 4.12345热线…: an item that begins with a number of its own.
_NUMBERED_WORD = re.compile(r"(?:[1-9]|1[0-2])月(?!球)|[0-9]{1,2}[DGHS](?![A-Za-z])|[0-9]{5}(?:热线|平台)")
_AMOUNT = re.compile(r"[0-9０-９]+(?:[.．][0-9０-９]+)?\s*(?:[亿万千百元倍个%％‰年月日]|$)")
_HASHED = re.compile(r"\s*(?P<depth>#{1,6})\s+(?=[^\s#])")
#: A line of a table of contents: leaders or tabs and a page number.
LEADER = re.compile(r"(?:[.．·…]\s*){3,}[0-9０-９]{1,4}\s*$|\t+\s*[0-9０-９]{1,4}\s*$")
ARTICLE = re.compile(rf"{LEAD}第\s*(?P<n>[{NUMERAL}0-9]{{1,6}})\s*条")


@dataclass(frozen=True, slots=True)
class Marker:
    """The numbering at the start of a line: its level (1 to 4), value and where the heading's text begins.

    ``value`` 0: a heading by its #, without a number.
    """

    level: int
    value: int
    end: int
    half_width: bool = False
    #: A year or an amount follows or stands in the number: only a heading where it carries the count on.
    doubtful: bool = False
    #: The number as typed where it is not in its normal form: 2.1.
    typed: str = ""

    @property
    def number(self) -> str:
        """The number in its normal form: 一, （一）, 1, （1）."""
        if not self.value:
            return ""
        if self.level <= 2:
            numeral = to_chinese(self.value)
            return numeral if self.level == 1 else f"（{numeral}）"
        return str(self.value) if self.level == 3 else f"（{self.value}）"


def marker(text: str) -> Marker | None:
    """The numbering that ``text`` starts with; ``None`` for 3.5亿元, 2025年 and ordinary text."""
    head = text[:80]
    for level, pattern in _LEVELS:
        found = pattern.match(head)
        if found is None:
            continue
        value = _value(found, level)
        if not value:
            return None
        rest = head[found.end() :]
        doubtful = value >= 1000 or not rest.strip("*_ \u3000")
        if level == 1 and _enumerates(rest, value):
            return None
        if level == 3 and rest[:1].isdecimal():
            spaced = found[0][-1].isspace()
            word = _NUMBERED_WORD.match(rest) is not None
            if not YEAR.match(rest) and not spaced and not word:
                return None
            doubtful = (
                doubtful or word or (spaced and _AMOUNT.match(rest) is not None and not YEAR.match(rest))
            )
        if level in {2, 4} and rest[:1] in {"（", "(", "、", "，", "—", "-", "～"}:
            return None
        if level == 4 and found.group("h") and ("(" in head[: found.end()] or "（" in head[: found.end()]):
            return None
        return Marker(level, value, found.end(), level in {2, 4} and "(" in found[0], doubtful)
    return None


def shallowest(texts: Iterable[str]) -> int:
    """The fewest # before a heading of these lines; 0 when none has any."""
    depths = [len(found["depth"]) for text in texts if (found := _HASHED.match(text[:80]))]
    return min(depths, default=0)


def hashed(text: str, top: int) -> Marker | None:
    """A heading that has its # instead of a number; ``top`` is how many # the sections have."""
    found = _HASHED.match(text[:80])
    if found is None or not top or text.rstrip("*_ ")[-1:] in {"。", "；"}:
        return None
    return Marker(min(len(found["depth"]) - top + 1, 3), 0, found.end())


def _value(found: re.Match[str], level: int) -> int | None:
    groups = found.groupdict()
    if groups.get("e"):
        return ord(groups["e"]) - ord({2: "㈠", 3: "⒈", 4: "⑴"}[level]) + 1
    return to_int(groups.get("n") or groups.get("h") or "")


def _enumerates(rest: str, value: int) -> bool:
    found = _ENUMERATION.match(rest)
    return found is not None and (to_int(found["n"]) or 0) > value


def articles(texts: list[str]) -> bool:
    """Whether the text is a regulation: 第一条, 第二条 … stand at line starts, counting on."""
    last = count = 0
    for text in texts:
        found = ARTICLE.match(text[:40])
        value = to_int(found["n"]) if found else None
        if value is not None and value == last + 1:
            last, count = value, count + 1
    return count >= 2
