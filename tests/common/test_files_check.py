"""Uploads: what is taken, what is refused and why. Every bad file is built here."""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from docx import Document
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from common import files
from common.secrecy import secrecy_mark

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")


def docx(*paragraphs: str, header: str = "") -> bytes:
    document = Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    if header:
        document.sections[0].header.paragraphs[0].text = header
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def with_member(content: bytes, name: str, data: bytes) -> bytes:
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return out.getvalue()


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 20), gps: bool = False) -> bytes:
    image = Image.new("RGB", size, "white")
    out = io.BytesIO()
    exif = Image.Exif()
    if gps:
        exif[0x010F] = "CameraMaker"
        exif[0x0112] = 6  # lies on its side
        exif.get_ifd(0x8825)[2] = (IFDRational(39), IFDRational(59), IFDRational(0))
    image.save(out, kind, exif=exif)
    return out.getvalue()


def refused(content: bytes, name: str, **kwargs: object) -> str:
    with pytest.raises(files.FileRefusedError) as error:
        files.check(io.BytesIO(content), name, **kwargs)  # type: ignore[arg-type]
    assert error.value.messages[0]
    return error.value.code or ""


PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("纪要.docx", docx("会议纪要", "今年严守国家秘密，机密工作另行部署。")),
        ("扫描.pdf", PDF),
        ("照片.JPG", picture()),
        ("图.png", picture("PNG")),
        ("说明.txt", "本月活动说明".encode()),
        ("说明.txt", "本月活动说明".encode("gb18030")),
    ],
)
def test_a_sound_file_is_taken_with_the_checksum_of_what_is_kept(name: str, content: bytes) -> None:
    checked = files.check(io.BytesIO(content), name)
    assert checked.name == name
    assert checked.sha256 == hashlib.sha256(checked.content).hexdigest()
    assert checked.size == len(checked.content) > 0


def test_an_empty_file_is_refused() -> None:
    assert refused(b"", "a.txt") == "empty"


def test_a_file_over_the_limit_is_refused_before_it_is_read() -> None:
    class Huge(io.BytesIO):
        size = 100 * files.MEGABYTE

        def read(self, *args: object) -> bytes:
            raise AssertionError("read")

    assert refused(b"x" * 11, "a.txt", limit=10) == "size"
    with pytest.raises(files.FileRefusedError, match="20 MB"):
        files.check(Huge(), "a.txt")


@pytest.mark.parametrize("name", ["a.exe", "a", "a.docm", "a.html", "a.svg", "a.docx.exe"])
def test_a_kind_nobody_asked_for_is_refused(name: str) -> None:
    assert refused(b"x", name) == "kind"


def test_an_old_office_format_is_told_how_to_become_a_new_one() -> None:
    assert refused(b"x", "a.doc") == "old_format"
    assert refused(b"x", "a.wps") == "old_format"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.docx", PDF),
        ("a.pdf", docx("x")),
        ("a.png", picture("JPEG")),
        ("a.jpg", picture("PNG")),
        ("a.xlsx", docx("x")),
    ],
)
def test_a_wrong_ending_is_refused(name: str, content: bytes) -> None:
    assert refused(content, name) == "type"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.docx", docx("x")[:-200]),
        ("a.docx", docx("x")[:500]),
        ("a.pdf", PDF[:-8]),
        ("a.jpg", picture(size=(400, 400))[:-300]),
        ("a.png", picture("PNG", (300, 300))[:90]),
    ],
)
def test_a_truncated_file_is_refused(name: str, content: bytes) -> None:
    assert refused(content, name) == "damaged"


def test_a_member_whose_checksum_lies_is_refused() -> None:
    content = with_member(docx("x"), "word/media/note.bin", b"0123456789" * 50)
    stream = zlib.compressobj(6, zlib.DEFLATED, -15)
    packed = stream.compress(b"0123456789" * 50) + stream.flush()
    broken = content.replace(packed, packed[:-3] + b"\0\0\0")
    assert broken != content
    assert refused(broken, "a.docx") == "damaged"


def test_a_password_is_refused() -> None:
    assert refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.docx") == "encrypted"
    assert refused(PDF.replace(b"/Root 1 0 R", b"/Root 1 0 R/Encrypt 5 0 R"), "a.pdf") == "encrypted"
    flagged = bytearray(docx("x"))
    position = flagged.find(b"PK\x01\x02")
    flagged[position + 8] |= 1
    assert refused(bytes(flagged), "a.docx") == "encrypted"


def test_a_bomb_is_refused_by_ratio_and_by_number_of_members() -> None:
    assert (
        refused(with_member(docx("x"), "word/media/a.bin", b"\0" * (5 * files.MEGABYTE)), "a.docx") == "bomb"
    )
    out = io.BytesIO(docx("x"))
    with zipfile.ZipFile(out, "a") as archive:
        for number in range(files.MAX_MEMBERS):
            archive.writestr(f"word/{number}", b"")
    assert refused(out.getvalue(), "a.docx") == "bomb"


