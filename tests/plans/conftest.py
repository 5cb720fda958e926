"""Own twins of two published documents, and short ways to an outline."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from plans.importing.lines import split
from plans.importing.parser import parse

SAMPLES = Path(__file__).resolve().parents[1] / "samples"


@pytest.fixture(scope="session")
def opinions_text() -> str:
    return (SAMPLES / "guiding_opinions.txt").read_text("utf-8")


@pytest.fixture(scope="session")
def points_text() -> str:
    return (SAMPLES / "work_points.txt").read_text("utf-8")


def outline(text: str) -> dict[str, Any]:
    """The printed object for a text; every outline a test makes must be lossless."""
    result = parse(split(text)).to_json()
    assert result["lossless"] is True
    return result


def flat(result: dict[str, Any]) -> list[tuple[int, str, str]]:
    """Level, number and title of every clause in document order."""
    found: list[tuple[int, str, str]] = []

    def walk(nodes: list[dict[str, Any]]) -> None:
        for node in nodes:
            found.append((node["level"], node["number"], node["title"]))
            walk(node["children"])

    walk(result["sections"])
    return found


def shape(result: dict[str, Any]) -> list[Any]:
    """Per section: its number and, per child, its number and how many children that has."""
    return [
        [section["number"], [(child["number"], len(child["children"])) for child in section["children"]]]
        for section in result["sections"]
    ]
