"""What documents do to a parser: numbering, layout, noise, and papers that are no plan."""

from __future__ import annotations

import re
import time
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plans.importing.headings import marker
from plans.importing.kinds import kind_of
from plans.importing.lines import compact, split
from plans.importing.numerals import to_chinese, to_int
from plans.importing.parser import parse
from plans.importing.proposals import deadline
from tests.plans.conftest import flat, outline, shape

HEAD = "清岚半导体研究所2025年攻坚行动计划\n"


@pytest.mark.parametrize(
    ("line", "level", "number"),
    [
        ("一、总体要求", 1, "一"),
        ("十 一 、总体要求", None, ""),
        ("二十三．保障", 1, "二十三"),
        ("　　（一）加强领导", 2, "（一）"),
        ("(三) 加强队伍", 2, "（三）"),
        ("（ 四 ） 从严治党", 2, "（四）"),
        ("㈡第二", 2, "（二）"),
        ("1. 学习", 3, "1"),
        ("１．学习", 3, "1"),
        ("12、学习", 3, "12"),
        ("三､重点任务", 1, "三"),
        ("12､学习", 3, "12"),
        ("⒊学习", 3, "3"),
        ("（1）先学", 4, "（1）"),
        ("(２)后议", 4, "（2）"),
        ("3）再议", 4, "（3）"),
        ("## **一、总体要求**", 1, "一"),
        ("1.2025年完成改造", 3, "1"),
        ("3.5亿元经费", None, ""),
        ("2025年完成", None, ""),
        ("12.5%", None, ""),
        ("1.0版平台", None, ""),
        ("2、3季度检查", None, ""),
        ("一、二、三等奖", None, ""),
        ("三、四季度检查", None, ""),
        ("一季度完成", None, ""),
        ("十月怀胎", None, ""),
        ("（2024年修订）", None, ""),
    ],
)
def test_the_start_of_a_line_says_whether_it_is_a_heading(line: str, level: int | None, number: str) -> None:
    found = marker(line)
    assert (found.level if found else None, found.number if found else "") == (level, number)


def test_a_year_numbered_like_a_heading_is_none() -> None:
    result = outline(HEAD + "一、任务\n1.改造。改造涉及\n2025、2026年两年的预算。\n2.验收。完成。")
    assert [number for _level, number, _title in flat(result)] == ["一", "1", "2"]


@given(st.integers(min_value=1, max_value=9999))
def test_a_chinese_numeral_reads_back(value: int) -> None:
    assert to_int(to_chinese(value)) == value


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("关于实施行动计划的指导意见", "guiding_opinions"),
        ("2025年群团工作要点", "work_points"),
        ("“党建促攻坚”行动计划（试行）", "action_plan"),
        ("攻坚任务实施方案", "action_plan"),
        ("会议管理办法（暂行）", "rule"),
        ("关于加强管理制度建设的指导意见", "guiding_opinions"),
        ("关于报送工作要点的通知", "notice"),
        ("2024年党委会会议纪要", None),
        ("清岚半导体研究所", None),
    ],
)
def test_the_last_noun_of_a_title_names_the_kind(title: str, kind: str | None) -> None:
    assert kind_of(title) == kind


def test_levels_may_be_skipped_and_numbers_may_restart_or_run_on() -> None:
    result = outline(
        HEAD + "一、甲\n1.子。a。\n2.丑。b。\n二、乙\n3.寅。c。\n（1）卯。\n三、丙\n（一）辰。\n1.巳。d。"
    )
    assert shape(result) == [["一", [("1", 0), ("2", 0)]], ["二", [("3", 1)]], ["三", [("（一）", 1)]]]
    assert result["warnings"] == []


def test_a_number_left_out_is_accepted_and_said() -> None:
    result = outline(HEAD + "一、甲\n1.子。a。\n3.丑。b。")
    assert [(w["kind"], w["text"]) for w in result["warnings"]] == [("number_out_of_order", "3")]


