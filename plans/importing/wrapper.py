"""Round the plan: letterhead, number, notice of issue, salutation, title, signature, attachments, imprint."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from plans.importing.dates import DATE, parse_date
from plans.importing.headings import marker
from plans.importing.kinds import ends_in_noun, kind_of
from plans.importing.lines import Line, compact

_NUMBER = re.compile(
    r"[\u4e00-\u9fff（）()]{1,20}?\s*[〔\[（(【［]\s*[0-9０-９]{4}\s*[〕\]）)】］]\s*第?\s*[0-9０-９]{1,5}\s*号"
)
_ISSUE = re.compile(r"关于(?:印发|转发|发布|下发|公布|颁布)(?P<name>.{2,600}?)的通知")
_ADDRESSEE = re.compile(r"各|所属|有关|单位|部门|支部|同志|全体|职工|党员|全所|全院")
_ANNOUNCES = re.compile(r"如下|以下|制定|提出|为了|^为|[。；]")
_ISSUING = re.compile(r"(?:现将|现印发|兹将|经.{2,60}(?:同意|通过|研究)).{0,400}(?:印发|转发|下发|发布|通知)")
_SECRECY = re.compile(
    r"(?:绝密|机密|秘密)(?:[★☆*].*)?|.{0,12}(?:绝密|机密|秘密)[★☆]{1}.{0,12}|[0-9]{0,8}(?:绝密|机密|秘密)"
)
_ORGANIZATION = re.compile(
    r"(?:委员会|研究所|研究院|党委|党组|党总支|党支部|工会|团委|办公室|学院|大学|公司|集团|中心|部|处|局|厅|院|所|室|会|组)$"
)
_IMPRINT = re.compile(r"\s*(?:[*_]{0,2})(?:抄\s*[送报]|分\s*送|主\s*题\s*词)\s*(?:[:：]|\s|$)")
_PRINTED = re.compile(r"印\s*发\s*$")
_ATTACHMENT = re.compile(
    r"\s*[*_#\s]{0,8}附\s*(?:件|表|录)?\s*[0-9０-９一二三四五六七八九十]{0,3}\s*(?:[:：].*|[*_]{0,2}\s*)$"
)
_REMARK = re.compile(r"\s*[（(](?:此件|此文|联系人|信息公开).{1,60}[）)]\s*$")
_SENTENCE = "。；！？，、：:"
_QUOTES = str.maketrans("", "", "“”‘’\"'《》〈〉()（）〔〕[]　*#_")


@dataclass
class Frame:
    """Where the plan lies among the kept lines and what is said round it. Indices are into those lines."""

    start: int = 0
    end: int = 0
    title: str = ""
    title_lines: tuple[int, ...] = ()
    document_number: str | None = None
    letterhead: str = ""
    issuer: str | None = None
    issued_on: date | None = None
    #: The day in brackets under the title, on which a meeting passed it.
    approved_on: date | None = None
    #: The words of a date that does not exist.
    no_such_date: str = ""
    #: Lines inside start…end that address or announce and are no preamble.
    outside: set[int] = field(default_factory=set)
    #: First line of attachments and imprint, by reason, for the lines from ``end`` on.
    tail: dict[int, str] = field(default_factory=dict)


def frame(lines: list[Line]) -> Frame:
    """Find the plan inside its document."""
    texts = [compact(line.text) for line in lines]
    heads = [i for i, line in enumerate(lines) if marker(line.text) is not None]
    found = Frame(end=len(lines))
    notice = _notice(texts)
    if notice:
        last, name = notice
        at = _standing_title(texts, last + 1, name)
        found.title = name
        if at is not None:
            found.title_lines, found.start = tuple(range(*at)), at[1]
            found.title = _display_title(lines, at)
        else:
            found.start = last + 1
    first = next((i for i in heads if i >= found.start), len(lines))
    if not notice or (not found.title_lines and first > found.start):
        region = range(found.start, first)
        at = _title_in(texts, region, after_date=bool(notice))
        if at is not None:
            found.title_lines, found.start = tuple(range(*at)), at[1]
            found.title = _display_title(lines, at)
        elif not notice:
            found.start = 0
    first = next((i for i in heads if i >= found.start), len(lines))
    _letterhead(texts, found, min(found.start or first, first))
    _signature(texts, found, range(found.title_lines[0] if found.title_lines else found.start))
    _outside(texts, found, range(found.start, first), notice is not None)
    _tail(texts, found, heads)
    return found


def secrecy_marking(lines: tuple[Line, ...] | list[Line]) -> str:
    """The secrecy marking (秘密, 机密, 绝密) that stands on the first page, or an empty string."""
    for i, line in enumerate(lines[:40]):
        if line.page and i:
            break
        text = compact(line.text)
        if len(text) <= 30 and _SECRECY.fullmatch(text):
            return text
    return ""


def _plain(text: str) -> str:
    return text.translate(_QUOTES)


def _notice(texts: list[str]) -> tuple[int, str] | None:
    """The last line of a title 关于印发《…》的通知 and the name it issues."""
    whole, starts = "", []
    for text in texts[:40]:
        starts.append(len(whole))
        whole += text
    for found in _ISSUE.finditer(whole):
        line = max(i for i, start in enumerate(starts) if start <= found.start())
        last = max(i for i, start in enumerate(starts) if start < found.end())
        finish = starts[last + 1] if last + 1 < len(starts) else len(whole)
        # A title ends its line and holds no sentence.
        rest = whole[found.end() : finish]
        if rest.strip("*》）)") or "。" in found[0] or "现将" in whole[starts[line] : found.start()]:
            continue
        return last, _issued_name(found["name"])
    return None


def _issued_name(name: str) -> str:
    """What stands in the outermost 《》, or the whole."""
    if not name.startswith("《"):
        return name.strip("*")
    depth = 0
    for i, c in enumerate(name):
        depth += (c == "《") - (c == "》")
        if depth == 0:
            return name[1:i]
    return name.strip("《》")


def _standing_title(texts: list[str], begin: int, name: str) -> tuple[int, int] | None:
    """Lines from ``begin`` on that together are the issued name, perhaps without the issuer before it."""
    wanted = _plain(name)
    for i in range(begin, len(texts)):
        head = _plain(texts[i])
        if not head or not (wanted.startswith(head) or (len(head) > 6 and head in wanted)):
            continue
        so_far = ""
        for j in range(i, min(i + 8, len(texts))):
            so_far += _plain(texts[j])
            if so_far == wanted or (len(so_far) >= 8 and wanted.endswith(so_far) and ends_in_noun(texts[j])):
                up = i
                if so_far != wanted and i > begin and _plain(texts[i - 1]) and _organization(texts[i - 1]):
                    up = i - 1 if wanted.startswith(_plain(texts[i - 1])) else i
                return up, j + 1
            if so_far not in wanted:
                break
    return None


def _title_in(texts: list[str], region: range, *, after_date: bool) -> tuple[int, int] | None:
    """The title's lines in a region before the first heading; behind the date of a notice before it."""
    begin = region.start
    if after_date:
        dated = [i for i in region if _date_line(texts[i])]
        if not dated:
            return None
        begin = dated[-1] + 1
    candidates = [i for i in range(begin, region.stop) if _titular(texts[i]) and ends_in_noun(texts[i])]
    if candidates and not after_date and kind_of(texts[candidates[0]]) == "notice":
        later = [i for i in candidates[1:] if kind_of(texts[i]) not in {"notice", None}]
        if later and any(_date_line(texts[j]) for j in range(candidates[0], later[0])):
            candidates = later
    if not candidates:
        plain = [i for i in range(begin, region.stop) if _titular(texts[i])]
        if not plain or after_date:
            return None
        lone = region.stop - begin == 1 and len(texts[plain[0]]) > 60
        return None if lone else (plain[0], plain[0] + 1)
    first = last = candidates[0]
    while last + 1 < region.stop and (
        (last + 1 in candidates and len(texts[last + 1]) <= 40 and not _date_line(texts[last + 1]))
        or re.fullmatch(r"[（(](?:试行|暂行|征求意见稿|讨论稿|审议稿|草案|送审稿)[）)]", texts[last + 1])
    ):
        last += 1
    for _step in range(3):
        above = first - 1
        if above < begin or not _titular(texts[above]) or _letter(texts[above]):
            break
        if not (_organization(texts[above]) or texts[above].startswith("关于") or "关于" in texts[above]):
            break
        first = above
    return first, last + 1


