"""Lines → draft outline. Pure: no models, no files, no clock. Linear in the length of the document."""

from __future__ import annotations

from dataclasses import dataclass, field

from plans.importing import findings, outline
from plans.importing.decisions import Decisions
from plans.importing.document import Draft, Finding, Join, Node, Part
from plans.importing.frame import Frame
from plans.importing.headings import Marker, articles, hashed, shallowest
from plans.importing.joins import Geometry, body_continues, cut, doubled, ended, geometry, title_continues
from plans.importing.kinds import PLANS, kind_of, promises_nothing
from plans.importing.lines import Line, Source, compact
from plans.importing.marks import Marks, marks
from plans.importing.noise import Dropped, sift
from plans.importing.outline import Heading, add_title, text_parts
from plans.importing.proposals import Proposal, proposals
from plans.importing.wrapper import frame, secrecy_marking


def parse(source: Source, decisions: Decisions | None = None) -> Draft:
    """Make the draft of a document. The same source and decisions always give the same draft."""
    decisions = decisions or Decisions()
    numbered = marks(source.lines, decisions.levels)
    kept, dropped = sift(source.lines, numbered, decisions.kept)
    found = frame(kept, numbered)
    body = _Body(kept, found, decisions, geometry(kept[found.start : found.end]), numbered)
    body.read()
    sections = outline.tree(body.headings, decisions.titles, decisions.kinds)
    kind = kind_of(found.title) if found.title else None
    regulation = articles([line.text for line in kept])
    if regulation and kind in PLANS | {None}:
        kind = "rule"
    wrapper = tuple(Part(line.number, "wrapper", line.text) for line in _around(kept, found))
    dropped += [Dropped(kept[i].number, kept[i].text, reason) for i, reason in found.tail.items()]
    dropped.sort(key=lambda drop: drop.line)
    draft = Draft(
        is_plan=not regulation and _promises(kind, found.title, sections),
        kind=kind,
        title=found.title,
        document_number=found.document_number,
        issuer=found.issuer,
        letterhead=found.letterhead,
        issued_on=found.issued_on,
        wrapper=wrapper,
        preamble=tuple(body.preamble),
        sections=sections,
        goals=outline.goals(sections),
        duties=outline.duties(sections, decisions.kinds),
        proposals=tuple(_proposals(sections, ())),
        joins=tuple(body.joins),
        dropped=tuple(dropped),
        warnings=(),
        lossless=False,
    )
    lossless = draft.rebuild() == compact("".join(line.text for line in source.lines))
    if found.no_such_date:
        signed = kept[found.no_such_date_at].number
        body.notes.append(Finding(signed, "no_such_date", found.no_such_date))
    notes = [*body.notes, *findings.look(draft, secrecy_marking(source.lines))]
    notes.sort(key=lambda note: note.line)
    return findings.complete(draft, tuple(notes), lossless)


def _around(kept: list[Line], found: Frame) -> list[Line]:
    """Everything before the plan and, inside it, what addresses or announces."""
    inside = [kept[i] for i in sorted(found.outside) if found.start <= i < found.end]
    return [*kept[: found.start], *inside]


def _promises(kind: str | None, title: str, sections: tuple[Node, ...]) -> bool:
    nodes = [node for section in sections for node in section.walk()]
    if kind is not None:
        return kind in PLANS and bool(nodes)
    return not promises_nothing(title) and len(nodes) >= 3 and any(node.level in {2, 3} for node in nodes)


def _proposals(nodes: tuple[Node, ...], above: tuple[str, ...]) -> list[Proposal]:
    found: list[Proposal] = []
    for node in nodes:
        ref = (*above, node.number or node.title[:20])
        found += proposals(ref, node.official, node.line)
        found += _proposals(node.children, ref)
    return found


#: A heading never goes on over more lines than this.
_MOST_TITLE = 40