def test_every_way_to_type_a_number_gives_its_normal_form() -> None:
    result = outline(HEAD + "一 、甲\n( 一 )乙\n１．丙。x。\n2、丁。y。\n(1)戊\n２）己")
    assert [number for _level, number, _title in flat(result)] == ["一", "（一）", "1", "2", "（1）", "（2）"]


def paragraphs(text: str) -> list[str]:
    """The document as its author wrote it: one paragraph a line."""
    source = split(text)
    joined = {join.next for join in parse(source).joins}
    found: list[str] = []
    for line in source.lines:
        if line.number in joined:
            found[-1] += line.text.strip()
        else:
            found.append(line.text.strip())
    return found


def wrapped(paragraph: str, columns: int) -> list[str]:
    rows, row, width = [], "", 0
    for character in paragraph:
        wide = 2 if unicodedata.east_asian_width(character) in "WFA" else 1
        if width + wide > columns:
            rows.append(row)
            row, width = "", 0
        row, width = row + character, width + wide
    return [*rows, row]


def said(text: str) -> object:
    draft = parse(split(text))
    assert draft.lossless
    return (
        [(n.level, n.number, n.title, compact(n.text), n.kind) for n in draft.walk()],
        [compact(goal.text) for goal in draft.goals],
        (draft.title, draft.document_number, draft.issuer, draft.issued_on, draft.kind),
        len(draft.duties),
    )


@pytest.mark.parametrize("columns", [48, 56, 60, 70, 80])
@pytest.mark.parametrize("indent", ["　　", "    ", ""])
@pytest.mark.parametrize("sample", ["opinions_text", "points_text"])
def test_a_hard_wrapped_document_reads_like_the_original(
    sample: str, indent: str, columns: int, request: pytest.FixtureRequest
) -> None:
    whole = paragraphs(request.getfixturevalue(sample))
    between = "\n" if indent else "\n\n"
    text = between.join("\n".join(wrapped(indent + p, columns)) for p in whole)
    assert said(text) == said("\n\n".join(whole))


@pytest.mark.parametrize("marker_form", ["— {} —", "- {} -", "第{}页 共9页", "{}", "－{}－", "Page {} of 9"])
def test_page_markers_and_running_heads_inside_sentences_are_left_out(
    opinions_text: str, marker_form: str
) -> None:
    whole = paragraphs(opinions_text)
    rows: list[str] = []
    page = 0
    for paragraph in whole:
        if len(paragraph) > 70 and page < 6:
            page += 1
            half = len(paragraph) // 2
            rows += [
                paragraph[:half],
                "",
                marker_form.format(page),
                "清岚半导体研究所 党建材料",
                paragraph[half:],
            ]
        else:
            rows.append(paragraph)
    text = "\n".join(rows)
    assert said(text) == said("\n\n".join(whole))
    reasons = [drop["reason"] for drop in outline(text)["dropped"]]
    assert (reasons.count("page"), reasons.count("running_head")) == (page, page)


def test_a_unit_named_under_every_measure_is_no_running_head() -> None:
    body = "".join(f"{i}.任务。内容如此。\n责任单位：党委办公室\n" for i in range(1, 6))
    result = outline(HEAD + "一、任务\n" + body)
    assert result["dropped"] == []
    assert result["sections"][0]["children"][0]["text"] == "内容如此。\n责任单位：党委办公室"


def test_bold_marks_are_no_part_of_a_title() -> None:
    forms = [
        "**1. 学习。**每月学习。",
        "1. **学习。**每月学习。",
        "1. **学习**。每月学习。",
        "**1.** 学习。每月学习。",
    ]
    for form in forms:
        node = outline(f"# {HEAD}\n## **一、任务**\n\n{form}\n")["sections"][0]
        assert node["title"] == "任务"
        assert (node["children"][0]["title"], node["children"][0]["text"]) == ("学习", "每月学习。")