def _titular(text: str) -> bool:
    """Whether a line may be (part of) a title: no sentence, no date, no number, no letterhead."""
    return not (
        text[-1] in _SENTENCE
        or "。" in text
        or _letter(text)
        or _date_line(text)
        or _NUMBER.fullmatch(text)
        or "签发人" in text
        or _ATTACHMENT.match(text)
        or _SECRECY.fullmatch(text)
        or _REMARK.match(text)
        or re.fullmatch(r"[0-9]{1,8}|特急|加急|平急|特提|[（(].*[）)]", text)
        or _NUMBER.match(text)
    )


def _letter(text: str) -> bool:
    return text.rstrip("*").endswith("文件") and len(text) <= 60


def _organization(text: str) -> bool:
    return 4 <= len(text) <= 60 and _ORGANIZATION.search(text) is not None and not set(text) & set(_SENTENCE)


def _date_line(text: str) -> bool:
    found = DATE.search(text[:60])
    return found is not None and found.end() >= len(text.rstrip("）)")) and found.start() <= 40


def _display_title(lines: list[Line], at: tuple[int, int]) -> str:
    title = "".join(lines[i].text.strip().lstrip("#").strip().strip("*_") for i in range(*at))
    # White space inside Chinese is layout; between two Latin words it is wording.
    return re.sub(r"(?<![A-Za-z])[\s\u3000]+|[\s\u3000]+(?![A-Za-z])", "", title.strip())


def _salutation(text: str) -> bool:
    return (
        text[-1] in ":："
        and len(text) <= 120
        and _ADDRESSEE.search(text) is not None
        and _ANNOUNCES.search(text) is None
    )