@dataclass
class _Body:
    """Reads the lines of the plan proper one after another."""

    kept: list[Line]
    found: Frame
    decisions: Decisions
    shape: Geometry
    numbered: Marks
    preamble: list[Part] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    joins: list[Join] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)

    def read(self) -> None:
        lines = [self.kept[i] for i in range(self.found.start, self.found.end) if i not in self.found.outside]
        marks = self._markers(lines)
        before: Line | None = None
        for i, line in enumerate(lines):
            mark, level = marks[i], self.decisions.levels.get(line.number)
            if mark is not None or level:
                self._begin(line, mark, level)
            elif self.headings:
                heading_next = i + 1 >= len(lines) or marks[i + 1] is not None
                self._go_on(self.headings[-1], before or line, line, heading_next)
            else:
                goes_on = before is not None and self._continues(before, line)
                self.preamble += text_parts(line, breaks=not goes_on)
            before = line

    def _markers(self, lines: list[Line]) -> list[Marker | None]:
        """The numbering that counts: in doubt, a number inside a cut sentence is none."""
        marks: list[Marker | None] = []
        last: dict[int, int] = {}
        fresh: dict[int, bool] = {}
        top = shallowest(line.text for line in lines)
        for i, line in enumerate(lines):
            mark = self.numbered.get(line.number) or hashed(line.text, top)
            decided = self.decisions.levels.get(line.number)
            if mark is not None and mark.value and decided is None:
                after = last.get(mark.level, 0) + 1
                counts_on = mark.value in {1, after}
                if (mark.doubtful or not counts_on) and (
                    self._inside_sentence(lines, marks, i) or (mark.doubtful and not counts_on)
                ):
                    self.notes.append(Finding(line.number, "number_in_text", line.text.strip()[:20]))
                    mark = None
                elif mark.value != after and not (mark.value == 1 and fresh.get(mark.level, True)):
                    self.notes.append(Finding(line.number, "number_out_of_order", mark.typed or mark.number))
            elif decided == 0:
                mark = None
            marks.append(mark)
            if mark is not None:
                if mark.value:
                    last[mark.level], fresh[mark.level] = mark.value, False
                fresh.update(dict.fromkeys(range(mark.level + 1, 5), True))
        return marks

    def _inside_sentence(self, lines: list[Line], marks: list[Marker | None], i: int) -> bool:
        if i == 0 or ended(lines[i - 1].text):
            return False
        if marks[i - 1] is not None and "。" not in lines[i - 1].text and not self.shape.full(lines[i - 1]):
            return False
        return cut(lines[i - 1], lines[i], self.shape)

    def _begin(self, line: Line, mark: Marker | None, level: int | None) -> None:
        end = mark.end if mark else 0
        typed = line.text[:end]
        heading = Heading(
            level=level or (mark.level if mark else 1),
            number=mark.number if mark else "",
            parts=[Part(line.number, "marker", typed)],
            bold=typed.count("**") % 2 == 1,
            underlined=typed.count("__") % 2 == 1,
            hashed="#" in typed,
        )
        add_title(heading, line.number, line.text[end:])
        # Word's paragraph is whole: a heading by its style alone does not go on in the next.
        heading.titled = heading.titled or bool(line.style and not heading.number)
        self.headings.append(heading)

    def _go_on(self, heading: Heading, before: Line, line: Line, heading_next: bool) -> None:
        if not heading.titled:
            title = "".join(part.text for part in heading.parts[-_MOST_TITLE:] if part.role == "title")
            if (
                len(heading.parts) < _MOST_TITLE
                and line.number not in self.decisions.apart
                and title_continues(title, before, line, self.shape, heading_next=heading_next)
            ):
                if title:
                    self._joined(before, line)
                add_title(heading, line.number, line.text)
                return
            heading.titled = True
            heading.parts += text_parts(line, breaks=True)
            return
        heading.parts += text_parts(line, breaks=not self._continues(before, line))

    def _continues(self, before: Line, line: Line) -> bool:
        if not body_continues(before, line, self.shape):
            return False
        self._joined(before, line)
        return line.number not in self.decisions.apart

    def _joined(self, before: Line, line: Line) -> None:
        twice = doubled(before.text, line.text)
        head, tail = before.text.strip()[-12:], line.text.strip()[:12]
        self.joins.append(Join(before.number, line.number, head, tail, twice))
        if twice:
            self.notes.append(Finding(line.number, "doubled_character", f"{head}|{tail}"))
