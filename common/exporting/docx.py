"""DOCX after GB/T 9704-2012: A4, a page of 22 lines of 28 characters, official fonts by name.

The fonts are named, not embedded: an office that writes official documents has them. The grid is
``docGrid type="lines" linePitch="579"`` with characters set 0.25 pt closer: 28 characters × 22 lines in Word,
WPS and LibreOffice alike (``linesAndChars`` gives 14 characters in LibreOffice).
"""

from __future__ import annotations

from typing import IO, Any

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from common.exporting.document import Document, Table, cell_text
from common.typed import clean_text

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

# GB/T 9704-2012, 5 and 7: margins in millimetres, sizes by name in points.
PAGE = (210, 297)
MARGINS = {"top_margin": 37, "bottom_margin": 35, "left_margin": 28, "right_margin": 26}
TEXT_WIDTH = PAGE[0] - MARGINS["left_margin"] - MARGINS["right_margin"]
LINE_PITCH = 579  # twentieths of a point: 225 mm / 22 lines
CHARACTER_SPACING = -5  # twentieths of a point: 156 mm / 28 characters of 16 pt
SIZE_2, SIZE_3, SIZE_4, SIZE_5 = 22, 16, 14, 10.5  # 二号, 三号, 四号, 五号
BODY, TITLE, LEVEL_1, LEVEL_2, PAGE_NUMBER = "仿宋_GB2312", "方正小标宋简体", "黑体", "楷体_GB2312", "宋体"
LATIN = "Times New Roman"

# The format fixes the order of properties; these may follow what is put in by hand.
AFTER_SNAP = ("w:spacing", "w:ind", "w:contextualSpacing", "w:mirrorIndents", "w:suppressOverlap", "w:jc")
AFTER_AUTO_SPACE = ("w:bidi", "w:adjustRightInd", "w:snapToGrid", *AFTER_SNAP)
AFTER_CHARACTER_SPACING = ("w:w", "w:kern", "w:position", "w:sz", "w:szCs", "w:highlight", "w:u", "w:lang")


def write_docx(stream: IO[bytes], document: Document) -> None:
    """Write a report as DOCX into ``stream``."""
    file = docx.Document()
    _page(file)
    _styles(file)
    properties = file.core_properties
    properties.title, properties.author = clean_text(document.title)[:255], clean_text(document.author)[:255]
    properties.created = properties.modified = document.made_at.replace(tzinfo=None)
    properties.comments, properties.last_modified_by, properties.language = "", "", "zh-CN"
    _front(file, document)
    for section in document.sections:
        _add(file, section.heading, "Heading 1" if section.level == 1 else "Heading 2")
        for paragraph in section.paragraphs:
            for line in paragraph.split("\n"):
                _add(file, line, "Normal")
        for table in section.tables:
            _table(file, table)
    _closing(file, document)
    for position, annex in enumerate(document.all_annexes, start=1):
        heading = _add(file, document.annex_heading(position), "Annex")
        heading.paragraph_format.page_break_before = True
        _add(file, annex.title, "Title")
        _table(file, annex)
    file.save(stream)


def _page(file: Any) -> None:
    section = file.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(PAGE[0]), Mm(PAGE[1])
    for side, width in MARGINS.items():
        setattr(section, side, Mm(width))
    section.footer_distance = Mm(23)  # the page number stands 7 mm below the text
    properties = section._sectPr
    for grid in properties.findall(qn("w:docGrid")):
        properties.remove(grid)
    grid = OxmlElement("w:docGrid")
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), str(LINE_PITCH))
    properties.append(grid)
    file.settings.odd_and_even_pages_header_footer = True
    _page_number(section.footer, WD_ALIGN_PARAGRAPH.RIGHT)
    _page_number(section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)


def _page_number(footer: Any, side: WD_ALIGN_PARAGRAPH) -> None:
    """``— 1 —``, outside on each page, one character in from the edge."""
    paragraph = footer.paragraphs[0]
    paragraph.style = "Footer"
    paragraph.alignment = side
    one = Pt(SIZE_4)
    if side == WD_ALIGN_PARAGRAPH.RIGHT:
        paragraph.paragraph_format.right_indent = one
    else:
        paragraph.paragraph_format.left_indent = one
    paragraph.add_run("— ")
    run = paragraph.add_run()
    for kind, text in (("begin", ""), ("", " PAGE "), ("separate", ""), ("1", "1"), ("end", "")):
        if kind in {"begin", "separate", "end"}:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        else:
            element = OxmlElement("w:t" if kind else "w:instrText")
            element.text = text
        run._r.append(element)
    paragraph.add_run(" —")


