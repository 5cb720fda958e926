"""The report writers: each file is opened again and compared with the document that went in."""

from __future__ import annotations

import io
import shutil
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path
from zipfile import ZipFile

import docx
import pypdf
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm
from python_calamine import CalamineWorkbook

from common.exporting import (
    MISSING,
    Document,
    Section,
    Table,
    cell_text,
    write_docx,
    write_pdf,
    write_workbook,
)

CHARACTERS = "推动党建工作与科研攻关深度融合"
HOSTILE = '#panic("x") *粗* _斜_ $x$ <w:p/> @ref `#let` \\u{41} {{ x }} =1+1'


def sample(**changes: object) -> Document:
    values: dict[str, object] = {
        "title": "激光技术党支部2025年度述职报告",
        "subtitle": "（2026年1月8日）",
        "author": "激光技术党支部",
        "note": "（未经本支部确认）",
        "made_at": datetime(2026, 1, 8, 1, 15, tzinfo=UTC),
        "meta": (("年度", 2025), ("确认日期", None)),
        "sections": (
            Section("一、组织生活", paragraphs=("全年召开支部党员大会4次。", HOSTILE)),
            Section("（一）学习", level=2, paragraphs=("中心组学习\x0b3次。",)),
        ),
        "figures": Table(
            "主要数字",
            ("指标", "数值", "口径"),
            (("主题党日", 12, "已核定"), ("到会率", 0.905, "实到/应到"), ("优秀人数", None, "未填报")),
        ),
        "annexes": (Table("会议一览", ("日期", "名称"), ((date(2025, 12, 17), "年终读书会"),), (1, 3)),),
        "signed": ("激光技术党支部", "2026年1月8日"),
    }
    return Document(**{**values, **changes})  # type: ignore[arg-type]


def made(writer: object, document: Document) -> io.BytesIO:
    stream = io.BytesIO()
    writer(stream, document)  # type: ignore[operator]
    stream.seek(0)
    return stream


def pdf_text(body: io.BytesIO | Path) -> str:
    return "".join("".join(page.extract_text() for page in pypdf.PdfReader(body).pages).split())


def test_docx_says_everything_the_document_says() -> None:
    file = docx.Document(made(write_docx, sample()))
    words = [paragraph.text for paragraph in file.paragraphs]
    for expected in (
        "激光技术党支部2025年度述职报告",
        "（2026年1月8日）",
        "（未经本支部确认）",
        "一、组织生活",
        "全年召开支部党员大会4次。",
        HOSTILE,
        "（一）学习",
        "中心组学习3次。",
        "附件：1. 会议一览",
        "附件1",
        "附件2",
        "激光技术党支部",
    ):
        assert expected in words
    cells = [[cell.text for cell in row.cells] for table in file.tables for row in table.rows]
    assert cells == [
        ["日期", "名称"],
        ["2025年12月17日", "年终读书会"],
        ["指标", "数值", "口径"],
        ["主题党日", "12", "已核定"],
        ["到会率", "0.905", "实到/应到"],
        ["优秀人数", MISSING, "未填报"],
    ]


def test_docx_page_is_that_of_the_standard() -> None:
    file = docx.Document(made(write_docx, sample()))
    section = file.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(margin / Mm(1)) for margin in margins] == [37, 35, 28, 26]
    grids = section._sectPr.findall(qn("w:docGrid"))
    assert [(grid.get(qn("w:type")), grid.get(qn("w:linePitch"))) for grid in grids] == [("lines", "579")]
    normal = file.styles["Normal"]
    assert normal.element.rPr.find(qn("w:spacing")).get(qn("w:val")) == "-5"
    assert normal.font.size.pt == 16
    fonts = {name: file.styles[name].element.rPr.rFonts.get(qn("w:eastAsia")) for name in ("Normal", "Title")}
    fonts |= {
        name: file.styles[name].element.rPr.rFonts.get(qn("w:eastAsia"))
        for name in ("Heading 1", "Heading 2")
    }
    assert fonts == {
        "Normal": "仿宋_GB2312",
        "Title": "方正小标宋简体",
        "Heading 1": "黑体",
        "Heading 2": "楷体_GB2312",
    }
    assert file.styles["Title"].font.size.pt == 22


def test_docx_numbers_pages_outside_on_odd_and_even_pages() -> None:
    file = docx.Document(made(write_docx, sample()))
    assert file.settings.odd_and_even_pages_header_footer
    section = file.sections[0]
    for footer, side in ((section.footer, "RIGHT"), (section.even_page_footer, "LEFT")):
        assert footer.paragraphs[0].text == "— 1 —"
        assert footer.paragraphs[0].alignment.name == side
        assert " PAGE " in footer.paragraphs[0]._p.xml


