"""The ledger item: what has to be done, by whom, by when. Its steps stand in ``tasks.models.steps``."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from branches.models import Organization, Person, VanguardPost
from common.days import OUT_OF_REACH, reach_q
from plans.models import Measure
from tasks.lights import Light, counts_of, light, light_case, light_q
from tasks.models.ledger import Ledger
from tasks.models.steps import ItemSteps

if TYPE_CHECKING:
    from branches.access import Actor


class LedgerItemQuerySet(models.QuerySet["LedgerItem"]):
    def visible_to(self, actor: Actor) -> LedgerItemQuerySet:
        """All for those who see all; else what one's organizations lead or join in, and what one owns."""
        if actor.sees_all:
            return self.all()
        joined = LedgerItem.cooperating.through.objects.filter(organization__in=actor.scope_ids())
        return self.filter(
            actor.scope_q("lead__path")
            | Q(owner=actor.person_id)
            | Q(leader=actor.person_id)
            | Q(pk__in=joined.values("ledgeritem"))
        ).exclude(Q(state=LedgerItem.State.DRAFT) & ~Q(created_by=actor.person_id))

    def open(self) -> LedgerItemQuerySet:
        """Registered and not yet completed."""
        return self.filter(state__in=LedgerItem.State.open())

    def done(self) -> LedgerItemQuerySet:
        return self.filter(state__in=LedgerItem.State.done())

    def counted(self) -> LedgerItemQuerySet:
        """What statistics count: everything from registration on (a draft promises nothing)."""
        return self.exclude(state=LedgerItem.State.DRAFT)

    def overdue(self, on: date) -> LedgerItemQuerySet:
        """Open and past the current deadline: only what is open has a day on which it turns red."""
        return self.filter(red_on__lte=on)

    def due_between(self, first: date, last: date) -> LedgerItemQuerySet:
        return self.open().filter(due_on__gte=first, due_on__lte=last)

    def unsigned(self) -> LedgerItemQuerySet:
        """Assigned but not signed for."""
        return self.filter(state=LedgerItem.State.ASSIGNED)

    def awaiting_clearing(self) -> LedgerItemQuerySet:
        return self.filter(state=LedgerItem.State.COMPLETED)

    def with_light(self, on: date) -> LedgerItemQuerySet:
        """Annotate ``light_on`` (the light's value on a day)."""
        return self.annotate(light_on=light_case(on))

    def showing(self, lights: list[str], on: date) -> LedgerItemQuerySet:
        """Items whose light is one of the given values."""
        condition = Q(pk__in=[])
        for value in lights:
            condition |= light_q(Light(value), on)
        return self.filter(condition)

    def with_progress(self) -> LedgerItemQuerySet:
        """Annotate ``accepted`` (percent, 0 when nothing was accepted yet) and ``last_report_on``."""
        from tasks.models.progress import ProgressReport

        reports = ProgressReport.objects.filter(item=OuterRef("pk"))
        accepted = reports.filter(status="accepted").order_by("-decided_at", "-pk")
        return self.annotate(
            accepted=Coalesce(Subquery(accepted.values("progress")[:1]), 0),
            last_report_on=Subquery(reports.order_by("-reported_at").values("reported_at")[:1]),
        )

    def light_counts(self, on: date) -> dict[str, int]:
        """``{light: number}`` for these rows, one query."""
        rows = self.order_by().annotate(shown=light_case(on)).values_list("shown")
        return counts_of(rows.annotate(number=Count("pk")))


