"""Decimal outlines (1, 1.1, 1.1.1), read where the lines bear each other out, and the amounts that look like them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plans.importing.decisions import Decisions
from plans.importing.lines import split
from plans.importing.parser import parse
from tests.plans.conftest import flat, outline

HEAD = "清岚所2025年攻坚行动计划\n为推动工作，制定本计划。\n"
PLAN = (
    "1 总体要求\n1.1 指导思想\n坚持方向。\n1.2 基本原则\n坚持创新。\n2 主要目标\n质量提高。\n"
    "3 重点任务\n3.1 加强学习，确保“方向正”\n3.1.1 理论学习。每月一次。\n3.1.2 研讨交流\n每季度一次。\n"
    "3.2 加强攻关，确保“干成事”\n3.2.1 组建突击队\n按需组建。\n4 保障措施\n加强领导。\n"
)
OUTLINE = [
    (1, "一", "总体要求"),
    (2, "（一）", "指导思想"),
    (2, "（二）", "基本原则"),
    (1, "二", "主要目标"),
    (1, "三", "重点任务"),
    (2, "（一）", "加强学习，确保“方向正”"),
    (3, "1", "理论学习"),
    (3, "2", "研讨交流"),
    (2, "（二）", "加强攻关，确保“干成事”"),
    (3, "1", "组建突击队"),
    (1, "四", "保障措施"),
]
WIDE = str.maketrans("0123456789.", "０１２３４５６７８９．")


def notes(text: str) -> list[tuple[str, str]]:
    return [(w["kind"], w["text"]) for w in outline(text)["warnings"]]


def test_a_decimal_outline_has_sections_pillars_measures_and_goals() -> None:
    draft = parse(split(HEAD + PLAN))
    assert flat(draft.to_json()) == OUTLINE
    assert (draft.count("section"), draft.count("pillar"), draft.count("measure")) == (4, 2, 3)
    assert [goal.text for goal in draft.goals] == ["质量提高。"]
    assert (draft.lossless, draft.warnings) == (True, ())


@pytest.mark.parametrize(
    "spelled",
    [
        PLAN.translate(WIDE),
        PLAN.replace(".", "．"),
        "".join(line.replace(" ", "", 1) for line in PLAN.splitlines(keepends=True)),
        "".join(line.replace(" ", "　", 1) for line in PLAN.splitlines(keepends=True)),
        "".join(
            line.replace(" ", ". ", 1) if "." in line[:6] else line for line in PLAN.splitlines(keepends=True)
        ),
        "".join(line.replace(" ", ". ", 1) for line in PLAN.splitlines(keepends=True)),
        "".join(f"　　{line}" for line in PLAN.splitlines(keepends=True)),
        "".join(
            f"**{line.rstrip()}**\n" if line[0].isdecimal() and "。" not in line else line
            for line in PLAN.splitlines(keepends=True)
        ),
    ],
    ids=["wide", "wide dots", "no space", "wide space", "1.1.", "1. and 1.1.", "indented", "bold"],
)
def test_however_a_decimal_is_typed_its_number_is_the_same(spelled: str) -> None:
    if spelled.startswith("1总"):
        # Without a space a section needs its 1.1 to be told from an amount.
        spelled = spelled.replace("2主", "2 主").replace("4保", "4 保")
    assert flat(outline(HEAD + spelled)) == OUTLINE


def test_decimals_below_chinese_numbers_stand_one_level_below_them() -> None:
    text = "一、任务\n1.1 学习\n好。\n1.2 研讨\n好。\n二、保障\n2.1 组织\n好。\n"
    assert flat(outline(HEAD + text)) == [
        (1, "一", "任务"),
        (2, "（一）", "学习"),
        (2, "（二）", "研讨"),
        (1, "二", "保障"),
        (2, "（一）", "组织"),
    ]


def test_decimals_below_measures_leave_the_measures_what_they_are() -> None:
    text = (
        "一、任务\n（一）学习\n1. 理论。\n1.1 集中学。好。\n1.2 个人学。好。\n2. 研讨。好。\n二、要求\n好。\n"
    )
    draft = parse(split(HEAD + text))
    assert [(node.level, node.number, node.kind) for node in draft.walk()] == [
        (1, "一", "section"),
        (2, "（一）", "pillar"),
        (3, "1", "measure"),
        (4, "（1）", "paragraph"),
        (4, "（2）", "paragraph"),
        (3, "2", "measure"),
        (1, "二", "section"),
    ]


def test_items_below_a_decimal_count_for_themselves() -> None:
    text = "1. 总体\n1.1 学习\n1. 甲\n2. 乙\n3. 丙\n1.2 研讨\n好。\n2. 目标\n好。\n3. 任务\n3.1 攻关\n好。\n"
    assert [(level, number) for level, number, _title in flat(outline(HEAD + text))] == [
        *[(1, "一"), (2, "（一）"), (3, "1"), (3, "2"), (3, "3"), (2, "（二）")],
        *[(1, "二"), (1, "三"), (2, "（一）")],
    ]


@pytest.mark.parametrize(
    "text",
    [
        "一、甲\n1.子。好。\n3.5亿元投入。\n1.5倍增长。\n2.丑。1.2%。\n2024.5.22起施行。\n",
        "一、甲\n1.子。好。\n1.1亿元投入。\n1.2亿元产出。\n2.丑。好。\n",
        "一、甲\n1.子。好。\n1.1 亿元投入。\n1.2 亿元产出。\n2.丑。好。\n",
        "一、甲\n1.子。好。\n1.1%的增长。\n1.2%的增长。\n2.丑。好。\n",
        "一、甲\n1.子。好。\n1.1倍增长。\n1.2个百分点。\n2.丑。好。\n",
        "一、甲\n1.子。好。\n1.1GHz频段。\n1.2GHz频段。\n2.丑。好。\n",
        "一、甲\n1.子。好。\n1.1\t学习\t党办\n1.2\t研讨\t党办\n2.丑。好。\n",
    ],
)
def test_amounts_dates_and_tables_change_no_outline(text: str) -> None:
    assert [number for _level, number, _title in flat(outline(HEAD + text))] == ["一", "1", "2"]


@pytest.mark.parametrize(
    "line",
    ["3.3亿元投入。", "3.3%的增长。", "3.3个百分点。", "3.3倍。", "3.3年内。", "5 个方面。", "5 类人员"],
)
def test_an_amount_that_would_carry_on_the_count_is_none(line: str) -> None:
    before, after = PLAN.split("4 保障")
    assert flat(outline(HEAD + before + line + "\n4 保障" + after)) == OUTLINE
    assert flat(outline(HEAD + PLAN + line)) == OUTLINE


def test_a_lone_decimal_is_no_outline() -> None:
    lone = HEAD + "一、甲\n1.子。好。\n2.丑。好。\n2.1 版本说明在此。\n"
    assert [number for _level, number, _title in flat(outline(lone))] == ["一", "1", "2"]
    bare = HEAD + "1 甲\n2 乙\n3 丙\n"
    assert flat(outline(bare)) == []


def test_one_decimal_below_an_item_is_chance() -> None:
    text = HEAD + "一、甲\n1.子。好。\n1.1 版本说明。\n2.丑。好。\n"
    assert [number for _level, number, _title in flat(outline(text))] == ["一", "1", "2"]


def test_a_count_of_things_hides_no_section() -> None:
    text = HEAD + "1 甲\n1.1 子\n好。\n2 乙\n2台设备投入使用\n2.1 丑\n好。\n2.2 寅\n好。\n"
    assert [title for _level, _number, title in flat(outline(text))] == ["甲", "子", "乙", "丑", "寅"]


def test_a_line_said_to_be_running_text_counts_no_more() -> None:
    source = split(HEAD + "1 甲\n1.1 子\n好。\n1.2 机组\n1.2 丑\n好。\n1.3 寅\n好。\n")
    assert [note.kind for note in parse(source).warnings] == ["number_out_of_order"]
    draft = parse(source, Decisions(levels={6: 0}))
    assert [node.title for node in draft.walk()] == ["甲", "子", "丑", "寅"]
    assert draft.warnings == ()


def test_a_section_is_where_a_person_says_it_is() -> None:
    source = split(HEAD + "1 甲\n1.1 子\n好。\n2 乙\n2 机组投入使用\n2.1 丑\n好。\n2.2 寅\n好。\n")
    assert "机组投入使用" in [node.title for node in parse(source).walk()]
    draft = parse(source, Decisions(levels={7: 0}))
    assert [node.title for node in draft.walk()] == ["甲", "子", "乙", "丑", "寅"]


def test_one_decimal_that_a_person_makes_a_heading_has_its_number() -> None:
    source = split(HEAD + "一、甲\n1.子。好。\n3.2 版本说明\n好。\n2.丑。好。\n")
    draft = parse(source, Decisions(levels={5: 3}))
    assert [(node.level, node.number, node.title) for node in draft.walk()][2] == (3, "2", "版本说明")


def test_what_stands_below_a_number_that_a_person_made_a_heading_counts() -> None:
    source = split(HEAD + "1 甲\n1.1 子\n好。\n1.2 丑\n好。\n1.5 寅\n1.5.1 卯\n好。\n")
    assert "卯" not in [node.title for node in parse(source).walk()]
    assert "卯" in [node.title for node in parse(source, Decisions(levels={8: 2})).walk()]


def test_sections_without_anything_below_are_reached_from_the_first() -> None:
    text = "1 总体要求\n坚持。\n2 主要目标\n提高。\n3 任务\n3.1 学习\n好。\n3.2 攻关\n好。\n"
    assert [number for _level, number, _title in flat(outline(HEAD + text))] == [
        *["一", "二", "三"],
        *["（一）", "（二）"],
    ]


def test_a_table_of_contents_does_not_count_for_the_document_behind_it() -> None:
    contents = "目录\n1 总体要求………1\n2 任务………1\n2.1 学习………2\n2.2 攻关………3\n"
    text = "1 总体要求\n坚持。\n2 任务\n2.1 学习\n好。\n2.2 攻关\n好。\n"
    result = outline(HEAD.partition("\n")[0] + "\n" + contents + text)
    assert [title for _level, _number, title in flat(result)] == ["总体要求", "任务", "学习", "攻关"]


def test_a_section_typed_without_a_space_counts_among_such_sections_only() -> None:
    tight = "1总则\n1.1目的\n好。\n1.2范围\n好。\n2组织\n2.1领导\n好。\n3附则\n好。\n"
    assert [title for level, _number, title in flat(outline(HEAD + tight)) if level == 1] == [
        "总则",
        "组织",
        "附则",
    ]
    childless = "1总则\n好。\n" + tight[tight.index("2组") :].replace("3附", "2.2监督\n好。\n3附")
    assert [title for level, _number, title in flat(outline(HEAD + childless)) if level == 1] == [
        *["总则", "组织", "附则"],
    ]
    spaced = tight.replace("1总", "1 总").replace("2组", "2 组")
    assert [title for level, _number, title in flat(outline(HEAD + spaced)) if level == 1] == ["总则", "组织"]


@pytest.mark.parametrize("line", ["5 各单位按照分工推进。", "9 其他事项", "5 要求和任务；"])
def test_a_line_that_is_no_next_section_is_running_text_without_a_question(line: str) -> None:
    result = outline(HEAD + PLAN + line)
    assert (flat(result), result["warnings"]) == (OUTLINE, [])


def test_a_number_inside_a_sentence_that_was_cut_is_no_section() -> None:
    result = outline(HEAD + PLAN + "年度工作安排已经明确各单位要抓紧推进以下\n5 重点工程\n")
    assert flat(result) == OUTLINE
    assert [w["kind"] for w in result["warnings"]] == ["number_in_text"]


def test_a_new_chinese_section_ends_the_decimals_above_it() -> None:
    text = "一、任务\n1. 学习\n1.1 理论\n好。\n1.2 实践\n好。\n二、要求\n1.3 版本说明\n好。\n"
    assert [number for _level, number, _title in flat(outline(HEAD + text))] == [
        "一",
        "1",
        "（1）",
        "（2）",
        "二",
    ]


def test_an_item_with_a_decimal_of_its_own_is_no_section_of_an_outline_of_bare_numbers() -> None:
    text = "1 甲\n1.1 子\n好。\n2 乙\n2.1 丑\n1. 理论\n1.1 版本说明\n好。\n2.2 寅\n好。\n"
    assert flat(outline(HEAD + text))[-3:] == [(2, "（一）", "丑"), (3, "1", "理论"), (2, "（二）", "寅")]


def test_what_is_deeper_than_four_levels_is_running_text() -> None:
    text = "一、任务\n1. 学习\n1.1 理论\n1.1.1 原著\n1.2 实践\n好。\n"
    assert [title for _level, _number, title in flat(outline(HEAD + text))] == [
        "任务",
        "学习",
        "理论",
        "实践",
    ]


def test_the_bare_number_is_the_section_and_not_the_item_with_a_dot() -> None:
    text = "1 甲\n1.1 子\n好。\n2 乙。各单位承担。\n1. a\n2. b\n2.1 丑\n好。\n2.2 寅\n好。\n"
    assert [(level, title) for level, _number, title in flat(outline(HEAD + text))] == [
        *[(1, "甲"), (2, "子"), (1, "乙")],
        *[(3, "a"), (3, "b"), (2, "丑"), (2, "寅")],
    ]


def test_a_decimal_whose_section_is_missing_is_no_heading() -> None:
    text = HEAD + "一、甲\n5.1 劳动节\n好。\n5.2 次日\n好。\n二、乙\n好。\n"
    assert [number for _level, number, _title in flat(outline(text))] == ["一", "二"]


def test_sections_that_do_not_begin_with_one_are_none() -> None:
    assert flat(outline(HEAD + "5 甲\n5.1 子\n好。\n5.2 丑\n好。\n")) == []


def test_a_number_left_out_counts_where_the_next_goes_on_from_it_and_is_asked_about_otherwise() -> None:
    gap = "1 甲\n1.1 子\n好。\n1.3 丑\n好。\n1.4 寅\n好。\n1.8妇女节开展活动。\n2 乙\n2.1 卯\n好。\n"
    assert [number for _level, number, _title in flat(outline(HEAD + gap))] == [
        *["一", "（一）", "（三）", "（四）"],
        *["二", "（一）"],
    ]
    assert notes(HEAD + gap) == [
        ("number_out_of_order", "1.3"),
        ("number_in_text", "1.8妇女节开展活动。"),
    ]


def test_a_person_makes_the_decimal_that_was_asked_about_a_heading_with_its_number() -> None:
    source = split(HEAD + "1 甲\n1.1 子\n好。\n1.2 丑\n好。\n1.4 寅\n好。\n2 乙\n")
    line = next(line.number for line in source.lines if line.text.startswith("1.4"))
    draft = parse(source, Decisions(levels={line: 2}))
    assert [(node.number, node.title) for node in draft.walk()][3] == ("（四）", "寅")
    assert draft.lossless


def test_running_text_by_decision_stays_running_text() -> None:
    source = split(HEAD + PLAN)
    line = next(line.number for line in source.lines if line.text.startswith("3.1.2"))
    draft = parse(source, Decisions(levels={line: 0}))
    assert "研讨交流" not in [node.title for node in draft.walk()]
    assert draft.lossless


def test_a_table_of_contents_in_decimals_is_left_out() -> None:
    contents = "目录\n1 总体要求………1\n1.1 指导思想………1\n1.2 基本原则………2\n2 主要目标………3\n"
    result = outline(HEAD.partition("\n")[0] + "\n" + contents + PLAN)
    assert flat(result) == OUTLINE
    assert {drop["reason"] for drop in result["dropped"]} == {"contents"}


def test_ten_thousand_decimals_take_no_time() -> None:
    rows = [
        f"{a} 第{a}部\n"
        + "".join(f"{a}.{b} 甲\n" + "".join(f"{a}.{b}.{c} 乙\n" for c in range(1, 11)) for b in range(1, 10))
        for a in range(1, 100)
    ]
    begun = time.perf_counter()
    assert len(flat(outline(HEAD + "".join(rows)))) == 99 * (1 + 9 + 90)
    assert time.perf_counter() - begun < 8


@pytest.mark.parametrize(
    "text",
    [
        "1 甲\n1.1 乙\n" * 9000,
        "5 甲\n5.1 乙\n" * 9000,
        "1 甲\n" * 20_000,
        "1. 甲\n1.1 乙\n1 丙\n1.1 丁\n" * 5000,
    ],
)
def test_decimals_made_to_take_long_take_no_time(text: str) -> None:
    begun = time.perf_counter()
    assert parse(split(HEAD + text)).lossless
    assert time.perf_counter() - begun < 8


TREE = st.lists(st.lists(st.integers(0, 4), min_size=1, max_size=4), min_size=2, max_size=5)
SPELLING = st.sampled_from(["{} {}", "{}　{}", "{}  {}"])


@settings(max_examples=100, deadline=None)
@given(
    tree=TREE,
    spelling=SPELLING,
    wide=st.booleans(),
    text=st.sampled_from(["", "每月一次。\n", "投入3.5亿元。\n"]),
)
def test_any_decimal_outline_reads_back(tree: list[list[int]], spelling: str, wide: bool, text: str) -> None:
    rows: list[str] = []
    wanted: list[int] = []

    def add(path: tuple[int, ...]) -> None:
        number = ".".join(map(str, path))
        rows.append(spelling.format(number.translate(WIDE) if wide else number, "任务") + "\n" + text)
        wanted.append(len(path))

    for a, section in enumerate(tree, 1):
        add((a,))
        for b, items in enumerate(section, 1):
            add((a, b))
            for c in range(1, items + 1):
                add((a, b, c))
    assert [level for level, _number, _title in flat(outline(HEAD + "".join(rows)))] == wanted


@settings(max_examples=150, deadline=None)
@given(
    at=st.integers(0, PLAN.count("\n")),
    whole=st.integers(1, 5),
    part=st.integers(1, 9),
    unit=st.sampled_from(
        ["亿元", "万元", "%", "％", "倍", "个百分点", " 亿元", "亩以上", "GHz", "公里", "元"]
    ),
)
def test_no_amount_in_a_line_of_its_own_changes_a_decimal_outline(
    at: int, whole: int, part: int, unit: str
) -> None:
    rows = PLAN.splitlines()
    rows.insert(at, f"投入到位。\n{whole}.{part}{unit}已经落实。")
    titles = [title for _level, _number, title in flat(outline(HEAD + "\n".join(rows)))]
    assert titles == [title for _level, _number, title in OUTLINE]
