"""What may stand in a sheet name or a file name."""

from __future__ import annotations

import re

from common.typed import clean_text

_SHEET_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
_FILE_FORBIDDEN = re.compile(r'[<>:"/\\|?*\s]+')

SHEET_NAME_LIMIT = 31  # characters, a limit of the format
FILE_NAME_LIMIT = 80  # characters; 80 Chinese characters are 240 bytes, below every file system's 255


def sheet_name(text: str, taken: set[str]) -> str:
    """A sheet name made of ``text``: legal, at most 31 characters, not in ``taken`` (compared without case).

    Adds the name to ``taken``, lower-cased.
    """
    base = (
        " ".join(_SHEET_FORBIDDEN.sub("", clean_text(text)).split()).strip("'")[:SHEET_NAME_LIMIT] or "Sheet"
    )
    name, number = base, 1
    while name.lower() in taken or name.lower() == "history":  # a name the format keeps for itself
        number += 1
        tail = f" ({number})"
        name = base[: SHEET_NAME_LIMIT - len(tail)] + tail
    taken.add(name.lower())
    return name


def file_name(*parts: str, ending: str) -> str:
    """``parts`` joined by ``-`` into a name every file system takes, at most 80 characters and the ending."""
    stem = "-".join(_FILE_FORBIDDEN.sub("_", clean_text(part)).strip("._") for part in parts if part)
    return f"{stem[:FILE_NAME_LIMIT].rstrip('._') or 'file'}.{ending}"
