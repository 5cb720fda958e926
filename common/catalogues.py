"""Message catalogues: every ``.po`` under ``locale`` compiled to its ``.mo`` by polib, without gettext's tools.

Runs without Django: ``python -m common.catalogues`` (``manage.py compile_catalogues`` is the same);
``python -m common.catalogues tidy`` is the second half of ``make messages``.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import polib

BASE_DIR = Path(__file__).resolve().parent.parent


class CatalogueError(Exception):
    """A catalogue cannot be read or compiled; the message is one plain line."""


def compile_catalogues(folder: Path = BASE_DIR / "locale") -> list[Path]:
    """Compile each catalogue that is newer than its ``.mo`` and return those written. Fuzzy entries stay out.

    A ``.mo`` appears as a whole or not at all. Raises ``CatalogueError`` naming the file.
    """
    written = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.is_file() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        fresh = target.with_suffix(".mo.new")
        try:
            polib.pofile(str(source), check_for_duplicates=True).save_as_mofile(str(fresh))
        except (OSError, ValueError) as error:
            fresh.unlink(missing_ok=True)
            raise CatalogueError(f"{source}: {str(error).splitlines()[0]}") from error
        os.replace(fresh, target)
        written.append(target)
    return written


def tidy(folder: Path = BASE_DIR / "locale") -> list[str]:
    """What gettext leaves of each catalogue made fit to commit; returns the texts still to be translated.

    A guess is no translation, the hour of collecting is no change, and a line a text keeps a diff readable.
    """
    missing = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        catalogue = polib.pofile(str(source), wrapwidth=10**6)
        for header in [name for name in catalogue.metadata if name.endswith("-Date")]:
            del catalogue.metadata[header]
        for entry in catalogue:
            if entry.fuzzy:
                entry.flags.remove("fuzzy")
                entry.msgstr = ""
                entry.msgstr_plural = dict.fromkeys(entry.msgstr_plural, "")
            entry.previous_msgctxt = entry.previous_msgid = entry.previous_msgid_plural = None
        catalogue.save(str(source))
        missing += [entry.msgid for entry in catalogue.untranslated_entries()]
    return missing


def main() -> int:
    """The command: one line and 0, or one line on standard error and 1."""
    if sys.argv[1:] == ["tidy"]:
        for text in tidy():
            print(f"to be translated: {text}")
        return 0
    try:
        written = compile_catalogues()
    except CatalogueError as error:
        print(f"catalogues: {error}", file=sys.stderr)
        return 1
    print(f"catalogues: {len(written)} compiled." if written else "catalogues: in place.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
