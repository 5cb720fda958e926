"""Imports go down the floors of the house, never up; an import inside a function counts too."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ("common", "accounts", "branches", "plans", "tasks", "reviews", "config")
"""From the ground up; ``config`` wires everything and nothing below imports it."""


def imported(source: str) -> Iterator[tuple[int, str]]:
    """Line and first name of every absolute import in a module."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name.split(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.lineno, node.module.split(".")[0]


def upward(floor: str, source: str) -> list[tuple[int, str]]:
    """The imports of a module on ``floor`` that go up."""
    above = FLOORS[FLOORS.index(floor) + 1 :] + ("tests", "bench")
    return [(line, name) for line, name in imported(source) if name in above]


@pytest.mark.parametrize("floor", FLOORS)
def test_no_module_imports_from_a_floor_above(floor: str) -> None:
    modules = [path for path in (ROOT / floor).rglob("*.py") if "migrations" not in path.parts]
    assert modules
    found = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in modules
        for line, name in upward(floor, path.read_text("utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("floor", "source"),
    [
        ("common", "from accounts.models import User"),
        ("plans", "def late():\n    import tasks.models"),
        ("reviews", "from config import env"),
        ("tasks", "from tests.conftest import join"),
    ],
)
def test_an_upward_import_is_found(floor: str, source: str) -> None:
    assert len(upward(floor, source)) == 1


def test_a_downward_or_own_import_is_none() -> None:
    assert upward("tasks", "from tasks.models import LedgerItem\nfrom plans import models\nimport json") == []
