"""The draft of a plan: frozen records with every character of the source in its place, and their JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from plans.importing.joins import seam
from plans.importing.lines import compact, strip
from plans.importing.noise import Dropped
from plans.importing.proposals import Proposal

_ASSURANCE = re.compile(r"确保\s*[“\"＂「『‘'〝]([^“”\"＂「」『』‘’'〝〞]{1,20})[”“\"＂」』’'〞]")


@dataclass(frozen=True, slots=True)
class Part:
    """Characters of one source line with their role.

    ``marker`` (numbering as typed), ``title``, ``mark`` (bold), ``stop`` (。), ``body`` or ``wrapper``.

    ``breaks``: a paragraph ends before it; otherwise it goes on in the sentence of the part before.
    """

    line: int
    role: str
    text: str
    breaks: bool = False


@dataclass(frozen=True, slots=True)
class Node:
    """A numbered clause. ``kind``: section, goal, pillar, measure or paragraph."""

    level: int
    number: str
    kind: str
    parts: tuple[Part, ...]
    children: tuple[Node, ...] = ()
    #: A title given by the person who checked the draft; empty for the document's own.
    retitled: str = ""

    @property
    def line(self) -> int:
        """The line its heading stands on; the draft's name for it."""
        return self.parts[0].line

    @property
    def own_title(self) -> str:
        """The document's title of it: without number and bold marks, up to the first 。 (excluded)."""
        return run(self.parts, "title")

    @property
    def title(self) -> str:
        return self.retitled or self.own_title

    @property
    def altered(self) -> bool:
        """Whether a person gave it words that the document does not begin with."""
        return not self.own_title.startswith(self.retitled)

    @property
    def text(self) -> str:
        """The rest of the clause; paragraphs separated by a line feed.

        A title that was shortened gives its remaining words to the text.
        """
        text = run(self.parts, "body")
        if not self.retitled or self.altered or self.retitled == self.own_title:
            return text
        stop = "。" if any("。" in part.text for part in self.parts if part.role == "stop") else "\n"
        return (self.own_title[len(self.retitled) :] + (stop if text or stop == "。" else "") + text).lstrip()

    @property
    def assurance(self) -> str | None:
        """What a section or pillar says it ensures; its title keeps the words."""
        if self.level > 2:
            return None
        return assurance(run(self.parts, "title")) or (
            assurance(self.text[:40]) if self.text.startswith("确保") else None
        )

    @property
    def official(self) -> str:
        """Title and text as one piece, as the document has them."""
        title, text = self.own_title, run(self.parts, "body")
        stopped = any(part.role == "stop" and "。" in part.text for part in self.parts)
        return title + ("。" if stopped else "\n" if title and text else "") + text

    def walk(self) -> Iterator[Node]:
        """This clause and everything below it, in document order."""
        yield self
        for child in self.children:
            yield from child.walk()


def run(parts: Sequence[Part], role: str) -> str:
    """The text of all parts with a role: paragraphs apart, sentences whole."""
    out: list[str] = []
    for part in parts:
        text = strip(part.text)
        if part.role != role or not text:
            continue
        if out:
            out.append("\n" if part.breaks else seam(out[-1], text))
        out.append(text)
    return "".join(out)


def assurance(title: str) -> str | None:
    """方向正 in a heading that ends 确保“方向正”."""
    found = _ASSURANCE.findall(title)
    return str(found[-1]).strip() if found else None


@dataclass(frozen=True, slots=True)
class Passage:
    """An unnumbered goal (a paragraph) or duty (a sentence) of the section at line ``section``."""

    section: int
    line: int
    text: str
    kind: str

    #: Goals and duties of one section are told apart by their place.
    place: int = 0

    @property
    def key(self) -> str:
        return f"{self.section}.{self.place}"


@dataclass(frozen=True, slots=True)
class Join:
    """Two lines read as one sentence. ``doubled`` is the character that stands at both sides of the break."""

    line: int
    next: int
    before: str
    after: str
    doubled: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to look at. ``kind`` names what; ``text`` quotes the place."""

    line: int
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What the parser made of a document."""

    is_plan: bool
    kind: str | None
    title: str
    document_number: str | None
    issuer: str | None
    letterhead: str
    issued_on: date | None
    wrapper: tuple[Part, ...]
    preamble: tuple[Part, ...]
    sections: tuple[Node, ...]
    goals: tuple[Passage, ...]
    duties: tuple[Passage, ...]
    proposals: tuple[Proposal, ...]
    joins: tuple[Join, ...]
    dropped: tuple[Dropped, ...]
    warnings: tuple[Finding, ...]
    lossless: bool

    def walk(self) -> Iterator[Node]:
        """Every numbered clause in document order."""
        for section in self.sections:
            yield from section.walk()

    def count(self, kind: str) -> int:
        return sum(node.kind == kind for node in self.walk())

    def to_json(self) -> dict[str, Any]:
        """The object that ``import_plan --json`` prints."""
        return {
            "is_plan": self.is_plan,
            "kind": self.kind,
            "title": self.title,
            "document_number": self.document_number,
            "issuer": self.issuer,
            "issued_on": self.issued_on.isoformat() if self.issued_on else None,
            "preamble": run(self.preamble, "body"),
            "sections": [node_json(node) for node in self.sections],
            "goals": [goal.text for goal in self.goals],
            "proposals": [{"ref": list(p.ref), "kind": p.kind, "value": p.value} for p in self.proposals],
            "joins": [
                {"line": j.line, "next": j.next, "before": j.before, "after": j.after} for j in self.joins
            ],
            "dropped": [{"line": d.line, "text": d.text, "reason": d.reason} for d in self.dropped],
            "warnings": [{"line": w.line, "kind": w.kind, "text": w.text} for w in self.warnings],
            "lossless": self.lossless,
        }

    def rebuild(self) -> str:
        """Wrapper, outline and dropped lines in document order, without white space."""
        pieces = [(part.line, part.text) for part in (*self.wrapper, *self.preamble)]
        pieces += [(part.line, part.text) for node in self.walk() for part in node.parts]
        pieces += [(dropped.line, dropped.text) for dropped in self.dropped]
        pieces.sort(key=lambda piece: piece[0])
        return compact("".join(text for _line, text in pieces))


def node_json(node: Node) -> dict[str, Any]:
    return {
        "level": node.level,
        "number": node.number,
        "title": node.title,
        "text": node.text,
        "assurance": node.assurance,
        "children": [node_json(child) for child in node.children],
    }
