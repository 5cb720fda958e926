"""Organizations by spreadsheet: the code names one, the code above says where it hangs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.audit import record_many
from accounts.models import AuditEvent, User
from branches.importing.outcome import Checker, Outcome
from branches.importing.sheet import Column, Row, choice_of, day_of, yes_or_no
from branches.models import Organization

COLUMNS = (
    Column(
        "code",
        gettext_lazy("Code"),
        ("代码", "组织代码", "编码", "code", "organization code"),
        True,
        "DZB-07",
    ),
    Column(
        "name",
        gettext_lazy("Organization name"),
        ("名称", "组织名称", "全称", "name", "organization name"),
        True,
        "光电材料党支部",
    ),
    Column("short_name", gettext_lazy("Short name"), ("简称", "short name"), example="光电材料"),
    Column("kind", gettext_lazy("Kind"), ("类别", "组织类别", "类型", "kind"), True, "党支部"),
    Column(
        "parent",
        gettext_lazy("Code above"),
        ("上级代码", "上级组织代码", "parent code", "code above"),
        example="DW",
    ),
    Column(
        "founded_on",
        gettext_lazy("Founded on"),
        ("成立日期", "成立时间", "founded", "founded on"),
        example="2019-06-01",
    ),
    Column("functional", gettext_lazy("Functional"), ("功能型", "是否功能型", "functional"), example="否"),
    Column(
        "based_in",
        gettext_lazy("Based in (code)"),
        ("依托单位代码", "所在单位代码", "based in", "based in (code)"),
        example="YJS-03",
    ),
)
#: Other usual names of the kinds.
KINDS = {
    "党委": "party_committee",
    "党总支": "general_branch",
    "总支": "general_branch",
    "党支部": "branch",
    "支部": "branch",
    "党小组": "group",
    "纪委": "commission",
    "工会": "union",
    "工会小组": "union_group",
    "团委": "league_committee",
    "团支部": "league_branch",
    "青年理论学习小组": "study_group",
    "研究所": "institute",
    "职能部门": "department",
    "部门": "department",
    "处室": "department",
    "研究室": "laboratory",
    "实验室": "laboratory",
    "课题组": "laboratory",
}
#: The system of a root by its kind.
ROOTS = {
    "party_committee": "party",
    "general_branch": "party",
    "branch": "party",
    "commission": "commission",
    "union": "union",
    "league_committee": "league",
    "institute": "administration",
}


@dataclass
class Entry:
    """One row understood."""

    row: Row
    code: str
    parent: str
    values: dict[str, Any]
    based_in: str
    system: str = ""


def check(rows: list[Row]) -> tuple[Outcome, list[Entry]]:
    """Look at every row against the others and against what is there; entries come parents first.

    Two queries, however many rows.
    """
    outcome = Outcome()
    checker = Checker(COLUMNS, outcome)
    there = {node.code: node for node in Organization.objects.select_related("based_in")}
    parents = {node.path: node.code for node in there.values()}
    entries = {entry.code: entry for entry in _entries(rows, checker)}
    fresh: list[Entry] = []
    for entry in entries.values():
        entry.system = _system(entry, entries, there, checker)
        standing = there.get(entry.code)
        if standing is None:
            fresh.append(entry)
        else:
            outcome.unchanged += 1
            _compare(entry, standing, parents.get(standing.path[: -Organization.steplen], ""), checker)
    _roots(entries, fresh, there, checker)
    for entry in entries.values():
        _based(entry, entries, there, checker)
    outcome.made = {_("organizations"): len(fresh)}
    outcome.preview = [
        [
            e.code,
            e.values["name"],
            str(Organization.Kind(e.values["kind"]).label) if e.values["kind"] else "",
            e.parent,
        ]
        for e in fresh
    ]
    return outcome, _parents_first(fresh, entries, there) if outcome.good else []


def _entries(rows: list[Row], checker: Checker) -> list[Entry]:
    found: dict[str, Entry] = {}
    for row in rows:
        code = checker.text(row, "code", 30, required=True)
        if code in found:
            checker.wrong(
                row, "code", _("This code stands in row %(row)s already.") % {"row": found[code].row.number}
            )
            continue
        checker.text(row, "kind", 100, required=True)
        values = {
            "name": checker.text(row, "name", 100, required=True),
            "short_name": checker.text(row, "short_name", 40),
            "kind": checker.read(
                row, "kind", lambda text: choice_of(text, Organization.Kind.choices, KINDS), ""
            ),
            "founded_on": checker.read(row, "founded_on", day_of),
            "functional": checker.read(row, "functional", yes_or_no, False),
        }
        found[code or f"?{row.number}"] = Entry(row, code, row["parent"], values, row["based_in"])
    return list(found.values())


def _system(entry: Entry, entries: dict[str, Entry], there: dict[str, Organization], checker: Checker) -> str:
    """The system, from the root above; a code above that is nowhere, or a ring, is an error."""
    seen, current = {entry.code}, entry
    while current.parent or current.code in there:
        known = there.get(current.code) or there.get(current.parent)
        if known is not None:
            system = str(known.system)
            break
        if current.parent not in entries:
            if current is entry:
                checker.wrong(entry.row, "parent", _("No organization has this code, here or in the file."))
            return ""
        current = entries[current.parent]
        if current.code in seen:
            checker.wrong(entry.row, "parent", _("These codes lead in a circle. Correct the code above."))
            return ""
        seen.add(current.code)
    else:
        system = ROOTS.get(current.values["kind"], "")
        if not system and current is entry and entry.values["kind"]:
            checker.wrong(
                entry.row,
                "parent",
                _("An organization of this kind lies below another. Give the code above."),
            )
    kind = entry.values["kind"]
    if system and kind and kind not in Organization.Kind.of(system):
        checker.wrong(
            entry.row, "kind", _("This kind does not belong to the system of the organization above.")
        )
    return system


def _compare(entry: Entry, standing: Organization, parent: str, checker: Checker) -> None:
    """A row that is already there must say the same; changes are made on the organization's own page."""
    for key, now in (
        *((key, getattr(standing, key)) for key in entry.values),
        ("parent", parent),
        ("based_in", standing.based_in.code if standing.based_in else ""),
    ):
        said = entry.values.get(key) if key in entry.values else entry.row[key]
        if (said or "") != (now or "") and entry.row[key]:
            shown = dict(Organization.Kind.choices).get(now, now) if key == "kind" else now
            message = _("The organization is already there with “%(value)s” here. Change it on its own page.")
            checker.wrong(entry.row, key, message % {"value": shown or _("nothing")})


