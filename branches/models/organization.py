"""The forest of organizations: one tree per system (Party, commission, union, League, administration)."""

# treebeard carries no types, so that whatever its querysets return is Any.
# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node, MP_NodeManager, MP_NodeQuerySet

from branches.models.recorded import Recorded, close_all, demand_office
from common.steps import StepRefused

if TYPE_CHECKING:
    from branches.access import Actor
    from branches.models.person import Person

#: The root that the first account of the Party office needs before anybody has typed the institute's name.
PLACEHOLDER_CODE, PLACEHOLDER_NAME = "PARTY", "本单位党委"


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
        """Where the actor may write: what it holds an office in and below; the Party office everywhere."""
        if actor.is_office:
            return self.all()
        return self.filter(actor.officer_q("path"))

    def matching(self, text: str) -> OrganizationQuerySet:
        """Whose name, short name or code holds the text."""
        if not text:
            return self
        return self.filter(Q(name__icontains=text) | Q(short_name__icontains=text) | Q(code__icontains=text))

    def branches(self) -> OrganizationQuerySet:
        """Party branches of every sort: what holds meetings and owes records."""
        return self.filter(kind__in=Organization.Kind.branches())

    def institute_name(self) -> str:
        """The name that pages bear: the institute's own, else that of its Party root; empty before either.

        One query; whoever shows it asks for it, so that the name is typed once and changed in one place.
        """
        roots = self.active().filter(
            Q(kind=Organization.Kind.INSTITUTE) | Q(system=Organization.System.PARTY), depth=1
        )
        named = dict(roots.exclude(name=PLACEHOLDER_NAME).values_list("system", "name"))
        party, administration = Organization.System.PARTY, Organization.System.ADMINISTRATION
        return str(named.get(administration) or named.get(party) or "")

    def reporting(self) -> OrganizationQuerySet:
        """What writes an annual report: (general) Party branches, union and League organizations."""
        return self.filter(active=True, kind__in=Organization.Kind.reporting())


