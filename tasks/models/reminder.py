"""Reminders: rules with rungs, what was planned for whom, and what was delivered how."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from branches.models import Person

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
    audience = models.CharField(_("to"), max_length=20, choices=Audience.choices)

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


class Notification(models.Model):
    """One reminder planned for one person, once per key (subject, rule, rung, date, person)."""

    subject_kind = models.CharField(_("about"), max_length=20, choices=ReminderRule.Subject.choices)
    subject_id = models.BigIntegerField()
    # A requirement is owed by many organizations; the others have no second key (0).
    subject_part = models.BigIntegerField(default=0)
    rule = models.ForeignKey(ReminderRule, models.PROTECT, related_name="+")
    rung = models.SmallIntegerField(_("rung"))
    due_on = models.DateField(_("date it is about"))
    recipient = models.ForeignKey(
        Person, models.PROTECT, related_name="notifications", verbose_name=_("recipient")
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
        indexes = [
            models.Index(fields=["recipient", "read_at", "-planned_on"], name="notification_inbox"),
            models.Index(fields=["planned_on", "recipient"], name="notification_digest"),
        ]

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.subject_id} {self.rung:+d}"


class Delivery(models.Model):
    """One message by one channel: a person's digest of a day. *Sent* only after the other side accepted."""

    class Channel(models.TextChoices):
        EMAIL = "email", _("e-mail")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENT = "sent", _("sent")
        FAILED = "failed", _("given up")
        DROPPED = "dropped", _("nothing left to say")

    recipient = models.ForeignKey(Person, models.PROTECT, related_name="deliveries", verbose_name=_("recipient"))
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices, default=Channel.EMAIL)
    day = models.DateField(_("day"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    message_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.CharField(_("error"), max_length=300, blank=True)
    next_try_at = models.DateTimeField(_("next try"), null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-day", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["recipient", "channel", "day"], name="delivery_one_digest_per_day"),
            models.CheckConstraint(
                condition=~models.Q(state="sent") | models.Q(sent_at__isnull=False), name="delivery_sent_has_time"
            ),
        ]
        indexes = [models.Index(fields=["state", "next_try_at"], name="delivery_due")]

    def __str__(self) -> str:
        return f"{self.channel} {self.day} {self.recipient_id}"
