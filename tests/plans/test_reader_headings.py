"""Word documents whose headings have a style and no number."""

from __future__ import annotations

import io
import time

import pytest
from docx import Document
from docx.enum.text import WD_BREAK
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from plans.importing.document import Draft
from plans.importing.parser import parse
from plans.importing.reader import read_bytes
from tests.plans.conftest import flat
from tests.plans.docx_files import numbered, saved
from tests.plans.unnumbered import BODY, H1, H2, H3, OUTLINE, TITLE, styled

W = nsdecls("w")
DEEPER = {H1: H2, H2: H3, H3: "Heading 4", None: None}


def read(*paragraphs: tuple[str | None, str]) -> Draft:
    draft = parse(read_bytes(styled(*paragraphs), "a.docx"))
    assert draft.lossless
    return draft


def levels(draft: Draft) -> list[tuple[int, str, str]]:
    return flat(draft.to_json())


@pytest.mark.parametrize(
    "paragraphs",
    [
        [(None, TITLE), *BODY],
        [("Title", TITLE), *BODY],
        [(H1, TITLE), *BODY],
        [(H1, TITLE), *((DEEPER[style], text) for style, text in BODY)],
        [(None, TITLE), *((DEEPER[style], text) for style, text in BODY)],
    ],
    ids=["plain title", "title style", "title like a section", "title above the sections", "deeper styles"],
)
def test_headings_without_a_number_have_the_level_of_their_style(
    paragraphs: list[tuple[str | None, str]],
) -> None:
    draft = read(*paragraphs)
    assert levels(draft) == OUTLINE
    assert (draft.title, draft.is_plan) == (TITLE, True)
    assert (draft.count("section"), draft.count("pillar"), draft.count("measure")) == (3, 2, 3)
    assert [goal.text for goal in draft.goals] == ["质量提高。"]
    assert draft.sections[2].children[0].assurance == "方向正"


@pytest.mark.parametrize(
    "head",
    [
        [(H1, "中共清岚所委员会"), (H1, "关于开展攻坚行动的指导意见")],
        [(H1, "清岚所党建三年行动")],
        [
            (H1, "关于印发《攻坚行动计划》的通知"),
            (None, "各支部："),
            (None, "现予印发。"),
            (None, "清岚所党委"),
            (None, "2025年1月3日"),
            (H1, "攻坚行动计划"),
        ],
        [
            (None, "关于做好攻坚工作的通知"),
            (None, "各支部："),
            (None, "请遵照执行。"),
            (None, "附件：攻坚行动方案"),
            (None, "清岚所党委"),
            (None, "2025年1月3日"),
            (H1, "清岚所攻坚行动方案"),
        ],
    ],
    ids=["two lines", "no noun", "notice and plan", "attachment of a notice"],
)
def test_a_title_with_the_style_of_a_heading_is_no_section(head: list[tuple[str | None, str]]) -> None:
    draft = read(*head, *((DEEPER[style], text) for style, text in BODY))
    assert levels(draft) == OUTLINE
    last = len(head) - (len(head) > 2)
    assert draft.title == "".join(text for _style, text in (head[:last] if len(head) <= 2 else head[-1:]))


def test_only_the_title_is_taken_for_one() -> None:
    rest = [(H1, "总体安排"), (None, "好。"), (H1, "任务"), (None, "好。")]
    assert [title for _level, _number, title in levels(read((H1, TITLE), *rest))] == ["总体安排", "任务"]
    plain = [(None, "清岚所党建三年行动"), (H1, "总体要求"), (H1, "工作安排"), (None, "好。")]
    assert [title for _level, _number, title in levels(read(*plain))] == ["总体要求", "工作安排"]


def test_a_heading_that_comes_again_and_again_is_no_running_head() -> None:
    rows = [
        (H1, "任务"),
        *[(H2, "具体工作安排"), (None, "甲。"), (None, "乙。"), (None, "丙。"), (None, "丁。")] * 4,
    ]
    draft = read((None, TITLE), *rows)
    assert [node.title for node in draft.sections[0].children] == ["具体工作安排"] * 4
    assert draft.dropped == ()


