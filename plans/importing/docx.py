"""The text of a Word document: paragraphs with their automatic numbers, text boxes, tables row by row."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _
from lxml import etree

from plans.importing.lines import Unreadable
from plans.importing.numbering import Numbering, W, read_numbering
from plans.importing.package import DOCUMENT, NUMBERING, STYLES, Package, damaged

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
#: Deleted and moved text, field codes, the other half of a choice and ruby are not on the page.
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
    for block in container:
        if block.tag == f"{W}p":
            yield from _paragraph(block, numbering)
        elif block.tag == f"{W}tbl":
            for row in block.iter(f"{W}tr"):
                cells = (" ".join(_blocks(cell, numbering)).strip() for cell in row.findall(f"{W}tc"))
                yield "\t".join(cells)
        elif block.tag in {f"{W}sdt", f"{W}customXml", f"{W}ins", f"{W}moveTo", f"{W}smartTag"}:
            content = block.find(f"{W}sdtContent")
            yield from _blocks(block if content is None else content, numbering)
        elif block.tag == f"{W}sdtContent":
            yield from _blocks(block, numbering)


def _paragraph(paragraph: etree._Element, numbering: Numbering) -> Iterator[str]:
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
    label = numbering.label(paragraph) if said.strip() else ""
    head = said.lstrip("\f")
    yield "\f" * (len(said) - len(head)) + label + (head.lstrip() if label else head)


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
        if tag == f"{W}t":
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