def test_macros_scripts_and_foreign_definitions_are_refused() -> None:
    assert refused(with_member(docx("x"), "word/vbaProject.bin", b"x"), "a.docx") == "macros"
    assert refused(PDF.replace(b"/Catalog", b"/Catalog/OpenAction<</S/JavaScript>>"), "a.pdf") == "macros"
    dtd = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a/>'
    assert refused(with_member(docx("x"), "word/extra.xml", dtd.encode()), "a.docx") == "dtd"
    assert refused(with_member(docx("x"), "word/extra.xml", dtd.encode("utf-16")), "a.docx") == "dtd"


def test_a_member_that_climbs_out_of_the_file_is_refused() -> None:
    assert refused(with_member(docx("x"), "../../etc/cron.d/x", b"x"), "a.docx") == "damaged"


def test_text_in_no_known_encoding_is_refused() -> None:
    assert refused(b"\xff\xfe\x00\xd8\x00", "a.txt") == "encoding"


def test_a_picture_of_too_many_pixels_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_PIXELS", 40 * 20 - 1)
    assert refused(picture(), "a.jpg") == "pixels"


def test_a_kept_picture_stands_upright_and_has_forgotten_place_and_camera() -> None:
    source = picture(gps=True)
    assert Image.open(io.BytesIO(source)).getexif().get_ifd(0x8825)
    kept = Image.open(io.BytesIO(files.check(io.BytesIO(source), "a.jpg").content))
    assert not kept.getexif()
    assert not kept.getexif().get_ifd(0x8825)
    assert kept.size == (20, 40)


@pytest.mark.parametrize(
    "text", ["机密★10年\n关于…的报告", "绝  密★", "标题\n秘密\n正文", "【机密】", "密级：秘密", "秘密 长期"]
)
def test_a_secrecy_marking_at_the_head_is_refused(text: str) -> None:
    assert refused(text.encode(), "a.txt") == "secret"
    assert refused(docx(*text.splitlines()), "a.docx") == "secret"


def test_a_marking_in_the_page_head_of_a_document_is_refused() -> None:
    assert refused(docx("正文", header="机密★长期"), "a.docx") == "secret"


@pytest.mark.parametrize(
    "text",
    ["严守党的秘密，保护国家秘密。", "机密工作会议纪要", "开展保密教育：绝密文件管理", "x\n" * 80 + "秘密"],
)
def test_a_sentence_about_secrets_is_no_marking(text: str) -> None:
    assert secrecy_mark(text) == ""


def test_a_kept_file_gives_nothing_away_and_comes_back_as_it_was(settings) -> None:
    checked = files.check(io.BytesIO("谈话".encode()), "张三的谈话.txt")
    first, second = files.keep(checked), files.keep(checked)
    assert first != second and "张" not in first
    path = settings.PRIVATE_FILES_DIR / first
    assert hashlib.sha256(path.read_bytes()).hexdigest() == checked.sha256
    assert path.stat().st_mode & 0o077 == 0
    assert not list(settings.PRIVATE_FILES_DIR.rglob("*.part"))
    files.remove(first)
    files.remove(first)
    assert not path.exists() and (settings.PRIVATE_FILES_DIR / second).exists()


def test_a_private_file_is_a_download_no_browser_opens_in_our_name() -> None:
    stored = files.keep(files.check(io.BytesIO(b"<script>"), "a.txt"))
    response = files.serve(stored, "恶意\r\n.html")
    assert response["Content-Disposition"].startswith("attachment")
    assert "\r" not in response["Content-Disposition"]
    assert response["Content-Type"] == "application/octet-stream"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox")
    assert b"".join(response.streaming_content) == b"<script>"


@pytest.mark.parametrize("stored", ["00/" + "0" * 30 + ".txt", "../../etc/passwd", "/etc/passwd", ""])
def test_a_file_the_disk_has_lost_or_never_had_is_not_found(stored: str) -> None:
    with pytest.raises(Http404):
        files.serve(stored, "a.pdf")


class UploadForm(forms.Form):
    file = files.CheckedFileField(accept=("txt",), required=False)


def test_the_form_field_gives_a_checked_file_or_an_error_beside_it() -> None:
    good = UploadForm({}, {"file": SimpleUploadedFile("a.txt", b"abc")})
    assert good.is_valid() and good.cleaned_data["file"].content == b"abc"
    bad = UploadForm({}, {"file": SimpleUploadedFile("a.exe", b"abc")})
    assert not bad.is_valid() and "file" in bad.errors
    empty = UploadForm({}, {"file": SimpleUploadedFile("a.txt", b"")})
    assert "file" in empty.errors
    assert UploadForm({}, {}).is_valid()
    assert 'accept=".txt"' in str(good["file"])
