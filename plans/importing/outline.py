"""Headings and text → the tree of numbered clauses, their kinds, goals and duties."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from plans.importing.document import Node, Part, Passage, run
from plans.importing.joins import BULLET
from plans.importing.lines import Line

_GOALS = re.compile(
    r"(?:[0-9〇一二三四五六七八九]{4}年度?)?(?:[一-鿿]{0,4}(?:主要|总体|工作|发展|具体|年度|预期|奋斗|阶段|重点))?目标(?:任务|要求)?"
)
_DUTIES = re.compile(
    r"(?:加强|强化)?(?:工作|有关|相关|几点|具体)?要求|(?:组织|实施|工作)?(?:领导|保障|实施|落实)(?:措施|要求|机制)?|组织(?:领导|保障|实施)与?.{0,6}"
)
_GROUND = (
    r"指导思想|(?:指导|基本|工作|总体|主要|实施)原则|(?:总体|工作|基本)思路|总体考虑|(?:重要|重大)意义"
    r"|(?:工作|形势|现实)?背景|(?:面临|当前)?形势(?:分析)?|(?:工作|发展)基础"
)
#: What a plan rests on and nobody carries out.
_GROUNDS = re.compile(rf"(?:{_GROUND})(?:[、和与及](?:{_GROUND}))*")
#: 第二部分 主要任务 stands above the numbering.
_PART = re.compile(r"\s*第[一二三四五六七八九十0-9]{1,3}[部章编篇](?:分)?[\s\u3000:：]*\S{0,30}")
_CLOSING_MARK = re.compile(r"\s*(\*\*|__)")
_OPENING_LINE = re.compile(r"\s*__(?=[^_\s](?:.*[^_\s])?__)")
_CLOSING_HASHES = re.compile(r"(?<=\S)\s+#{1,6}\s*$")
_SENTENCE = re.compile(r"[^。！？\n]+[。！？]?[”’）》]*")


@dataclass
class Heading:
    """A clause while it is being read."""

    level: int
    number: str
    parts: list[Part]
    titled: bool = False
    bold: bool = False
    #: Bold by __ in place of **, and with # before it: both may be closed behind the title.
    underlined: bool = False
    hashed: bool = False
    children: list[Heading] = field(default_factory=list)

    @property
    def line(self) -> int:
        return self.parts[0].line


def add_title(heading: Heading, line: int, text: str) -> None:
    """Add what follows the number, or a further line of the heading: title, 。 and text."""
    title, stop, rest = text.partition("。")
    lead, title, tail = _marks_round(heading, title, at_end=not stop)
    if lead:
        heading.parts.append(Part(line, "mark", lead))
    for i, piece in enumerate(title.split("**")):
        if i:
            heading.parts.append(Part(line, "mark", "**"))
            heading.bold = not heading.bold
        if piece:
            heading.parts.append(Part(line, "title", piece))
    if tail:
        heading.parts.append(Part(line, "mark", tail))
    if stop:
        closing = _CLOSING_MARK.match(rest)
        closes = closing is not None and (heading.bold if closing[1] == "**" else heading.underlined)
        mark = closing[0] if closing and closes else ""
        heading.parts.append(Part(line, "stop", stop + mark))
        heading.titled = True
        if rest[len(mark) :]:
            heading.parts.append(Part(line, "body", rest[len(mark) :]))


def _marks_round(heading: Heading, title: str, *, at_end: bool) -> tuple[str, str, str]:
    """What Markdown has round a title beside **: __ before, __ and # behind what they opened."""
    opening = _OPENING_LINE.match(title) if not heading.underlined else None
    lead = opening[0] if opening else ""
    heading.underlined = heading.underlined or bool(lead)
    title = title[len(lead) :]
    kept = title
    hashes = _CLOSING_HASHES.search(kept) if heading.hashed and at_end else None
    if hashes:
        kept = kept[: hashes.start()]
    bare = kept.rstrip()
    if heading.underlined and bare.endswith("__"):
        kept = bare.removesuffix("__")
        heading.underlined = False
    return lead, kept, title[len(kept) :]


def text_parts(line: Line, *, breaks: bool) -> list[Part]:
    """A line of running text; the sign before an item of a list is a mark."""
    found = BULLET.match(line.text)
    if found is None:
        return [Part(line.number, "body", line.text, breaks)]
    return [Part(line.number, "mark", found[0]), Part(line.number, "body", line.text[found.end() :], breaks)]


