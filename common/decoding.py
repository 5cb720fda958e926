"""Whether bytes that GB18030 decodes were Chinese at all: nearly any bytes decode, most to rubbish."""

from __future__ import annotations

import re

#: Characters that are looked at; more of them would say the same.
_ENOUGH = 20_000
_PLAIN = re.compile("[\x00-\x7f\\s\u200b\u200e\u200f\u2060\ufeff]+")


def plausible(text: str, *, names: bool = False) -> bool:
    """Whether GB18030 gave Chinese: nearly every character is punctuation or one of the 3 755 common ones.

    Big5, Shift-JIS and UTF-8 that is damaged also decode without an error, but to rare characters.
    ``names``: a list of people holds rarer characters than a document, so that all 6 763 of GB 2312 do.
    """
    foreign = _PLAIN.sub("", text)[:_ENOUGH]
    usual = sum(_is_usual(character, names) for character in foreign)
    return usual >= (0.8 if names else 0.85) * len(foreign)


def _is_usual(character: str, names: bool) -> bool:
    try:
        lead = character.encode("gb2312")[0]
    except UnicodeEncodeError:
        return False
    return names or 0xA1 <= lead <= 0xA3 or 0xB0 <= lead <= 0xD7
