"""Both languages are whole: every message has its Chinese, English sources hold no Chinese, placeholders agree."""

from __future__ import annotations

import re
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = polib.pofile(str(ROOT / "locale/zh_Hans/LC_MESSAGES/django.po"))
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|(?<!\{)\{\w*\}(?!\})")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
#: What may stay Latin in Chinese: format names, codes, symbols.
SAME_IN_BOTH = re.compile(r"^[\W\d]*$|^(DOCX|XLSX|PDF|SHA-256|EN|3|5)$")


def _messages(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def test_the_catalogue_holds_the_product():
    assert len(CATALOGUE) > 400


def test_every_message_has_its_chinese():
    empty = [
        e.msgid
        for e in CATALOGUE
        if e.obsolete or "fuzzy" in e.flags or not all(_messages(e)) or not _messages(e)
    ]
    assert empty == []


def test_chinese_messages_are_chinese():
    latin = [
        e.msgid
        for e in CATALOGUE
        for m in _messages(e)
        if not CHINESE.search(m) and not SAME_IN_BOTH.match(PLACEHOLDER.sub("", m))
    ]
    assert latin == []


def test_source_strings_are_english():
    allowed = {"攻", "中文"}
    chinese = [
        e.msgid
        for e in CATALOGUE
        if CHINESE.search(re.sub("[“”]?[一-鿿]{1,4}[“”]?", "", e.msgid, count=2)) and e.msgid not in allowed
    ]
    assert chinese == []


def test_placeholders_agree():
    wrong = []
    for entry in CATALOGUE:
        wanted = set(PLACEHOLDER.findall(entry.msgid)) | set(PLACEHOLDER.findall(entry.msgid_plural or ""))
        for message in _messages(entry):
            if set(PLACEHOLDER.findall(message)) - wanted or (
                not entry.msgid_plural and wanted - set(PLACEHOLDER.findall(message))
            ):
                wrong.append(entry.msgid)
    assert wrong == []


@pytest.mark.parametrize(
    "path", sorted((ROOT / "templates").rglob("*.html")), ids=lambda p: str(p.relative_to(ROOT))
)
def test_templates_hold_no_untranslated_chinese(path: Path):
    text = re.sub(
        r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", "", path.read_text(encoding="utf-8"), flags=re.S
    )
    left = set(CHINESE.findall(text)) - set("攻中文")
    assert not left, f"Chinese outside the catalogue: {left}"
