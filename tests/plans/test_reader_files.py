"""Files of every sort: read whole, or refused in one sentence."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plans.importing import package
from plans.importing.lines import MAX_BYTES, Unreadable, compact, split
from plans.importing.numbering import written
from plans.importing.parser import parse
from plans.importing.reader import read_bytes, read_pasted
from tests.plans.conftest import SAMPLES, flat
from tests.plans.docx_files import changed, numbered, saved, typed


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


ROOT = Path(__file__).resolve().parents[2]
PLAN = [
    (None, "清岚半导体研究所2025年攻坚行动计划"),
    (0, "总体要求"),
    (None, "把支部建在课题上。"),
    (0, "具体举措"),
    (1, "加强领导，确保“方向正”"),
    (2, "学习制度。每月学习。"),
    (2, "督办制度。每季度督办。"),
    (3, "先报后办。"),
    (1, "加强攻坚，确保“干成事”"),
    (2, "攻关制度。设立突击队。"),
]
OUTLINE = [
    (1, "一", "总体要求"),
    (1, "二", "具体举措"),
    (2, "（一）", "加强领导，确保“方向正”"),
    (3, "1", "学习制度"),
    (3, "2", "督办制度"),
    (4, "（1）", "先报后办"),
    (2, "（二）", "加强攻坚，确保“干成事”"),
    (3, "1", "攻关制度"),
]


def text_of(data: bytes, name: str) -> str:
    return "\n".join(line.text for line in read_bytes(data, name).lines)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_text_file_reads_the_same_in_every_encoding_it_may_have(encoding: str, opinions_text: str) -> None:
    assert parse(read_bytes(opinions_text.encode(encoding), "a.TXT")) == parse(split(opinions_text))


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_line_ends_of_any_system_read_the_same(newline: str, points_text: str) -> None:
    data = points_text.replace("\n", newline).encode()
    assert parse(read_bytes(data, "a.md")) == parse(split(points_text))


def test_pasted_text_reads_like_the_file(points_text: str) -> None:
    assert parse(read_pasted(points_text)) == parse(split(points_text))


@pytest.mark.parametrize("by_style", [False, True])
def test_numbers_that_word_counts_itself_are_read(by_style: bool) -> None:
    draft = parse(read_bytes(numbered(PLAN, by_style=by_style), "a.docx"))
    assert flat(draft.to_json()) == OUTLINE
    assert draft.lossless


def test_typed_numbers_in_a_word_document_are_read(points_text: str) -> None:
    draft = parse(read_bytes(typed(points_text.splitlines()), "a.docx"))
    assert [n.title for n in draft.walk()] == [n.title for n in parse(split(points_text)).walk()]


def test_a_list_that_starts_over_counts_from_its_own_start() -> None:
    document = Document(io.BytesIO(numbered(PLAN[:3])))
    root = document.part.numbering_part.element
    root.append(
        parse_xml(
            f'<w:num {nsdecls("w")} w:numId="9"><w:abstractNumId w:val="7"/>'
            '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>'
        )
    )
    for text in ("另起", "再起"):
        paragraph = document.add_paragraph(text)
        paragraph._p.get_or_add_pPr().append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="0"/><w:numId w:val="9"/></w:numPr>')
        )
    assert text_of(saved(document), "a.docx").splitlines()[-2:] == ["五、另起", "六、再起"]


def test_breaks_tables_text_boxes_and_deleted_text_of_a_word_document() -> None:
    document = Document()
    paragraph = document.add_paragraph("第一行")
    paragraph.add_run().add_break()
    paragraph.add_run("第二行")
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "甲", "乙"
    deleted = '<w:del {0} w:id="1" w:author="x"><w:r><w:delText>删去</w:delText><w:t>旧</w:t></w:r></w:del>'
    document.add_paragraph("留下")._p.append(parse_xml(deleted.format(nsdecls("w"))))
    boxed = (
        "<w:r {0}><w:pict><w:textbox><w:txbxContent><w:p><w:r><w:t>框内</w:t></w:r></w:p></w:txbxContent>"
        "</w:textbox></w:pict></w:r>"
    )
    document.add_paragraph("框外")._p.append(parse_xml(boxed.format(nsdecls("w"))))
    assert text_of(saved(document), "a.docx").splitlines() == [
        "第一行",
        "第二行",
        "甲\t乙",
        "留下",
        "框内",
        "框外",
    ]


def test_a_page_break_in_word_marks_the_next_line() -> None:
    document = Document()
    document.add_paragraph("前页")
    document.add_page_break()
    document.add_paragraph("后页")
    lines = read_bytes(saved(document), "a.docx").lines
    assert [(line.text, line.page) for line in lines] == [("前页", False), ("后页", True)]


@pytest.mark.parametrize(
    ("fmt", "shown"),
    [
        ("chineseCounting", "十二"),
        ("ideographDigital", "一二"),
        ("decimalFullWidth", "１２"),
        ("decimalEnclosedCircle", "⑫"),
        ("decimalEnclosedParen", "⑿"),
        ("upperRoman", "XII"),
        ("lowerLetter", "l"),
        ("something", "12"),
    ],
)
def test_number_formats_of_word(fmt: str, shown: str) -> None:
    assert written(12, fmt) == shown


DOCX = typed(["攻坚行动计划", "一、任务", "1.学习。每月一次。"])
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


def bomb() -> bytes:
    return changed(DOCX, word__document_DOT_xml=b"<w:document>" + b" " * 60_000_000 + b"</w:document>")


def encrypted_member() -> bytes:
    data = bytearray(DOCX)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(signature)
        data[at + offset] |= 1
    return bytes(data)


def entities() -> bytes:
    text = zipfile.ZipFile(io.BytesIO(DOCX)).read("word/document.xml")
    head, _, rest = text.partition(b"<w:document")
    return changed(
        DOCX, word__document_DOT_xml=head + b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + b"<w:document" + rest
    )


def utf16_entities() -> bytes:
    text = zipfile.ZipFile(io.BytesIO(DOCX)).read("word/document.xml").decode()
    body = text.partition("<w:document")[2]
    xml = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x [<!ENTITY a "aaaa">]><w:document' + body
    return changed(DOCX, word__document_DOT_xml=xml.encode("utf-16"))


def macro_type() -> bytes:
    types = zipfile.ZipFile(io.BytesIO(DOCX)).read("[Content_Types].xml")
    types = types.replace(b"document.main+xml", b"macroEnabled.main+xml").replace(
        b"openxmlformats-officedocument.wordprocessingml", b"ms-word.document"
    )
    return changed(DOCX, **{"[Content_Types]_DOT_xml": types})


BAD = {
    "empty": (b"", "a.txt", "empty"),
    "only white space": (" \n\t\n　".encode(), "a.txt", "no text"),
    "control character": ("一、甲\n二、\x08乙".encode(), "a.txt", "Line 2"),
    "null bytes": (b"abc\x00def", "a.txt", "plain text"),
    "utf-16": ("一、总体要求\n".encode("utf-16"), "a.txt", "plain text"),
    "big5": ("黨委會關於實施行動計劃的指導意見，請各單位遵照執行".encode("big5"), "a.txt", "neither"),
    "shift-jis": ("これは日本語の文書です。行動計画について".encode("shift-jis"), "a.txt", "neither"),
    "latin-1": ("Résumé du plan d'action, déjà vu".encode("latin-1"), "a.txt", "neither"),
    "cut utf-8": ("行动计划".encode()[:-1], "a.txt", "not complete"),
    "damaged utf-8": ("行动计划，党建促攻坚。".encode()[:-4] + b"\xff" + "好的".encode(), "a.txt", "neither"),
    "a zip named txt": (DOCX, "a.txt", "no text file"),
    "a pdf named txt": (b"%PDF-1.7 ...", "a.txt", "no text file"),
    "text named docx": ("行动计划".encode(), "a.docx", "not a Word document"),
    "doc named docx": (OLE, "a.docx", "old Word"),
    "encrypted docx": (OLE + "EncryptedPackage".encode("utf-16-le"), "a.docx", "password"),
    "zip without document": (changed(DOCX, word__document_DOT_xml=None), "a.docx", "not a Word document"),
    "cut docx": (DOCX[: len(DOCX) // 2], "a.docx", "damaged"),
    "broken xml": (changed(DOCX, word__document_DOT_xml=b"<w:document><w:body>"), "a.docx", "damaged"),
    "other xml": (changed(DOCX, word__document_DOT_xml=b"<html/>"), "a.docx", "damaged"),
    "entities": (entities(), "a.docx", "damaged"),
    "entities in utf-16": (utf16_entities(), "a.docx", "damaged"),
    "path outside": (changed(DOCX, **{"..__x": b"x"}), "a.docx", "damaged"),
    "macros": (changed(DOCX, word__vbaProject_DOT_bin=b"x"), "a.docx", "macros"),
    "macro type": (macro_type(), "a.docx", "macros"),
    "docm": (DOCX, "a.docm", "macros"),
    "encrypted member": (encrypted_member(), "a.docx", "password"),
    "bomb": (bomb(), "a.docx", "unpacks"),
    "no text": (typed([""]), "a.docx", "only pictures"),
    "doc": (OLE, "a.doc", "paste"),
    "wps": (OLE, "a.wps", "paste"),
    "pdf": (b"%PDF-1.7", "a.PDF", "paste"),
    "picture": (b"\x89PNG", "scan.png", "paste"),
    "unknown": (b"x", "a.exe", "Only .docx"),
    "no suffix": (b"x", "plan", "Only .docx"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_refused_in_one_sentence_that_says_why(case: str) -> None:
    data, name, said = BAD[case]
    with pytest.raises(Unreadable) as caught:
        read_bytes(data, name)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_too_large_is_refused_unread(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="larger than"):
        read_bytes(bytes(MAX_BYTES + 1), "a.txt")


def test_a_member_that_declares_less_than_it_holds_is_read_no_further(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(package, "MAX_PART", 1000)
    with pytest.raises(Unreadable, match="unpacks"):
        read_bytes(DOCX, "a.docx")


def test_too_many_members_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MAX_MEMBERS", 3)
    with pytest.raises(Unreadable, match="unpacks"):
        read_bytes(DOCX, "a.docx")


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, len(DOCX) - 1), st.binary(min_size=1, max_size=6), st.booleans())
def test_a_mutated_word_document_is_read_or_refused(at: int, noise: bytes, cut: bool) -> None:
    data = DOCX[:at] + noise + (b"" if cut else DOCX[at + len(noise) :])
    try:
        draft = parse(read_bytes(data, "a.docx"))
    except Unreadable:
        return
    assert draft.lossless


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_as_text_are_read_or_refused(data: bytes) -> None:
    try:
        source = read_bytes(data, "a.txt")
    except Unreadable:
        return
    assert compact(parse(source).rebuild()) == compact("".join(line.text for line in source.lines))


def run(*args: str, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "DATABASE_URL": "sqlite:////nonexistent/none.sqlite3", **environment}
    return subprocess.run(
        [sys.executable, "manage.py", "import_plan", *args], capture_output=True, text=True, cwd=ROOT, env=env
    )


def test_the_command_prints_one_object_without_a_database() -> None:
    done = run(str(SAMPLES / "guiding_opinions.txt"), "--dry-run", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    result = json.loads(done.stdout)
    assert list(result) == [
        "is_plan",
        "kind",
        "title",
        "document_number",
        "issuer",
        "issued_on",
        "preamble",
        "sections",
        "goals",
        "proposals",
        "joins",
        "dropped",
        "warnings",
        "lossless",
    ]
    assert list(result["sections"][0]) == ["level", "number", "title", "text", "assurance", "children"]


def test_the_command_says_in_one_line_why_a_file_is_unreadable(tmp_path: Path) -> None:
    bad = tmp_path / "a.doc"
    bad.write_bytes(OLE)
    for path in (bad, tmp_path / "none.txt", tmp_path):
        done = run(str(path), "--dry-run", "--json")
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.count("\n") == 1


def test_the_command_reads_what_is_no_plan_and_says_so(tmp_path: Path) -> None:
    notice = tmp_path / "notice.txt"
    notice.write_text("关于放假的通知\n各部门：\n放假三天。\n", "utf-8")
    done = run(str(notice), "--dry-run", "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["is_plan"] is False
