"""Round the plan: numbers, signers and titles as offices really write them."""

from __future__ import annotations

import pytest

from plans.importing.kinds import kind_of
from plans.importing.lines import split
from plans.importing.parser import parse
from tests.plans.conftest import flat, outline

BODY = "一、甲\n1.子。内容。\n2.丑。内容。\n"


def issued(signature: str, number: str = "清党〔2025〕3号") -> dict[str, object]:
    """A plan that a notice issues, with the signature given."""
    return outline(
        f"{number}\n关于印发《攻坚行动方案》的通知\n各支部：\n现印发给你们，请执行。\n{signature}\n攻坚行动方案\n{BODY}"
    )


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("清党发[2024] 1５ 号", "清党发〔2024〕15号"),
        ("清党发（2024）7号", "清党发〔2024〕7号"),
        ("清党发【２０２４】７号", "清党发〔2024〕7号"),
        ("×电工〔2023〕6号", "×电工〔2023〕6号"),
        ("清党发〔2024〕3号        签发人：李某", "清党发〔2024〕3号"),
    ],
)
def test_a_document_number_has_one_form_whatever_brackets_and_widths_were_typed(
    typed: str, number: str
) -> None:
    assert issued("清岚所党委\n2025年3月1日", typed)["document_number"] == number


@pytest.mark.parametrize(
    ("signature", "issuer"),
    [
        ("中共云山县委组织部 云山县财政局", "中共云山县委组织部、云山县财政局"),
        ("中共清岚所委员会        清岚所工会", "中共清岚所委员会、清岚所工会"),
        ("中共清岚所委员会\n清岚所工会\n清岚所团委", "中共清岚所委员会、清岚所工会、清岚所团委"),
        ("中 共 清 岚 所 委 员 会", "中共清岚所委员会"),
        ("清岚半导体研究所 工会委员会", "清岚半导体研究所工会委员会"),
        ("中共清岚半导体研究所  纪律检查委员会", "中共清岚半导体研究所、纪律检查委员会"),
        ("云山县人民政府", "云山县人民政府"),
        ("清岚所党委（盖章）", "清岚所党委"),
        ("办公室", "办公室"),
        ("中共云山县委\n云山县妇联", "中共云山县委、云山县妇联"),
    ],
)
def test_everyone_who_signed_is_an_issuer_of_their_own(signature: str, issuer: str) -> None:
    result = issued(f"{signature}\n二〇二五年三月一日")
    assert (result["issuer"], result["issued_on"]) == (issuer, "2025-03-01")


def test_a_date_inside_an_attachment_signs_nothing() -> None:
    result = outline(
        f"攻坚行动方案\n{BODY}清岚所党委\n2024年3月1日\n附件1\n任务表\n1.学习 党办 3月\n2.检查 工会 2024年6月1日\n"
    )
    assert (result["issuer"], result["issued_on"]) == ("清岚所党委", "2024-03-01")


def test_a_signature_below_the_list_of_attachments_signs() -> None:
    result = outline(
        f"攻坚行动方案\n{BODY}附件：任务表\n清岚所党委\n2024年3月1日\n附件\n任务表\n检查　工会　2024年6月1日\n"
    )
    assert (result["issuer"], result["issued_on"]) == ("清岚所党委", "2024-03-01")


def test_a_signature_that_names_only_the_month_signs_and_is_no_text() -> None:
    result = outline(f"攻坚行动方案\n{BODY}清岚所党委\n2024年3月\n")
    assert (result["issuer"], result["issued_on"]) == ("清岚所党委", None)
    assert [drop["reason"] for drop in result["dropped"]] == ["signature", "signature"]


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        ("中共清岚所委员会\n2024年度党建工作\n实施方案", "中共清岚所委员会2024年度党建工作实施方案"),
        (
            "清岚市总工会\n深化产业工人队伍建设改革\n三年行动计划\n（2024—2026年）",
            "清岚市总工会深化产业工人队伍建设改革三年行动计划（2024—2026年）",
        ),
        ("内部资料\n攻坚行动方案", "攻坚行动方案"),
        ("关于开展攻坚\n\n实施方案", "关于开展攻坚实施方案"),
        ("职工之家建设任务\n\n攻坚行动方案", "攻坚行动方案"),
        ("\u200b攻坚行动方案", "攻坚行动方案"),
    ],
)
def test_a_title_in_several_lines_is_whole(lines: str, title: str) -> None:
    assert outline(f"{lines}\n为推动工作，制定本方案。\n{BODY}")["title"] == title


def test_a_title_is_whole_where_every_line_has_an_empty_one_before_it() -> None:
    text = f"中共清岚所委员会\n2024年度党建工作\n实施方案\n为推动工作。\n{BODY}"
    assert outline(text.replace("\n", "\n\n"))["title"] == "中共清岚所委员会2024年度党建工作实施方案"


def test_invisible_marks_at_line_ends_change_nothing(opinions_text: str) -> None:
    marked = outline(opinions_text.replace("\n", "\u200b\n"))
    assert marked["goals"] == outline(opinions_text)["goals"]
    result = outline("攻坚行动方案\n一、\u200b\n甲\u200b\n1.\u200b\n子。x。\n2.丑。x。")
    assert flat(result)[:2] == [(1, "一", "甲"), (3, "1", "子")]


def test_invisible_marks_are_no_part_of_a_title_or_text() -> None:
    result = outline("攻坚行动方案\n一、\u200b甲\n\u200e1.\ufeff子。内容。\u200b\n2.丑。x。")
    assert flat(result)[:2] == [(1, "一", "甲"), (3, "1", "子")]
    assert result["sections"][0]["children"][0]["text"] == "内容。"


@pytest.mark.parametrize(
    "title",
    [
        "在党建工作会议上的讲话提纲",
        "工会工作汇报",
        "关于开展读书活动的倡议书",
        "2023年党建工作情况",
        "党支部会议记录",
        "关于新章程的解读",
        "学习贯彻心得体会",
        "会议议程",
        "先进事迹",
        "第一届职代会决议",
        "会员公约",
        "巡察反馈意见",
    ],
)
def test_papers_that_look_back_or_only_say_are_no_plan(title: str) -> None:
    draft = parse(split(f"{title}\n一、甲\n（一）子。x。\n（二）丑。x。\n二、乙\n1.寅。x。\n"))
    assert (draft.is_plan, kind_of(title)) == (False, None)
