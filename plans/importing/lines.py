"""Lines of a document, and the error that says in one sentence why a document cannot be read."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: The largest document that is looked at. The longest published plan is some hundred kilobytes.
MAX_BYTES = 20 * 1024 * 1024
#: The most characters of text in one document.
MAX_CHARACTERS = 4_000_000
#: The most lines with something on them.
MAX_LINES = 30_000

_BREAK = re.compile(r"\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
#: Marks that take no room: as little part of the text as white space.
BLANK = "\u200b\u200e\u200f\u2060\ufeff"
_WHITE = re.compile(rf"[\s{BLANK}]+")


class Unreadable(Exception):  # noqa: N818 (reads as a sentence: raise Unreadable(…))
    """The document cannot be read. The message is one sentence for the person who chose it."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


@dataclass(frozen=True, slots=True)
class Line:
    """One line or paragraph that is not empty. ``number`` counts every line of the source, from 1.

    ``gap``: an empty line stands before it. ``page``: a new page begins with it. ``style``: the level of
    the heading's style that Word gives the paragraph; 0: running text.
    """

    number: int
    text: str
    gap: bool = False
    page: bool = False
    style: int = 0

    @property
    def indented(self) -> bool:
        """Whether it starts like a paragraph: two spaces, one ideographic space or a tab."""
        lead = self.text[: len(self.text) - len(self.text.lstrip())]
        return "\u3000" in lead or "\t" in lead or len(lead) >= 2


@dataclass(frozen=True, slots=True)
class Source:
    """The readable lines of one document with its name."""

    lines: tuple[Line, ...]
    name: str = ""

    @property
    def sha256(self) -> str:
        """SHA-256 of the text without white space: the same document saved twice is the same."""
        return hashlib.sha256(compact("".join(line.text for line in self.lines)).encode()).hexdigest()


def compact(text: str) -> str:
    """The text without white space and invisible marks; what losslessness is measured on."""
    return _WHITE.sub("", text)


def strip(text: str) -> str:
    """The text without white space and invisible marks at its ends."""
    return text.strip().strip(BLANK).strip()


def refuse_control_characters(text: str) -> None:
    """Raise ``Unreadable`` for a control character other than white space, naming its line."""
    for found in re.finditer("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]", text):
        before = len(_BREAK.findall(text, 0, found.start())) + 1
        raise Unreadable(
            _("Line %(line)d holds a control character (%(code)s). Save the document as plain text again.")
            % {"line": before, "code": f"U+{ord(found[0]):04X}"}
        )


def split(text: str, name: str = "", styles: Mapping[int, int] = MappingProxyType({})) -> Source:
    """Split text into its lines that are not empty. ``styles``: the heading styles of lines by their number.

    Raises ``Unreadable`` when nothing is there, too much is there, or control characters are.
    """
    if len(text) > MAX_CHARACTERS:
        raise Unreadable(
            _("The text has more than %(most)d characters. Import one document at a time.")
            % {"most": MAX_CHARACTERS}
        )
    refuse_control_characters(text)
    lines: list[Line] = []
    start, number, gap, page = 0, 1, False, False
    for end, stop, mark in _breaks(text):
        piece = text[start:end]
        if compact(piece):
            lines.append(Line(number, piece.rstrip(), gap and bool(lines), page, styles.get(number, 0)))
            gap = page = False
            if len(lines) > MAX_LINES:
                raise Unreadable(
                    _("The document has more than %(most)d lines. Import one document at a time.")
                    % {"most": MAX_LINES}
                )
        else:
            gap = True
        page = page or mark == "\f"
        start, number = stop, number + 1
    if not lines:
        raise Unreadable(_("There is no text in it. Choose the document itself, or paste its text."))
    return Source(tuple(lines), name)


def breaks(text: str) -> int:
    """How many line ends of any sort a text holds."""
    return sum(1 for _found in _BREAK.finditer(text))


def _breaks(text: str) -> list[tuple[int, int, str]]:
    found = [(match.start(), match.end(), match[0]) for match in _BREAK.finditer(text)]
    return [*found, (len(text), len(text), "")]
