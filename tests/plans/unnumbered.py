"""A plan whose headings have a style of Word and no number, and what its outline is."""

from __future__ import annotations

from docx import Document

from tests.plans.docx_files import saved

TITLE = "清岚所2025年攻坚行动计划"
H1, H2, H3 = "Heading 1", "Heading 2", "Heading 3"
BODY = [
    (None, "为推动工作，制定本计划。"),
    (H1, "总体要求"),
    (None, "坚持方向。"),
    (H1, "主要目标"),
    (None, "质量提高。"),
    (H1, "重点任务"),
    (H2, "加强学习，确保“方向正”"),
    (H3, "理论学习"),
    (None, "每月一次。"),
    (H3, "集中研讨"),
    (None, "的确每季度一次，2月31日前报送。"),
    (H2, "加强攻关，确保“干成事”"),
    (H3, "组建突击队"),
    (None, "按需组建。"),
]
OUTLINE = [
    (1, "", "总体要求"),
    (1, "", "主要目标"),
    (1, "", "重点任务"),
    (2, "", "加强学习，确保“方向正”"),
    (3, "", "理论学习"),
    (3, "", "集中研讨"),
    (2, "", "加强攻关，确保“干成事”"),
    (3, "", "组建突击队"),
]


def styled(*paragraphs: tuple[str | None, str]) -> bytes:
    document = Document()
    for style, text in paragraphs:
        document.add_paragraph(text, style=style)
    return saved(document)
