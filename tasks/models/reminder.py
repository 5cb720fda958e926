"""Reminders: rules with rungs, what was planned for whom, and what was delivered how."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import TYPE_CHECKING, ClassVar

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.audit import record
from accounts.models import AuditEvent, User
from branches.models import Person
from common.steps import Stale, StepRefused

if TYPE_CHECKING:
    from branches.access import Actor


class ReminderRule(models.Model):
    """What is reminded of. One rule per kind of subject; its ladder is its rungs."""

    class Subject(models.TextChoices):
        ITEM = "item", _("ledger item due or overdue")
        UNSIGNED = "unsigned", _("item assigned and not signed for")
        SILENCE = "silence", _("no report for a long time")
        EXTENSION = "extension", _("extension waiting for a decision")
        REQUIREMENT = "requirement", _("standing requirement not yet met")
        TERM = "term", _("term of office about to end")
        POST = "post", _("vanguard post due for review")
        URGE = "urge", _("item urged")

        @classmethod
        def in_working_days(cls) -> list[ReminderRule.Subject]:
            """Whose rungs are counted in working days; the others' rules are written in calendar days."""
            return [cls.ITEM, cls.UNSIGNED, cls.EXTENSION, cls.REQUIREMENT, cls.URGE]

    subject = models.CharField(_("what"), max_length=20, choices=Subject.choices, unique=True)
    active = models.BooleanField(_("active"), default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("reminder rule")
        verbose_name_plural = _("reminder rules")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.get_subject_display()

    @property
    def in_working_days(self) -> bool:
        """Whether its rungs count working days (else calendar days)."""
        return self.subject in self.Subject.in_working_days()

    def _locked(self) -> ReminderRule:
        fresh = ReminderRule.objects.select_for_update().get(pk=self.pk)
        if fresh.version != self.version:
            raise Stale(
                gettext("Someone changed this ladder since you opened it. Here it is as it stands now.")
            )
        return fresh

    def _changed(self, by: User, changes: dict[str, list[object]], **values: object) -> None:
        self.version += 1
        ReminderRule.objects.filter(pk=self.pk).update(version=self.version, **values)
        record(AuditEvent.Verb.UPDATE, self, by=by, changes=changes)

    def switch(self, by: User, active: bool) -> None:
        """Turn the whole ladder on or off. What was planned stays."""
        with transaction.atomic():
            before = self._locked().active
            self.active = active
            self._changed(by, {"active": [before, active]}, active=active)

    def add_rung(self, by: User, offset: int, audience: str) -> ReminderRung:
        """One more rung. Raises ``StepRefused`` when it is there already."""
        with transaction.atomic():
            self._locked()
            rung, made = self.rungs.get_or_create(offset=offset, audience=audience)
            if not made:
                raise StepRefused(gettext("This rung is already on the ladder."))
            self._changed(by, {"rung": [None, str(rung)]})
        return rung

    def remove_rung(self, by: User, rung: ReminderRung) -> None:
        """One rung less; what it has reminded of stays. The lower rungs are not sent again."""
        with transaction.atomic():
            self._locked()
            said = str(rung)
            if not self.rungs.filter(pk=rung.pk).delete()[0]:
                raise Stale(gettext("This rung was taken off the ladder already."))
            self._changed(by, {"rung": [said, None]})


class ReminderRung(models.Model):
    """One step of the ladder: so many days before (negative) or after (positive) the date, and to whom.

    Working days, except for silence, terms and posts (``Subject.in_working_days``).
    """

    class Audience(models.TextChoices):
        OWNER = "owner", _("person responsible")
        LEADER = "leader", _("leader responsible")
        SECRETARY = "secretary", _("branch secretary")
        LIAISON = "liaison", _("liaison committee member")
        OFFICE = "office", _("Party office")

    rule = models.ForeignKey(ReminderRule, models.CASCADE, related_name="rungs", verbose_name=_("rule"))
    offset = models.SmallIntegerField(_("days"))
    audience = models.CharField(_("to whom"), max_length=20, choices=Audience.choices)

    class Meta:
        verbose_name = _("rung")
        verbose_name_plural = _("rungs")
        ordering = ["rule", "offset", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "offset", "audience"],
                name="reminder_rung_once",
                violation_error_message=_("This rung is already on the ladder."),
            ),
            models.CheckConstraint(
                condition=models.Q(offset__gte=-365, offset__lte=365),
                name="reminder_rung_offset_sensible",
                violation_error_message=_("Days are from −365 to 365."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.offset:+d} {self.get_audience_display()}"


class NotificationQuerySet(models.QuerySet["Notification"]):
    def visible_to(self, actor: Actor) -> NotificationQuerySet:
        """One's own."""
        return self.filter(recipient=actor.person_id)

    def unread(self) -> NotificationQuerySet:
        return self.filter(read_at__isnull=True)

    def since(self, day: date) -> NotificationQuerySet:
        """Planned on a day or later."""
        return self.filter(planned_on__gte=day)

    def to_act(self) -> NotificationQuerySet:
        """Those that ask something of the recipient, not only for their eye."""
        return self.filter(self.asks())

    def as_liaison(self) -> NotificationQuerySet:
        """About organizations the recipient keeps contact with."""
        return self.filter(audience=ReminderRung.Audience.LIAISON)

    @staticmethod
    def asks() -> Q:
        """The condition behind ``to_act``."""
        subject, audience = ReminderRule.Subject, ReminderRung.Audience
        decides = Q(subject_kind=subject.EXTENSION, audience__in=[audience.LEADER, audience.OFFICE])
        logs = Q(subject_kind=subject.REQUIREMENT, audience=audience.SECRETARY)
        return Q(audience=audience.OWNER) | decides | logs

    def mark_read(self, at: datetime) -> int:
        """Mark the unread ones as read; how many there were."""
        return self.unread().update(read_at=at)

    def mark_unread(self) -> int:
        """Take the mark back."""
        return self.filter(read_at__isnull=False).update(read_at=None)


class Notification(models.Model):
    """One reminder planned for one person, once per key (subject, rule, rung, date, person)."""

    subject_kind = models.CharField(_("about"), max_length=20, choices=ReminderRule.Subject.choices)
    subject_id = models.BigIntegerField()
    # A requirement is owed by many organizations; the others have no second key (0).
    subject_part = models.BigIntegerField(default=0)
    rule = models.ForeignKey(ReminderRule, models.PROTECT, related_name="+", db_index=False)
    rung = models.SmallIntegerField(_("rung"))
    due_on = models.DateField(_("date it is about"))
    recipient = models.ForeignKey(
        Person,
        models.PROTECT,
        related_name="notifications",
        verbose_name=_("recipient"),
        db_index=False,
    )
    audience = models.CharField(_("as"), max_length=20, choices=ReminderRung.Audience.choices)
    planned_on = models.DateField(_("day"))
    planned_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)
    delivery = models.ForeignKey(
        "Delivery",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="notifications",
        verbose_name=_("digest"),
        editable=False,
        db_index=False,
    )

    objects: ClassVar[models.Manager[Notification]] = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ["-planned_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "subject_part", "rule", "rung", "due_on", "recipient"],
                name="notification_once_per_key",
            )
        ]
        # A day may plan a hundred thousand rows, and each pays for every index; so none that nothing asks for.
        indexes = [
            # The inbox in its own order, and the numbers on its tabs without touching the rows.
            models.Index(
                fields=["recipient", "-planned_on", "-id", "read_at", "subject_kind", "audience"],
                name="notification_inbox",
            ),
            # The number on every page, and whom a digest is for: what is read costs nothing any more.
            models.Index(
                fields=["recipient", "planned_on"],
                condition=Q(read_at__isnull=True),
                name="notification_unread",
            ),
            models.Index(
                fields=["delivery"], condition=Q(delivery__isnull=False), name="notification_carried"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.subject_id} {self.rung:+d}"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def in_trouble(self) -> DeliveryQuerySet:
        """Given up, or waiting for another attempt after a failure."""
        return self.filter(~Q(error=""), state__in=[Delivery.State.WAITING, Delivery.State.FAILED])


class Delivery(models.Model):
    """One message by one channel: a person's digest of a day. *Sent* only after the other side accepted."""

    class Channel(models.TextChoices):
        EMAIL = "email", _("e-mail")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENT = "sent", _("sent")
        FAILED = "failed", _("given up")
        DROPPED = "dropped", _("nothing left to say")

    recipient = models.ForeignKey(
        Person, models.PROTECT, related_name="deliveries", verbose_name=_("recipient")
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices, default=Channel.EMAIL)
    day = models.DateField(_("day"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    message_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.CharField(_("error"), max_length=300, blank=True)
    next_try_at = models.DateTimeField(_("next try"), null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)

    objects: ClassVar[models.Manager[Delivery]] = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-day", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "channel", "day"], name="delivery_one_digest_per_day"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="sent") | models.Q(sent_at__isnull=False),
                name="delivery_sent_has_time",
            ),
        ]
        indexes = [models.Index(fields=["state", "next_try_at"], name="delivery_due")]

    def __str__(self) -> str:
        return f"{self.channel} {self.day} {self.recipient_id}"

    def retry(self, by: User, at: datetime) -> None:
        """Try again now, from the first attempt."""
        with transaction.atomic():
            mine = Delivery.objects.in_trouble().filter(pk=self.pk)
            if not mine.update(state=Delivery.State.WAITING, attempts=0, next_try_at=at, leased_until=None):
                raise StepRefused(gettext("This digest is not waiting any more."))
            record(AuditEvent.Verb.UPDATE, self, by=by, note="retry")


for _step in (ReminderRule.switch, ReminderRule.add_rung, ReminderRule.remove_rung, Delivery.retry):
    _step.alters_data = True  # type: ignore[union-attr]
