"""The command that imports: exit codes, one line for what is wrong, and the rows it writes."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone, translation

from plans.importing.apply import apply
from plans.importing.decisions import Decisions
from plans.importing.lines import split
from plans.importing.parser import parse
from plans.models import ActionPlan, Clause

PLAN = "清岚所攻坚行动方案\n一、任务\n1.子。每月一次。\n2.丑。x。\n"


def told(tmp_path: Path, text: str, *options: str) -> str:
    path = tmp_path / "a.txt"
    path.write_text(text, "utf-8")
    out = io.StringIO()
    with translation.override("en"):
        call_command("import_plan", str(path), *options, stdout=out, stderr=out)
    return out.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("在工作会议上的讲话\n一、甲\n1.子。x。\n2.丑。x。", "This is not a plan."),
        ("会议办法\n第一条 甲。\n第二条 乙。", "This is a regulation"),
        ("清岚所通知\n一、甲\n1.子。x。", "This is a notice"),
        ("今天天气很好。", "no numbered clauses"),
        ("秘密★1年\n" + PLAN, "Classified matter"),
        ("一、甲\n1.子。x。\n（一）乙\n2.丑。x。", "title: "),
        ("关于" + "长" * 400 + "的行动方案\n一、甲\n1.子。x。", "title: "),
    ],
)
def test_what_is_no_plan_leaves_code_3_one_line_and_no_row(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(CommandError) as caught:
        told(tmp_path, text)
    assert caught.value.returncode == 3
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not ActionPlan.objects.exists()


@pytest.mark.django_db
def test_the_same_text_twice_is_one_plan(tmp_path: Path) -> None:
    told(tmp_path, PLAN)
    assert "already been imported" in told(tmp_path, PLAN.replace("\n", "\r\n\r\n"))
    assert ActionPlan.objects.count() == 1


def test_a_name_with_a_line_end_in_it_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(CommandError) as caught:
        call_command("import_plan", str(tmp_path / "a\nb.txt"), "--dry-run")
    assert (caught.value.returncode, "\n" in str(caught.value)) == (2, False)


def test_a_console_that_lacks_a_character_shows_its_code_instead_of_failing(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(PLAN.replace("子", "𠮷"), "utf-8")
    out = io.TextIOWrapper(io.BytesIO(), encoding="gbk", write_through=True)
    call_command("import_plan", str(path), "--dry-run", stdout=out)
    assert "\\U00020bb7" in out.buffer.getvalue().decode("gbk")


@pytest.mark.django_db
def test_a_goal_and_duties_on_the_line_of_their_heading_are_clauses(tmp_path: Path) -> None:
    told(
        tmp_path,
        "清岚所攻坚行动方案\n一、总体要求\n（一）工作目标。年底前建成。\n二、任务\n1.子。x。\n三、工作要求。加强领导。按时报送。",
    )
    clauses = Clause.objects.order_by("position").values_list("kind", "title", "text")
    assert list(clauses) == [
        ("section", "总体要求", ""),
        ("section", "工作目标", ""),
        ("goal", "年底前建成", ""),
        ("section", "任务", ""),
        ("measure", "子", "x。"),
        ("section", "工作要求", ""),
        ("paragraph", "", "加强领导。"),
        ("paragraph", "", "按时报送。"),
    ]


@pytest.mark.django_db
def test_a_shortened_title_keeps_its_words_in_the_text_beside_the_goals() -> None:
    source = split("清岚所攻坚行动方案\n一、2025年主要目标\n质量提高。\n二、任务\n1.子。x。\n2.丑。x。")
    draft = parse(source, Decisions(titles={2: "2025年"}))
    plan = apply(source, draft, at=timezone.now())
    section, goal = plan.clauses.order_by("position")[:2]
    assert (section.title, section.text) == ("2025年", "主要目标")
    assert (goal.kind, goal.title) == ("goal", "质量提高")
