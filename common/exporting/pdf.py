"""PDF by typst: the same page as the DOCX, made without an office on the server.

The words reach the template as JSON in ``sys.inputs`` and are set as text: nothing a person typed is ever
read as markup. Fonts come from the site's folder (``FONT_DIR``) when it has one, then from the open fonts
in the package; fonts of the machine are ignored, so the same report looks the same everywhere.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import IO

import pylopdf_fonts_zh_cn
import typst
from django.conf import settings

from common.exporting.document import Document, Table, cell_text
from common.typed import clean_text

PDF = "application/pdf"
TEMPLATES = Path(__file__).resolve().parent / "templates"


def write_pdf(stream: IO[bytes], document: Document) -> None:
    """Write a report as PDF into ``stream``."""
    compiler = typst.Compiler(
        TEMPLATES / "report.typ",
        root=TEMPLATES,
        font_paths=_fonts(settings.FONT_DIR),
        ignore_system_fonts=True,
        sys_inputs={"document": json.dumps(_data(document), ensure_ascii=False)},
    )
    body = compiler.compile(format="pdf", timestamp=int(document.made_at.timestamp()))
    assert isinstance(body, bytes)  # noqa: S101 (one page or many, a PDF is one file)
    stream.write(body)


@lru_cache(maxsize=4)
def _fonts(folder: str) -> typst.Fonts:
    """The font book, read once for a process (20 MB of fonts)."""
    package = pylopdf_fonts_zh_cn.serif_path().parent
    paths = [Path(folder)] if folder and Path(folder).is_dir() else []
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[*paths, package])


def _data(document: Document) -> dict[str, object]:
    annexes = document.all_annexes
    return {
        "title": clean_text(document.title),
        "author": clean_text(document.author),
        "subtitle": clean_text(document.subtitle),
        "note": clean_text(document.note),
        "sections": [
            {
                "heading": clean_text(section.heading),
                "level": section.level,
                "paragraphs": [
                    clean_text(line) for paragraph in section.paragraphs for line in paragraph.split("\n")
                ],
                "tables": [_table(table) for table in section.tables],
            }
            for section in document.sections
        ],
        "annexes": [
            {"label": document.annex_heading(position), **_table(annex)}
            for position, annex in enumerate(annexes, start=1)
        ],
        "signed": [clean_text(line) for line in document.signed],
    }


def _table(table: Table) -> dict[str, object]:
    return {
        "title": clean_text(table.title),
        "headers": [clean_text(header) for header in table.headers],
        "shares": list(table.shares),
        "rows": [[clean_text(cell_text(cell)) for cell in row] for row in table.rows],
    }