def _number_alone(text: str) -> str | None:
    """The document number when nothing but a letterhead or the signing leader stands beside it."""
    number = _NUMBER.search(text[:80])
    if number is None or len(text) > 80:
        return None
    name = number[0].rpartition("文件")[2]
    rest = text.replace(name, "", 1)
    alone = not rest.strip("*#>（）()") or "签发人" in rest or rest.endswith("文件")
    return name if alone else None


def _letterhead(texts: list[str], found: Frame, stop: int) -> None:
    for i in range(min(stop, 30)):
        found.document_number = found.document_number or _number_alone(texts[i])
        if not found.letterhead and i not in found.title_lines and _letter(texts[i]):
            found.letterhead = texts[i]


def _signature(texts: list[str], found: Frame, region: range) -> None:
    """Who signed and when: the last date line of the region and the names right above it."""
    for i in reversed(region):
        if not _date_line(texts[i]) or _PRINTED.search(texts[i]):
            continue
        day = DATE.search(texts[i])
        issued = parse_date(day) if day else None
        if day and issued is None:
            found.no_such_date = day[0]
        found.issued_on = found.issued_on or issued
        same = texts[i][: day.start()].strip("（(") if day else ""
        names = [same] if _organization(same) else []
        above = i - 1
        while not same and above >= region.start and len(names) < 4 and _organization(texts[above]):
            if above in found.title_lines or _letter(texts[above]) or marker(texts[above]):
                break
            names.insert(0, texts[above])
            above -= 1
        if names and found.issuer is None:
            found.issuer = "、".join(names)
        return


def _outside(texts: list[str], found: Frame, region: range, notice: bool) -> None:
    """Lines between title and first heading that are salutation, approval note, notice text or signature."""
    for i in region:
        text = texts[i]
        if _SECRECY.fullmatch(text) and len(text) <= 30:
            found.outside.add(i)
        elif re.fullmatch(r"[（(].{2,80}[）)]", text):
            found.outside.add(i)
            day = DATE.search(text)
            found.approved_on = (parse_date(day) if day else None) or found.approved_on
        elif i - region.start < 4 and _salutation(text):
            found.outside.add(i)
        elif _number_alone(text) and found.document_number is None:
            found.document_number = _number_alone(text)
            found.outside.add(i)
        elif notice and not found.title_lines and (_ISSUING.search(text) or _date_line(text)):
            found.outside.add(i)
    if notice and not found.title_lines:
        _signature(texts, found, region)
        found.outside |= {i for i in region if found.issuer and texts[i] in found.issuer}


def _signs(texts: list[str], i: int) -> bool:
    """Whether a line behind the text is a signature: a date, or a name with a date below it."""
    if _date_line(texts[i]) or _REMARK.match(texts[i]):
        return not _PRINTED.search(texts[i])
    return _organization(texts[i]) and i + 1 < len(texts) and _date_line(texts[i + 1])


def _tail(texts: list[str], found: Frame, heads: list[int]) -> None:
    """Cut attachments, imprint and signature off the end; read the signature there if none stood before."""
    last = max((i for i in heads if i >= found.start), default=found.start - 1)
    first = next((i for i in heads if i >= found.start), len(texts))
    end = len(texts)
    for i in range(first + 1, len(texts)):
        if _IMPRINT.match(texts[i]) and i > last:
            end = i
            break
        if _ATTACHMENT.match(texts[i]):
            end = i
            break
    if end == len(texts) and end - 1 > last and _PRINTED.search(texts[-1]) and len(texts[-1]) <= 60:
        end -= 1
        if end - 1 > last and not DATE.search(texts[-1]) and _organization(texts[end - 1]):
            end -= 1
    reason = "imprint"
    for i in range(end, len(texts)):
        if _IMPRINT.match(texts[i]):
            reason = "imprint"
        elif _ATTACHMENT.match(texts[i]):
            reason = "attachment"
        found.tail[i] = "signature" if _signs(texts, i) else reason
    last = max((i for i in heads if found.start <= i < end), default=found.start - 1)
    signed = found.issued_on is not None and found.issuer is not None
    if not signed and end < len(texts):
        _signature(texts, found, range(end, min(end + 12, len(texts))))
    floor = max(first, last) if first < end else found.start
    while end - 1 > floor and _REMARK.match(texts[end - 1]):
        end -= 1
    if end - 1 > floor and _date_line(texts[end - 1]) and len(texts[end - 1]) <= 60:
        _signature(texts, found, range(floor + 1, end))
        end -= 1
        while end - 1 > floor and _organization(texts[end - 1]) and len(texts) - end < 60:
            end -= 1
    for i in range(end, len(texts)):
        found.tail.setdefault(i, "signature")
    found.issued_on = found.issued_on or found.approved_on
    if found.issued_on is None:
        for i in range(end, len(texts)):
            day = DATE.search(texts[i]) if _PRINTED.search(texts[i]) else None
            if day:
                found.issued_on = parse_date(day)
    found.end = end