def tree(headings: list[Heading], titles: Mapping[int, str], kinds: Mapping[str, str]) -> tuple[Node, ...]:
    """Hang every heading under the nearest one before it of a smaller level, and name their kinds."""
    roots: list[Heading] = []
    open_path: list[Heading] = []
    for heading in headings:
        while open_path and open_path[-1].level >= heading.level:
            open_path.pop()
        (open_path[-1].children if open_path else roots).append(heading)
        open_path.append(heading)
    return _nodes(roots, None, titles, kinds)


def _nodes(
    siblings: list[Heading], above: str | None, titles: Mapping[int, str], kinds: Mapping[str, str]
) -> tuple[Node, ...]:
    # Asked once for all of them: a document may have ten thousand headings under one.
    pillars = any(_holds_measures(sibling) for sibling in siblings)
    return tuple(_node(heading, above, titles, kinds, pillars=pillars) for heading in siblings)


def _node(
    heading: Heading, above: str | None, titles: Mapping[int, str], kinds: Mapping[str, str], *, pillars: bool
) -> Node:
    parts = tuple(heading.parts)
    node = Node(heading.level, heading.number, "", parts, (), titles.get(heading.line, ""))
    kind = kinds.get(str(heading.line)) or _kind(node, heading, above, pillars=pillars)
    below = "goals" if above != "goal" and is_goals(node) else "paragraph" if _is_grounds(parts) else kind
    return replace(node, kind=kind, children=_nodes(heading.children, below, titles, kinds))


def _kind(node: Node, heading: Heading, above: str | None, *, pillars: bool) -> str:
    if above in {"goals", "goal"}:
        if above == "goals" and heading.children and is_goals(node):
            return "section"
        return "goal" if above == "goals" else "paragraph"
    if above in {"measure", "paragraph"}:
        return "paragraph"
    if heading.level == 1:
        return "section"
    if heading.level == 2 and _is_grounds(node.parts):
        return "paragraph"
    if heading.level == 2 and (node.assurance or pillars):
        return "pillar"
    return "section" if heading.level == 2 and is_goals(node) else "measure"


def is_goals(node: Node) -> bool:
    return node.level <= 2 and _GOALS.fullmatch(_name(node.parts)) is not None


def _is_grounds(parts: Sequence[Part]) -> bool:
    return _GROUNDS.fullmatch(_name(parts)) is not None


def _holds_measures(heading: Heading) -> bool:
    if heading.level != 2 or not any(child.level == 3 for child in heading.children):
        return False
    named = _name(heading.parts)
    return not (_GOALS.fullmatch(named) or _GROUNDS.fullmatch(named))


def _name(parts: Sequence[Part]) -> str:
    """A heading's title for comparing: without white space and a colon at its end."""
    return re.sub(r"\s", "", run(parts, "title")).rstrip("：:")


def goals(sections: tuple[Node, ...]) -> tuple[Passage, ...]:
    """The goals: numbered clauses under a heading 主要目标, or its paragraphs."""
    found: list[Passage] = []
    for node in _headed(sections):
        if not is_goals(node) or node.kind == "goal":
            continue
        if node.children:
            texts = [(child.line, child.official) for child in node.children if child.kind == "goal"]
        else:
            texts = [
                (line, text)
                for line, text in paragraphs(node)
                if not text.endswith(("：", ":")) and not _PART.fullmatch(text)
            ]
            if not texts and not node.text and any(part.role == "stop" for part in node.parts):
                texts = [(node.line, node.title)]
        found += [Passage(node.line, line, text, "goal", i) for i, (line, text) in enumerate(texts)]
    return tuple(found)


def duties(sections: tuple[Node, ...], kinds: Mapping[str, str]) -> tuple[Passage, ...]:
    """The sentences of a last section like 工作要求 that numbers none of them."""
    found: list[Passage] = []
    for node in sections[1:]:
        if node.children or _DUTIES.fullmatch(_name(node.parts)) is None:
            continue
        sentences = [
            (line, sentence.strip())
            for line, text in paragraphs(node)
            for sentence in _SENTENCE.findall(text)
            if sentence.strip()
        ]
        for i, (line, text) in enumerate(sentences):
            found.append(Passage(node.line, line, text, kinds.get(f"{node.line}.{i}", "paragraph"), i))
    return tuple(found)


def paragraphs(node: Node) -> list[tuple[int, str]]:
    """The paragraphs of a clause's text with the line each begins on."""
    groups: list[list[Part]] = []
    for part in node.parts:
        if part.role != "body" or not part.text.strip():
            continue
        if groups and not part.breaks:
            groups[-1].append(part)
        else:
            groups.append([part])
    return [(group[0].line, run(group, "body")) for group in groups]


def _headed(sections: tuple[Node, ...]) -> list[Node]:
    return [node for section in sections for node in section.walk() if node.level <= 2]
