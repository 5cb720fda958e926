"""The forest of organizations: one tree per system (Party, commission, union, League, administration)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node, MP_NodeManager, MP_NodeQuerySet

if TYPE_CHECKING:
    from branches.access import Actor


def path_range(path: str, prefix: str = "path") -> Q:
    """A node and all below it, as a range of paths: an index range scan on both databases.

    ``next`` is the path with its last character raised by one: paths are of equal-length steps,
    so everything below ``p`` sorts from ``p`` up to, and not including, that.
    """
    following = path[:-1] + chr(ord(path[-1]) + 1)
    return Q(**{f"{prefix}__gte": path, f"{prefix}__lt": following})


class OrganizationQuerySet(MP_NodeQuerySet):  # type: ignore[misc]
    def active(self) -> OrganizationQuerySet:
        return self.filter(active=True)

    def under(self, organization: Organization) -> OrganizationQuerySet:
        """The organization itself and all below it."""
        return self.filter(path_range(organization.path))

    def writable_by(self, actor: Actor) -> OrganizationQuerySet:
        """Where the actor may write: the offices held, and what lies below them; the Party office everywhere."""
        if actor.is_office:
            return self.all()
        return self.filter(actor.officer_q("path"))

    def branches(self) -> OrganizationQuerySet:
        """Party branches of every sort: what holds meetings and owes records."""
        return self.filter(kind__in=Organization.Kind.branches())

    def reporting(self) -> OrganizationQuerySet:
        """Organizations that write an annual report: (general) Party branches, union and League organizations."""
        return self.filter(active=True, kind__in=Organization.Kind.reporting())


class OrganizationManager(MP_NodeManager.from_queryset(OrganizationQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> OrganizationQuerySet:
        return OrganizationQuerySet(self.model, using=self._db).order_by("path")


class Organization(MP_Node):  # type: ignore[misc]
    """One organization. Its place in the tree is treebeard's materialised path."""

    class System(models.TextChoices):
        PARTY = "party", _("Party")
        COMMISSION = "commission", _("Discipline inspection")
        UNION = "union", _("Trade union")
        LEAGUE = "league", _("Youth League")
        ADMINISTRATION = "administration", _("Administration")

    class Kind(models.TextChoices):
        PARTY_COMMITTEE = "party_committee", _("Party committee")
        GENERAL_BRANCH = "general_branch", _("general Party branch")
        BRANCH = "branch", _("Party branch")
        GROUP = "group", _("Party group")
        COMMISSION = "commission", _("commission for discipline inspection")
        UNION = "union", _("trade union")
        UNION_GROUP = "union_group", _("union group")
        LEAGUE_COMMITTEE = "league_committee", _("Youth League committee")
        LEAGUE_BRANCH = "league_branch", _("League branch")
        STUDY_GROUP = "study_group", _("youth theoretical study group")
        INSTITUTE = "institute", _("institute")
        DEPARTMENT = "department", _("department")
        LABORATORY = "laboratory", _("laboratory")

        @classmethod
        def branches(cls) -> list[Organization.Kind]:
            return [cls.GENERAL_BRANCH, cls.BRANCH]

        @classmethod
        def reporting(cls) -> list[Organization.Kind]:
            return [cls.GENERAL_BRANCH, cls.BRANCH, cls.UNION, cls.LEAGUE_COMMITTEE]

    system = models.CharField(_("system"), max_length=20, choices=System.choices)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=100)
    short_name = models.CharField(_("short name"), max_length=40, blank=True)
    code = models.CharField(
        _("code"), max_length=30, unique=True, error_messages={"unique": _("This code is already used.")}
    )
    founded_on = models.DateField(_("founded on"), null=True, blank=True)
    dissolved_on = models.DateField(_("dissolved on"), null=True, blank=True)
    active = models.BooleanField(_("active"), default=True)
    functional = models.BooleanField(_("functional"), default=False)
    based_in = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="hosted", verbose_name=_("based in")
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = OrganizationManager()
    node_order_by: list[str] = []

    class Meta:
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")
        constraints = [
            models.UniqueConstraint(
                fields=["system"],
                condition=Q(depth=1),
                name="organization_one_root_per_system",
                violation_error_message=_("This system already has a root organization."),
            ),
            models.CheckConstraint(
                condition=Q(dissolved_on__isnull=True)
                | Q(founded_on__isnull=True)
                | Q(dissolved_on__gte=models.F("founded_on")),
                name="organization_dissolved_after_founded",
                violation_error_message=_("The organization ends before it begins. Correct one of the two dates."),
            ),
        ]
        indexes = [models.Index(fields=["kind", "active"], name="organization_kind_active")]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """The short name where there is one."""
        return self.short_name or self.name

    def holds(self, other: Organization) -> bool:
        """Whether ``other`` is this organization or lies below it."""
        return bool(other.path.startswith(self.path))

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("organization", args=[self.pk])

    def owes_on(self, first: Any, last: Any) -> bool:
        """Whether the organization exists on some day from ``first`` to ``last`` (dates, inclusive)."""
        if not self.active and self.dissolved_on is None:
            return False
        begun = self.founded_on is None or self.founded_on <= last
        return begun and (self.dissolved_on is None or self.dissolved_on >= first)
