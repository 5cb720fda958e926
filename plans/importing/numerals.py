"""Chinese, full-width and enclosed numerals to integers and back."""

from __future__ import annotations

import unicodedata

_DIGITS = {**{c: i for i, c in enumerate("〇一二三四五六七八九")}, "零": 0, "○": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
NUMERAL = "〇零○一二三四五六七八九十百千"


def to_int(numeral: str) -> int | None:
    """The value of 十二, 二〇二四, １２ or 12; ``None`` when it is no number."""
    numeral = unicodedata.normalize("NFKC", numeral) if not numeral.isascii() else numeral
    if not numeral or len(numeral) > 9:
        return None
    if numeral.isdecimal():
        return int(numeral)
    if not any(c in _UNITS for c in numeral):
        digits = [_DIGITS.get(c) for c in numeral]
        return None if None in digits else int("".join(map(str, digits)))
    total, digit = 0, -1
    for c in numeral:
        if c in _UNITS:
            total, digit = total + (1 if digit < 0 else digit) * _UNITS[c], -1
        elif c in _DIGITS:
            digit = _DIGITS[c]
        else:
            return None
    return total + max(digit, 0)


def to_chinese(value: int) -> str:
    """The numeral used in headings: 一, 十, 十一, 二十, 一百零五. ``value`` is from 1 to 9999."""
    if not 0 < value < 10_000:
        return str(value)
    text, zero = "", False
    for unit, mark in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, unit)
        if digit:
            text += ("零" if zero and text else "") + "一二三四五六七八九"[digit - 1] + mark
            zero = False
        else:
            zero = True
    return text[1:] if text.startswith("一十") else text
