"""The twins of two published documents, and the documents themselves where they lie beside the project."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from plans.importing.decisions import Decisions
from plans.importing.lines import compact, split
from plans.importing.parser import parse
from plans.importing.reader import read_path
from tests.plans.conftest import flat, outline, shape

PUBLISHED = Path(__file__).resolve().parents[3] / "shared" / "documents"
OPINIONS_SHAPE = [
    ["一", []],
    ["二", []],
    ["三", [("（一）", 3), ("（二）", 3), ("（三）", 2), ("（四）", 3)]],
    ["四", []],
]
ASSURANCES = ["方向正", "干成事", "有潜力", "可持续"]


def points_shape() -> list[object]:
    numbers = iter(range(1, 16))
    return [
        [section, [(str(next(numbers)), 0) for _ in range(count)]]
        for section, count in zip("一二三四", (7, 3, 3, 2), strict=True)
    ]


def test_the_opinions_have_their_sections_pillars_and_measures(opinions_text: str) -> None:
    result = outline(opinions_text)
    assert result["is_plan"] is True
    assert result["kind"] == "guiding_opinions"
    assert shape(result) == OPINIONS_SHAPE
    assert [pillar["assurance"] for pillar in result["sections"][2]["children"]] == ASSURANCES
    assert result["sections"][2]["children"][0]["title"].endswith("确保“方向正”")


def test_the_opinions_say_who_issued_them_when_and_under_which_number(opinions_text: str) -> None:
    draft = parse(split(opinions_text))
    assert draft.title == "中共清岚半导体研究所委员会关于实施“党建促攻坚”行动计划的指导意见"
    assert draft.document_number == "清半党字〔2024〕15号"
    assert draft.issuer == "中共清岚半导体研究所委员会"
    assert draft.letterhead == "中共清岚半导体研究所委员会文件"
    assert draft.issued_on == date(2024, 3, 18)


def test_the_opinions_have_three_goals_though_one_is_cut_in_two(opinions_text: str) -> None:
    goals = outline(opinions_text)["goals"]
    assert [goal[:5] for goal in goals] == ["攻坚任务按", "支部建设更", "服务保障更"]
    assert "可靠性验证的全部工作" in goals[0]


def test_the_opinions_end_with_two_duties(opinions_text: str) -> None:
    duties = parse(split(opinions_text)).duties
    assert [duty.text[:6] for duty in duties] == ["所党委委员按", "各支部推进本"]
    assert "本计划的情况" in duties[1].text


def test_an_amount_and_a_year_at_the_start_of_a_line_stay_in_their_sentence(opinions_text: str) -> None:
    measure = outline(opinions_text)["sections"][2]["children"][1]["children"][0]
    assert measure["title"] == "建立双向督办机制"
    assert "投入不少于3.5亿元的专项经费单独列账，2025年的节点" in measure["text"]


def test_each_cut_sentence_is_a_proposed_join(opinions_text: str) -> None:
    joins = outline(opinions_text)["joins"]
    assert {"青|年", "验|证", "围绕|窗", "划|的"} <= {
        f"{join['before'][-n:]}|{join['after'][0]}" for join in joins for n in (1, 2)
    }


def test_a_join_that_is_turned_down_leaves_two_paragraphs(opinions_text: str) -> None:
    source = split(opinions_text)
    cut = next(join for join in parse(source).joins if join.after.startswith("证的全部"))
    draft = parse(source, Decisions(apart=frozenset({cut.next})))
    assert len(draft.goals) == 4
    assert draft.lossless


def test_places_worth_a_look_are_warned_of_and_never_mended(opinions_text: str) -> None:
    result = outline(opinions_text)
    kinds = [warning["kind"] for warning in result["warnings"]]
    assert sorted(kinds) == [
        "ends_in_comma",
        "half_width_number",
        "half_width_number",
        "markup",
        "single_quotes",
    ]
    talent = result["sections"][2]["children"][2]["children"][1]
    assert "出台**3H**保障办法" in talent["text"]


def test_the_points_number_fifteen_items_through_four_sections(points_text: str) -> None:
    result = outline(points_text)
    assert result["kind"] == "work_points"
    assert shape(result) == points_shape()
    assert result["title"] == "清岚半导体研究所2021年群团工作要点"


def test_the_points_are_signed_by_the_union_not_by_the_letterhead(points_text: str) -> None:
    draft = parse(split(points_text))
    assert draft.issuer == "清岚半导体研究所工会委员会"
    assert draft.letterhead == "清岚半导体研究所文件"


def test_an_item_whose_text_begins_on_the_next_line_has_it(points_text: str) -> None:
    item = outline(points_text)["sections"][1]["children"][0]
    assert item["title"] == "健全工会组织，提高工会干部履职能力"
    assert item["text"].startswith("组织工会干部学习")


def test_a_character_doubled_at_a_break_is_kept_and_warned_of(points_text: str) -> None:
    result = outline(points_text)
    assert "林致平平同志" in result["sections"][0]["children"][0]["text"]
    assert [warning["kind"] for warning in result["warnings"]] == ["doubled_character"]


def test_a_line_that_ends_in_a_closing_quote_is_not_the_end_of_a_sentence(points_text: str) -> None:
    assert "设置“青春”专栏" in outline(points_text)["sections"][0]["children"][3]["text"]


def test_the_imprint_is_left_out_and_said_so(points_text: str) -> None:
    dropped = outline(points_text)["dropped"]
    assert [(drop["text"], drop["reason"]) for drop in dropped] == [
        ("抄送：", "imprint"),
        ("清岚半导体研究所办公室", "imprint"),
        ("印发", "imprint"),
    ]


def test_sections_of_the_points_hold_measures_and_pillars_of_the_opinions_do(
    opinions_text: str, points_text: str
) -> None:
    opinions, points = parse(split(opinions_text)), parse(split(points_text))
    assert (opinions.count("pillar"), opinions.count("measure")) == (4, 11)
    assert (points.count("pillar"), points.count("measure")) == (0, 15)


def test_parsing_twice_gives_the_same(opinions_text: str) -> None:
    assert parse(split(opinions_text)) == parse(split(opinions_text))


@pytest.mark.parametrize(
    ("name", "expected"),
    [("000_759e39429dbf13bb.txt", OPINIONS_SHAPE), ("002_9a5e7afa48f34553.txt", points_shape())],
)
def test_the_published_documents_read_like_their_twins(name: str, expected: object) -> None:
    path = PUBLISHED / name
    if not path.exists():
        pytest.skip("the published documents do not lie beside the project")
    source = read_path(path)
    result = parse(source).to_json()
    assert result["lossless"] is True
    assert shape(result) == expected
    everything = compact("".join(line.text for line in source.lines))
    assert all(compact(title) in everything for _level, _number, title in flat(result))
    assert len(result["goals"]) == (3 if expected is OPINIONS_SHAPE else 0)