def test_a_word_of_time_is_found_under_the_title_and_warned_of_at_its_own_line() -> None:
    draft = read((None, TITLE), *BODY)
    assert [proposal.ref for proposal in draft.proposals][0] == (
        "重点任务",
        "加强学习，确保“方向正”",
        "理论学习",
    )
    warned = next(note for note in draft.warnings if note.kind == "no_such_date")
    assert warned.line == next(node.line for node in draft.walk() if node.title == "集中研讨")


def test_a_heading_goes_on_in_no_paragraph_but_in_its_own_lines() -> None:
    draft = read(
        (None, TITLE), (H1, "任务"), (H2, "加强学习、\n研讨和\n交流"), (None, "的确很好。"), (H2, "攻关")
    )
    node = draft.sections[0].children[0]
    assert (node.title, node.text) == ("加强学习、研讨和交流", "的确很好。")


def test_numbers_stay_what_they_are_and_headings_without_one_stand_among_them() -> None:
    draft = read(
        *[(None, TITLE), (H1, "一、要求"), (None, "坚持。"), (H1, "二、任务")],
        *[
            (H2, "加强学习"),
            (None, "1.理论。好。"),
            (None, "2.实践。好。"),
            (H2, "加强攻关"),
            (None, "1.突击。好。"),
        ],
    )
    assert levels(draft) == [
        *[(1, "一", "要求"), (1, "二", "任务")],
        *[(2, "", "加强学习"), (3, "1", "理论"), (3, "2", "实践"), (2, "", "加强攻关"), (3, "1", "突击")],
    ]
    assert draft.warnings == ()


def test_the_style_is_the_evidence_for_a_number_without_any_sign() -> None:
    draft = read(
        (None, TITLE), (H1, "1 要求"), (H1, "2 任务"), (H2, "2.1 学习"), (H2, "3 项工作"), (H1, "四  保障")
    )
    assert levels(draft) == [
        *[(1, "一", "要求"), (1, "二", "任务")],
        *[(2, "（一）", "学习"), (2, "", "3 项工作"), (1, "四", "保障")],
    ]


def test_where_numbers_make_the_outline_and_have_no_style_a_style_makes_no_heading() -> None:
    draft = read(
        (H1, TITLE),
        (None, "一、要求"),
        (None, "坚持。"),
        (None, "二、任务"),
        (H3, "好的内容"),
        (None, "1.甲。好。"),
    )
    assert levels(draft) == [(1, "一", "要求"), (1, "二", "任务"), (3, "1", "甲")]


def test_a_style_between_two_numbered_levels_that_follow_each_other_makes_no_heading() -> None:
    draft = read(
        (None, TITLE),
        (H1, "一、甲"),
        (H2, "乙"),
        (H3, "（一）丙"),
        (None, "1.丁。好。"),
        (None, "2.戊。好。"),
    )
    assert [number for _level, number, _title in levels(draft)] == ["一", "（一）", "1", "2"]


@pytest.mark.parametrize(
    "text",
    [
        "加强学习。每月一次，每季度小结一次。",
        "加强学习，",
        "加强" + "学" * 60,
        "目录",
        "附件1",
        "2025年1月3日",
    ],
)
def test_running_text_in_the_style_of_a_heading_is_running_text(text: str) -> None:
    draft = read((None, TITLE), (H1, "甲"), (None, "好。"), (H1, "乙"), (H2, text), (None, "好。"))
    assert levels(draft) == [(1, "", "甲"), (1, "", "乙")]


def test_numbers_that_word_counts_itself_win_over_the_style() -> None:
    paragraphs = [(None, TITLE), (0, "要求"), (0, "任务"), (1, "学习"), (2, "理论。好。")]
    draft = parse(read_bytes(numbered(paragraphs, by_style=True), "a.docx"))
    assert [number for _level, number, _title in levels(draft)] == ["一", "二", "（一）", "1"]


