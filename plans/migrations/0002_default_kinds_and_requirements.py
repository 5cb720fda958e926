"""The kinds of activity and the standing requirements that ship; every one can be edited afterwards.

An article number stands only where the text of the regulation was read. The seven kinds that open with
the First Agenda Item are those that the institute's guiding opinions list.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import migrations

#: code, Chinese name, English name, group, opens with the First Agenda Item
KINDS = [
    ("party_day", "主题党日", "themed Party day", "life", False),
    ("branch_committee", "支委会", "branch committee meeting", "meetings", True),
    ("group_meeting", "党小组会", "Party group meeting", "meetings", True),
    ("general_meeting", "支部党员大会", "general meeting", "meetings", True),
    ("party_lecture", "党课", "Party lecture", "meetings", False),
    ("committee_meeting", "党委会", "Party committee meeting", "meetings", True),
    (
        "theory_study",
        "党委理论学习中心组学习",
        "theoretical study group of the Party committee",
        "study",
        True,
    ),
    (
        "young_cadres_study",
        "年轻干部理论学习小组学习",
        "theoretical study group of young officials",
        "study",
        True,
    ),
    ("party_meeting", "其他党内重要会议", "other important Party meeting", "meetings", True),
    ("org_life", "组织生活会", "organizational life meeting", "life", False),
    ("appraisal", "民主评议党员", "democratic appraisal of Party members", "life", False),
    ("talk", "谈心谈话", "heart-to-heart talk", "life", False),
    ("training", "集中学习培训", "training course", "study", False),
    ("youth_study", "青年理论学习小组学习", "youth theoretical study group", "study", False),
    ("joint_study", "联学联建", "joint study", "work", False),
    ("drill", "岗位练兵", "on-the-job drill", "work", False),
    ("forum", "学术论坛", "academic forum", "work", False),
    ("study_visit", "参观见学", "study visit", "work", False),
    ("field_research", "调研走访", "field research and visits", "work", False),
    ("discussion", "研讨交流", "discussion and exchange", "work", False),
    ("warning_education", "警示教育", "warning education", "study", False),
    ("volunteering", "志愿服务", "volunteer service", "work", False),
    ("publicity", "宣传教育", "publicity and education", "work", False),
    ("congress", "职工代表大会", "workers' congress", "work", False),
    ("practical_deed", "办实事", "practical work for workers", "work", False),
    ("culture_sports", "文体活动", "culture and sports", "other", False),
    ("other", "其他活动", "other activity", "other", False),
]

BRANCH_RULES = "中国共产党支部工作条例（试行）"
BEGUN = date(2018, 10, 28)  # the day the regulation was issued

#: kind of activity, kind of organization, period, soft, condition, source, active. The minimum is always one.
REQUIREMENTS = [
    ("general_meeting", "branch", "quarter", True, "always", f"{BRANCH_RULES}第十一条", True),
    ("branch_committee", "branch", "month", False, "has_committee", f"{BRANCH_RULES}第十二条", True),
    ("group_meeting", "branch", "month", False, "has_groups", f"{BRANCH_RULES}第十三条", True),
    ("party_lecture", "party_committee", "year", False, "always", f"{BRANCH_RULES}第十六条", True),
    ("party_lecture", "branch", "quarter", True, "always", "本单位惯例：支部党课每季度一次", False),
    ("party_day", "branch", "month", False, "always", f"{BRANCH_RULES}第十六条", True),
    ("org_life", "branch", "year", False, "always", f"{BRANCH_RULES}第十七条", True),
    ("talk", "branch", "year", False, "always", BRANCH_RULES, True),
    ("appraisal", "branch", "year", False, "always", BRANCH_RULES, True),
]


def add(apps: Any, schema_editor: Any) -> None:
    ActivityKind = apps.get_model("plans", "ActivityKind")
    Requirement = apps.get_model("plans", "Requirement")
    kinds = {}
    for place, (code, name_zh, name_en, group, first_agenda) in enumerate(KINDS, start=1):
        kinds[code], _made = ActivityKind.objects.get_or_create(
            code=code,
            defaults={
                "name_zh": name_zh,
                "name_en": name_en,
                "group": group,
                "first_agenda": first_agenda,
                "position": place * 10,
            },
        )
    for kind, organization_kind, period, soft, condition, source, active in REQUIREMENTS:
        Requirement.objects.create(
            activity_kind=kinds[kind],
            organization_kind=organization_kind,
            period=period,
            minimum=1,
            soft=soft,
            condition=condition,
            source=source,
            effective_from=BEGUN,
            active=active,
        )


class Migration(migrations.Migration):
    dependencies = [("plans", "0001_initial")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
