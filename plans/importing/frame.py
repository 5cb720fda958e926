"""Where the plan lies in its document, and what a line round it is: a date, a name, a heading of a letter."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from plans.importing.dates import DATE
from plans.importing.lines import compact

_ORGANIZATION = re.compile(
    r"(?:公司|集团|中心|大学|学校|中学|小学|医院|银行|政府|公署|总支|妇联|侨联|科协|文联|工商联|总队|支队|大队"
    r"|[党团工省市县区州旗盟镇乡]委|党组|[部处局厅院所室会组厂矿站馆社])$"
)
#: 清岚所 纪律检查委员会 is one organization.
_BRANCH = re.compile(r"纪律检查|纪检|工会|委员会|党|团|机关|直属")
#: （盖章） after a name is no part of it; an item of a list (2.检查 工会) is no name.
_STAMP = re.compile(r"[（(](?:盖章|代章|公章|签章|印章|章|印)[）)]$|^[0-9]+[.．、].*")
ATTACHMENT = re.compile(
    r"\s*[*_#\s]{0,8}附\s*(?:件|表|录)?\s*[0-9０-９一二三四五六七八九十]{0,3}\s*(?:[:：].*|[*_]{0,2}\s*)$"
)
REMARK = re.compile(r"\s*[（(](?:此件|此文|联系人|信息公开).{1,60}[）)]\s*$")
SENTENCE = "。；！？，、：:"
#: What an office signs with when the letterhead has said whose it is.
_PLAIN = {"党委", "党组", "纪委", "工会", "团委", "办公室"}


@dataclass
class Frame:
    """Where the plan lies among the kept lines and what is said round it. Indices are into those lines."""

    #: The lines as typed; white space between two names tells them apart.
    typed: list[str] = field(default_factory=list)
    #: The lines that are headings.
    heads: frozenset[int] = frozenset()
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
    #: The words of a date that does not exist, and the line they stand on.
    no_such_date: str = ""
    no_such_date_at: int = 0
    #: Lines inside start…end that address or announce and are no preamble.
    outside: set[int] = field(default_factory=set)
    #: First line of attachments and imprint, by reason, for the lines from ``end`` on.
    tail: dict[int, str] = field(default_factory=dict)


def letter(text: str) -> bool:
    return text.rstrip("*").endswith("文件") and len(text) <= 60


def organization(text: str) -> bool:
    text = _STAMP.sub("", text)
    if not 4 <= len(text) <= 60:
        return text in _PLAIN
    return _ORGANIZATION.search(text) is not None and not set(text) & set(SENTENCE)


def names(typed: str) -> list[str]:
    """The organizations that a line names side by side; ``中 共 清 岚 所`` is one, spaced out."""
    parts = re.split(r"[ \u00a0]{2,}|\s*[\u3000\t]\s*", typed.strip())
    if len(parts) == 1:
        parts = typed.split()
        if any(len(part) < 6 or _BRANCH.match(part) for part in parts):
            parts = [typed]
    if not all(organization(compact(part)) for part in parts):
        parts = [typed]
    return [_STAMP.sub("", name) for name in map(compact, parts) if organization(name)]


def date_line(text: str) -> bool:
    found = DATE.search(text[:60])
    return found is not None and found.end() >= len(text.rstrip("）)")) and found.start() <= 40
