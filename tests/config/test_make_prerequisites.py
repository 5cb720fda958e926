"""make says a missing prerequisite in one line and fails; it starts nothing half."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MAKE = shutil.which("make")
pytestmark = pytest.mark.skipif(MAKE is None, reason="make is not here")


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A copy of the Makefile and a PATH that holds a shell's few tools and no Python."""
    (tools := tmp_path / "bin").mkdir()
    for name in ("sh", "rm", "touch"):
        (tools / name).symlink_to(shutil.which(name) or "")
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "requirements.txt").touch()
    return tmp_path


def python(folder: Path, script: str) -> None:
    """A python3 that does what ``script`` says with the code it is given in ``$2``."""
    executable = folder / "bin" / "python3"
    executable.write_text(f"#!/bin/sh\n{script}\n")
    executable.chmod(0o755)


def make(folder: Path) -> tuple[int, list[str]]:
    """The exit code, and the lines on standard error without make's own last word."""
    done = subprocess.run(
        [str(MAKE), "install"],
        cwd=folder,
        env={"PATH": str(folder / "bin")},
        capture_output=True,
        text=True,
        timeout=30,
    )
    return done.returncode, [line for line in done.stderr.splitlines() if not line.startswith("make")]


def test_without_python_3_11_it_says_so_and_how_to_name_another(bare: Path) -> None:
    python(bare, '[ "$1" = -V ] && echo "Python 3.9.2"; [ "$1" = -V ]')
    code, said = make(bare)
    assert code != 0
    assert said == [
        "gongjian needs Python 3.11 or newer; found Python 3.9.2. Or name one: make PYTHON=/path/to/python3"
    ]
    assert not (bare / ".venv").exists()


@pytest.mark.parametrize("demo", ["no", "2", "false"])
def test_a_demo_that_is_neither_0_nor_1_starts_nothing(bare: Path, demo: str) -> None:
    done = subprocess.run(
        [str(MAKE), "run", f"DEMO={demo}"], cwd=bare, env={"PATH": ""}, capture_output=True, text=True
    )
    assert done.returncode != 0
    assert f'DEMO is "{demo}"; it is 1, or 0 for an empty installation.' in done.stderr
    assert not (bare / ".venv").exists()


def test_without_venv_it_names_the_debian_package(bare: Path) -> None:
    python(bare, 'case "$2" in *venv*) exit 1;; esac')
    code, said = make(bare)
    assert code != 0
    assert said == ["gongjian needs Python's venv module. On Debian: apt-get install python3-venv"]
    assert not (bare / ".venv").exists()
