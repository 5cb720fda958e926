"""What is said of the plan as a whole, guessed from its draft and corrected by a person."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from plans.importing.document import Draft
from plans.importing.kinds import PLANS

_YEARS = re.compile(r"((?:19|20)[0-9]{2})\s*(?:[-—–至~～]\s*((?:19|20)?[0-9]{2}))?\s*年")
_QUOTED = re.compile(r"[“《]([^”》]{2,40})[”》]\s*(?:行动计划|工作要点|实施方案|行动方案|计划|方案)?")


@dataclass(frozen=True)
class Head:
    """The fields of a plan that are not its clauses."""

    title: str
    working_title: str
    document_number: str
    issuer: str
    letterhead: str
    kind: str
    system: str
    issued_on: date | None
    starts_on: date
    ends_on: date | None

    def to_json(self) -> dict[str, Any]:
        return {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in asdict(self).items()
        }

    def with_json(self, data: dict[str, Any]) -> Head:
        """This head with what a person entered in its place."""
        values: dict[str, Any] = {name: value or "" for name, value in data.items()}
        for name in ("issued_on", "starts_on", "ends_on"):
            if name in data:
                values[name] = date.fromisoformat(data[name]) if data[name] else None
        return replace(self, **values)


def guess(draft: Draft, on: date) -> Head:
    """The head a draft suggests; ``on`` stands in for a day of issue that is not given."""
    signed = f"{draft.issuer or ''}{draft.letterhead}{draft.title}"
    issued = draft.issued_on
    starts = issued or on
    ends = _end(draft.title)
    return Head(
        title=draft.title,
        working_title=_working(draft.title),
        document_number=draft.document_number or "",
        issuer=draft.issuer or "",
        letterhead=draft.letterhead,
        kind=draft.kind if draft.kind in PLANS else "action_plan",
        system=_system(draft.issuer or signed, signed),
        issued_on=issued,
        starts_on=starts,
        ends_on=ends if ends and ends >= starts else None,
    )


def _end(title: str) -> date | None:
    """2021年工作要点 ends with 2021, 2024—2026年行动计划 with 2026."""
    found = _YEARS.search(title)
    if found is None:
        return None
    first, last = found[1], found[2] or found[1]
    return date(int(last if len(last) == 4 else first[:2] + last), 12, 31)


def _working(title: str) -> str:
    """A short name: “党建促攻坚”行动计划, or the title without the issuer before 关于."""
    found = _QUOTED.search(title)
    if found:
        return found[0][:100]
    return (title.rpartition("关于")[2] or title)[:100] if "关于" in title else title[:100]


def _system(issuer: str, signed: str) -> str:
    for text in (issuer, signed):
        for system, words in (
            ("league", "团委|共青团"),
            ("union", "工会|群团|职工"),
            ("commission", "纪委|纪律检查"),
            ("party", "党|中共"),
        ):
            if re.search(words, text):
                return system
    return "administration" if issuer else "party"
