"""Assault teams and breakthrough groups: name, flag, members, four short texts, milestones."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from branches.models.office import SpanQuerySet
from branches.models.organization import Organization
from branches.models.person import Person
from branches.models.recorded import Recorded, Span, demand_office, demand_writer

if TYPE_CHECKING:
    from branches.access import Actor


class AssaultTeamQuerySet(models.QuerySet["AssaultTeam"]):
    def visible_to(self, actor: Actor) -> AssaultTeamQuerySet:
        if actor.sees_all:
            return self.all()
        own = (
            actor.scope_q("organization__path")
            | Q(captain=actor.person_id)
            | Q(members__person=actor.person_id)
        )
        return self.filter(own).distinct()

    def active(self, on: date) -> AssaultTeamQuerySet:
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), starts_on__lte=on)

    def in_state(self, state: str, on: date) -> AssaultTeamQuerySet:
        """By a filter: ``ended``, ``late`` (at work, a milestone past its day), ``all``, else those at work."""
        at_work = AssaultTeam.objects.active(on).values("pk")
        if state == "all":
            return self
        if state == "ended":
            return self.exclude(pk__in=at_work)
        if state == "late":
            return self.filter(pk__in=Milestone.objects.overdue(on).filter(team__in=at_work).values("team"))
        return self.filter(pk__in=at_work)

    def with_numbers(self, on: date) -> AssaultTeamQuerySet:
        """With ``people`` (members on the day) and ``late`` (milestones past their day)."""
        now = Q(members__starts_on__lte=on) & (Q(members__ends_on__isnull=True) | Q(members__ends_on__gte=on))
        late = Q(milestones__in=Milestone.objects.overdue(on))
        return self.annotate(
            people=Count("members", filter=now, distinct=True),
            late=Count("milestones", filter=late, distinct=True),
        )


class AssaultTeam(Recorded):
    """A team on one hard task."""

    class Kind(models.TextChoices):
        TEAM = "team", _("assault team")
        GROUP = "group", _("breakthrough group")

    #: What officers of the team's organization write; the rest is the Party office's.
    TEXTS = ("background", "thrust", "results", "next_goals")
    RECORDED = (
        "name",
        "kind",
        "organization",
        "captain",
        "named_after",
        "naming_document",
        "flag_awarded_on",
        "starts_on",
        "ends_on",
        *TEXTS,
    )

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
    starts_on = models.DateField(pgettext_lazy("span", "from"))
    ends_on = models.DateField(pgettext_lazy("span", "to"), null=True, blank=True)
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

    @transaction.atomic
    def form(self, by: Person, at: datetime) -> AssaultTeam:
        """Set up the team; its captain is its first member. By the Party office."""
        demand_office(by, at)
        self.full_clean()
        self.save()
        self._created(by)
        TeamMember(team=self, person=self.captain, duty="", starts_on=self.starts_on).begin(by, at)
        return self

    @transaction.atomic
    def change(self, by: Person, at: datetime, version: int, values: dict[str, Any]) -> bool:
        """Change the four texts (officers of its organization) or anything (the Party office)."""
        row = self._locked()
        if set(values) <= set(AssaultTeam.TEXTS):
            demand_writer(by, at, row.organization)
        else:
            demand_office(by, at)
        row._fresh(version)
        return row._set(by, values)

    form.alters_data = True  # type: ignore[attr-defined]
    change.alters_data = True  # type: ignore[attr-defined]

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("team", args=[self.pk])


class TeamMember(Span):
    """A person in a team, from a day to a day."""

    RECORDED = ("team", "person", "duty", "starts_on", "ends_on")

    team = models.ForeignKey(AssaultTeam, models.CASCADE, related_name="members", verbose_name=_("team"))
    person = models.ForeignKey(
        Person, models.PROTECT, related_name="team_memberships", verbose_name=_("person")
    )
    duty = models.CharField(pgettext_lazy("in a team", "duty"), max_length=60, blank=True)
    starts_on = models.DateField(pgettext_lazy("span", "from"))
    ends_on = models.DateField(pgettext_lazy("span", "to"), null=True, blank=True)

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

    def clean(self) -> None:
        """A place in a team begins with the team or later."""
        if self.team_id and isinstance(self.starts_on, date) and self.starts_on < self.team.starts_on:
            message = gettext("The team began on %(day)s. Choose that day or a later one.")
            raise ValidationError({"starts_on": message % {"day": self.team.starts_on}})


class MilestoneQuerySet(models.QuerySet["Milestone"]):
    def overdue(self, on: date) -> MilestoneQuerySet:
        """Not done and past their day."""
        return self.filter(done_on__isnull=True, due_on__lt=on)


class Milestone(Recorded):
    """A date the team promised, in one of three phases of the chain: define, deliver, output."""

    class Phase(models.TextChoices):
        DEFINE = "define", _("define")
        DELIVER = "deliver", _("deliver")
        OUTPUT = "output", _("output")

    RECORDED = ("team", "phase", "title", "due_on", "done_on")

    team = models.ForeignKey(AssaultTeam, models.CASCADE, related_name="milestones", verbose_name=_("team"))
    phase = models.CharField(_("phase"), max_length=10, choices=Phase.choices)
    title = models.CharField(_("milestone"), max_length=80)
    due_on = models.DateField(_("due on"))
    done_on = models.DateField(_("done on"), null=True, blank=True)

    objects: ClassVar[models.Manager[Milestone]] = MilestoneQuerySet.as_manager()

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["due_on", "pk"]

    def __str__(self) -> str:
        return f"{self.team} · {self.title}"

    def clean(self) -> None:
        """A milestone is due while the team lasts."""
        if self.team_id and isinstance(self.due_on, date) and self.due_on < self.team.starts_on:
            message = gettext("The team began on %(day)s. Choose that day or a later one.")
            raise ValidationError({"due_on": message % {"day": self.team.starts_on}})

    @transaction.atomic
    def promise(self, by: Person, at: datetime) -> Milestone:
        """Add the milestone. By who writes for the team's organization."""
        demand_writer(by, at, self.team.organization)
        _not_ahead(self.done_on, at)
        self.full_clean()
        self.save()
        self._created(by)
        return self

    @transaction.atomic
    def change(self, by: Person, at: datetime, values: dict[str, Any]) -> bool:
        """Correct it, or say on which day it was reached (``done_on``)."""
        demand_writer(by, at, self.team.organization)
        _not_ahead(values.get("done_on"), at)
        return self._locked()._set(by, values)

    promise.alters_data = True  # type: ignore[attr-defined]
    change.alters_data = True  # type: ignore[attr-defined]

    def word(self, on: date, yellow_days: int) -> str:
        """What stands beside the light."""
        days = (self.due_on - on).days
        if self.done_on:
            return gettext("reached")
        if days < 0:
            return ngettext("%(days)s day late", "%(days)s days late", -days) % {"days": -days}
        if days > yellow_days:
            return gettext("not yet due")
        return ngettext("%(days)s day left", "%(days)s days left", days) % {"days": days}

    def light(self, on: date, yellow_days: int) -> str:
        """blue done, red overdue, yellow within ``yellow_days`` calendar days, else grey (not begun)."""
        if self.done_on:
            return "blue"
        if on > self.due_on:
            return "red"
        return "yellow" if (self.due_on - on).days <= yellow_days else "grey"


def _not_ahead(done_on: date | None, at: datetime) -> None:
    if done_on and done_on > timezone.localdate(at):
        raise ValidationError({"done_on": gettext("This day lies in the future.")})
