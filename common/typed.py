"""What people type or paste, made fit to be kept: no character that shows as nothing, deceives or breaks a file.

Taken out, not refused: such characters come along unseen when text is pasted from a document or a terminal,
and nobody could find what to correct.
"""

from __future__ import annotations

import re

# XML 1.0 allows tab, line feed and carriage return below U+0020; lone surrogates and the two
# non-characters break every writer. C1 controls and bidirectional overrides show as nothing or deceive.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
#: What ends a line: in browsers, in Word (its soft break is a vertical tab), in files of other systems.
_BREAK = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_WHITE = re.compile(r"[\n\t]+")
#: Places of the longest key: 64 bits hold every number of 18.
_PLACES = 18


def clean_text(text: str) -> str:
    """``text`` without control characters; line ends become ``\\n``. Nothing else is changed."""
    return _FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def typed_text(text: str) -> str:
    """Several lines as typed: every kind of line end becomes ``\\n``, tabs stay, control characters go."""
    return clean_text(_BREAK.sub("\n", text))


def whole_number(text: str) -> int:
    """A key, a version or a page as an address or a hidden field carries it; 0 for anything else.

    ``str.isdigit`` alone takes ² for a digit, and a number of 20 places is none that a database knows.
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _PLACES else 0


def typed_line(text: str) -> str:
    """One line as typed: a line end or a tab becomes a space, control characters go."""
    return _WHITE.sub(" ", typed_text(text))
