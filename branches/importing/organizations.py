"""Organizations by spreadsheet: the code names one, the code above says where it hangs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.audit import difference, record, record_many, snapshot
from accounts.models import AuditEvent, User
from branches.importing.organization_sheet import COLUMNS, KINDS, ROOTS
from branches.importing.outcome import Checker, Outcome, deactivated
from branches.importing.sheet import Row, choice_of, day_of, yes_or_no
from branches.models import Organization
from branches.models.organization import too_deep


@dataclass
class Entry:
    """One row understood."""

    row: Row
    code: str
    parent: str
    values: dict[str, Any]
    based_in: str
    system: str = ""
    names: Organization | None = None
    """The placeholder root that this row gives its code and name, instead of making a new root."""


def check(rows: list[Row]) -> tuple[Outcome, list[Entry]]:
    """Look at every row against the others and against what is there; entries come parents first.

    Two queries, however many rows.
    """
    outcome = Outcome()
    checker = Checker(COLUMNS, outcome)
    there = {node.code: node for node in Organization.objects.select_related("based_in")}
    parents = {node.path: node.code for node in there.values()}
    entries = {entry.code: entry for entry in _entries(rows, checker)}
    _name_placeholder(entries, there)
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
    _levels(fresh, entries, there, checker)
    for entry in entries.values():
        _based(entry, entries, there, checker)
        _active(entry, there, checker)
    named = sum(entry.names is not None for entry in fresh)
    outcome.made = {_("organizations"): len(fresh) - named}
    if named:
        outcome.made[_("root that gets its name")] = named
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


def _name_placeholder(entries: dict[str, Entry], there: dict[str, Organization]) -> None:
    """The row of the Party's root is the placeholder's code and name, not a second root.

    A lone branch without a code above is no root row but a gap. From here on the placeholder is not there
    under its own code, so that nothing can hang below that.
    """
    placeholder = next((node for node in there.values() if node.is_placeholder), None)
    above = {entry.parent for entry in entries.values()}
    for entry in entries.values():
        kind = entry.values["kind"]
        root = kind == Organization.Kind.PARTY_COMMITTEE or (
            ROOTS.get(kind) == "party" and entry.code in above
        )
        if placeholder and root and not entry.parent and there.get(entry.code, placeholder) is placeholder:
            entry.names = there.pop(placeholder.code)
            return


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
                _(
                    "An organization of this kind lies below another. Give the code above; where its root is "
                    "missing, add a row for that (%(roots)s, without a code above)."
                )
                % {"roots": _roots_above(entry.values["kind"])},
            )
    kind = entry.values["kind"]
    if system and kind and kind not in Organization.Kind.of(system):
        checker.wrong(
            entry.row, "kind", _("This kind does not belong to the system of the organization above.")
        )
    return system


def _roots_above(kind: str) -> str:
    """The kinds that may stand at the top where organizations of ``kind`` lie below."""
    systems = {system for system in Organization.System.values if kind in Organization.Kind.of(system)}
    labels = (str(Organization.Kind(root).label) for root, system in ROOTS.items() if system in systems)
    return _(", ").join(labels)


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
    taken = {
        node.system: _("%(name)s (code %(code)s)") % {"name": node.name, "code": node.code}
        for node in there.values()
        if node.depth == 1
    }
    for entry in sorted(fresh, key=lambda entry: entry.names is None):
        if entry.parent or not entry.system:
            continue
        if entry.system in taken:
            message = _(
                "This system already has its root, %(root)s. Give the code above, or use that code if it is the same."
            )
            checker.wrong(entry.row, "parent", message % {"root": taken[entry.system]})
        named = {"name": entry.values["name"], "code": entry.code}
        taken.setdefault(entry.system, _("%(name)s (code %(code)s)") % named)


def _levels(
    fresh: list[Entry], entries: dict[str, Entry], there: dict[str, Organization], checker: Checker
) -> None:
    """No tree is deeper than a path reaches. A ring is said elsewhere and has no depth."""
    depths = {code: node.depth for code, node in there.items()}
    for entry in fresh:
        chain: dict[str, Entry] = {}
        current: Entry | None = entry
        while current is not None and current.code not in depths and current.code not in chain:
            chain[current.code] = current
            current = None if current.parent in depths else entries.get(current.parent)
        for code, one in reversed(chain.items()):
            depths[code] = depths.get(one.parent, 0) + 1
            if depths[code] > Organization.most_levels():
                checker.wrong(one.row, "parent", too_deep())


def _based(entry: Entry, entries: dict[str, Entry], there: dict[str, Organization], checker: Checker) -> None:
    code = entry.based_in
    if not code:
        return
    system = entries[code].system if code in entries else there[code].system if code in there else None
    if system is None:
        checker.wrong(entry.row, "based_in", _("No organization has this code, here or in the file."))
    elif system and system != Organization.System.ADMINISTRATION:
        checker.wrong(entry.row, "based_in", _("Choose a department or laboratory."))


def _active(entry: Entry, there: dict[str, Organization], checker: Checker) -> None:
    """Neither the row's own organization nor what it hangs below or is based in is deactivated."""
    for key in ("code", "parent", "based_in"):
        known = there.get(entry.row[key])
        if known is not None and not known.active:
            checker.wrong(entry.row, key, deactivated(known))


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


def _named(root: Organization | None, entry: Entry, by: User, source: str) -> Organization:
    """The placeholder with what the sheet says of it; its posts and what lies below stay."""
    if root is None or not root.is_placeholder:
        raise IntegrityError("the placeholder got its name since the rows were checked")
    values = {"code": entry.code, **entry.values}
    before = snapshot(root, values)
    for name, value in values.items():
        setattr(root, name, value)
    root.version += 1
    root.save(update_fields=[*values, "version"])
    changes = difference(before, snapshot(root, values))
    record(AuditEvent.Verb.IMPORT, root, by=by, changes=changes, note=source)
    return root


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
        if entry.names is not None:
            nodes[entry.code] = _named(nodes.pop(entry.names.code, None), entry, by, source)
            standing.add(entry.code)
            continue
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
        changes={"rows": [0, len(entries)]},
    )
    return len(entries)
