"""What belongs to the page and to no sentence: page markers, running heads, rules, a table of contents."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from plans.importing.headings import LEADER, Marker
from plans.importing.kinds import ends_in_noun
from plans.importing.lines import Line, compact
from plans.importing.numerals import to_int

_NUM = r"[0-9０-９一二三四五六七八九十百]{1,4}"
_DASH = r"[-－—–―─﹣~～·.]"
_PAGE = re.compile(
    rf"{_DASH}{{1,3}}(?:第?{_NUM}页?){_DASH}{{1,3}}"
    rf"|第{_NUM}页(?:[,，/|｜]?[（(]?共{_NUM}页[）)]?)?"
    rf"|共{_NUM}页[,，/|｜]?第{_NUM}页"
    r"|[Pp]age[0-9]{1,4}(?:of[0-9]{1,4})?"
    r"|[0-9０-９]{1,4}/[0-9０-９]{1,4}(?:页)?"
    rf"|[-—–](?:[0-9]{{1,4}})|\[[0-9]{{1,4}}\]"
)
_PAGE_NEAR = re.compile(rf"第{_NUM}页(?:[,，/|｜]?共{_NUM}页)?|{_DASH}{{1,2}}[0-9]{{1,4}}{_DASH}{{1,2}}")
_RULE = re.compile(r"[-—–―─━═=_＿*·~～﹏☆★※.。…]{3,}")
_CONTENTS = re.compile(r"^目\s*[录次]\s*$")
_ENDED = "。！？；：!?;:"


@dataclass(frozen=True, slots=True)
class Dropped:
    """A line left out of the outline and why: page, running_head, rule, contents, attachment or imprint."""

    line: int
    text: str
    reason: str


def sift(
    lines: tuple[Line, ...], marks: Mapping[int, Marker], wanted: frozenset[int] = frozenset()
) -> tuple[list[Line], list[Dropped]]:
    """Part the lines of the document from what is only on the page, each in document order.

    ``marks``: the headings by the number of their line. ``wanted``: numbers of lines a person wants kept.
    """
    compacts = [compact(line.text) for line in lines]
    reasons: dict[int, str] = {}
    lone: list[int] = []
    for i, text in enumerate(compacts):
        if len(text) <= 24 and _PAGE.fullmatch(text):
            reasons[i] = "page"
        elif _RULE.fullmatch(text):
            reasons[i] = "rule"
        elif len(text) <= 3 and text.isdecimal():
            lone.append(i)
    pages = [to_int(compacts[i]) or 0 for i in lone]
    if all(b - a == 1 for a, b in zip(pages, pages[1:], strict=False)):
        reasons.update(dict.fromkeys(lone, "page"))
    _contents(lines, reasons)
    _running_heads(lines, compacts, reasons, marks)
    reasons = {i: why for i, why in reasons.items() if lines[i].number not in wanted}
    kept: list[Line] = []
    turned = False
    for i, line in enumerate(lines):
        if i in reasons:
            turned = turned or line.page or reasons[i] in {"page", "running_head"}
            continue
        kept.append(replace(line, page=line.page or turned))
        turned = False
    dropped = [Dropped(lines[i].number, lines[i].text, reasons[i]) for i in sorted(reasons)]
    return kept, dropped


def _contents(lines: tuple[Line, ...], reasons: dict[int, str]) -> None:
    """A table of contents: lines that end in leaders and a page number, and the word 目录 above them."""
    listed = [i for i, line in enumerate(lines) if i not in reasons and LEADER.search(line.text[-40:])]
    if len(listed) < 2:
        return
    for i in listed:
        reasons[i] = "contents"
    for i in range(max(0, listed[0] - 3), listed[0]):
        if _CONTENTS.match(lines[i].text):
            reasons[i] = "contents"


def _running_heads(
    lines: tuple[Line, ...], compacts: list[str], reasons: dict[int, str], marks: Mapping[int, Marker]
) -> None:
    """Short lines that come again on page after page.

    In the body, a repeated line goes when it stands beside a page break or page marker, or when it
    comes three times or more, well apart. Before the first heading it may be the letterhead, the
    signature or the title, and stays unless the page evidence is plain.
    """
    first = next((i for i, line in enumerate(lines) if i not in reasons and line.number in marks), len(lines))
    places: dict[str, list[int]] = {}
    for i, text in enumerate(compacts):
        if i in reasons or len(text) > 60 or text[-1] in _ENDED + "，、," or "：" in text:
            continue
        if lines[i].number not in marks and not _dated(compacts, i):
            places.setdefault(_PAGE_NEAR.sub("#", text), []).append(i)
    for key, found in places.items():
        body = [i for i in found if i >= first]
        if len(found) < 2 or not body:
            continue
        apart = all(b - a >= 4 for a, b in zip(found, found[1:], strict=False))
        often = len(found) >= 3 and len(key) >= 5 and apart
        for i in body:
            if often or "#" in key or _at_edge(lines, reasons, i):
                reasons[i] = "running_head"
        for i in found:
            # Before the first heading a page marker right above it, and the same elsewhere, must say so.
            before = i < first and reasons.get(i - 1) == "page" and any(j in reasons for j in body)
            if before and not compacts[min(i + 1, len(compacts) - 1)].startswith("关于"):
                reasons[i] = "running_head"
        head = found[0]
        titled = any(ends_in_noun(lines[j].text) for j in range(head + 1, first))
        if head == 0 and len(body) >= 2 and titled and body[0] in reasons:
            reasons[head] = "running_head"


def _at_edge(lines: tuple[Line, ...], reasons: dict[int, str], i: int) -> bool:
    """Whether a page ends or begins right here."""
    before = i > 0 and reasons.get(i - 1) in {"page", "running_head"}
    after = i + 1 < len(lines) and (reasons.get(i + 1) == "page" or lines[i + 1].page)
    return before or after or lines[i].page


def _dated(compacts: list[str], i: int) -> bool:
    """A signature: the next line is a date."""
    return i + 1 < len(compacts) and bool(re.match(r"[0-9０-９二〇○]{4}年", compacts[i + 1]))
