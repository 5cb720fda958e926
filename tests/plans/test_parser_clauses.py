"""Clauses as documents word them: what a heading is, what is a goal, a measure, a ground or a duty."""

from __future__ import annotations

import time

import pytest

from plans.importing.headings import marker
from plans.importing.lines import split
from plans.importing.parser import parse
from plans.importing.proposals import proposals
from tests.plans.conftest import flat, outline, shape

HEAD = "清岚所攻坚行动方案\n"


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("2.6月底前完成换届", 3),
        ("1.12月完成总结", 3),
        ("2.6S管理全面推行", 3),
        ("3.5G网络覆盖", 3),
        ("4.12345热线办理", 3),
        ("2.5GHz频段", None),
        ("2.13月", None),
        ("3.5亿元", None),
        ("1.5倍", None),
        ("12.31结束", None),
    ],
)
def test_an_item_may_begin_with_a_number_of_its_own(line: str, level: int | None) -> None:
    found = marker(line)
    assert (found.level if found else None) == level


def test_such_an_item_counts_only_where_it_carries_the_count_on() -> None:
    result = outline(
        HEAD
        + "一、甲\n1.启动。各单位要抓紧时间推进，预计全部工程的总工期为\n2.6月的进度另行通报。\n"
        + "2.6月底前完成换届。好。\n"
    )
    assert flat(result)[1:] == [(3, "1", "启动"), (3, "2", "6月底前完成换届")]


@pytest.mark.parametrize(
    ("heading", "assurance"),
    [
        ("强保障，确保＂零事故＂", "零事故"),
        ("强统战，确保“聚共识、汇合力、促发展、谋新篇”", "聚共识、汇合力、促发展、谋新篇"),
        ("强业务，确保「干成事」", "干成事"),
        ("强作风，确保 ‘可持续’", "可持续"),
        ("强服务，确保“形象好“", "形象好"),
        ("强服务，确保落实", None),
    ],
)
def test_an_assurance_is_found_in_any_quotation_marks(heading: str, assurance: str | None) -> None:
    pillar = outline(f"{HEAD}一、甲\n（一）{heading}\n1.子。x。\n2.丑。x。")["sections"][0]["children"][0]
    assert (pillar["assurance"], pillar["title"]) == (assurance, heading)


def test_an_assurance_cut_inside_a_short_heading_is_whole() -> None:
    result = outline(
        HEAD + "一、甲\n（一）坚持和加强党对科研\n工作的全面领导，确保“方\n向正”\n1.子。x。\n2.丑。x。"
    )
    pillar = result["sections"][0]["children"][0]
    assert pillar["title"] == "坚持和加强党对科研工作的全面领导，确保“方向正”"
    assert pillar["assurance"] == "方向正"


def test_a_day_without_a_year_that_does_not_exist_is_warned_of() -> None:
    result = outline(HEAD + "一、甲\n1.子。11月31日前完成。\n2.丑。2月29日前完成。")
    assert [w["text"] for w in result["warnings"] if w["kind"] == "no_such_date"] == ["11月31日前"]


def test_guiding_thought_and_principles_are_nobody_s_measures() -> None:
    draft = parse(
        split(
            HEAD
            + "一、总体要求\n（一）指导思想\n坚持领导。\n（二）基本原则\n1.坚持方向。x。\n2.坚持创新。x。\n"
            "（三）工作目标\n1.目标一。x。\n2.目标二。x。\n二、任务\n（一）学习\n1.学。x。\n2.习。x。"
        )
    )
    assert [node.kind for node in draft.walk()] == [
        *("section", "paragraph", "paragraph", "paragraph", "paragraph"),
        *("section", "goal", "goal", "section", "pillar", "measure", "measure"),
    ]
    assert [goal.text for goal in draft.goals] == ["目标一。x。", "目标二。x。"]


def test_principles_of_a_section_of_their_own_are_no_measures_either() -> None:
    draft = parse(
        split(HEAD + "一、指导思想和基本原则\n（一）坚持方向。x。\n（二）创新。x。\n二、任务\n（一）学。x。")
    )
    assert draft.count("measure") == 1


def test_goals_below_a_heading_of_goals_are_named_once() -> None:
    result = outline(
        HEAD + "一、主要目标\n（一）总体目标。到2025年建成。\n（二）具体目标\n"
        "1.会员达到10万人。\n2.建会率达到95%。\n二、任务\n1.子。x。"
    )
    assert result["goals"] == ["总体目标。到2025年建成。", "会员达到10万人。", "建会率达到95%。"]


def test_a_colon_after_a_heading_changes_nothing_about_its_goals() -> None:
    result = outline(HEAD + "一、2025年工作目标：\n质量提高。\n效率提升。\n二、任务：\n1.子。x。\n2.丑。x。")
    assert result["goals"] == ["质量提高。", "效率提升。"]


