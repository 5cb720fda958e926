"""Where a sentence or a paragraph was cut by a line end, a page end or a hard wrap."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from plans.importing.lines import BLANK, Line, strip

_CLOSERS = "”’）)》」』】〉\"'*_ \u3000" + BLANK
_SENTENCE_END = "。！？；：…!?;:"
#: What can only continue a sentence.
_CONTINUES = re.compile(
    r"[，。、；：！？”’）》」』】…,;:!?)的]|(?:和|与|及|以及|了)(?![谐平])"
    r"|[0-9０-９]+(?:[.．][0-9０-９]+)?\s*(?:[%％‰倍亿]|万元|元)"
)
#: What cannot end one.
_OPEN_END = re.compile(r"[，、,（《“‘「『【—]$|[的和与及]$")
#: 牵头单位：…, 完成时限：… begin a paragraph of their own.
_LABEL = re.compile(r"\s*[\u4e00-\u9fff]{2,8}\s*[：:]")
#: The sign before an item of an unnumbered list.
BULLET = re.compile(r"\s*(?:>\s*)?[-*+•●▪◆■□➢√·]\s+(?=\S)|\s*>\s*(?=\S)")
_PAIRS = {"“": "”", "‘": "’", "（": "）", "《": "》", "「": "」", "『": "』"}


@dataclass(frozen=True, slots=True)
class Geometry:
    """How the lines of a document are laid out: hard wrapped at a width, paragraphs indented or not."""

    #: Columns (Chinese counts two) of a full line, or 0 when the document is not hard wrapped.
    columns: int = 0
    #: Characters of a full line, or 0.
    characters: int = 0
    indents: bool = False

    @property
    def wrapped(self) -> bool:
        return bool(self.columns or self.characters)

    def full(self, line: Line) -> bool:
        """Whether the line reaches the right edge."""
        if self.columns and _columns(line.text) >= self.columns - 3:
            return True
        return bool(self.characters) and len(line.text) >= self.characters - 1


def geometry(lines: list[Line]) -> Geometry:
    """Measure a document. Hard wrapped: many lines of one greatest width, cut inside their sentences."""
    lines = [line for line in lines if line.text.strip()]
    cut = [line for line in lines if not ended(line.text)]
    if len(lines) < 6 or len(cut) < 4:
        return Geometry()
    columns = _edge([_columns(line.text) for line in lines], [_columns(line.text) for line in cut], 3, 200)
    characters = _edge([len(line.text) for line in lines], [len(line.text) for line in cut], 1, 100)
    wrapped = bool(columns or characters)
    indented = sum(line.indented for line in lines)
    return Geometry(columns, characters, wrapped and 0.04 * len(lines) <= indented <= 0.9 * len(lines))


def _edge(widths: list[int], cut: list[int], slack: int, most: int) -> int:
    """The greatest width when nearly all lines stay within it and the cut ones mostly reach it; else 0."""
    edge = sorted(widths)[-1 - len(widths) // 50]
    if not 16 <= edge <= most:
        return 0
    full = sum(width >= edge - slack for width in cut)
    long = sum(width > edge // 2 for width in cut)
    return edge if full >= 4 and full >= 0.6 * long else 0


def _columns(text: str) -> int:
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)


def ended(text: str) -> bool:
    """Whether a sentence is over at the end of ``text`` (closing quotes and brackets may follow)."""
    return text.rstrip(_CLOSERS)[-1:] in set(_SENTENCE_END) if text.rstrip() else True


def cut(before: Line, after: Line, shape: Geometry) -> bool:
    """Whether a line that does not end its sentence was plainly cut, whatever stands in the next."""
    if _OPEN_END.search(strip(before.text)):
        return True
    if shape.wrapped:
        return shape.full(before) and not (shape.indents and after.indented)
    return len(before.text) >= 20


def _prose(text: str) -> bool:
    """Running text; a short line without any punctuation may be a line of its own."""
    return "，" in text or "。" in text


def body_continues(before: Line, after: Line, shape: Geometry) -> bool:
    """Whether ``after`` goes on with the paragraph of running text that ``before`` belongs to."""
    head = after.text.lstrip()
    if BULLET.match(after.text) or (_LABEL.match(after.text) and len(head) < 60):
        return False
    if not ended(before.text):
        return bool(_CONTINUES.match(head)) or after.page or cut(before, after, shape) or _prose(before.text)
    if _CONTINUES.match(head) and head[0] in "，。、；！？”’）》」":
        return True
    if not shape.wrapped or not shape.full(before) or after.gap:
        return False
    return not after.indented if shape.indents else True


def title_continues(title: str, before: Line, after: Line, shape: Geometry, *, heading_next: bool) -> bool:
    """Whether a heading that has not come to its 。 goes on in the next line.

    ``heading_next``: the line after ``after`` is a heading again (or the document ends).
    """
    head = strip(after.text)
    title = strip(title)
    if not title:
        return True
    if _LABEL.match(after.text) or title[-1] in _SENTENCE_END:
        return False
    if _open_pair(title) or _CONTINUES.match(head) or _OPEN_END.search(title):
        return True
    if shape.wrapped:
        return shape.full(before) and not (shape.indents and after.indented)
    if "确保“" in head and not ended(head) and len(head) <= 40:
        return True
    return heading_next and not ended(head) and len(head) <= 60 and (after.page or "确保“" in head)


def _open_pair(text: str) -> bool:
    return any(text.count(opening) > text.count(closing) for opening, closing in _PAIRS.items())


def doubled(before: str, after: str) -> str:
    """The character that stands at both sides of a break (平 | 平), or an empty string."""
    last, head = before.rstrip()[-1:], after.lstrip()[:1]
    return last if last and last == head and "\u4e00" <= last <= "\u9fff" else ""


def seam(before: str, after: str) -> str:
    """Between two halves of a sentence: a space between words of Latin letters, else nothing. A number that the
    edge of the page cut (20 | 25年) is one number."""
    last, head = before[-1:], after[:1]
    spaced = last.isascii() and last.isalnum() and head.isascii() and head.isalnum()
    return " " if spaced and not (last.isdigit() and head.isdigit()) else ""
