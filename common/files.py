"""Uploads: looked at before anything opens them, kept outside every public folder, served as downloads.

``check`` reads a file once, refuses what is dangerous, damaged, mislabelled or marked secret, and
returns what is to be stored: pictures are written anew, so that neither place nor camera stays in
them. Text inside a PDF is not read, so a marking inside one is not found here; the person's own
confirmation on each upload covers it.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import secrets
import zipfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import IO, Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.http import FileResponse, Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from PIL import Image, ImageOps, UnidentifiedImageError

from common.decoding import plausible
from common.secrecy import secrecy_mark
from common.typed import typed_line

MEGABYTE = 1024 * 1024
MAX_BYTES = 20 * MEGABYTE
MAX_MEMBERS = 5_000
MAX_UNPACKED = 200 * MEGABYTE
#: Office files rarely shrink more than 50 to 1; a bomb shrinks a thousand to 1.
MAX_RATIO = 200
MAX_PIXELS = 50_000_000
#: Longest side kept of a picture, in pixels: enough for a full page at 300 dpi.
MAX_SIDE = 3_508

MEDIA_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "txt": "text/plain; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
}
EVIDENCE = ("docx", "xlsx", "pptx", "pdf", "jpg", "jpeg", "png", "txt")
_MAIN_PART = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}
_PICTURES = {"jpg": "JPEG", "jpeg": "JPEG", "png": "PNG"}
_TEXTS = {"txt", "md", "csv"}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class FileRefusedError(ValidationError):
    """A file is not taken; the message says why and what to do, ``code`` names the reason."""


@dataclass(frozen=True)
class Checked:
    """A file that passed: ``content`` is what is stored and ``sha256`` (hex) is of that content."""

    name: str
    extension: str
    media_type: str
    content: bytes
    sha256: str

    @property
    def size(self) -> int:
        return len(self.content)


def check(
    upload: File[bytes] | IO[bytes], name: str, *, accept: Collection[str] = EVIDENCE, limit: int = MAX_BYTES
) -> Checked:
    """Look at an upload. Raises ``FileRefusedError``."""
    extension = PurePath(name).suffix.lower().removeprefix(".")
    if extension in {"doc", "wps", "xls", "et", "ppt", "dps"} and extension not in accept:
        raise FileRefusedError(
            _("This is an old office format. Save it as .docx, .xlsx or PDF and try again."), "old_format"
        )
    if extension not in accept:
        kinds = _(", ").join("." + kind for kind in accept)
        raise FileRefusedError(
            _("Files of this kind are not taken. Choose one of: %(kinds)s.") % {"kinds": kinds}, "kind"
        )
    content = _read(upload, limit)
    if extension in _MAIN_PART:
        _check_office(content, extension)
    elif extension == "pdf":
        _check_pdf(content)
    elif extension in _PICTURES:
        content = redraw(content, _PICTURES[extension])
    elif extension in _TEXTS:
        _refuse_marked(decode_text(content))
    return Checked(
        name=_clean_name(name),
        extension=extension,
        media_type=MEDIA_TYPES[extension],
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
    )


def _read(upload: File[bytes] | IO[bytes], limit: int) -> bytes:
    size = getattr(upload, "size", None)
    content = b"" if size is not None and size > limit else upload.read(limit + 1)
    if (size or 0) > limit or len(content) > limit:
        limit_mb = {"limit": limit // MEGABYTE}
        raise FileRefusedError(
            _("The file is larger than %(limit)s MB. Make it smaller or split it.") % limit_mb, "size"
        )
    if not content:
        raise FileRefusedError(_("The file is empty. Check it and choose it again."), "empty")
    return content


# Office files --------------------------------------------------------------


def _check_office(content: bytes, extension: str) -> None:
    if content.startswith(_OLE):
        raise FileRefusedError(
            _("The file has a password or an old format. Save it without a password as .%(kind)s.")
            % {"kind": extension},
            "encrypted",
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_members(archive)
            names = set(archive.namelist())
            if _MAIN_PART[extension] not in names or "[Content_Types].xml" not in names:
                raise _mislabelled(extension)
            _check_parts(archive)
            if extension == "docx":
                _refuse_marked(_first_page(archive))
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        EOFError,
        OSError,
        ValueError,
        NotImplementedError,
    ) as error:
        if content.startswith(b"PK"):
            raise _damaged() from error
        raise _mislabelled(extension) from error
    except Exception as error:
        # zlib's and lzma's own errors have no common base; a refusal of ours passes unchanged.
        raise (error if isinstance(error, FileRefusedError) else _damaged()) from error


def _check_members(archive: zipfile.ZipFile) -> None:
    members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    packed = max(1, sum(member.compress_size for member in members))
    steep = any(m.file_size > MEGABYTE and m.file_size > MAX_RATIO * max(1, m.compress_size) for m in members)
    if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * packed or steep:
        raise FileRefusedError(
            _("The file unpacks to far more than a document holds. Save it again and retry."), "bomb"
        )
    if any(member.flag_bits & 0x1 for member in members):
        raise FileRefusedError(_("The file is protected by a password. Save it without one."), "encrypted")
    if any(m.filename.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", m.filename) for m in members):
        raise _damaged()
    if any(
        m.filename.lower().endswith(("vbaproject.bin", "vbadata.xml")) or "/activex/" in m.filename.lower()
        for m in members
    ):
        raise _macros()


def _check_parts(archive: zipfile.ZipFile) -> None:
    for member in archive.infolist():
        data = archive.read(member)  # reads to the declared size and verifies the checksum
        if not member.filename.lower().endswith((".xml", ".rels", ".vml")):
            continue
        plain = data.replace(b"\0", b"")  # UTF-16 spells the same letters with zero bytes between
        if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
            raise FileRefusedError(
                _("The file contains definitions an office program never writes. Save it again."), "dtd"
            )
        if member.filename == "[Content_Types].xml" and b"macroEnabled" in plain:
            raise _macros()


def _first_page(archive: zipfile.ZipFile) -> str:
    """The text of the first paragraphs and of the page heads of a .docx, one paragraph a line."""
    parts = [n for n in archive.namelist() if re.fullmatch(r"word/(document|header\d*)\.xml", n)]
    lines: list[str] = []
    for part in parts:
        xml = archive.read(part)[: 2 * MEGABYTE].decode("utf-8", "replace")
        for paragraph in re.findall(r"<w:p[ >].*?</w:p>", xml, re.DOTALL)[:80]:
            lines.append("".join(re.findall(r"<w:t(?: [^>]*)?>([^<]*)</w:t>", paragraph)))
    return "\n".join(lines)


# PDF, pictures, text -------------------------------------------------------


def _check_pdf(content: bytes) -> None:
    if b"%PDF-" not in content[:1024]:
        raise _mislabelled("pdf")
    if b"%%EOF" not in content[-2048:]:
        raise _damaged()
    if re.search(rb"/Encrypt\s*(\d+\s+\d+\s+R|<<)", content):
        raise FileRefusedError(_("The file is protected by a password. Save it without one."), "encrypted")
    if re.search(rb"/(JavaScript|JS|Launch|EmbeddedFile)\b", content):
        raise _macros()


def redraw(content: bytes, kind: str) -> bytes:
    """The picture drawn anew as ``kind`` (``JPEG``, ``PNG``): upright, without place, camera or comments."""
    try:
        with Image.open(io.BytesIO(content), formats=[kind]) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise FileRefusedError(_("The picture has too many pixels. Make it smaller."), "pixels")
            picture.load()
            upright = ImageOps.exif_transpose(picture)
            clean = upright.convert(
                "RGB" if kind == "JPEG" else "RGBA" if "A" in upright.getbands() else "RGB"
            )
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise _mislabelled(kind.lower()) from error
    except (OSError, SyntaxError, ValueError) as error:
        raise _damaged() from error
    clean.thumbnail((MAX_SIDE, MAX_SIDE))
    clean.info.clear()
    out = io.BytesIO()
    clean.save(out, kind, **({"quality": 88, "optimize": True} if kind == "JPEG" else {"optimize": True}))
    return out.getvalue()


def decode_text(content: bytes) -> str:
    """Text in UTF-8 (with or without its mark) or GB18030. Raises ``FileRefusedError`` for anything else."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text and (encoding != "gb18030" or plausible(text, names=True)):
            return text
    raise FileRefusedError(_("The text cannot be read. Save it as UTF-8 or GB18030."), "encoding")


