"""A draft as its page shows it: the original beside the outline, a question at each place to look at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from plans.importing.decisions import Decisions
from plans.importing.document import Draft, Finding, Join, Node
from plans.importing.lines import Source
from plans.models import Clause

#: Lines of the original on one page.
PAGE = 400
SHOWS = ("look", "joins", "notes", "all")


@dataclass
class Ask:
    """One place to look at. ``choices``: what the buttons post and say; ``done``: already answered."""

    line: int
    text: str
    choices: list[tuple[str, str]]
    kind: str
    done: bool = False

    @property
    def answers(self) -> list[tuple[str, str, str]]:
        """The buttons with the key that presses each: y for what was read, n for the other way."""
        return [
            (act, words, "y" if act.startswith(("join:", "seen:")) else "n") for act, words in self.choices
        ]


@dataclass
class LineRow:
    """One line of the original. ``tag`` says why it stands out or was left out."""

    number: int
    text: str
    flagged: bool = False
    joined: bool = False
    tag: str = ""
    put_back: str = ""
    take_out: str = ""


@dataclass
class NodeRow:
    """One clause of the outline."""

    line: int
    last: int
    level: int
    label: str
    text: str
    assurance: str = ""
    editable: bool = True
    altered: str = ""
    #: What a button posts to change the kind of a passage, and what it says.
    turn: tuple[str, str] | None = None
    asks: list[Ask] = field(default_factory=list)


@dataclass(frozen=True)
class DraftPage:
    """Everything the template needs, already cut to what is shown."""

    show: str
    lines: list[LineRow]
    nodes: list[NodeRow]
    asks: list[Ask]
    counts: dict[str, int]
    previous: int | None
    next: int | None
    first: int
    last: int

    @property
    def open(self) -> int:
        return sum(not ask.done for ask in self.asks)


def build(source: Source, draft: Draft, decisions: Decisions, show: str, start: int) -> DraftPage:
    """The page of a draft. ``show``: look, joins, notes or all; ``start``: the first line shown."""
    asks = _asks(draft, decisions)
    unanswered = [ask for ask in asks if not ask.done]
    wanted = {
        "look": unanswered,
        "joins": [ask for ask in asks if ask.kind == "join"],
        "notes": [ask for ask in asks if ask.kind != "join"],
    }
    show = show if show in SHOWS else ("look" if unanswered else "all")
    nodes = _nodes(draft)
    _place(nodes, wanted.get(show, asks))
    lines = _lines(source, draft, asks)
    if show != "all":
        near = {n for ask in wanted[show] for n in (ask.line - 1, ask.line)}
        beside = {node.line for node in nodes if node.asks} | {j.line for j in draft.joins if j.next in near}
        heads = {node.line for node in draft.walk() if node.level <= 2}
        lines = [line for line in lines if line.number in near | beside | heads]
        nodes = [node for node in nodes if node.asks or node.line in heads]
    numbers = [line.number for line in lines]
    at = next((i for i, number in enumerate(numbers) if number >= start), 0)
    cut = lines[at : at + PAGE]
    first, last = (cut[0].number, cut[-1].number) if cut else (0, 0)
    return DraftPage(
        show=show,
        lines=cut,
        nodes=[node for node in nodes if first <= node.line <= last],
        asks=asks,
        counts={
            "look": len(unanswered),
            "joins": len(wanted["joins"]),
            "notes": len(wanted["notes"]),
            "all": len(source.lines),
        },
        previous=numbers[max(0, at - PAGE)] if at else None,
        next=numbers[at + PAGE] if at + PAGE < len(numbers) else None,
        first=first,
        last=last,
    )


def _asks(draft: Draft, decisions: Decisions) -> list[Ask]:
    found = [_ask_join(join, decisions) for join in draft.joins]
    found += [_ask_note(note, decisions) for note in draft.warnings]
    return sorted(found, key=lambda ask: ask.line)


def _ask_join(join: Join, decisions: Decisions) -> Ask:
    text = _("Lines %(first)d and %(second)d look like one paragraph: “…%(before)s｜%(after)s…”") % {
        "first": join.line,
        "second": join.next,
        "before": join.before,
        "after": join.after,
    }
    apart, seen = join.next in decisions.apart, f"join:{join.next}" in decisions.seen
    if apart:
        text = _("Kept as two paragraphs: “…%(before)s｜%(after)s…”") % {
            "before": join.before,
            "after": join.after,
        }
    choices = [(f"join:{join.next}", _("Join")), (f"apart:{join.next}", _("Keep apart"))]
    if apart or seen:
        choices = choices[:1] if apart else choices[1:]
    return Ask(join.next, text, choices, "join", done=apart or seen)


def _ask_note(note: Finding, decisions: Decisions) -> Ask:
    key = f"{note.kind}:{note.line}"
    done = key in decisions.seen
    choices = [] if done else [(f"seen:{key}", _("Leave it as it is"))]
    if note.kind == "number_in_text" and not done:
        choices.append((f"heading:{note.line}", _("It is a heading")))
    return Ask(note.line, say(note), choices, note.kind, done)


def say(note: Finding) -> str:
    """A finding as a sentence."""
    sentences = {
        "doubled_character": _("The same character stands at both sides of the break: “%(text)s”."),
        "ends_in_comma": _("The paragraph ends in a comma: “%(text)s”."),
        "single_quotes": _("Single quotation marks: “%(text)s”."),
        "markup": _("Marks of typesetting: “%(text)s”."),
        "half_width_number": _(
            "Half-width brackets in “%(text)s”, unlike its neighbours; read as the same level."
        ),
        "number_out_of_order": _("“%(text)s” is not the number one expects here."),
        "number_in_text": _("“%(text)s” begins like a heading; read as running text."),
        "no_such_date": _("“%(text)s” is no day of the calendar."),
        "long_title": _("A very long title: “%(text)s”. Perhaps its full stop is missing."),
        "empty_heading": _("“%(text)s” has no title."),
        "lost_character": _("A character was lost before the document came here: “%(text)s”."),
        "attachment": _("The attachments are kept as text, not as clauses: “%(text)s”."),
        "no_title": _("No title was found. Enter it under “About the plan”."),
        "secrecy_marking": _("The document is marked “%(text)s”."),
    }
    return sentences[note.kind] % {"text": note.text}


def _nodes(draft: Draft) -> list[NodeRow]:
    labels = dict(Clause.Kind.choices)
    rows: list[NodeRow] = []
    if draft.preamble:
        first, last = draft.preamble[0].line, draft.preamble[-1].line
        text = draft.preamble[0].text.strip()
        rows.append(NodeRow(first, last, 1, str(labels["preamble"]), text[:60], editable=False))
    passages = {
        p.section: [q for q in (*draft.goals, *draft.duties) if q.section == p.section] for p in draft.goals
    }
    passages |= {p.section: [q for q in draft.duties if q.section == p.section] for p in draft.duties}
    for node in draft.walk():
        rows.append(_node_row(node, str(labels[node.kind])))
        if not node.children:
            rows += [
                NodeRow(
                    p.line,
                    p.line,
                    node.level + 1,
                    _("duty") if p.kind == "paragraph" else str(labels[p.kind]),
                    p.text.partition("。")[0],
                    editable=False,
                    turn=_turn(p.key, p.kind),
                )
                for p in passages.get(node.line, [])
                if p.line != node.line
            ]
    return rows


def _turn(key: str, kind: str) -> tuple[str, str] | None:
    if kind == "goal":
        return None
    if kind == "measure":
        return f"paragraph:{key}", _("Not a measure")
    return f"measure:{key}", _("Make it a measure")


def _node_row(node: Node, label: str) -> NodeRow:
    return NodeRow(
        line=node.line,
        last=node.parts[-1].line,
        level=node.level,
        label=label,
        text=_numbered(node),
        assurance=node.assurance or "",
        altered=node.own_title if node.altered else "",
    )


def _numbered(node: Node) -> str:
    """The title with its number as the document sets it: 一、…, （一）…, 1. …"""
    between = {1: "、", 2: "", 3: ". "}.get(node.level, "") if node.number else ""
    return f"{node.number}{between}{node.title}"


def _place(nodes: list[NodeRow], asks: Iterable[Ask]) -> None:
    """Hang each question on the last clause that begins at or before its line."""
    order = iter(asks)
    ask = next(order, None)
    for i, node in enumerate(nodes):
        until = nodes[i + 1].line if i + 1 < len(nodes) else None
        while ask is not None and (until is None or ask.line < until):
            node.asks.append(ask)
            ask = next(order, None)


def _lines(source: Source, draft: Draft, asks: list[Ask]) -> list[LineRow]:
    flagged = {ask.line for ask in asks if not ask.done}
    joined = {join.line for join in draft.joins}
    flagged |= {join.line for join in draft.joins if join.next in flagged}
    reasons = {drop.line: drop.reason for drop in draft.dropped}
    words = {
        "page": _("page marker, left out"),
        "running_head": _("running head, left out"),
        "rule": _("rule, left out"),
        "contents": _("contents, left out"),
        "attachment": _("attachment"),
        "imprint": _("imprint"),
        "signature": _("signature"),
    }
    rows = []
    for line in source.lines:
        reason = reasons.get(line.number, "")
        removable = reason in {"page", "running_head", "rule", "contents"}
        rows.append(
            LineRow(
                line.number,
                line.text.strip(),
                flagged=line.number in flagged,
                joined=line.number in joined,
                tag=words.get(reason, ""),
                put_back=f"keep:{line.number}" if removable else "",
            )
        )
    return rows