class OrganizationManager(MP_NodeManager.from_queryset(OrganizationQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> OrganizationQuerySet:
        return OrganizationQuerySet(self.model, using=self._db).order_by("path")

    def add_placeholder(self) -> Organization:
        """Make the Party root for which nobody has typed a name yet."""
        kind, system = Organization.Kind.PARTY_COMMITTEE, Organization.System.PARTY
        root = Organization(system=system, kind=kind, name=PLACEHOLDER_NAME, code=PLACEHOLDER_CODE)
        return self.add_root(instance=root)


class Organization(Recorded, MP_Node):  # type: ignore[misc]
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
        def of(cls, system: str) -> list[Organization.Kind]:
            """The kinds that a system's tree is made of."""
            return {
                "party": [cls.PARTY_COMMITTEE, cls.GENERAL_BRANCH, cls.BRANCH, cls.GROUP, cls.STUDY_GROUP],
                "commission": [cls.COMMISSION],
                "union": [cls.UNION, cls.UNION_GROUP],
                "league": [cls.LEAGUE_COMMITTEE, cls.LEAGUE_BRANCH, cls.STUDY_GROUP],
                "administration": [cls.INSTITUTE, cls.DEPARTMENT, cls.LABORATORY],
            }.get(system, [])

        @classmethod
        def branches(cls) -> list[Organization.Kind]:
            return [cls.GENERAL_BRANCH, cls.BRANCH]

        @classmethod
        def reporting(cls) -> list[Organization.Kind]:
            return [cls.GENERAL_BRANCH, cls.BRANCH, cls.UNION, cls.LEAGUE_COMMITTEE]

    RECORDED = (
        "system",
        "kind",
        "name",
        "short_name",
        "code",
        "founded_on",
        "dissolved_on",
        "functional",
        "based_in",
        "active",
    )

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

    path: str
    depth: int

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
                violation_error_message=_(
                    "The organization ends before it begins. Correct one of the two dates."
                ),
            ),
        ]
        indexes = [models.Index(fields=["kind", "active"], name="organization_kind_active")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """The kind belongs to the system; a branch is based in a department or laboratory, not in itself."""
        if self.kind and self.system and self.kind not in Organization.Kind.of(self.system):
            raise ValidationError(
                {"kind": gettext("This kind does not belong to this system. Choose another.")}
            )
        if self.based_in and self.based_in.system != Organization.System.ADMINISTRATION:
            raise ValidationError({"based_in": gettext("Choose a department or laboratory.")})
        if self.based_in_id and self.based_in_id == self.pk:
            raise ValidationError({"based_in": gettext("An organization is not based in itself.")})

    # Steps of the Party office -------------------------------------------------

    @transaction.atomic
    def found(self, by: Person, at: datetime, parent: Organization | None) -> Organization:
        """Add this new organization under a parent, or as the root of its system."""
        demand_office(by, at)
        if parent is not None:
            self.system = parent.system
            self.depth = parent.depth + 1
            if self.depth > Organization.most_levels():
                raise ValidationError({"parent": too_deep()})
        elif Organization.objects.filter(depth=1, system=self.system).exists():
            raise ValidationError(
                {"parent": gettext("This system already has a root. Choose what lies above.")}
            )
        self.full_clean(exclude=["path", "depth", "numchild"])
        if parent is not None:
            Organization.objects.add_child(parent, instance=self)
        else:
            Organization.objects.add_root(instance=self)
        self._created(by)
        return self

    @transaction.atomic
    def change(self, by: Person, at: datetime, version: int, values: dict[str, Any]) -> bool:
        """Correct the particulars; ``version`` is the one the person saw. Raises ``Stale``."""
        demand_office(by, at)
        row: Organization = self._locked()
        row._fresh(version)
        return row._set(by, values)

    @transaction.atomic
    def dissolve(self, by: Person, at: datetime, on: date) -> int:
        """Deactivate: its last day is ``on``, what is open in it ends with it. How many rows ended."""
        demand_office(by, at)
        row: Organization = self._locked()
        if not row.active:
            raise StepRefused(gettext("This organization is already deactivated."))
        if Organization.objects.under(row).active().exclude(pk=row.pk).exists():
            raise StepRefused(gettext("Active organizations lie below it. Deactivate those first."))
        row._set(by, {"active": False, "dissolved_on": on})
        return close_all(row.open_spans(), by, on)

    @transaction.atomic
    def restore(self, by: Person, at: datetime) -> None:
        """Reactivate. Memberships and posts that ended are not opened again."""
        demand_office(by, at)
        row: Organization = self._locked()
        if row.active:
            raise StepRefused(gettext("This organization is already active."))
        row._set(by, {"active": True, "dissolved_on": None})

    found.alters_data = True  # type: ignore[attr-defined]
    change.alters_data = True  # type: ignore[attr-defined]
    dissolve.alters_data = True  # type: ignore[attr-defined]
    restore.alters_data = True  # type: ignore[attr-defined]

    def open_spans(self) -> list[Any]:
        """Its open memberships, appointments, terms and liaisons."""
        kinds = (self.memberships, self.appointments, self.terms, self.liaisons)
        return [row for rows in kinds for row in rows.open().select_for_update()]

    @classmethod
    def most_levels(cls) -> int:
        """How deep a tree may be: a path has room for no more steps."""
        path: Any = cls._meta.get_field("path")
        return int(path.max_length // cls.steplen)

    @property
    def is_placeholder(self) -> bool:
        """Made for the first office account, and nobody has given it its own name or code since."""
        return self.depth == 1 and (self.code, self.name) == (PLACEHOLDER_CODE, PLACEHOLDER_NAME)

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


def too_deep() -> str:
    """The refusal of an organization that would lie deeper than a path reaches."""
    most = Organization.most_levels()
    return gettext("Organizations lie at most %(most)s levels deep. Choose one further up.") % {"most": most}