def test_docx_repeats_the_head_of_a_table_and_breaks_no_row() -> None:
    table = docx.Document(made(write_docx, sample())).tables[0]
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)


def test_one_annex_carries_no_number() -> None:
    words = [p.text for p in docx.Document(made(write_docx, sample(figures=None))).paragraphs]
    assert "附件" in words
    assert "附件：会议一览" in words


@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice's writer")
def test_docx_rendered_has_28_characters_by_22_lines(tmp_path: Path) -> None:
    source = tmp_path / "report.docx"
    with source.open("wb") as stream:
        write_docx(stream, sample(sections=(Section("一、组织生活", paragraphs=(CHARACTERS * 120,)),)))
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless"]
    subprocess.run(
        [*command, "--convert-to", "pdf", "--outdir", str(tmp_path), str(source)],
        check=True,
        capture_output=True,
        timeout=120,
    )
    lines = pypdf.PdfReader(tmp_path / "report.pdf").pages[1].extract_text().split("\n")
    body = [line.strip() for line in lines if set(line.strip()) & set(CHARACTERS)]
    assert [len(line) for line in body] == [28] * 22


def test_pdf_says_everything_the_document_says_and_reads_no_markup() -> None:
    text = pdf_text(made(write_pdf, sample()))
    for expected in (
        "激光技术党支部2025年度述职报告",
        "（未经本支部确认）",
        "一、组织生活",
        "（一）学习",
        "会议一览",
    ):
        assert expected in text
    for expected in (
        "主题党日12",
        "2025年12月17日年终读书会",
        MISSING,
        "".join(HOSTILE.split()),
        "中心组学习3次。",
    ):
        assert expected in text


def test_pdf_has_28_characters_by_22_lines() -> None:
    document = sample(sections=(Section("一、组织生活", paragraphs=(CHARACTERS * 120,)),))
    page = pypdf.PdfReader(made(write_pdf, document)).pages[1]
    assert (
        round(float(page.mediabox.width) / 72 * 25.4),
        round(float(page.mediabox.height) / 72 * 25.4),
    ) == (210, 297)
    body = [line.strip() for line in page.extract_text().split("\n") if set(line.strip()) & set(CHARACTERS)]
    assert [len(line) for line in body] == [28] * 22


def test_pdf_embeds_the_packaged_fonts_only() -> None:
    reader = pypdf.PdfReader(made(write_pdf, sample()))
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()  # type: ignore[index]
    }
    assert fonts
    assert all("NotoSerif" in font or "NotoSans" in font for font in fonts)


def test_the_same_document_makes_the_same_pdf() -> None:
    assert made(write_pdf, sample()).read() == made(write_pdf, sample()).read()


def test_workbook_has_the_text_the_figures_and_each_annex() -> None:
    book = CalamineWorkbook.from_filelike(made(write_workbook, sample()))
    assert book.sheet_names == ["正文", "主要数字", "会议一览"]
    text = [value for row in book.get_sheet_by_name("正文").to_python() for value in row if value != ""]
    assert "激光技术党支部2025年度述职报告" in text
    assert "全年召开支部党员大会4次。" in text
    assert "（未经本支部确认）" in text
    assert text[text.index("确认日期") + 1] == MISSING
    figures = book.get_sheet_by_name("主要数字").to_python()
    assert figures[1:] == [
        ["主题党日", 12.0, "已核定"],
        ["到会率", 0.905, "实到/应到"],
        ["优秀人数", MISSING, "未填报"],
    ]
    assert book.get_sheet_by_name("会议一览").to_python()[1] == [date(2025, 12, 17), "年终读书会"]


def test_a_workbook_has_no_formula_and_no_link() -> None:
    table = Table("数据", ("甲",), (("=1+1",), ("https://example.org",), ("@SUM(A1)",), ("+1",)))
    with ZipFile(made(write_workbook, sample(annexes=(table,)))) as parts:
        names = parts.namelist()
        xml = "".join(parts.read(name).decode() for name in names if name.endswith((".xml", ".rels")))
    assert "<f>" not in xml
    assert "hyperlink" not in xml


def test_a_table_refuses_a_row_of_another_length() -> None:
    with pytest.raises(ValueError, match="row 2 has 1 cells for 2 columns"):
        Table("会议", ("日期", "名称"), ((None, "甲"), ("乙",)))


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        (None, "待补"),
        (0, "0"),
        (date(2026, 1, 8), "2026年1月8日"),
        (datetime(2026, 1, 8, 1, 15, tzinfo=UTC), "2026年1月8日 09:15"),
        (12.0, "12"),
        (4.25, "4.25"),
        ("文", "文"),
    ],
)
def test_a_cell_in_words(cell: object, words: str) -> None:
    assert cell_text(cell) == words  # type: ignore[arg-type]
