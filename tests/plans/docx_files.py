"""Word documents made by code: python-docx writes the package, the numbering part is our own."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

#: List 1: 一、/（一）/1./（1） on four levels. List 2 counts the same levels again from 一.
LEVELS = (
    ("chineseCountingThousand", "%1、", "nothing"),
    ("chineseCountingThousand", "（%2）", "nothing"),
    ("decimal", "%3.", "tab"),
    ("decimal", "（%4）", "space"),
)


def numbered(paragraphs: Iterable[tuple[int | None, str]], *, by_style: bool = False) -> bytes:
    """A document of (level or ``None``, text) paragraphs that Word numbers, directly or through styles."""
    document = Document()
    root = document.part.numbering_part.element
    for child in list(root):
        root.remove(child)
    levels = "".join(
        f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="{fmt}"/><w:suff w:val="{suffix}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for i, (fmt, text, suffix) in enumerate(LEVELS)
    )
    root.append(parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="7">{levels}</w:abstractNum>'))
    root.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="3"><w:abstractNumId w:val="7"/></w:num>'))
    if by_style:
        for level in range(4):
            style = document.styles[f"Heading {level + 1}"].element
            style.get_or_add_pPr().append(parse_xml(_num_pr(level)))
    for level, text in paragraphs:
        paragraph = document.add_paragraph(text)
        if level is None:
            continue
        if by_style:
            paragraph.style = document.styles[f"Heading {level + 1}"]
        else:
            paragraph._p.get_or_add_pPr().append(parse_xml(_num_pr(level)))
    return saved(document)


def _num_pr(level: int) -> str:
    return f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="3"/></w:numPr>'


def typed(lines: Iterable[str]) -> bytes:
    """A document whose numbers are typed."""
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    return saved(document)


def saved(document: object) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)  # type: ignore[attr-defined]
    return buffer.getvalue()


def changed(data: bytes, **members: bytes | None) -> bytes:
    """The package with members (``__`` for /, ``_DOT_`` for .) replaced, added or, when ``None``, removed."""
    named = {name.replace("__", "/").replace("_DOT_", "."): content for name, content in members.items()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            if info.filename not in named:
                new.writestr(info, old.read(info))
        for name, content in named.items():
            if content is not None:
                new.writestr(name, content)
    return buffer.getvalue()