def test_a_table_of_contents_is_left_out() -> None:
    result = outline(HEAD + "目 录\n一、甲……………1\n二、乙……………2\n一、甲\n1.子。a。\n二、乙\n2.丑。b。")
    assert shape(result) == [["一", [("1", 0)]], ["二", [("2", 0)]]]
    assert {drop["reason"] for drop in result["dropped"]} == {"contents"}


def test_attachments_signature_and_imprint_behind_the_text_are_left_out_and_read() -> None:
    result = outline(
        "清岚半导体研究所2025年攻坚行动方案\n（2025年1月3日所务会审议通过）\n为推动工作，制定本方案。\n"
        "一、目标任务\n（一）指标一。甲。\n（二）指标二。乙。\n二、举措\n1.学习。好。\n附件：1.任务清单\n2.分工表\n\n"
        "清岚半导体研究所办公室\n2025年1月6日\n（此件公开发布）\n抄送：各部门。\n"
        "清岚半导体研究所办公室 2025年1月7日印发"
    )
    assert (result["issuer"], result["issued_on"]) == ("清岚半导体研究所办公室", "2025-01-06")
    assert result["goals"] == ["指标一。甲。", "指标二。乙。"]
    assert [number for _level, number, _title in flat(result)] == ["一", "（一）", "（二）", "二", "1"]
    reasons = [drop["reason"] for drop in result["dropped"]]
    assert reasons == ["attachment"] * 2 + ["signature"] * 3 + ["imprint"] * 2


def test_a_plan_attached_to_a_notice_is_the_plan() -> None:
    result = outline(
        "关于做好攻坚工作的通知\n各支部：\n现将有关事项通知如下，请执行。\n附件：攻坚行动方案\n清岚所党委\n2025年3月1日\n"
        "附件\n清岚所攻坚行动方案\n一、甲\n1.子。内容。"
    )
    assert (result["is_plan"], result["kind"], result["title"]) == (True, "action_plan", "清岚所攻坚行动方案")
    assert (result["issuer"], result["issued_on"]) == ("清岚所党委", "2025-03-01")


def test_a_notice_that_issues_a_plan_is_a_wrapper() -> None:
    result = outline(
        "清党〔2025〕3号  签发人：何某\n关于印发《2025年党建重点任务方案》的通知\n各支部：\n现予印发。\n"
        "中共清岚所委员会\n二〇二五年二月二十一日\n2025年党建重点任务方案\n一、甲\n1.子。内容。"
    )
    assert (result["kind"], result["document_number"], result["issued_on"]) == (
        "action_plan",
        "清党〔2025〕3号",
        "2025-02-21",
    )


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("会议管理办法\n第一章 总则\n第一条 为规范会议。\n第二条 适用全所。\n（一）甲；\n（二）乙。", "rule"),
        (
            "关于召开会议的通知\n各部门：\n一、时间\n3月1日。\n二、地点\n报告厅。\n清岚研究所\n2025年2月1日",
            "notice",
        ),
        ("关于放假的通知\n各部门：\n放假三天。\n清岚研究所\n2025年2月1日", "notice"),
        ("2024年工作总结\n一、成绩\n1.甲。好。\n2.乙。好。", None),
        ("今天天气很好。\n我们去公园。", None),
        ("攻坚行动计划\n内容待定。", "action_plan"),
    ],
)
def test_what_promises_nothing_is_no_plan(text: str, kind: str | None) -> None:
    result = outline(text)
    assert (result["is_plan"], result["kind"]) == (False, kind)


def test_a_day_that_does_not_exist_is_warned_of() -> None:
    result = outline(
        "关于印发《行动计划》的通知\n各支部：\n现印发。\n清岚所党委\n2025年2月31日\n行动计划\n一、甲\n1.子。2025年2月30日前完成。"
    )
    assert result["issued_on"] is None
    assert [w["text"] for w in result["warnings"] if w["kind"] == "no_such_date"] == [
        "2025年2月31日",
        "2025年2月30日前",
    ]


