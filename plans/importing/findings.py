"""What a person should look at before confirming: nothing of it is ever mended."""

from __future__ import annotations

import re
from dataclasses import replace

from plans.importing.document import Draft, Finding, Node, run
from plans.importing.proposals import DEADLINE, deadline

#: A heading longer than this has surely lost its full stop.
LONG_TITLE = 200
_SINGLE = re.compile(r"‘[^’]{0,40}’")
_DOUBLE = re.compile(r"“[^“”]*”")
_DAY = re.compile(r"月.+日")


def look(draft: Draft, secrecy: str) -> list[Finding]:
    """Every place of a draft worth a look, beside those met while reading."""
    notes: list[Finding] = []
    first = draft.wrapper[0].line if draft.wrapper else 1
    if secrecy:
        notes.append(Finding(first, "secrecy_marking", secrecy))
    if not draft.title and draft.sections:
        notes.append(Finding(first, "no_title", ""))
    if len(draft.title) > LONG_TITLE:
        notes.append(Finding(first, "long_title", f"{draft.title[:20]}…"))
    nodes = list(draft.walk())
    for node in nodes:
        notes += _clause(node)
    notes += _mixed(nodes)
    for proposal in draft.proposals:
        if (
            proposal.kind == DEADLINE
            and _DAY.search(proposal.value)
            and deadline(proposal.value, 2000) is None
        ):
            notes.append(Finding(proposal.line, "no_such_date", proposal.value))
    for part in (*draft.wrapper, *draft.preamble, *(part for node in nodes for part in node.parts)):
        if "\ufffd" in part.text:
            notes.append(Finding(part.line, "lost_character", part.text.strip()[:40]))
    attached = [drop for drop in draft.dropped if drop.reason == "attachment"]
    if attached:
        notes.append(Finding(attached[0].line, "attachment", attached[0].text.strip()[:40]))
    return notes


def complete(draft: Draft, notes: tuple[Finding, ...], lossless: bool) -> Draft:
    """The draft with its findings and whether it holds every character of the source."""
    return replace(draft, warnings=notes, lossless=lossless)


def _clause(node: Node) -> list[Finding]:
    notes: list[Finding] = []
    title, text = run(node.parts, "title"), node.text
    last = node.parts[-1]
    if len(title) > LONG_TITLE:
        notes.append(Finding(node.line, "long_title", f"{title[:20]}…"))
    if not title:
        notes.append(Finding(node.line, "empty_heading", node.number))
    if (text or title)[-1:] in {"，", "、", ","}:
        notes.append(Finding(last.line, "ends_in_comma", (text or title)[-12:]))
    for part in node.parts:
        if part.role != "body":
            continue
        if "**" in part.text:
            at = part.text.index("**")
            notes.append(Finding(part.line, "markup", part.text[max(0, at - 4) : at + 12].strip()))
        single = _SINGLE.search(_DOUBLE.sub("", part.text)) if "‘" in part.text else None
        if single:
            notes.append(Finding(part.line, "single_quotes", single[0]))
    return notes


def _mixed(nodes: list[Node]) -> list[Finding]:
    """Half-width brackets among full-width ones of the same level: read as the same level, and said so."""
    notes: list[Finding] = []
    for level in (2, 4):
        typed = [(node, node.parts[0].text.strip()) for node in nodes if node.level == level]
        half = [(node, text) for node, text in typed if "(" in text]
        if half and len(half) < len(typed):
            notes += [Finding(node.line, "half_width_number", text) for node, text in half]
    return notes