def _roots(
    entries: dict[str, Entry], fresh: list[Entry], there: dict[str, Organization], checker: Checker
) -> None:
    """One root in a system."""
    taken = {node.system: node.name for node in there.values() if node.depth == 1}
    for entry in fresh:
        if entry.parent or not entry.system:
            continue
        if entry.system in taken:
            message = _("This system already has its root, %(name)s. Give the code above.")
            checker.wrong(entry.row, "parent", message % {"name": taken[entry.system]})
        taken.setdefault(entry.system, entry.values["name"])


def _based(entry: Entry, entries: dict[str, Entry], there: dict[str, Organization], checker: Checker) -> None:
    code = entry.based_in
    if not code:
        return
    system = entries[code].system if code in entries else there[code].system if code in there else None
    if system is None:
        checker.wrong(entry.row, "based_in", _("No organization has this code, here or in the file."))
    elif system and system != Organization.System.ADMINISTRATION:
        checker.wrong(entry.row, "based_in", _("Choose a department or laboratory."))


def _parents_first(
    fresh: list[Entry], entries: dict[str, Entry], there: dict[str, Organization]
) -> list[Entry]:
    placed: dict[str, Entry] = {}

    def place(entry: Entry) -> None:
        waiting = [entry]
        while waiting[-1].parent and waiting[-1].parent not in there and waiting[-1].parent not in placed:
            waiting.append(entries[waiting[-1].parent])
        for one in reversed(waiting):
            placed.setdefault(one.code, one)

    for entry in fresh:
        place(entry)
    return list(placed.values())


@transaction.atomic
def apply(entries: list[Entry], *, by: User, source: str, digest: str) -> int:
    """Write checked entries, parents first. The number of statements does not grow with the rows.

    Paths are given out here as treebeard would, because adding node by node costs several statements each.
    """
    nodes = {node.code: node for node in Organization.objects.select_for_update()}
    last: dict[str, int] = {}
    for node in nodes.values():
        above = node.path[: -Organization.steplen]
        last[above] = max(last.get(above, 0), node._get_lastpos_in_path())
    grown: dict[str, Organization] = {}
    standing = set(nodes)
    made: list[Organization] = []
    for entry in entries:
        parent = nodes.get(entry.parent)
        above = parent.path if parent else ""
        last[above] = last.get(above, 0) + 1
        depth = parent.depth + 1 if parent else 1
        path = Organization._get_path(above, depth, last[above])
        node = Organization(code=entry.code, system=entry.system, path=path, depth=depth, **entry.values)
        if parent is not None:
            parent.numchild += 1
            if parent.code in standing:
                grown[parent.code] = parent
        nodes[entry.code] = node
        made.append(node)
    Organization.objects.bulk_create(made, batch_size=1000)
    Organization.objects.bulk_update(grown.values(), ["numchild"], batch_size=500)
    hosted = []
    for entry in entries:
        if entry.based_in:
            nodes[entry.code].based_in = nodes[entry.based_in]
            hosted.append(nodes[entry.code])
    Organization.objects.bulk_update(hosted, ["based_in"], batch_size=500)
    record_many(AuditEvent.Verb.IMPORT, made, by=by, note=source)
    AuditEvent.objects.create(
        actor=by,
        verb=AuditEvent.Verb.IMPORT,
        target_type=Organization._meta.label_lower,
        target_name=source[:200],
        note=digest,
        changes={"rows": [0, len(made)]},
    )
    return len(made)