def _refuse_marked(text: str) -> None:
    mark = secrecy_mark(text)
    if mark:
        raise FileRefusedError(
            _("The file is marked “%(mark)s”. State or work secrets must not be held here; it was not kept.")
            % {"mark": mark},
            "secret",
        )


# Keeping and serving -------------------------------------------------------


def keep(checked: Checked) -> str:
    """Write a checked file into the private folder and return its name there.

    The name is random: nothing of the person, the record or the file's own name stays in the path.
    The file is whole or not there at all.
    """
    token = secrets.token_hex(16)
    stored = f"{token[:2]}/{token[2:]}.{checked.extension}"
    target = Path(settings.PRIVATE_FILES_DIR) / stored
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = target.with_suffix(".part")
    with open(partial, "xb", opener=_private) as handle:
        handle.write(checked.content)
    partial.rename(target)
    return stored


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def serve(stored: str, name: str) -> FileResponse:
    """A private file as a download that no browser opens in our name. 404 when the disk has lost it."""
    if not _STORED.fullmatch(stored):
        raise Http404
    try:
        handle = open(Path(settings.PRIVATE_FILES_DIR) / stored, "rb")  # noqa: SIM115 (the response closes it)
    except FileNotFoundError as error:
        raise Http404 from error
    extension = PurePath(name).suffix.lower().removeprefix(".")
    response = FileResponse(handle, as_attachment=True, filename=_clean_name(name))
    response["Content-Type"] = MEDIA_TYPES.get(extension, "application/octet-stream")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


