"""File or pasted text → lines. Says in one sentence why a file cannot be read; guesses no character."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from common.decoding import plausible
from plans.importing import docx, package
from plans.importing.lines import MAX_BYTES, Source, Unreadable, split

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"II*\x00", b"MM\x00*", b"BM", b"RIFF")
_SAVE_AS = _("Save it as .docx, or copy its text and paste it.")
_REFUSED = {
    ".doc": _("This is an old Word document."),
    ".dot": _("This is an old Word document."),
    ".wps": _("This is a WPS document."),
    ".rtf": _("This is an RTF document."),
    ".odt": _("This is an OpenDocument text."),
    ".pdf": _("This is a PDF."),
    ".ofd": _("This is an OFD document."),
    **dict.fromkeys(
        (".jpg", ".jpeg", ".png", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".heic"), _("This is a picture.")
    ),
}
_MACROS = {".docm", ".dotm"}
_TEXT = {".txt", ".text", ".md", ".markdown"}


def read_path(path: Path) -> Source:
    """Read the document at ``path``. Raises ``Unreadable``."""
    try:
        if not path.is_file():
            raise Unreadable(_("There is no such file: %(name)s") % {"name": path})
        if path.stat().st_size > MAX_BYTES:
            raise _too_large()
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise Unreadable(_("The file cannot be opened: %(name)s") % {"name": path}) from error
    return read_bytes(data, path.name)


def read_bytes(data: bytes, name: str) -> Source:
    """Read a document of the given file name. Raises ``Unreadable``."""
    if len(data) > MAX_BYTES:
        raise _too_large()
    if not data:
        raise Unreadable(_("The file is empty."))
    suffix = Path(name).suffix.lower()
    if suffix in _MACROS:
        raise Unreadable(
            _("The document may hold macros. Save it as .docx without macros, or paste its text.")
        )
    if suffix in _REFUSED:
        raise Unreadable(f"{_REFUSED[suffix]} {_SAVE_AS}")
    if suffix == ".docx":
        return _read_docx(data, name)
    if suffix in _TEXT:
        return _read_text(data, name)
    raise Unreadable(
        _("Only .docx, .txt and .md can be read. For anything else: save it as .docx, or paste its text.")
    )


def read_pasted(text: str) -> Source:
    """Read pasted text. Raises ``Unreadable``."""
    return split(text)


def _too_large() -> Unreadable:
    return Unreadable(
        _("The file is larger than %(most)d MB. Leave the pictures out, or paste the text.")
        % {"most": MAX_BYTES // 1024 // 1024}
    )


def _read_docx(data: bytes, name: str) -> Source:
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise Unreadable(_("The document is protected by a password. Remove it, or paste the text."))
        old = _("This is an old Word document, only its name ends in .docx.")
        raise Unreadable(f"{old} {_SAVE_AS}")
    if not data.startswith(_ZIP):
        raise Unreadable(
            _("This is not a Word document, though its name ends in .docx. Save it as .docx again.")
        )
    text, styles = docx.text(package.preflight(data))
    return split(text, name, styles)


def _read_text(data: bytes, name: str) -> Source:
    if data.startswith((_ZIP, _OLE, b"%PDF", b"{\\rtf", *_PICTURES)):
        other = _("This is no text file, whatever its name says.")
        raise Unreadable(f"{other} {_SAVE_AS}")
    return split(decode(data), name)


def decode(data: bytes) -> str:
    """UTF-8 with or without byte order mark, else GB18030; ``Unreadable`` for anything else."""
    if b"\x00" in data:
        raise Unreadable(_("This is no plain text in UTF-8 or GB18030. Save it as UTF-8, or paste the text."))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start >= len(data) - 3 and error.reason == "unexpected end of data":
            raise Unreadable(_("The file ends in the middle of a character: it is not complete.")) from error
        wrong = error.start
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError as error:
        raise Unreadable(
            _("The text is neither UTF-8 nor GB18030 (byte %(byte)d). Save it as UTF-8, or paste the text.")
            % {"byte": max(wrong, error.start) + 1}
        ) from error
    if not plausible(text):
        raise Unreadable(_("The text is neither UTF-8 nor GB18030. Save it as UTF-8, or paste the text."))
    return text
