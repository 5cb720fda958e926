"""Who is called to what, as SQL: everyone a subject concerns, each of them once, by their highest rung.

A person may have several parts in a subject: own it, be in charge of the unit that leads it, sit in the Party
office. Windows are numbered from the highest rung down, so of a person's parts the least number counts. Which
windows hold a date is the same for a whole span of dates, and whom they call for an organization is known
before the statement runs: it only has to look both up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from tasks.reminders.audience import Places
from tasks.reminders.rules import DOING, SILENCE_REPEATS, Audience, Subject, Window, spans

#: The audiences whom a subject names itself, by the column that does.
NAMED = {Audience.OWNER: "s_owner", Audience.LEADER: "s_leader"}
#: What is kept of a subject.
_KEPT = "s_id, s_part, s_due, s_owner, s_not, s_item, s_stirred"

#: Organization, case and person, with the number of the window that calls the person.
Who = dict[tuple[int, int, int], int]


@dataclass(frozen=True)
class _Case:
    """Subjects that lie in the same windows: the condition, and the number of each audience's window, the least
    one first."""

    condition: str
    calls: dict[str, int]


def calls(subject: str, found: Sequence[Window], places: Places, on: date) -> str:
    """Relations for a WITH that has the subjects as ``s`` (see ``tasks.reminders.subjects``). The last, ``r``,
    has a row for everyone called: the subject, the ``person``, the ``rung`` and the ``audience``."""
    cases, nobody = _cases(found), len(found)
    named = [audience for audience in NAMED if any(audience in case.calls for case in cases)]
    conditions = [case.condition for case in cases]
    # A date that no case holds is in none: the number after the last, as ``nobody`` is for windows.
    columns = [f"{_choice('', conditions, range(len(cases)), len(cases))} AS s_case"]
    for audience in named:
        called = [case.calls.get(audience, nobody) for case in cases]
        columns.append(f"{_choice('', conditions, called, nobody)} AS by_{audience}")
    who = _who(cases, places)
    # Those who are named come first: the look-up of the others is planned well once ``t`` is there.
    arms = [_by_name(audience, named, cases, who, nobody) for audience in named] + [_by_place(named)]
    rungs = [_rung(subject, window, on) for window in found]
    audiences = [f"'{window.audience}'" for window in found]
    return f"""
        who(org, in_case, person, call) AS (VALUES {_rows((*key, call) for key, call in who.items())}),
        t AS (SELECT s.*, {", ".join(columns)} FROM s),
        c AS ({" UNION ALL ".join(arms)}),
        r AS (SELECT c.*, {_choice("call", range(nobody), rungs)} AS rung,
            {_choice("call", range(nobody), audiences)} AS audience FROM c)"""  # noqa: S608 (numbers, dates, our own names)


def _cases(found: Sequence[Window]) -> list[_Case]:
    """One for every span of dates; and once more for when the ball is with those who decide, without those who
    do the work."""
    numbers = {window: number for number, window in enumerate(found)}
    deciding = [window for window in found if window.audience not in DOING]
    return [
        _Case(f"{whose} AND s_due <= '{span.until}'", {w.audience: numbers[w] for w in span.windows})
        for whose, windows in (("s_doing", found), ("NOT s_doing", deciding))
        for span in spans(windows)
    ]


def _who(cases: list[_Case], places: Places) -> Who:
    """Whom each case calls for what an organization leads."""
    found: Who = {}
    for number, case in enumerate(cases):
        for audience, call in case.calls.items():
            for organization, people in places.get(audience, {}).items():
                for person in people:
                    found.setdefault((organization, number, person), call)
    return found


def _by_name(audience: Audience, named: list[Audience], cases: list[_Case], who: Who, nobody: int) -> str:
    """Those whom the subject names as one audience, unless something calls them by a higher rung."""
    column, call = NAMED[audience], f"by_{audience}"
    higher = [f"{column} = {NAMED[other]} AND by_{other} < {call}" for other in named if other != audience]
    if places := [key for key, n in who.items() if n < cases[key[1]].calls.get(audience, 0)]:
        higher.append(f"(s_org, s_case, {column}) IN (VALUES {_rows(places)})")
    conditions = [f"{call} < {nobody}", *(f"NOT ({condition})" for condition in higher)]
    return f"SELECT {_KEPT}, {column} AS person, {call} AS call FROM t WHERE {' AND '.join(conditions)}"  # noqa: S608


def _by_place(named: list[Audience]) -> str:
    """Those called for what their organization leads, unless the subject names them by a higher rung.

    The plus says that a number is compared with a number: without it SQLite would not look the row up.
    """
    higher = "".join(f" AND NOT (who.person = {NAMED[a]} AND by_{a} < who.call)" for a in named)
    rows = f"SELECT {_KEPT}, who.person, who.call FROM t CROSS JOIN who"  # noqa: S608
    return f"{rows} WHERE who.org = +s_org AND who.in_case = +s_case{higher}"


def _rung(subject: str, window: Window, on: date) -> str:
    """The rung of a row: the window's, or for the last rung of silence the month it has come to."""
    first = int(window.rung)
    if subject != Subject.SILENCE or window.after is not None:
        return str(first)
    days = f"(DATE '{on}' - s_due)"
    if connection.vendor == "sqlite":
        days = f"CAST(julianday('{on}') - julianday(s_due) AS integer)"
    return f"({first} + {SILENCE_REPEATS} * (({days} - {first}) / {SILENCE_REPEATS}))"


def _choice(of: str, values: Iterable[Any], results: Iterable[Any], otherwise: Any = "NULL") -> str:
    """The result for a value of an expression, or for the first condition that is true."""
    whens = " ".join(f"WHEN {value} THEN {result}" for value, result in zip(values, results, strict=True))
    return f"CASE {of} {whens} ELSE {otherwise} END"


def _rows(rows: Iterable[tuple[int, ...]]) -> str:
    """Rows of numbers for VALUES, which wants one at least."""
    return ", ".join(map(str, rows)) or "(0, 0, 0, 0)"
