"""Sections whose number lacks its 、 (一  总体要求, 第一部分): read where they count on, never inside running text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plans.importing.decisions import Decisions
from plans.importing.lines import compact, split
from plans.importing.numerals import to_chinese
from plans.importing.parser import parse
from tests.plans.conftest import flat, outline
from tests.plans.test_parser_traps import LINE

HEAD = "清岚所2025年攻坚行动计划\n为推动工作，制定本计划。\n"


@pytest.mark.parametrize("space", [" ", "  ", "　", "　　", "\t", "\u00a0"])
def test_a_numeral_with_white_space_counts_where_the_next_section_carries_it_on(space: str) -> None:
    text = (
        "一_总体要求\n坚持方向。\n二_重点任务\n（一）学习。好。\n（二）研讨。好。\n三_工作要求\n加强领导。\n"
    )
    result = outline(HEAD + text.replace("_", space))
    assert flat(result) == [
        (1, "一", "总体要求"),
        (1, "二", "重点任务"),
        (2, "（一）", "学习"),
        (2, "（二）", "研讨"),
        (1, "三", "工作要求"),
    ]
    assert result["warnings"] == []


def test_one_section_typed_like_its_neighbours_but_for_the_sign_is_one_of_them() -> None:
    text = "一、甲\n好。\n二  乙\n好。\n三、丙\n好。\n四  丁\n好。\n"
    assert [number for _level, number, _title in flat(outline(HEAD + text))] == ["一", "二", "三", "四"]


@pytest.mark.parametrize(
    "text",
    [
        "一  总体要求\n坚持方向。\n",
        "一 总体要求\n坚持。\n三 重点任务\n学习。\n",
        "二 总体要求\n坚持。\n三 重点任务\n学习。\n",
        "一 是加强领导\n二 是落实责任\n三 是严肃纪律\n",
        "一 要加强领导\n二 要落实责任\n",
        "一 季度完成设计\n二 季度完成试制\n",
        "一 坚持党的领导，把方向、管大局、促落实。\n二 坚持群众路线，问需于民、问计于民。\n",
        "一 加强领导；\n二 落实责任；\n",
        "一\t学习\t党办\n二\t研讨\t党办\n",
        "一 二 三等奖各若干\n二 三 四季度检查\n",
    ],
)
def test_a_numeral_that_does_not_count_on_over_short_lines_is_running_text(text: str) -> None:
    assert flat(outline(HEAD + text)) == []


@pytest.mark.parametrize(
    "line",
    [
        "一是加强领导。",
        "二是落实责任。",
        "第一，加强领导。",
        "第二、落实责任。",
        "首先，加强领导。",
        "一方面抓学习。",
        "一 总体安排",
        "第一部分 主要任务",
        "第二部分总结了工作。",
        "详见第（一）、（二）项。",
    ],
)
def test_what_enumerates_inside_the_text_is_no_heading(line: str) -> None:
    rows = ["一、甲", "1.子。好。", "2.丑。好。", "二、乙", "1.寅。好。"]
    wanted = [number for _level, number, _title in flat(outline(HEAD + "\n".join(rows)))]
    for at in range(1, len(rows) + 1):
        text = "\n".join([*rows[:at], line, line, *rows[at:]])
        assert [number for _level, number, _title in flat(outline(HEAD + text))] == wanted


def test_half_width_brackets_with_a_comma_are_a_pillar() -> None:
    text = "一、甲\n(一)、子\n1.a。好。\n(二)、丑\n1.b。好。\n"
    assert [number for _level, number, _title in flat(outline(HEAD + text))] == [
        "一",
        "（一）",
        "1",
        "（二）",
        "1",
    ]


def test_a_list_inside_a_sentence_that_was_cut_is_none() -> None:
    text = "一、甲\n1.子。各单位要按照年度工作安排抓紧推进以下各项\n二 重点工程\n三 民生工程\n2.丑。好。\n"
    result = outline(HEAD + text)
    assert [number for _level, number, _title in flat(result)] == ["一", "1", "2"]
    assert [w["kind"] for w in result["warnings"]] == ["number_in_text", "number_in_text"]


def test_parts_are_sections_where_nothing_else_is() -> None:
    text = "第一部分 总体要求\n坚持。\n第二部分：重点任务\n（一）学习。好。\n（二）研讨。好。\n"
    assert flat(outline(HEAD + text)) == [
        (1, "一", "总体要求"),
        (1, "二", "重点任务"),
        (2, "（一）", "学习"),
        (2, "（二）", "研讨"),
    ]


@pytest.mark.parametrize(
    "text", ["第一部分 总体要求\n坚持。\n", "第一部分总体要求\n坚持。\n第二部分重点任务\n好。\n"]
)
def test_one_part_or_parts_run_into_their_sentence_are_none(text: str) -> None:
    assert flat(outline(HEAD + text)) == []


def test_parts_above_numbered_sections_are_none() -> None:
    text = "第一部分 要求\n一、甲\n好。\n第二部分 任务\n二、乙\n好。\n"
    assert [title for _level, _number, title in flat(outline(HEAD + text))] == ["甲", "乙"]


def test_a_numeral_before_a_section_that_does_not_carry_it_on_is_none() -> None:
    assert [title for _level, _number, title in flat(outline(HEAD + "一  甲\n好。\n三、丙\n四、丁\n"))] == [
        "丙",
        "丁",
    ]


def test_a_chain_whose_first_line_is_said_to_be_running_text_is_none() -> None:
    draft = parse(split(HEAD + "一  甲\n好。\n二  乙\n好。\n"), Decisions(levels={3: 0}))
    assert (list(draft.walk()), draft.warnings) == ([], ())


def test_a_person_makes_a_lone_numeral_a_section_with_its_number() -> None:
    source = split(HEAD + "四  保障措施\n加强领导。\n")
    draft = parse(source, Decisions(levels={3: 1}))
    assert [(node.number, node.title) for node in draft.walk()] == [("四", "保障措施")]


@given(
    titles=st.lists(
        st.sampled_from(["总体要求", "要求", "年度任务", "项目管理", "个人发展", "条件保障"]),
        min_size=2,
        max_size=20,
    ),
    space=st.sampled_from([" ", "　", "  "]),
)
def test_any_chain_of_short_lines_reads_back(titles: list[str], space: str) -> None:
    text = "".join(f"{to_chinese(i)}{space}{title}\n好。\n" for i, title in enumerate(titles, 1))
    assert flat(outline(HEAD + text)) == [(1, to_chinese(i), title) for i, title in enumerate(titles, 1)]


MORE = st.sampled_from(
    [
        "1 甲",
        "2 乙",
        "1.1 丙",
        "1.2 丁",
        "１．１戊",
        "1.1.1 己",
        "一  庚",
        "二　辛",
        "第一部分 壬",
        "第二部分 癸",
        "3.5亿元",
        "1. 子",
    ]
)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.one_of(MORE, LINE), min_size=1, max_size=30),
    st.dictionaries(st.integers(1, 30), st.integers(0, 4)),
)
def test_no_character_is_lost_whatever_is_numbered_and_decided(
    lines: list[str], levels: dict[int, int]
) -> None:
    text = "\n".join(lines)
    if not compact(text):
        return
    draft = parse(split(text), Decisions(levels=levels))
    assert draft.lossless
    assert draft.rebuild() == compact(text)
