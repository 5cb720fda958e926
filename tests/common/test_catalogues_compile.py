"""Catalogues compile without gettext's tools, as wholes or not at all."""

from __future__ import annotations

import gettext
import os
from pathlib import Path

import pytest

from common.catalogues import CatalogueError, compile_catalogues, tidy

HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (folder := tmp_path / "zh_Hans" / "LC_MESSAGES").mkdir(parents=True)
    po = folder / "django.po"
    po.write_text(
        HEADER + 'msgid "Sign for"\nmsgstr "签收"\n\n#, fuzzy\nmsgid "Clear"\nmsgstr "清空"\n', "utf-8"
    )
    return po


def test_a_catalogue_is_compiled_and_a_fuzzy_entry_stays_out(tmp_path: Path, source: Path) -> None:
    assert compile_catalogues(tmp_path) == [source.with_suffix(".mo")]
    with source.with_suffix(".mo").open("rb") as file:
        translations = gettext.GNUTranslations(file)
    assert translations.gettext("Sign for") == "签收"
    assert translations.gettext("Clear") == "Clear"


def test_only_a_changed_catalogue_is_compiled_again(tmp_path: Path, source: Path) -> None:
    compile_catalogues(tmp_path)
    assert compile_catalogues(tmp_path) == []
    later = source.stat().st_mtime + 5
    os.utime(source, (later, later))
    assert compile_catalogues(tmp_path) == [source.with_suffix(".mo")]


@pytest.mark.parametrize(
    "broken", ['msgid "a"\nmsgid "b"\n', 'msgid "a"\nmsgstr "甲"\n\nmsgid "a"\nmsgstr "乙"\n']
)
def test_a_broken_catalogue_is_named_and_leaves_the_old_one(
    tmp_path: Path, source: Path, broken: str
) -> None:
    (target,) = compile_catalogues(tmp_path)
    before = target.read_bytes()
    source.write_text(HEADER + broken, "utf-8")
    later = target.stat().st_mtime + 5
    os.utime(source, (later, later))
    with pytest.raises(CatalogueError, match=r"django\.po"):
        compile_catalogues(tmp_path)
    assert target.read_bytes() == before
    assert [path.name for path in target.parent.iterdir() if path.suffix == ".new"] == []


def test_tidying_drops_guesses_and_dates_and_says_what_is_missing(tmp_path: Path, source: Path) -> None:
    source.write_text(
        'msgid ""\nmsgstr ""\n"POT-Creation-Date: 2026-11-20 10:00+0800\\n"\n'
        '"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        'msgid "Sign for"\nmsgstr "签收"\n\n#, fuzzy\n#| msgid "Clear"\nmsgid "Clear it"\nmsgstr "销号"\n\n'
        f'msgid "{"A long sentence. " * 20}"\nmsgstr "长句。"\n',
        "utf-8",
    )
    assert tidy(tmp_path) == ["Clear it"]
    text = source.read_text("utf-8")
    assert not any(word in text for word in ("fuzzy", "#|", "销号", "Date"))
    assert max(len(line) for line in text.splitlines()) > 300
    assert tidy(tmp_path) == ["Clear it"] and source.read_text("utf-8") == text
