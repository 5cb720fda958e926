"""Who signed a document and when; attachments, signature and imprint behind its text."""

from __future__ import annotations

import re

from plans.importing.dates import DATE, parse_date
from plans.importing.frame import ATTACHMENT, REMARK, Frame, date_line, letter, names, organization
from plans.importing.numerals import NUMERAL

_IMPRINT = re.compile(r"\s*(?:[*_]{0,2})(?:抄\s*[送报]|分\s*送|主\s*题\s*词)\s*(?:[:：]|\s|$)")
#: A signature that names only the month: 2024年3月.
_MONTH = re.compile(rf"(?:[0-9０-９]{{4}}|二[{NUMERAL}]{{3}})年(?:[0-9０-９]{{1,2}}|[{NUMERAL}]{{1,2}})月")
PRINTED = re.compile(r"印\s*发\s*$")


def signature(texts: list[str], found: Frame, region: range) -> None:
    """Who signed and when: the last date line of the region and the names right above it."""
    for i in reversed(region):
        if _month(texts, i):
            found.issuer = found.issuer or "、".join(_above(texts, found, region, i))
            return
        if not date_line(texts[i]) or PRINTED.search(texts[i]):
            continue
        day = DATE.search(texts[i])
        issued = parse_date(day) if day else None
        if day and issued is None:
            found.no_such_date, found.no_such_date_at = day[0], i
        found.issued_on = found.issued_on or issued
        same = texts[i][: day.start()].strip("（(") if day else ""
        signers = [same] if organization(same) else [] if same else _above(texts, found, region, i)
        if signers and found.issuer is None:
            found.issuer = "、".join(signers)
        return


def _above(texts: list[str], found: Frame, region: range, i: int) -> list[str]:
    """The names right above a date, in the order in which they stand; two may share a line."""
    signers: list[str] = []
    for above in range(i - 1, max(region.start, i - 9) - 1, -1):
        if above in found.title_lines or letter(texts[above]) or above in found.heads:
            break
        if not organization(texts[above]):
            break
        signers = names(found.typed[above]) + signers
    return signers


def _month(texts: list[str], i: int) -> bool:
    """Whether a line is a month without a day, with a name above it."""
    return _MONTH.fullmatch(texts[i]) is not None and i > 0 and organization(texts[i - 1])


def _signs(texts: list[str], i: int) -> bool:
    """Whether a line behind the text is a signature: a date, or a name with a date below it."""
    if date_line(texts[i]) or REMARK.match(texts[i]):
        return not PRINTED.search(texts[i])
    return organization(texts[i]) and i + 1 < len(texts) and date_line(texts[i + 1])


def _signed_behind(texts: list[str], start: int) -> range:
    """From the list of attachments to the signature below it; the dates inside the attachments are none."""
    dated = [i for i in range(start, min(start + 12, len(texts))) if date_line(texts[i])]
    named = [i for i in dated if i > start and organization(texts[i - 1])]
    return range(start, (named or dated)[0] + 1) if dated else range(0)


def tail(texts: list[str], found: Frame) -> None:
    """Cut attachments, imprint and signature off the end; read the signature there if none stood before."""
    heads = sorted(i for i in found.heads if i >= found.start)
    last = max(heads, default=found.start - 1)
    first = min(heads, default=len(texts))
    end = len(texts)
    for i in range(first + 1, len(texts)):
        if _IMPRINT.match(texts[i]) and i > last:
            end = i
            break
        if ATTACHMENT.match(texts[i]):
            end = i
            break
    if end == len(texts) and end - 1 > last and PRINTED.search(texts[-1]) and len(texts[-1]) <= 60:
        end -= 1
        if end - 1 > last and not DATE.search(texts[-1]) and organization(texts[end - 1]):
            end -= 1
    reason = "imprint"
    for i in range(end, len(texts)):
        if _IMPRINT.match(texts[i]):
            reason = "imprint"
        elif ATTACHMENT.match(texts[i]):
            reason = "attachment"
        found.tail[i] = "signature" if _signs(texts, i) else reason
    last = max((i for i in heads if i < end), default=found.start - 1)
    behind = end
    floor = max(first, last) if first < end else found.start
    while end - 1 > floor and REMARK.match(texts[end - 1]):
        end -= 1
    if (
        end - 1 > floor
        and len(texts[end - 1]) <= 60
        and (date_line(texts[end - 1]) or _month(texts, end - 1))
    ):
        signature(texts, found, range(floor + 1, end))
        end -= 1
        while end - 1 > floor and organization(texts[end - 1]) and len(texts) - end < 60:
            end -= 1
    for i in range(end, len(texts)):
        found.tail.setdefault(i, "signature")
    if found.issued_on is None or found.issuer is None:
        signature(texts, found, _signed_behind(texts, behind))
    found.issued_on = found.issued_on or found.approved_on
    if found.issued_on is None:
        for i in range(end, len(texts)):
            day = DATE.search(texts[i]) if PRINTED.search(texts[i]) else None
            if day:
                found.issued_on = parse_date(day)
    found.end = end
