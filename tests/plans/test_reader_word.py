"""What Word documents hold besides plain paragraphs: nested tables, tracked changes, hidden text, formulas."""

from __future__ import annotations

import io
import zipfile

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from plans.importing import package
from plans.importing.lines import Unreadable
from plans.importing.reader import read_bytes
from tests.plans.docx_files import changed, numbered, saved, typed

W = nsdecls("w")
MATH = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'


def lines_of(data: bytes) -> list[str]:
    return [line.text for line in read_bytes(data, "a.docx").lines]


def body(inner: str) -> bytes:
    return changed(
        typed(["x"]), word__document_DOT_xml=f"<w:document {W}><w:body>{inner}</w:body></w:document>".encode()
    )


def words(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def test_a_table_inside_a_cell_is_read_once() -> None:
    document = Document()
    outer = document.add_table(1, 2)
    outer.cell(0, 0).text, outer.cell(0, 1).text = "党办", "六月"
    outer.cell(0, 0).add_table(1, 1).cell(0, 0).text = "内表"
    assert lines_of(saved(document)) == ["党办 内表\t六月"]


def test_a_cell_or_row_in_a_content_control_is_read() -> None:
    cell = f"<w:tc>{words('甲')}</w:tc>"
    control = "<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>".format
    row = f"<w:tr>{cell}{control(cell.replace('甲', '乙'))}</w:tr>"
    assert lines_of(body(f"<w:tbl>{row}{control(row)}</w:tbl>")) == ["甲\t乙", "甲\t乙"]


def test_a_deleted_row_is_not_on_the_page() -> None:
    deleted = f'<w:tr><w:trPr><w:del w:id="1" w:author="x"/></w:trPr><w:tc>{words("旧")}</w:tc></w:tr>'
    assert lines_of(body(f"<w:tbl><w:tr><w:tc>{words('新')}</w:tc></w:tr>{deleted}</w:tbl>")) == ["新"]


def test_a_paragraph_whose_end_was_deleted_goes_on_in_the_next() -> None:
    document = Document()
    first = document.add_paragraph("1.前半")
    first._p.get_or_add_pPr().append(parse_xml(f'<w:rPr {W}><w:del w:id="9" w:author="x"/></w:rPr>'))
    document.add_paragraph("后半。")
    document.add_paragraph("2.另起。")
    assert lines_of(saved(document)) == ["1.前半后半。", "2.另起。"]


def test_a_numbered_paragraph_that_was_deleted_whole_takes_no_number() -> None:
    mark = '<w:rPr><w:del w:id="9" w:author="x"/></w:rPr>'
    data = numbered([(0, "甲"), (0, "乙"), (0, "丙")])
    assert lines_of(data)[-1] == "三、丙"
    xml = zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml").decode()
    gone = xml.replace("<w:r><w:t>乙</w:t></w:r>", "").replace("</w:pPr>", f"{mark}</w:pPr>", 2)
    first = gone.replace(f"{mark}</w:pPr>", "</w:pPr>", 1)
    assert lines_of(changed(data, word__document_DOT_xml=first.encode())) == ["一、甲", "二、丙"]


def test_hidden_text_is_left_out_and_a_formula_is_read() -> None:
    hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r>"
    shown = '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>可见</w:t></w:r>'
    formula = f"<m:oMath {MATH}><m:r><m:t>x=1</m:t></m:r></m:oMath>"
    assert lines_of(body(f"<w:p>{hidden}{shown}{formula}</w:p>")) == ["可见x=1"]


@pytest.mark.parametrize(
    ("opening", "closing"),
    [("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>"), ("<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>")],
)
def test_what_is_nested_beyond_any_document_is_refused(opening: str, closing: str) -> None:
    with pytest.raises(Unreadable, match="损坏|damaged"):
        lines_of(body(opening * 2000 + words("x") + closing * 2000))
    assert lines_of(body(opening * 20 + words("x") + closing * 20)) == ["x"]


def test_a_part_of_too_many_elements_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MAX_ELEMENTS", 40)
    with pytest.raises(Unreadable):
        lines_of(body("<w:p/>" * 41))
