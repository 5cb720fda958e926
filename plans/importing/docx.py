"""The text of a Word document: paragraphs with their automatic numbers, text boxes, tables row by row."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _
from lxml import etree

from plans.importing.lines import Unreadable
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


def text(package: Package) -> str:
    """All text in reading order, one paragraph a line, a form feed where a page is broken by hand."""
    root = package.part(DOCUMENT)
    if root is None or root.tag != f"{W}document":
        raise damaged()
    body = root.find(f"{W}body")
    if body is None:
        raise damaged()
    numbering = read_numbering(package.part(NUMBERING), package.part(STYLES))
    lines = list(_blocks(body, numbering))
    if not any(line.strip() for line in lines):
        raise Unreadable(
            _("There is no text in the document, perhaps only pictures of it. Paste the text itself.")
        )
    return "\n".join(lines)


def _blocks(container: etree._Element, numbering: Numbering) -> Iterator[str]:
    held = ""
    for block in container:
        if block.tag == f"{W}p":
            *before, last = _paragraph(block, numbering, held)
            yield from before
            # A tracked change deleted the end of this paragraph: it goes on in the next.
            if block.find(f"{W}pPr/{W}rPr/{W}del") is not None:
                held = last
            else:
                held = ""
                yield last
        elif block.tag == f"{W}tbl":
            for row in _within(block, f"{W}tr"):
                cells = (" ".join(_blocks(cell, numbering)).strip() for cell in _within(row, f"{W}tc"))
                if row.find(f"{W}trPr/{W}del") is None:
                    yield "\t".join(cells)
        elif block.tag in _WRAPS:
            yield from _blocks(block, numbering)
    if held:
        yield held


def _within(table: etree._Element, tag: str) -> Iterator[etree._Element]:
    """The rows of a table or the cells of a row, also those inside a content control; no table in a cell."""
    for child in table:
        if child.tag == tag:
            yield child
        elif child.tag in _WRAPS:
            yield from _within(child, tag)


def _paragraph(paragraph: etree._Element, numbering: Numbering, held: str = "") -> Iterator[str]:
    """Its text boxes, then its line; ``held`` is the paragraph that goes on in it and keeps its number."""
    boxes: list[etree._Element] = []
    words: list[str] = []
    _collect(paragraph, words, boxes)
    for box in boxes:
        yield from _blocks(box, numbering)
    said = "".join(words)
    before = paragraph.find(f"{W}pPr/{W}pageBreakBefore")
    if before is not None and before.get(f"{W}val") not in {"0", "false", "off"}:
        yield "\f"
    # Word numbers a paragraph without text too, but nobody reads that number.
    label = numbering.label(paragraph) if said.strip() and not held.strip() else ""
    head = said.lstrip("\f")
    yield held + "\f" * (len(said) - len(head)) + label + (head.lstrip() if label else head)


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
