"""Assault teams and breakthrough groups: named, given a flag, with members, four short texts and milestones."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from branches.models.office import SpanQuerySet
from branches.models.organization import Organization
from branches.models.person import Person

if TYPE_CHECKING:
    from branches.access import Actor


class AssaultTeamQuerySet(models.QuerySet["AssaultTeam"]):
    def visible_to(self, actor: Actor) -> AssaultTeamQuerySet:
        if actor.sees_all:
            return self.all()
        own = actor.scope_q("organization__path") | Q(captain=actor.person_id) | Q(members__person=actor.person_id)
        return self.filter(own).distinct()

    def active(self, on: date) -> AssaultTeamQuerySet:
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), starts_on__lte=on)


class AssaultTeam(models.Model):
    """A team on one hard task."""

    class Kind(models.TextChoices):
        TEAM = "team", _("assault team")
        GROUP = "group", _("breakthrough group")

    name = models.CharField(
        _("name"), max_length=60, unique=True, error_messages={"unique": _("A team of this name exists.")}
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.TEAM)
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="teams", verbose_name=_("organization")
    )
    captain = models.ForeignKey(Person, models.PROTECT, related_name="teams_led", verbose_name=_("captain"))
    named_after = models.CharField(_("named after"), max_length=60, blank=True)
    naming_document = models.CharField(_("naming document"), max_length=60, blank=True)
    flag_awarded_on = models.DateField(_("flag awarded on"), null=True, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)
    background = models.TextField(_("background and task"), max_length=600, blank=True)
    thrust = models.TextField(_("main thrust"), max_length=600, blank=True)
    results = models.TextField(_("results"), max_length=600, blank=True)
    next_goals = models.TextField(_("next goals"), max_length=600, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[models.Manager[AssaultTeam]] = AssaultTeamQuerySet.as_manager()

    class Meta:
        verbose_name = _("assault team")
        verbose_name_plural = _("assault teams")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="assault_team_ends_after_start",
                violation_error_message=_("The end is before the start. Correct one of the two dates."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("team", args=[self.pk])


class TeamMember(models.Model):
    """A person in a team, from a day to a day."""

    team = models.ForeignKey(AssaultTeam, models.CASCADE, related_name="members", verbose_name=_("team"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="team_memberships", verbose_name=_("person"))
    duty = models.CharField(_("duty"), max_length=60, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)

    objects: ClassVar[SpanQuerySet] = SpanQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("team member")
        verbose_name_plural = _("team members")
        ordering = ["starts_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "person"],
                condition=Q(ends_on__isnull=True),
                name="team_member_one_open",
                violation_error_message=_("This person is already in the team."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="team_member_ends_after_start",
                violation_error_message=_("The end is before the start. Correct one of the two dates."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team} · {self.person}"


class Milestone(models.Model):
    """A date the team promised, in one of three phases of the chain: define, deliver, output."""

    class Phase(models.TextChoices):
        DEFINE = "define", _("define")
        DELIVER = "deliver", _("deliver")
        OUTPUT = "output", _("output")

    team = models.ForeignKey(AssaultTeam, models.CASCADE, related_name="milestones", verbose_name=_("team"))
    phase = models.CharField(_("phase"), max_length=10, choices=Phase.choices)
    title = models.CharField(_("milestone"), max_length=80)
    due_on = models.DateField(_("due on"))
    done_on = models.DateField(_("done on"), null=True, blank=True)

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["due_on", "pk"]

    def __str__(self) -> str:
        return f"{self.team} · {self.title}"

    def light(self, on: date, yellow_days: int) -> Any:
        """blue done, red overdue, yellow within ``yellow_days`` calendar days, else grey (not begun)."""
        if self.done_on:
            return "blue"
        if on > self.due_on:
            return "red"
        return "yellow" if (self.due_on - on).days <= yellow_days else "grey"