def outlined(style_xml: str, properties: str, texts: tuple[str, ...] = ("甲", "乙")) -> list[int]:
    """The heading style that the lines of a document get from a style of its own and from their properties."""
    document = Document()
    document.styles.element.append(parse_xml(style_xml))
    for text in texts:
        document.add_paragraph(text)._p.get_or_add_pPr().extend(
            parse_xml(f"<w:pPr {W}>{properties}</w:pPr>").getchildren()
        )
    return [line.style for line in read_bytes(saved(document), "a.docx").lines]


@pytest.mark.parametrize(
    ("style", "properties", "level"),
    [
        ('<w:name w:val="标题 2"/>', '<w:pStyle w:val="own"/>', 2),
        ('<w:name w:val="Heading 3"/>', '<w:pStyle w:val="own"/>', 3),
        ('<w:name w:val="own"/><w:basedOn w:val="Heading2"/>', '<w:pStyle w:val="own"/>', 2),
        ('<w:name w:val="own"/><w:pPr><w:outlineLvl w:val="3"/></w:pPr>', '<w:pStyle w:val="own"/>', 4),
        (
            '<w:name w:val="own"/><w:basedOn w:val="Heading1"/><w:pPr><w:outlineLvl w:val="9"/></w:pPr>',
            '<w:pStyle w:val="own"/>',
            0,
        ),
        ('<w:name w:val="own"/><w:basedOn w:val="own"/>', '<w:pStyle w:val="own"/>', 0),
        ('<w:name w:val="own"/>', '<w:outlineLvl w:val="0"/>', 1),
        ('<w:name w:val="own"/>', '<w:pStyle w:val="Heading1"/><w:outlineLvl w:val="9"/>', 0),
        ('<w:name w:val="own"/>', '<w:outlineLvl w:val="x"/>', 0),
        ('<w:name w:val="own"/>', '<w:pStyle w:val="missing"/>', 0),
    ],
)
def test_a_style_is_a_heading_by_its_name_its_base_or_its_outline_level(
    style: str, properties: str, level: int
) -> None:
    xml = f'<w:style {W} w:type="paragraph" w:styleId="own">{style}</w:style>'
    assert outlined(xml, properties) == [level, level]


def test_styles_fall_on_their_lines_behind_page_breaks_and_empty_paragraphs() -> None:
    document = Document()
    document.add_paragraph("前\n页")
    document.add_paragraph("", style=H1)
    document.add_page_break()
    document.add_paragraph("甲", style=H1).paragraph_format.page_break_before = True
    broken = document.add_paragraph(style=H3)
    broken.add_run().add_break(WD_BREAK.PAGE)
    broken.add_run("丙")
    table = document.add_table(1, 1)
    table.cell(0, 0).paragraphs[0].style = document.styles[H1]
    table.cell(0, 0).paragraphs[0].add_run("格")
    document.add_paragraph("乙", style=H2)
    lines = read_bytes(saved(document), "a.docx").lines
    assert [(line.text, line.style) for line in lines] == [
        ("前", 0),
        ("页", 0),
        ("甲", 1),
        ("丙", 3),
        ("格", 0),
        ("乙", 2),
    ]


def test_ten_thousand_headings_by_style_are_all_read() -> None:
    heading = '<w:p><w:pPr><w:pStyle w:val="Heading2"/></w:pPr><w:r><w:t>任务</w:t></w:r></w:p>'
    document = Document(io.BytesIO(styled((None, TITLE), (H1, "任务"))))
    for _count in range(10_000):
        document.element.body.insert(2, parse_xml(heading.replace("<w:p>", f"<w:p {W}>", 1)))
    begun = time.perf_counter()
    draft = parse(read_bytes(saved(document), "a.docx"))
    assert len(draft.sections[0].children) == 10_000
    # Asking each heading about all beside it took minutes.
    assert time.perf_counter() - begun < 8
