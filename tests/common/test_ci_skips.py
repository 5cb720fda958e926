"""Where every service is there, a skipped service test fails the run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TESTS = """
import pytest

@pytest.mark.{mark}
def test_skips():
    pytest.skip("no server")

def test_passes():
    pass
"""


def run(folder: Path, mark: str, *options: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_it.py").write_text(TESTS.format(mark=mark))
    (folder / "pytest.ini").write_text("[pytest]\nmarkers =\n    postgres\n    redis\n    slow\n")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:django",
        "-p",
        "no:cacheprovider",
        "-q",
        *options,
        str(folder),
    ]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("mark", ["postgres", "redis"])
def test_a_skipped_service_test_fails_the_run_and_says_why(tmp_path: Path, mark: str) -> None:
    done = run(tmp_path, mark, "-p", "tests.ci_skips")
    assert done.returncode == 1
    assert f"skipped although {mark} is there" in done.stdout
    assert "1 failed, 1 passed" in done.stdout


def test_other_skips_and_runs_without_the_plugin_stay_skips(tmp_path: Path) -> None:
    assert "1 passed, 1 skipped" in run(tmp_path, "slow", "-p", "tests.ci_skips").stdout
    assert "1 passed, 1 skipped" in run(tmp_path, "postgres").stdout