def test_the_name_of_a_part_is_no_goal() -> None:
    result = outline(HEAD + "第一部分 要求\n一、主要目标\n质量提高。\n第二部分 主要任务\n二、学习\n1.子。x。")
    assert result["goals"] == ["质量提高。"]


def test_headings_of_a_markdown_file_need_no_number() -> None:
    result = outline(
        "# 清岚所2024年行动计划\n\n## 总体要求\n\n坚持方向。\n\n## 主要目标\n\n质量提高。\n\n## 重点任务\n\n"
        "### **加强学习，确保“学得深”**\n\n1. 理论学习。每月一次。\n2. 研讨。x。\n\n### 加强组织\n\n1. 换届。x。\n"
    )
    assert flat(result) == [
        (1, "", "总体要求"),
        (1, "", "主要目标"),
        (1, "", "重点任务"),
        (2, "", "加强学习，确保“学得深”"),
        (3, "1", "理论学习"),
        (3, "2", "研讨"),
        (2, "", "加强组织"),
        (3, "1", "换届"),
    ]
    assert (result["goals"], result["warnings"]) == (["质量提高。"], [])


def test_a_percentage_carries_on_the_line_before_it() -> None:
    result = outline(
        HEAD + "一、工作目标\n高技能人才占比达到\n30%以上，成果涌现。\n覆盖率达到90%。\n二、任务\n1.子。x。"
    )
    assert result["goals"] == ["高技能人才占比达到30%以上，成果涌现。", "覆盖率达到90%。"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("每年12月31日前报送。", [("recurring", "每年"), ("deadline", "12月31日前")]),
        ("12月份前完成。", [("deadline", "12月份前")]),
        ("2024年6月30日召开。", []),
        ("2025年第三季度末前评估。", [("deadline", "2025年第三季度末前")]),
        ("定期或不定期检查。", [("recurring", "定期"), ("never_overdue", "不定期")]),
        ("定期不定期开展检查。", [("never_overdue", "不定期")]),
        ("不鼓励超时加班。", []),
        ("每月工资按时发放，每月1次通报。", [("recurring", "每月1次")]),
    ],
)
def test_more_words_of_time(text: str, found: list[tuple[str, str]]) -> None:
    said = [(proposal.kind, proposal.value) for proposal in proposals(("一",), text)]
    assert said == found


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "一、甲\n1.每" + " " * 400_000 + "月",
        HEAD + "一、甲（\n" + "内容内容内容\n" * 20_000,
        HEAD + "一、甲\n1." + "2024年 " * 100_000,
    ],
    ids=["white space", "open bracket", "years"],
)
def test_what_is_made_to_take_long_takes_no_time(text: str) -> None:
    begun = time.perf_counter()
    assert parse(split(text)).lossless
    assert time.perf_counter() - begun < 5


def test_run_on_numbers_restarts_and_skipped_levels_keep_their_place() -> None:
    result = outline(
        HEAD + "一、甲\n（一）乙\n1.a。\n2.b。\n（二）丙\n3.c。\n二、丁\n（三）戊\n4.d。\n（1）e。"
    )
    assert shape(result) == [["一", [("（一）", 2), ("（二）", 1)]], ["二", [("（三）", 1)]]]
    assert result["warnings"] == []


def test_a_day_of_the_signature_that_does_not_exist_is_asked_about_on_its_line():
    lines = [
        *(HEAD + "一、甲\n1.乙。丙。\n2.丁。戊。").splitlines(),
        "清岚半导体研究所委员会",
        "2024年2月31日",
    ]
    draft = parse(split("\n".join(lines)))
    assert [(n.line, n.text) for n in draft.warnings if n.kind == "no_such_date"] == [
        (len(lines), "2024年2月31日")
    ]


@pytest.mark.parametrize(
    "heading",
    [
        "__二、乙__",
        "**二、乙**",
        "## 二、乙 ##",
        "## 二、乙 #",
        "## __二、乙__ ##",
        "## **二、乙** ##",
        "二、__乙__",
        "## 二、 __乙__",
    ],
)
def test_closing_marks_are_no_part_of_a_title(heading: str):
    text = HEAD + f"一、甲\n1.乙。丙。\n{heading}\n1.丁。戊。\n2.己。庚。"
    draft = parse(split(text))
    assert [node.title for node in draft.sections] == ["甲", "乙"] and draft.lossless


@pytest.mark.parametrize(
    ("line", "title", "text"),
    [
        ("__2.学习。__每月学习。", "学习", "每月学习。"),
        ("2.__学习__。每月学习。", "学习", "每月学习。"),
        ("2.C# 与 F #", "C# 与 F #", ""),
        ("2.变量 a__b", "变量 a__b", ""),
    ],
)
def test_only_marks_that_were_opened_are_closed(line: str, title: str, text: str):
    draft = parse(split(HEAD + f"一、甲\n1.乙。丙。\n{line}\n3.丁。戊。"))
    node = draft.sections[0].children[1]
    assert (node.title, node.text, draft.lossless) == (title, text, True)