def remove(stored: str) -> None:
    """Take a private file from the disk; one that is no longer there is no error."""
    if _STORED.fullmatch(stored):
        (Path(settings.PRIVATE_FILES_DIR) / stored).unlink(missing_ok=True)


_STORED = re.compile(r"[0-9a-f]{2}/[0-9a-f]{30}\.[a-z]{2,4}")


def _clean_name(name: str) -> str:
    """The last part of the name without control characters, at most 150 characters with its ending."""
    base = typed_line(re.split(r"[/\\]", name)[-1]).strip()
    path = PurePath(base or "file")
    return path.stem[: 150 - len(path.suffix)] + path.suffix


class CheckedFileField(forms.FileField):
    """A form field whose value is a ``Checked`` file (or ``None`` when optional and empty)."""

    default_error_messages = {"empty": gettext_lazy("The file is empty. Check it and choose it again.")}

    def __init__(self, *, accept: Sequence[str] = EVIDENCE, limit: int = MAX_BYTES, **kwargs: Any) -> None:
        self.accept, self.limit = tuple(accept), limit
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "accept": ",".join("." + kind for kind in self.accept)}

    def to_python(self, data: Any) -> Any:
        upload = super().to_python(data)
        if upload is None:
            return None
        return check(upload, upload.name or "", accept=self.accept, limit=self.limit)


def _mislabelled(extension: str) -> FileRefusedError:
    return FileRefusedError(
        _("The content is not a .%(kind)s file. Check the ending of its name.") % {"kind": extension}, "type"
    )


def _damaged() -> FileRefusedError:
    return FileRefusedError(
        _("The file is damaged or incomplete. Open it, save it again and retry."), "damaged"
    )


def _macros() -> FileRefusedError:
    return FileRefusedError(_("The file contains macros or scripts. Save a copy without them."), "macros")
