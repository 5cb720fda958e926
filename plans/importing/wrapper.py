"""Round the plan: letterhead, number, notice of issue, salutation, title, signature, attachments, imprint."""

from __future__ import annotations

import re
from collections.abc import Mapping

from plans.importing.closing import signature, tail
from plans.importing.dates import DATE, parse_date
from plans.importing.frame import ATTACHMENT, REMARK, SENTENCE, Frame, date_line, letter, organization
from plans.importing.headings import Marker
from plans.importing.kinds import ends_in_noun, kind_of
from plans.importing.lines import Line, compact, strip

_NUMBER = re.compile(
    r"[\u4e00-\u9fff×Ｘ〇○A-Za-z（）()]{1,20}?\s*[〔\[（(【［]\s*[0-9０-９]{4}\s*[〕\]）)】］]\s*第?\s*[0-9０-９]{1,5}\s*号"
)
_ISSUE = re.compile(r"关于(?:印发|转发|发布|下发|公布|颁布)(?P<name>.{2,600}?)的通知")
_ADDRESSEE = re.compile(r"各|所属|有关|单位|部门|支部|同志|全体|职工|党员|全所|全院")
_ANNOUNCES = re.compile(r"如下|以下|制定|提出|为了|^为|[。；]")
_ISSUING = re.compile(r"(?:现将|现印发|兹将|经.{2,60}(?:同意|通过|研究)).{0,400}(?:印发|转发|下发|发布|通知)")
_SECRECY = re.compile(
    r"(?:绝密|机密|秘密)(?:[★☆*].*)?|.{0,12}(?:绝密|机密|秘密)[★☆]{1}.{0,12}|[0-9]{0,8}(?:绝密|机密|秘密)"
)
_YEAR_OF_NUMBER = re.compile(r"[〔\[（(【［]([0-9]{4})[〕\]）)】］](?=第?[0-9]+号)")
_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
#: What belongs to the title though it stands below it in brackets.
_VERSION = re.compile(
    r"[（(](?:试行|暂行|征求意见稿|讨论稿|审议稿|草案|送审稿|[0-9]{4}年?[-—–－至~～]{1,2}[0-9]{4}年?)[）)]"
)
#: What stands alone above a title and is no part of it.
_FURNITURE = re.compile(r"内部|注意保存|第.{1,4}[期号]$|征求意见|会议(?:文件|材料)")
_QUOTES = str.maketrans("", "", "“”‘’\"'《》〈〉()（）〔〕[]　*#_")


def frame(lines: list[Line], marks: Mapping[int, Marker]) -> Frame:
    """Find the plan inside its document. ``marks``: the headings by the number of their line."""
    texts = [compact(line.text) for line in lines]
    heads = [i for i, line in enumerate(lines) if line.number in marks]
    found = Frame(end=len(lines), typed=[line.text for line in lines], heads=frozenset(heads))
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
        at = _title_in(lines, texts, region, found.heads, after_date=bool(notice))
        if at is not None:
            found.title_lines, found.start = tuple(range(*at)), at[1]
            found.title = _display_title(lines, at)
        elif not notice:
            found.start = 0
    first = next((i for i in heads if i >= found.start), len(lines))
    _letterhead(texts, found, min(found.start or first, first))
    signature(texts, found, range(found.title_lines[0] if found.title_lines else found.start))
    _outside(texts, found, range(found.start, first), notice is not None)
    tail(texts, found)
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
                if so_far != wanted and i > begin and _plain(texts[i - 1]) and organization(texts[i - 1]):
                    up = i - 1 if wanted.startswith(_plain(texts[i - 1])) else i
                return up, j + 1
            if so_far not in wanted:
                break
    return None


def _title_in(
    lines: list[Line], texts: list[str], region: range, heads: frozenset[int], *, after_date: bool
) -> tuple[int, int] | None:
    """The title's lines in a region before the first heading; behind the date of a notice before it."""
    begin = region.start
    if after_date:
        dated = [i for i in region if date_line(texts[i])]
        if not dated:
            return None
        begin = dated[-1] + 1
    candidates = [i for i in range(begin, region.stop) if _titular(texts[i]) and ends_in_noun(texts[i])]
    if candidates and not after_date and kind_of(texts[candidates[0]]) == "notice":
        later = [i for i in candidates[1:] if kind_of(texts[i]) not in {"notice", None}]
        if later and any(date_line(texts[j]) for j in range(candidates[0], later[0])):
            candidates = later
    if not candidates:
        plain = [i for i in range(begin, region.stop) if _titular(texts[i])]
        if not plain or after_date:
            return None
        lone = region.stop - begin == 1 and len(texts[plain[0]]) > 60
        return None if lone else (plain[0], plain[0] + 1)
    first = last = candidates[0]
    while last + 1 < region.stop and (
        (last + 1 in candidates and len(texts[last + 1]) <= 40 and not date_line(texts[last + 1]))
        or _VERSION.fullmatch(texts[last + 1])
    ):
        last += 1
    for _step in range(4):
        above = first - 1
        if above < begin or not _titular(texts[above]) or letter(texts[above]):
            break
        if not (organization(texts[above]) or "关于" in texts[above] or _halved(lines, texts, first, heads)):
            break
        first = above
    return first, last + 1


def _halved(lines: list[Line], texts: list[str], i: int, heads: frozenset[int]) -> bool:
    """Whether a title's line is only its end (实施方案) and the line above, close to it, its beginning."""
    above = texts[i - 1]
    sparse = sum(line.gap for line in lines) > 0.8 * len(lines)
    close = (sparse or not lines[i].gap) and 4 <= len(above) <= 40 and len(texts[i]) <= 8
    return close and not _FURNITURE.search(above) and i - 1 not in heads


def _titular(text: str) -> bool:
    """Whether a line may be (part of) a title: no sentence, no date, no number, no letterhead."""
    return not (
        text[-1] in SENTENCE
        or "。" in text
        or letter(text)
        or date_line(text)
        or _NUMBER.fullmatch(text)
        or "签发人" in text
        or ATTACHMENT.match(text)
        or _SECRECY.fullmatch(text)
        or REMARK.match(text)
        or re.fullmatch(r"[0-9]{1,8}|特急|加急|平急|特提|[（(].*[）)]", text)
        or _NUMBER.match(text)
    )


def _display_title(lines: list[Line], at: tuple[int, int]) -> str:
    title = "".join(strip(lines[i].text).lstrip("#").strip().strip("*_") for i in range(*at))
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
    return _YEAR_OF_NUMBER.sub(r"〔\1〕", name.translate(_DIGITS)) if alone else None


def _letterhead(texts: list[str], found: Frame, stop: int) -> None:
    for i in range(min(stop, 30)):
        found.document_number = found.document_number or _number_alone(texts[i])
        if not found.letterhead and i not in found.title_lines and letter(texts[i]):
            found.letterhead = texts[i]


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
        elif notice and not found.title_lines and (_ISSUING.search(text) or date_line(text)):
            found.outside.add(i)
    if notice and not found.title_lines:
        signature(texts, found, region)
        found.outside |= {i for i in region if found.issuer and texts[i] in found.issuer}
