"""A document on its way to a plan: what was read, kept until it is confirmed or thrown away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, replace
from datetime import date, datetime
from typing import Any, ClassVar, TypeVar

from django.db import models, transaction
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.audit import record
from accounts.models import AuditEvent
from branches.models import Person
from branches.models.recorded import demand_office
from common.steps import Stale, StepRefused
from plans.importing.decisions import Decisions
from plans.importing.document import Draft
from plans.importing.head import Head, guess
from plans.importing.lines import Line, Source
from plans.importing.parser import parse
from plans.models.plan import ActionPlan

Key = TypeVar("Key")


def _without(mapping: Mapping[Key, str], key: Key) -> dict[Key, str]:
    return {name: value for name, value in mapping.items() if name != key}


class PlanDraftQuerySet(models.QuerySet["PlanDraft"]):
    def open(self) -> PlanDraftQuerySet:
        """Not yet confirmed."""
        return self.filter(plan__isnull=True)


class PlanDraft(models.Model):
    """The outline a reader corrects before it becomes a plan.

    Kept are the lines of the source and what was decided (``outline``: the decisions, the corrected
    head, the title to show); the draft itself is parsed from them again each time.
    """

    file_name = models.CharField(_("file"), max_length=200, blank=True)
    sha256 = models.CharField(max_length=64)
    lines = models.JSONField(_("lines of the original"), default=list)
    outline = models.JSONField(_("outline"), default=dict)
    created_by = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="plan_drafts",
        verbose_name=_("read in by"),
    )
    created_at = models.DateTimeField(_("read in at"), auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    plan = models.OneToOneField(
        ActionPlan, models.SET_NULL, null=True, blank=True, related_name="draft", verbose_name=_("plan")
    )

    objects: ClassVar[models.Manager[PlanDraft]] = PlanDraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft plan")
        verbose_name_plural = _("draft plans")
        ordering = ["-updated_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["sha256"],
                condition=models.Q(plan__isnull=True),
                name="plan_draft_document_once",
                violation_error_message=_("This document is already being read in."),
            )
        ]

    def __str__(self) -> str:
        return Truncator(self.outline.get("title") or self.file_name or gettext("Pasted text")).chars(80)

    @classmethod
    @transaction.atomic
    def begin(
        cls, source: Source, by: Person, at: datetime, *, even_if: bool = False
    ) -> tuple[PlanDraft, bool]:
        """Keep a document that was read; the draft and whether it is new (the same text is kept once).

        ``even_if``: the person says that it is a plan although it does not look like one.
        """
        demand_office(by, at)
        draft, new = cls.objects.get_or_create(
            sha256=source.sha256,
            plan=None,
            defaults={
                "file_name": source.name[:200],
                "lines": [list(astuple(line)) for line in source.lines],
                "outline": {"title": parse(source).title, "even_if": even_if},
                "created_by": by,
            },
        )
        if new:
            record(AuditEvent.Verb.IMPORT, draft, by=by.user, note=source.name)
        return draft, new

    @property
    def source(self) -> Source:
        """The document as it was read."""
        return Source(tuple(Line(*line) for line in self.lines), self.file_name)

    @property
    def decisions(self) -> Decisions:
        return Decisions.from_json(self.outline.get("decisions", {}))

    def parsed(self) -> Draft:
        """The outline with everything decided so far."""
        return parse(self.source, self.decisions)

    def head(self, parsed: Draft, on: date) -> Head:
        """What is said of the plan as a whole: the document's words, or a person's in their place."""
        return guess(parsed, on).with_json(self.outline.get("head", {}))

    @transaction.atomic
    def decide(self, by: Person, at: datetime, changes: dict[str, Any], version: int | None = None) -> None:
        """Add decisions: sets (``apart``, ``kept``, ``seen``) grow, ``not_apart`` shrinks; maps are merged.

        Raises ``Stale`` when ``version`` is given and someone changed the draft since.
        """
        locked = self._open(by, at, version)
        decided = locked.decisions
        values: dict[str, Any] = {}
        for name, value in changes.items():
            if name.startswith("not_"):
                name = name.removeprefix("not_")
                values[name] = values.get(name, getattr(decided, name)) - frozenset(value)
            elif isinstance(getattr(decided, name), frozenset):
                values[name] = values.get(name, getattr(decided, name)) | frozenset(value)
            else:
                merged = {**getattr(decided, name), **value}
                values[name] = {key: given for key, given in merged.items() if given is not None}
        locked.outline["decisions"] = replace(decided, **values).to_json()
        locked._keep()

    @transaction.atomic
    def correct_line(self, by: Person, at: datetime, line: int, values: dict[str, Any]) -> None:
        """Give the clause that begins on a line another level, kind or title. Raises ``Stale``."""
        locked = self._open(by, at, values["version"])
        found = {node.line: node for node in locked.parsed().walk()}
        node = found.get(line)
        title = " ".join(values["title"].split())
        own = node is None or title in ("", " ".join(node.own_title.split()))
        level = None if node and node.level == values["level"] else values["level"]
        decided = locked.decisions
        locked.outline["decisions"] = replace(
            decided,
            levels=decided.levels if level is None else {**decided.levels, line: level},
            titles={**_without(decided.titles, line), **({} if own else {line: title})},
            kinds={
                **_without(decided.kinds, str(line)),
                **({str(line): values["kind"]} if values["kind"] else {}),
            },
        ).to_json()
        locked._keep()

    @transaction.atomic
    def set_head(self, by: Person, at: datetime, head: Head, version: int) -> None:
        """Correct what is said of the plan as a whole. Raises ``Stale``."""
        locked = self._open(by, at, version)
        locked.outline |= {"head": head.to_json(), "title": head.title}
        locked._keep()

    @transaction.atomic
    def confirm(self, by: Person, at: datetime, version: int) -> ActionPlan:
        """Make the plan. Raises ``Stale``, ``StepRefused`` and ``ValidationError`` (of the head)."""
        from plans.importing.apply import apply

        locked = self._open(by, at, version)
        parsed = locked.parsed()
        head = locked.head(parsed, timezone.localdate(at))
        plan = apply(
            locked.source, parsed, at=at, head=head, by=by, even_if=bool(locked.outline.get("even_if"))
        )
        locked.plan = plan
        locked.save(update_fields=["plan", "updated_at"])
        return plan

    @transaction.atomic
    def discard(self, by: Person, at: datetime) -> None:
        """Throw the draft away; that it was is recorded."""
        locked = self._open(by, at, None)
        record(AuditEvent.Verb.DELETE, locked, by=by.user, note=locked.file_name)
        locked.delete()

    correct_line.alters_data = True  # type: ignore[attr-defined]
    decide.alters_data = True  # type: ignore[attr-defined]
    set_head.alters_data = True  # type: ignore[attr-defined]
    confirm.alters_data = True  # type: ignore[attr-defined]
    discard.alters_data = True  # type: ignore[attr-defined]

    def _open(self, by: Person, at: datetime, version: int | None) -> PlanDraft:
        demand_office(by, at)
        locked = PlanDraft.objects.select_for_update().filter(pk=self.pk).first()
        if locked is None or locked.plan_id:
            raise StepRefused(gettext("This draft has already been confirmed or thrown away."))
        if version is not None and locked.version != version:
            raise Stale(gettext("Someone else changed this draft first. Look at it again."))
        return locked

    def _keep(self) -> None:
        self.version += 1
        self.save(update_fields=["outline", "version", "updated_at"])
