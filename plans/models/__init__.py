"""What was promised: plans, their clauses, pillars and measures; activity kinds and standing requirements."""

from plans.models.draft import PlanDraft
from plans.models.measure import Measure, Pillar
from plans.models.plan import ActionPlan, Clause
from plans.models.requirement import ActivityKind, Exemption, Requirement

__all__ = [
    "ActionPlan",
    "ActivityKind",
    "Clause",
    "Exemption",
    "Measure",
    "Pillar",
    "PlanDraft",
    "Requirement",
]