class LedgerItem(ItemSteps, models.Model):
    """One thing to be done once, with a deadline."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("item", "draft")
        REGISTERED = "registered", _("registered")
        ASSIGNED = "assigned", _("assigned, not signed for")
        IN_PROGRESS = "in_progress", _("in progress")
        COMPLETION_REQUESTED = "completion_requested", _("completion requested")
        COMPLETED = "completed", _("completed, to be cleared")
        CLEARED = "cleared", _("cleared")

        @classmethod
        def open(cls) -> list[LedgerItem.State]:
            return [cls.REGISTERED, cls.ASSIGNED, cls.IN_PROGRESS, cls.COMPLETION_REQUESTED]

        @classmethod
        def done(cls) -> list[LedgerItem.State]:
            return [cls.COMPLETED, cls.CLEARED]

        @classmethod
        def assigned_or_later(cls) -> list[LedgerItem.State]:
            return [cls.ASSIGNED, cls.IN_PROGRESS, cls.COMPLETION_REQUESTED, cls.COMPLETED, cls.CLEARED]

    ledger = models.ForeignKey(Ledger, models.PROTECT, related_name="items", verbose_name=_("ledger"))
    number = models.CharField(_("number"), max_length=30, unique=True)
    title = models.CharField(_("item"), max_length=200)
    requirement = models.TextField(_("what is required"), max_length=1000, blank=True)
    done_when = models.CharField(_("completion standard"), max_length=300, blank=True)
    measure = models.ForeignKey(
        Measure, models.PROTECT, null=True, blank=True, related_name="items", verbose_name=_("measure")
    )
    phrase = models.CharField(
        _("official phrase"),
        max_length=300,
        blank=True,
        help_text=_("The words of the clause that this item carries out, as they stand there."),
    )
    lead = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="items_led",
        verbose_name=_("lead unit"),
    )
    cooperating = models.ManyToManyField(
        Organization, blank=True, related_name="items_joined", verbose_name=_("cooperating units")
    )
    leader = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="items_overseen",
        verbose_name=_("leader responsible"),
    )
    owner = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="items_owned",
        verbose_name=_("person responsible"),
    )
    vanguard_post = models.ForeignKey(
        VanguardPost,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="items",
        verbose_name=_("vanguard post"),
    )
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    due_on = models.DateField(_("deadline"), null=True, blank=True)
    due_on_original = models.DateField(_("original deadline"), null=True, blank=True, editable=False)
    state = models.CharField(_("state"), max_length=30, choices=State.choices, default=State.DRAFT)
    yellow_on = models.DateField(null=True, blank=True, editable=False)
    red_on = models.DateField(null=True, blank=True, editable=False)
    created_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("registered by")
    )
    created_at = models.DateTimeField(auto_now_add=True)
    registered_at = models.DateTimeField(_("registered at"), null=True, blank=True, editable=False)
    assigned_at = models.DateTimeField(_("assigned at"), null=True, blank=True, editable=False)
    signed_at = models.DateTimeField(_("signed for at"), null=True, blank=True, editable=False)
    signed_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    completed_at = models.DateTimeField(_("completed at"), null=True, blank=True, editable=False)
    completed_on = models.DateField(
        _("completed on"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("The day completion was requested: that is when the work was done."),
    )
    cleared_at = models.DateTimeField(_("cleared at"), null=True, blank=True, editable=False)
    cleared_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[models.Manager[LedgerItem]] = LedgerItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("ledger item")
        verbose_name_plural = _("ledger items")
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft") | Q(due_on__isnull=False, lead__isnull=False, owner__isnull=False),
                name="ledger_item_complete_from_registration",
                violation_error_message=_(
                    "From registration on, an item has a deadline, a lead unit and a person responsible."
                ),
            ),
            models.CheckConstraint(
                condition=Q(cleared_by__isnull=True) | Q(owner__isnull=True) | ~Q(cleared_by=F("owner")),
                name="ledger_item_cleared_by_another",
                violation_error_message=_("An item is cleared by someone other than the person responsible."),
            ),
            models.CheckConstraint(
                condition=~Q(state="cleared") | Q(cleared_by__isnull=False, cleared_at__isnull=False),
                name="ledger_item_cleared_has_clearer",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "registered"]) | Q(due_on_original__isnull=False),
                name="ledger_item_assigned_keeps_original_deadline",
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(due_on__isnull=True) | Q(due_on__gte=F("starts_on")),
                name="ledger_item_due_after_start",
                violation_error_message=_("The deadline is before the start. Correct one of the two dates."),
            ),
            models.CheckConstraint(
                condition=reach_q("starts_on", "due_on", "due_on_original"),
                name="ledger_item_days_within_reach",
                violation_error_message=OUT_OF_REACH,
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["registered", "assigned", "in_progress", "completion_requested"],
                    yellow_on__isnull=False,
                    red_on__isnull=False,
                )
                | Q(state__in=["draft", "completed", "cleared"], yellow_on__isnull=True, red_on__isnull=True),
                name="ledger_item_light_turns_while_open",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "red_on"], name="ledger_item_state_red"),
            models.Index(fields=["state", "yellow_on"], name="ledger_item_state_yellow"),
            # What is open, in the order of its deadlines: only open items have a day on which they turn red.
            models.Index(fields=["red_on", "id"], name="ledger_item_open", condition=Q(red_on__isnull=False)),
            # The list in its own order; the state beside it, so that rows of other states are never fetched.
            models.Index(fields=["due_on", "id", "state"], name="ledger_item_due"),
            models.Index(fields=["state", "due_on"], name="ledger_item_state_due"),
            # The lights of what every unit leads, answered in the same way.
            models.Index(fields=["lead", "state", "yellow_on", "red_on"], name="ledger_item_lead_light"),
            # Light and pace of every item of a plan, answered without touching the rows.
            models.Index(
                fields=["measure", "state", "due_on", "starts_on", "completed_on", "yellow_on", "red_on"],
                name="ledger_item_standing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("item", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state in self.State.open()

    @property
    def is_done(self) -> bool:
        return self.state in self.State.done()

    def light(self, on: date) -> Light:
        """The light on a day. One query for the pending extension unless it was annotated or prefetched."""
        pending = any(e.status == "pending" for e in self.extensions.all())
        return light(self.state, pending, self.yellow_on, self.red_on, on)

    def accepted_progress(self) -> int:
        """Percent accepted from reports; 0 when none was accepted."""
        latest = self.reports.filter(status="accepted").order_by("-decided_at", "-pk").first()
        return latest.progress if latest else 0


class ItemEvent(models.Model):
    """History: one row for every step."""

    item = models.ForeignKey(LedgerItem, models.CASCADE, related_name="events", verbose_name=_("ledger item"))
    step = models.CharField(_("step"), max_length=30)
    by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("time"))
    from_state = models.CharField(max_length=30, blank=True)
    to_state = models.CharField(max_length=30)
    note = models.TextField(_("note"), blank=True)
    data: Any = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("step of an item")
        verbose_name_plural = _("steps of an item")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["item", "-at"], name="item_event_item_at")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.step}"
