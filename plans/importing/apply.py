"""Draft → rows: the plan, every clause of the document, its pillars and measures, in one transaction."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import AuditEvent
from branches.models import Person
from common.steps import StepRefused
from plans.importing.document import Draft, Node, Passage, run
from plans.importing.head import Head, guess
from plans.importing.kinds import promises_nothing
from plans.importing.lines import Source
from plans.importing.numerals import to_int
from plans.importing.outline import paragraphs
from plans.importing.wrapper import secrecy_marking
from plans.models import ActionPlan, Clause, Measure, Pillar

K = Clause.Kind


class NotAPlan(StepRefused):  # noqa: N818 (reads as a sentence)
    """The document promises nothing that could be followed, or may not be kept here."""


def refuse_unfit(source: Source, draft: Draft) -> None:
    """Raise ``NotAPlan`` for a document that is marked secret, a rule, a notice, or without any clause."""
    marking = secrecy_marking(source.lines)
    if marking:
        raise NotAPlan(
            _("The document is marked %(marking)s. Classified matter must not be entered here.")
            % {"marking": marking}
        )
    if not draft.is_plan:
        raise NotAPlan(why_no_plan(draft))


def why_no_plan(draft: Draft) -> str:
    """One sentence for the person who chose the document."""
    if draft.kind == "rule":
        return _("This is a regulation, not a plan. Nothing was imported.")
    if draft.kind == "notice":
        return _("This is a notice, not a plan. Nothing was imported.")
    if promises_nothing(draft.title):
        return _("This is not a plan.")
    return _("This is not a plan: no numbered clauses were found. Nothing was imported.")


def apply(
    source: Source,
    draft: Draft,
    *,
    at: datetime,
    head: Head | None = None,
    by: Person | None = None,
    even_if: bool = False,
) -> ActionPlan:
    """Keep a draft as a confirmed plan.

    ``even_if``: a person says it is a plan although it does not look like one. Raises ``NotAPlan``,
    ``ValidationError`` (a field of the head) and ``StepRefused`` (already imported meanwhile).
    """
    if not even_if or not draft.sections:
        refuse_unfit(source, draft)
    head = head or guess(draft, timezone.localdate(at))
    plan = ActionPlan(
        **asdict(head),
        file_name=source.name[:200],
        sha256=source.sha256,
        wrapper="\n".join(part.text.strip() for part in draft.wrapper),
        dropped="\n".join(d.text.strip() for d in draft.dropped if d.reason != "attachment"),
        confirmed_by=by,
        confirmed_at=at,
    )
    plan.full_clean()
    try:
        with transaction.atomic():
            plan.save()
            _Rows(plan).write(draft)
            verb = AuditEvent.Verb.CONFIRM if by else AuditEvent.Verb.IMPORT
            record(verb, plan, by=by.user if by else None, note=source.name)
    except IntegrityError as error:
        raise StepRefused(_("This document has already been imported.")) from error
    return plan


@dataclass
class _Rows:
    """Builds clauses level by level, so that ten thousand of them take a few statements."""

    plan: ActionPlan
    clauses: list[tuple[int, Clause]] = field(default_factory=list)
    pillars: list[Pillar] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)
    codes: dict[int, set[int]] = field(default_factory=dict)

    def write(self, draft: Draft) -> None:
        for line in paragraphs_of(run(draft.preamble, "body")):
            self._clause(0, None, K.PREAMBLE, text=line)
        passages: dict[int, list[Passage]] = {}
        for passage in (*draft.goals, *draft.duties):
            passages.setdefault(passage.section, []).append(passage)
        for node in draft.sections:
            self._node(node, None, None, 0, passages)
        attached = [d.text.strip() for d in draft.dropped if d.reason == "attachment"]
        if attached:
            self._clause(0, None, K.ATTACHMENT, text="\n".join(attached))
        for depth in range(max((depth for depth, _clause in self.clauses), default=0) + 1):
            Clause.objects.bulk_create([c for d, c in self.clauses if d == depth], batch_size=500)
        Pillar.objects.bulk_create(self.pillars, batch_size=500)
        Measure.objects.bulk_create(self.measures, batch_size=500)

    def _clause(self, depth: int, parent: Clause | None, kind: str, **values: object) -> Clause:
        clause = Clause(
            plan=self.plan, parent=parent, position=len(self.clauses) + 1, kind=kind, **{"level": 0, **values}
        )
        self.clauses.append((depth, clause))
        return clause

    def _node(
        self,
        node: Node,
        parent: Clause | None,
        pillar: Pillar | None,
        depth: int,
        passages: dict[int, list[Passage]],
    ) -> None:
        within = passages.get(node.line, []) if node.text and not node.children else []
        clause = self._clause(
            depth,
            parent,
            node.kind,
            level=node.level,
            number=node.number,
            title=node.title,
            text=_introduction(node, within) if within else node.text,
        )
        if node.kind == K.MEASURE:
            self._measure(clause, pillar)
        kinds = [child.kind for child in node.children] + [passage.kind for passage in within]
        if node.kind in {K.SECTION, K.PILLAR} and (K.MEASURE in kinds or node.kind == K.PILLAR):
            pillar = Pillar(
                clause=clause,
                plan=self.plan,
                position=len(self.pillars) + 1,
                assurance=(node.assurance or "")[:20],
            )
            self.pillars.append(pillar)
        for passage in within:
            title, text = titled(passage.text) if passage.kind != K.PARAGRAPH else ("", passage.text)
            below = self._clause(
                depth + 1, clause, passage.kind, level=node.level + 1, title=title, text=text
            )
            if passage.kind == K.MEASURE:
                self._measure(below, pillar, place=passage.place + 1)
        for child in node.children:
            self._node(child, clause, pillar, depth + 1, passages)

    def _measure(self, clause: Clause, pillar: Pillar | None, place: int = 0) -> None:
        at = pillar.position if pillar else 0
        taken = self.codes.setdefault(at, set())
        number = to_int(re.sub(r"[（）()]", "", clause.number)) or place or len(taken) + 1
        if number in taken:
            number = max(taken) + 1
        taken.add(number)
        self.measures.append(
            Measure(
                clause=clause,
                plan=self.plan,
                pillar=pillar,
                code=f"{at}.{number}",
                working_title=shortened(clause.title or clause.text),
            )
        )


def titled(text: str) -> tuple[str, str]:
    """Title up to the first 。 (excluded) and the rest."""
    title, _stop, rest = text.partition("。")
    return title, rest


def shortened(title: str, most: int = 60) -> str:
    """A working title that fits its field; cut at a comma where one is near."""
    title = title.strip()
    if len(title) <= most:
        return title or "—"
    head = title[: most - 1]
    at = max(head.rfind("，"), head.rfind("、"), head.rfind("；"))
    return head[: at if at >= 12 else most - 1] + "…"


def paragraphs_of(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


def _introduction(node: Node, passages: list[Passage]) -> str:
    """The text of a section without the paragraphs that became clauses of their own.

    What a person took from its title comes first.
    """
    begun = {passage.line for passage in passages}
    cut = "" if node.altered or not node.retitled else node.own_title[len(node.retitled) :]
    return "\n".join([*paragraphs_of(cut), *(text for line, text in paragraphs(node) if line not in begun)])
