"""A look at a Word document's package before any of it is parsed, and bounded reading of its members."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import PurePosixPath

from django.utils.translation import gettext_lazy as _
from lxml import etree

from plans.importing.lines import Unreadable

MAX_MEMBERS = 2_000
MAX_UNPACKED = 200 * 1024 * 1024
MAX_PART = 16 * 1024 * 1024
#: Elements of one part; each takes some two hundred bytes when parsed.
MAX_ELEMENTS = 1_000_000
#: Text packs about 1:20; beyond this a member of some size is made to do harm.
MAX_RATIO = 200

#: Lines come from these alone.
DOCUMENT, NUMBERING, STYLES = "word/document.xml", "word/numbering.xml", "word/styles.xml"
_TYPES = "[Content_Types].xml"


class Package:
    """A checked package; ``part`` parses a member."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = {info.filename: info for info in archive.infolist()}

    def part(self, name: str) -> etree._Element | None:
        """The root element of a member, ``None`` when there is none. Raises ``Unreadable``."""
        if name not in self._names:
            return None
        return _parse(self.read(name))

    def read(self, name: str) -> bytes:
        """The bytes of a member, never more than the bound however many it declares."""
        try:
            with self._archive.open(self._names[name]) as member:
                data = member.read(MAX_PART + 1)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            NotImplementedError,
            RuntimeError,
        ) as error:
            raise damaged() from error
        if len(data) > MAX_PART:
            raise harmful()
        return data


def damaged() -> Unreadable:
    return Unreadable(
        _("The document is damaged or not complete. Save it as .docx again, or paste the text.")
    )


def harmful() -> Unreadable:
    return Unreadable(
        _("The document unpacks to far more than it should. Save it as .docx again, or paste the text.")
    )


def preflight(data: bytes) -> Package:
    """Check members, sizes, ratios, encryption, names and macros; parse nothing but the list of types."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = archive.infolist()
    except (
        zipfile.BadZipFile,
        ValueError,
        OSError,
        NotImplementedError,
        RuntimeError,
        UnicodeDecodeError,
    ) as error:
        raise damaged() from error
    names = [member.filename for member in members]
    if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED:
        raise harmful()
    for member in members:
        path = PurePosixPath(member.filename)
        if member.flag_bits & 0x1:
            raise Unreadable(_("The document is protected by a password. Remove it, or paste the text."))
        if path.is_absolute() or ".." in path.parts or "\\" in member.filename:
            raise damaged()
        if member.file_size > 1024 * 1024 and member.file_size > MAX_RATIO * max(member.compress_size, 1):
            raise harmful()
    if len(set(names)) != len(names):
        raise damaged()
    package = Package(archive)
    if any(PurePosixPath(name).name.lower().startswith("vbaproject") for name in names):
        raise _macros()
    if _TYPES not in names or DOCUMENT not in names:
        raise Unreadable(
            _("This is not a Word document, though its name ends in .docx. Save it as .docx again.")
        )
    if b"macroenabled" in package.read(_TYPES).lower():
        raise _macros()
    return package


def _macros() -> Unreadable:
    return Unreadable(_("The document may hold macros. Save it as .docx without macros, or paste its text."))


def _parse(data: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        # Bounds the depth (256) and the length of a text, both far beyond any document.
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    if b"<!DOCTYPE" in data[:4096] or b"<!ENTITY" in data:
        raise damaged()
    if data.count(b"<") - data.count(b"</") > MAX_ELEMENTS:
        raise harmful()
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise damaged() from error
    if root.getroottree().docinfo.doctype:
        raise damaged()
    return root