def _styles(file: Any) -> None:
    styles = file.styles
    for language in styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")  # else a program may choose another script's punctuation
    for name in ("Annex", "Subtitle line", "Note", "Signed", "Cell", "Cell head"):
        styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = styles["Normal"]
    indent = 2 * (SIZE_3 + CHARACTER_SPACING / 20)
    _style(styles["Normal"], BODY, SIZE_3, indent=indent, align=WD_ALIGN_PARAGRAPH.JUSTIFY)
    spacing = OxmlElement("w:spacing")
    spacing.set(qn("w:val"), str(CHARACTER_SPACING))
    styles["Normal"].element.get_or_add_rPr().insert_element_before(spacing, *AFTER_CHARACTER_SPACING)
    for tag in (
        "w:autoSpaceDE",
        "w:autoSpaceDN",
    ):  # no space between Chinese and digits: it would break the grid
        styles["Normal"].element.get_or_add_pPr().insert_element_before(_off(tag), *AFTER_AUTO_SPACE)
    _style(styles["Title"], TITLE, SIZE_2, align=WD_ALIGN_PARAGRAPH.CENTER)
    _style(styles["Heading 1"], LEVEL_1, SIZE_3, indent=indent)
    _style(styles["Heading 2"], LEVEL_2, SIZE_3, indent=indent)
    _style(styles["Annex"], LEVEL_1, SIZE_3)
    _style(styles["Subtitle line"], LEVEL_2, SIZE_3, align=WD_ALIGN_PARAGRAPH.CENTER)
    _style(styles["Note"], LEVEL_1, SIZE_3, align=WD_ALIGN_PARAGRAPH.CENTER)
    _style(styles["Signed"], BODY, SIZE_3, align=WD_ALIGN_PARAGRAPH.RIGHT)
    styles["Signed"].paragraph_format.right_indent = Pt(2 * SIZE_3)
    _style(styles["Cell"], BODY, SIZE_5, align=WD_ALIGN_PARAGRAPH.LEFT)
    _style(styles["Cell head"], LEVEL_1, SIZE_5, align=WD_ALIGN_PARAGRAPH.CENTER)
    _style(styles["Footer"], PAGE_NUMBER, SIZE_4)
    for name in ("Cell", "Cell head"):
        styles[name].paragraph_format.space_before = styles[name].paragraph_format.space_after = Pt(2)
        styles[name].element.get_or_add_pPr().insert_element_before(_off("w:snapToGrid"), *AFTER_SNAP)


def _off(tag: str) -> Any:
    element = OxmlElement(tag)
    element.set(qn("w:val"), "0")
    return element


def _style(
    style: Any,
    font: str,
    size: float,
    *,
    indent: float = 0,
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.LEFT,
) -> None:
    """One font by name for Chinese, one for the rest; black; no space around: the grid spaces the lines."""
    properties = style.element.get_or_add_rPr()
    for tag in ("w:rFonts", "w:color", "w:b", "w:bCs", "w:spacing", "w:kern"):
        for old in properties.findall(qn(tag)):
            properties.remove(old)
    style.font.name, style.font.size, style.font.bold, style.font.italic = LATIN, Pt(size), False, False
    style.font.color.rgb = docx.shared.RGBColor(0, 0, 0)
    properties.rFonts.set(qn("w:eastAsia"), font)
    borders = style.element.get_or_add_pPr().find(qn("w:pBdr"))
    if borders is not None:  # the default template rules a line under titles
        style.element.pPr.remove(borders)
    form = style.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.line_spacing = 1
    form.first_line_indent = Pt(indent)
    form.alignment = align
    form.widow_control = False  # 22 lines on every page


def _front(file: Any, document: Document) -> None:
    _add(file, document.title, "Title")
    if document.subtitle:
        _add(file, document.subtitle, "Subtitle line")
    if document.note:
        _add(file, document.note, "Note")
    _add(file, "", "Normal")


def _closing(file: Any, document: Document) -> None:
    annexes = document.all_annexes
    if annexes:
        _add(file, "", "Normal")
        for position, annex in enumerate(annexes, start=1):
            name = annex.title if len(annexes) == 1 else f"{position}. {annex.title}"
            _add(file, f"附件：{name}" if position == 1 else f"\u3000\u3000\u3000{name}", "Normal")
    if document.signed:
        _add(file, "", "Normal")
    for line in document.signed:
        _add(file, line, "Signed").paragraph_format.keep_with_next = line != document.signed[-1]


def _add(file: Any, text: str, style: str) -> Any:
    return file.add_paragraph(clean_text(text), style=style)


def _table(file: Any, table: Table) -> None:
    """A ruled table over the width of the text; its head is repeated on each page and no row is broken."""
    grid = file.add_table(rows=1, cols=len(table.headers), style="Table Grid")
    grid.alignment = WD_TABLE_ALIGNMENT.CENTER
    grid.autofit = False
    widths = [Mm(TEXT_WIDTH * share) for share in table.shares]
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = width
    _row(grid.rows[0], table.headers, widths, "Cell head")
    repeat = OxmlElement("w:tblHeader")
    grid.rows[0]._tr.get_or_add_trPr().append(repeat)
    for row in table.rows:
        _row(grid.add_row(), tuple(cell_text(cell) for cell in row), widths, "Cell")


def _row(row: Any, texts: tuple[str, ...], widths: list[Any], style: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    for cell, text, width in zip(row.cells, texts, widths, strict=True):
        cell.width = width
        cell.paragraphs[0].style = style
        cell.paragraphs[0].add_run(clean_text(text))
