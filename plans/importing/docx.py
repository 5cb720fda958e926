"""The text of a Word document: paragraphs with their automatic numbers and styles, text boxes, tables by row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from lxml import etree

from plans.importing.heading_styles import HeadingStyles, read_heading_styles
from plans.importing.headings import marker
from plans.importing.joins import seam
from plans.importing.lines import Unreadable, breaks
from plans.importing.numbering import Numbering, W, read_numbering
from plans.importing.package import DOCUMENT, NUMBERING, STYLES, Package, damaged

_FORMULA = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
#: Deleted and moved text, field codes, hidden text, the other half of a choice and ruby are not on the page.
_SKIPPED = {
    f"{W}del",
    f"{W}moveFrom",
    f"{W}instrText",
    f"{W}delText",
    f"{W}rt",
    f"{W}rPr",
    f"{W}pPr",
    f"{W}sectPr",
    f"{_MC}Fallback",
}
#: What stands round paragraphs, rows and cells and is no text itself.
_WRAPS = {f"{W}{name}" for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag")}


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """``style``: the level of its heading's style; 0: running text."""

    text: str
    style: int = 0


@dataclass(frozen=True, slots=True)
class _Counters:
    """What a paragraph needs to be read: the numbers that Word counts, and the styles."""

    numbering: Numbering
    styles: HeadingStyles


def text(package: Package) -> tuple[str, dict[int, int]]:
    """All text in reading order, one paragraph a line, a form feed where a page is broken by hand.

    With it the heading styles by the number of their line.
    """
    root = package.part(DOCUMENT)
    if root is None or root.tag != f"{W}document":
        raise damaged()
    body = root.find(f"{W}body")
    if body is None:
        raise damaged()
    styles = package.part(STYLES)
    counters = _Counters(read_numbering(package.part(NUMBERING), styles), read_heading_styles(styles))
    paragraphs = list(_blocks(body, counters))
    if not any(paragraph.text.strip() for paragraph in paragraphs):
        raise Unreadable(
            _("There is no text in the document, perhaps only pictures of it. Paste the text itself.")
        )
    return "\n".join(paragraph.text for paragraph in paragraphs), _styles(paragraphs)


def _styles(paragraphs: list[_Paragraph]) -> dict[int, int]:
    found: dict[int, int] = {}
    number = 1
    for paragraph in paragraphs:
        if paragraph.style and paragraph.text.strip():
            head = paragraph.text[: len(paragraph.text) - len(paragraph.text.lstrip())]
            found[number + breaks(head)] = paragraph.style
        number += breaks(paragraph.text) + 1
    return found


def _blocks(container: etree._Element, counters: _Counters) -> Iterator[_Paragraph]:
    held = ""
    for block in container:
        if block.tag == f"{W}p":
            *before, last = _paragraph(block, counters, held)
            yield from before
            # A tracked change deleted the end of this paragraph: it goes on in the next.
            if block.find(f"{W}pPr/{W}rPr/{W}del") is not None:
                held = last.text
            else:
                held = ""
                yield last
        elif block.tag == f"{W}tbl":
            for row in _within(block, f"{W}tr"):
                cells = [_words(cell, counters) for cell in _within(row, f"{W}tc")]
                if row.find(f"{W}trPr/{W}del") is None:
                    yield _Paragraph("\t".join(cells))
        elif block.tag in _WRAPS:
            yield from _blocks(block, counters)
    if held:
        yield _Paragraph(held)


def _words(cell: etree._Element, counters: _Counters) -> str:
    return " ".join(paragraph.text for paragraph in _blocks(cell, counters)).strip()


def _within(table: etree._Element, tag: str) -> Iterator[etree._Element]:
    """The rows of a table or the cells of a row, also those inside a content control; no table in a cell."""
    for child in table:
        if child.tag == tag:
            yield child
        elif child.tag in _WRAPS:
            yield from _within(child, tag)


def _paragraph(paragraph: etree._Element, counters: _Counters, held: str = "") -> Iterator[_Paragraph]:
    """Its text boxes, then its line; ``held`` is the paragraph that goes on in it and keeps its number."""
    boxes: list[etree._Element] = []
    words: list[str] = []
    _collect(paragraph, words, boxes)
    for box in boxes:
        yield from _blocks(box, counters)
    said = "".join(words)
    before = paragraph.find(f"{W}pPr/{W}pageBreakBefore")
    if before is not None and before.get(f"{W}val") not in {"0", "false", "off"}:
        yield _Paragraph("\f")
    # Word numbers a paragraph without text too, but nobody reads that number.
    label = counters.numbering.label(paragraph) if said.strip() and not held.strip() else ""
    head = said.lstrip("\f")
    pages = "\f" * (len(said) - len(head))
    style = counters.styles.level(paragraph)
    if style and not label and not held:
        head = _whole(head)
    yield _Paragraph(held + pages + label + (head.lstrip() if label else head), style)


def _whole(heading: str) -> str:
    """A short heading without a number that was broken by hand, in one line."""
    if "\n" not in heading or len(heading) > 80 or "。" in heading or marker(heading):
        return heading
    whole = ""
    for line in filter(None, map(str.strip, heading.split("\n"))):
        whole += seam(whole, line) + line
    return whole


def _collect(element: etree._Element, words: list[str], boxes: list[etree._Element]) -> None:
    stack = [iter(element)]
    while stack:
        child = next(stack[-1], None)
        if child is None:
            stack.pop()
            continue
        tag = child.tag
        if tag in _SKIPPED or not isinstance(tag, str):
            continue
        if tag == f"{W}r" and _hidden(child):
            continue
        if tag in {f"{W}t", _FORMULA}:
            words.append((child.text or "").replace("\n", " ").replace("\r", " "))
        elif tag == f"{W}tab":
            words.append("\t")
        elif tag in {f"{W}br", f"{W}cr"}:
            words.append("\f" if child.get(f"{W}type") == "page" else "\n")
        elif tag == f"{W}noBreakHyphen":
            words.append("-")
        elif tag == f"{W}txbxContent":
            boxes.append(child)
        else:
            stack.append(iter(child))


def _hidden(run: etree._Element) -> bool:
    mark = run.find(f"{W}rPr/{W}vanish")
    return mark is not None and mark.get(f"{W}val") not in {"0", "false", "off"}
