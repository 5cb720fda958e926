"""A small plan for tests: a section, two pillars, three measures, a goal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from plans.models import ActionPlan, Clause, Measure, Pillar

MEASURE_TEXT = "每季度开展一次专题研讨，建立难题清单，选树先进典型，形成攻坚合力。"


@dataclass
class SmallPlan:
    plan: ActionPlan
    pillars: list[Pillar]
    measures: list[Measure]


def add_plan(**values) -> SmallPlan:
    """In force since 2026. The first pillar has two measures, the second one."""
    number = ActionPlan.objects.count()
    defaults = {
        "title": "关于实施“党建促攻坚”行动计划的指导意见",
        "working_title": "“党建促攻坚”行动计划",
        "document_number": "清半党字〔2026〕1号",
        "kind": "guiding_opinions",
        "issued_on": date(2026, 1, 5),
        "starts_on": date(2026, 1, 1),
        "sha256": f"{number:064d}",
        "confirmed_at": timezone.now(),
    }
    plan = ActionPlan.objects.create(**(defaults | values))
    place = 0

    def clause(
        kind: str, level: int, number: str, title: str, text: str = "", parent: Clause | None = None
    ) -> Clause:
        nonlocal place
        place += 1
        return Clause.objects.create(
            plan=plan,
            position=place,
            kind=kind,
            level=level,
            number=number,
            title=title,
            text=text,
            parent=parent,
        )

    goals = clause("section", 1, "二", "主要目标")
    clause("goal", 2, "", "", "基层党组织建设质量明显提高。", goals)
    section = clause("section", 1, "三", "具体举措")
    pillars, measures = [], []
    for index, (assurance, count) in enumerate([("方向正", 2), ("干成事", 1)], start=1):
        title = f"加强第{index}项深度融合，确保“{assurance}”"
        heading = clause("pillar", 2, f"（{'一二'[index - 1]}）", title, parent=section)
        pillar = Pillar.objects.create(clause=heading, plan=plan, position=index, assurance=assurance)
        pillars.append(pillar)
        for at in range(1, count + 1):
            own = clause("measure", 3, str(at), f"举措{index}之{at}", MEASURE_TEXT, heading)
            measures.append(
                Measure.objects.create(
                    clause=own,
                    plan=plan,
                    pillar=pillar,
                    code=f"{index}.{at}",
                    working_title=f"举措{index}之{at}",
                )
            )
    return SmallPlan(plan, pillars, measures)
