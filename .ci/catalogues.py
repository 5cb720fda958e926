"""Whether the committed catalogue holds exactly the strings that the source uses today.

Collects the strings into a copy of the tracked files (nothing here is written) and compares.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = Path("locale/zh_Hans/LC_MESSAGES/django.po")

Key = tuple[str | None, str, str]


def strings(catalogue: Path) -> set[Key]:
    """Context, text and plural of every entry in use."""
    return {(e.msgctxt, e.msgid, e.msgid_plural) for e in polib.pofile(str(catalogue)) if not e.obsolete}


def collected_strings() -> set[Key]:
    """What ``make messages`` would write, from a copy of the tracked files."""
    with tempfile.TemporaryDirectory() as name:
        subprocess.run(["git", "checkout-index", "--all", f"--prefix={name}/"], cwd=ROOT, check=True)
        options = subprocess.run(
            ["make", "--silent", "--no-print-directory", "print-messages"],
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        ).stdout.split()
        subprocess.run(
            [sys.executable, "manage.py", *options], cwd=name, check=True, stdout=subprocess.DEVNULL
        )
        return strings(Path(name) / CATALOGUE)


def main() -> int:
    used, held = collected_strings(), strings(ROOT / CATALOGUE)
    for key in sorted(used - held, key=str):
        print(f"not in the catalogue: {key[1]!r}")
    for key in sorted(held - used, key=str):
        print(f"no longer used: {key[1]!r}")
    print(f"{len(used)} strings used, {len(held)} in the catalogue.")
    return int(used != held)


if __name__ == "__main__":
    sys.exit(main())
