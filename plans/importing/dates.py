"""Dates as documents write them: 2024年5月22日, 二〇二四年五月二十二日, 2024 年 5 月 22 日, 2024-05-22."""

from __future__ import annotations

import re
from datetime import date

from plans.importing.numerals import NUMERAL, to_int

_D = r"[0-9０-９]"
DATE = re.compile(
    rf"(?P<y>{_D}{{4}}|[二一][{NUMERAL}]{{3}})\s*[年.\-/．]\s*(?P<m>{_D}{{1,2}}|[{NUMERAL}]{{1,2}})"
    rf"\s*[月.\-/．]\s*(?P<d>{_D}{{1,2}}|[{NUMERAL}]{{1,3}})\s*日?"
)


def parse_date(found: re.Match[str]) -> date | None:
    """The day a match of ``DATE`` names; ``None`` when there is no such day (31 February)."""
    numbers = [to_int(found[name]) for name in "ymd"]
    if None in numbers:
        return None
    try:
        return date(*(number or 0 for number in numbers))
    except ValueError:
        return None
