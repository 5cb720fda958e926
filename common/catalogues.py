"""Message catalogues: every ``.po`` under ``locale`` compiled to its ``.mo`` by polib, without gettext's tools.

Runs without Django: ``python -m common.catalogues`` (``manage.py compile_catalogues`` is the same).
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


def main() -> int:
    """The command: one line and 0, or one line on standard error and 1."""
    try:
        written = compile_catalogues()
    except CatalogueError as error:
        print(f"catalogues: {error}", file=sys.stderr)
        return 1
    print(f"catalogues: {len(written)} compiled." if written else "catalogues: in place.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