def test_words_of_time_become_proposals_with_their_place() -> None:
    result = outline(
        HEAD + "一、任务\n（一）学习\n1.集中学习。每月一次，每季度小结。2025年底前总结。\n"
        "2.练兵。不定期开展，鼓励参加，适时表彰。\n"
        "3.检查。6月30日前完成，三年内见效。"
    )
    assert [(p["ref"], p["kind"], p["value"]) for p in result["proposals"]] == [
        (["一", "（一）", "1"], "recurring", "每月一次"),
        (["一", "（一）", "1"], "recurring", "每季度"),
        (["一", "（一）", "1"], "deadline", "2025年底前"),
        (["一", "（一）", "2"], "never_overdue", "不定期"),
        (["一", "（一）", "2"], "never_overdue", "鼓励"),
        (["一", "（一）", "2"], "never_overdue", "适时"),
        (["一", "（一）", "3"], "deadline", "6月30日前"),
    ]


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2025年6月30日前", "2025-06-30"),
        ("2025年2月底前", "2025-02-28"),
        ("年底前", "2024-12-31"),
        ("明年底", "2025-12-31"),
        ("上半年前", "2024-06-30"),
        ("第三季度末前", "2024-09-30"),
        ("6月底前", "2024-06-30"),
        ("2025年2月31日前", None),
        ("本月底前", None),
    ],
)
def test_a_deadline_phrase_names_its_last_day(value: str, day: str | None) -> None:
    found = deadline(value, 2024)
    assert (found.isoformat() if found else None) == day


def test_ten_thousand_headings_and_a_title_of_five_thousand_characters_take_no_time() -> None:
    many = (
        HEAD
        + "一、任务\n"
        + "".join(f"{i}.第{i}项任务。每月检查一次，年底前完成。\n" for i in range(1, 10_001))
    )
    begun = time.perf_counter()
    result = outline(many)
    assert len(result["sections"][0]["children"]) == 10_000
    long = outline(HEAD + "一、" + "长" * 5000 + "\n1.短。内容。")
    assert [w["kind"] for w in long["warnings"]] == ["long_title"]
    assert len(long["sections"][0]["title"]) == 5000
    assert time.perf_counter() - begun < 8


LINE = st.one_of(
    st.text(
        alphabet="党建攻坚学习。，；：“”（）()、.1２一二三四年月日 　*#-—附件抄送：印发关于的通知《》第条页",
        max_size=40,
    ),
    st.sampled_from(
        [
            "一、甲",
            "（一）乙，确保“好”",
            "1. 丙。丁",
            "(2)戊",
            "— 3 —",
            "附件：清单",
            "抄送：各部门",
            "2025年1月2日",
            "",
            "第一条 甲",
        ]
    ),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(LINE, min_size=1, max_size=30))
def test_no_character_is_ever_lost(lines: list[str]) -> None:
    text = "\n".join(lines)
    if not compact(text):
        return
    draft = parse(split(text))
    assert draft.lossless
    assert draft.rebuild() == compact(text)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.lists(st.integers(0, 1800), max_size=12))
def test_no_character_is_lost_wherever_a_document_is_cut(cuts: list[int], opinions_text: str) -> None:
    text = opinions_text
    for cut in sorted(cuts, reverse=True):
        text = text[:cut] + "\n" + text[cut:]
    draft = parse(split(text))
    assert draft.lossless
    assert re.sub(r"\s", "", text) == draft.rebuild()


def test_a_number_that_the_edge_of_a_page_cut_is_one_number() -> None:
    result = outline(
        HEAD
        + "一、任务\n　　1.平台。建设面向关键核心技术的平台，20\n25年底前完成，由AI\nTeam负责验收和推广应用。"
    )
    assert "平台，2025年底前完成，由AI Team负责" in result["sections"][0]["children"][0]["text"]
    assert ("deadline", "2025年底前") in [(p["kind"], p["value"]) for p in result["proposals"]]


def test_a_title_that_never_ends_is_pointed_out() -> None:
    result = outline("关于" + "推进攻坚" * 60 + "的行动计划\n一、任务\n1.学习。x。")
    assert "long_title" in [warning["kind"] for warning in result["warnings"]]
