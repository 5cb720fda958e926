"""Rows for the access matrix: one of each kind in the scope of the branch's people, one in another branch's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

from accounts.models import User
from branches.models import (
    Appointment,
    AssaultTeam,
    Liaison,
    Membership,
    Milestone,
    Person,
    TeamMember,
    Term,
    VanguardPost,
)
from common.files import check, keep
from plans.importing.reader import read_pasted
from plans.models import ActionPlan, ActivityKind, Clause, Exemption, Measure, PlanDraft, Requirement
from reviews.models import AnnualReview, ReviewRound
from tasks.models import (
    Activity,
    CalendarDay,
    Delivery,
    Evidence,
    Ledger,
    LedgerItem,
    Notification,
    ReminderRule,
    ReminderRung,
)

AT = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
MISSING = 999_999

DOCUMENT = """关于实施读书行动计划的指导意见

一、具体举措

（一）读书与攻坚深度融合，确保“方向正”

1.每月读一本书。支部每月读一本书。
"""

#: What the ``pk`` of an address names.
KIND_OF = {
    "account": "user",
    "account_deactivate": "user",
    "account_reactivate": "user",
    "account_password": "user",
    "account_link": "user",
    "handover": "person",
    "organization": "organization",
    "owed": "organization",
    "person": "person",
    "item": "item",
    "activity": "activity",
    "evidence": "evidence",
    "evidence_remove": "evidence",
    "reminder": "notification",
    "calendar_remove": "calendar_day",
    "reminder_mark": "notification",
    "reminder_switch": "rule",
    "rung_add": "rule",
    "rung_remove": "rung",
    "delivery_retry": "delivery",
    "calendar_day_remove": "calendar_day",
    "ledger_edit": "ledger",
    "decompose": "measure",
    "measure": "measure",
    "plan": "plan",
    "plan_coverage": "plan",
    "clause_correct": "clause",
    "exemption_add": "requirement",
    "exemption_end": "exemption",
    "team": "team",
    "team_member_end": "team_member",
    "team_member_add": "team",
    "milestone_add": "team",
    "vanguard_post": "post",
    "review": "review",
}
#: Prefixes of names, for the many steps of one noun (longest first).
PREFIXES = [
    ("plan_draft", "draft"),
    ("organization_", "organization"),
    ("person_", "person"),
    ("membership_", "membership"),
    ("appointment_", "appointment"),
    ("term_", "term"),
    ("liaison_", "liaison"),
    ("team_", "team"),
    ("milestone_", "milestone"),
    ("vanguard_post_", "post"),
    ("plan_", "plan"),
    ("requirement_", "requirement"),
    ("kind_", "activity_kind"),
    ("item_", "item"),
    ("activity_", "activity"),
    ("review_round", "round"),
    ("review_", "review"),
]
#: Other arguments of an address.
EXTRA: dict[str, dict[str, Any]] = {
    "item_step": {"step": "urge"},
    "activity_step": {"step": "submit"},
    "plan_draft_line": {"line": 1},
    "review_section": {"key": "problems"},
    "review_restore": {"key": "problems"},
    "review_export": {"form": "docx"},
    "review_round_export": {"form": "xlsx"},
}


def kind_of(name: str) -> str:
    if name in KIND_OF:
        return KIND_OF[name]
    return next(kind for prefix, kind in PREFIXES if name.startswith(prefix))


@dataclass
class Targets:
    """People by role, and rows by kind and target."""

    people: dict[str, Person | User | None]
    rows: dict[tuple[str, str], int]

    def kwargs(self, name: str, target: str) -> dict[str, Any]:
        """The arguments of an address."""
        if target == "-":
            return {}
        key = "year" if kind_of(name) == "round" else "pk"
        found = {"year": 1999}.get(key, MISSING) if target == "missing" else self.rows[kind_of(name), target]
        return {key: found, **EXTRA.get(name, {})}


def build_targets(institute: Any) -> Targets:
    """Build every row that an address can name, once in the branch and once in another."""
    rows: dict[tuple[str, str], int] = {}
    plan = ActionPlan.objects.create(
        title="计划", kind="action_plan", starts_on=FIRST, sha256="a" * 64, confirmed_at=AT
    )
    clause = Clause.objects.create(
        plan=plan, position=1, level=1, kind="measure", number="1", title="举措", text="做成一件事。"
    )
    measure = Measure.objects.create(plan=plan, clause=clause, code="1.1", working_title="举措")
    ledger = Ledger.objects.create(name="行动计划", year=2026, source="plan")
    kind = ActivityKind.objects.order_by("pk").first() or ActivityKind.objects.create(
        code="m", name_zh="会", name_en="m"
    )
    rule = ReminderRule.objects.order_by("pk").first() or ReminderRule.objects.create(subject="item")
    requirement = Requirement.objects.create(
        organization_kind="union", activity_kind=kind, period="month", source="条例", effective_from=FIRST
    )
    round_ = ReviewRound.begin(
        year=2026, confirm_due_on=date(2027, 1, 12), written_limit=4000, by=institute.office, at=AT
    )
    draft, _fresh = PlanDraft.begin(read_pasted(DOCUMENT), institute.office, AT)
    sides = {
        "own": (institute.branch, institute.secretary, institute.member, "own"),
        "other": (institute.other_branch, institute.other_secretary, institute.other_secretary, "other"),
    }
    for target, (branch, officer, member, tag) in sides.items():
        item = LedgerItem.objects.create(
            ledger=ledger,
            number=f"2026-{tag}",
            title=f"事项 {tag}",
            measure=measure,
            lead=branch,
            owner=officer,
            state="in_progress",
            due_on=LAST,
            due_on_original=LAST,
            starts_on=FIRST,
            yellow_on=LAST,
            red_on=LAST,
        )
        activity = Activity.objects.create(
            kind=kind,
            organization=branch,
            title=f"活动 {tag}",
            held_on=FIRST,
            status="returned",
            created_by=officer,
            submitted_at=AT,
        )
        checked = check(BytesIO(f"佐证 {tag}".encode()), "a.txt")
        evidence = Evidence.objects.create(
            activity=activity,
            file=keep(checked),
            name=checked.name,
            size=checked.size,
            sha256=checked.sha256,
            uploaded_by=officer,
        )
        team = AssaultTeam.objects.create(
            name=f"突击队 {tag}", organization=branch, captain=officer, starts_on=FIRST
        )
        rung, _made = ReminderRung.objects.get_or_create(
            rule=rule, offset=77 if target == "own" else 78, audience="owner"
        )
        made: dict[str, Any] = {
            "user": member.user if target == "own" else institute.other_secretary.user,
            "organization": branch,
            "person": member,
            "membership": Membership.objects.get(person=member, organization=branch),
            "appointment": Appointment.objects.get(person=officer, organization=branch),
            "term": Term.objects.create(organization=branch, starts_on=FIRST, due_on=LAST),
            "liaison": Liaison.objects.create(
                organization=branch, member=institute.committee, starts_on=FIRST
            ),
            "team": team,
            "team_member": TeamMember.objects.create(team=team, person=member, starts_on=FIRST),
            "milestone": Milestone.objects.create(team=team, phase="define", title="节点", due_on=LAST),
            "post": VanguardPost.objects.create(
                holder=member,
                organization=branch,
                challenge="攻关",
                commitment="做成",
                valid_from=FIRST,
                valid_to=LAST,
            ),
            "plan": plan,
            "clause": clause,
            "measure": measure,
            "draft": draft,
            "requirement": requirement,
            "exemption": Exemption.objects.create(
                organization=branch, requirement=requirement, starts_on=FIRST, ends_on=LAST, reason="外场试验"
            ),
            "activity_kind": kind,
            "ledger": ledger,
            "item": item,
            "activity": activity,
            "evidence": evidence,
            "rule": rule,
            "rung": rung,
            "calendar_day": CalendarDay.objects.create(day=FIRST if target == "own" else LAST, working=True),
            "notification": Notification.objects.create(
                subject_kind="item",
                subject_id=item.pk,
                rule=rule,
                rung=-3,
                due_on=LAST,
                recipient=member,
                audience="owner",
                planned_on=FIRST,
            ),
            "delivery": Delivery.objects.create(recipient=member, day=FIRST, state="failed"),
            "review": AnnualReview.objects.get(round=round_, organization=branch),
        }
        rows |= {(name, target): row.pk for name, row in made.items()}
        rows["round", target] = round_.year
    people = {
        "anonymous": None,
        "member": institute.member,
        "officer": institute.secretary,
        "committee": institute.committee,
        "office": institute.office,
        "commission": institute.commission,
        "sysadmin": institute.system_admin,
        "secadmin": institute.security_admin,
        "auditadmin": institute.audit_admin,
    }
    return Targets(people, rows)
