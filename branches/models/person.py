"""People: name and working contact only. No identity number, bank card or medical detail is ever kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from branches.models.recorded import Recorded, close_all, demand_office
from common.steps import StepRefused

if TYPE_CHECKING:
    from datetime import date, datetime

    from branches.access import Actor
    from branches.models.organization import Organization


class PersonQuerySet(models.QuerySet["Person"]):
    def active(self) -> PersonQuerySet:
        return self.filter(active=True)

    def matching(self, text: str) -> PersonQuerySet:
        """Whose name or employee number holds the text."""
        return self.filter(Q(name__icontains=text) | Q(employee_number__icontains=text)) if text else self

    def visible_to(self, actor: Actor) -> PersonQuerySet:
        """All for those who see all; else the people of one's own organizations and below, and oneself."""
        if actor.sees_all:
            return self.all()
        own = Q(memberships__organization__in=actor.scope_ids()) | Q(
            appointments__organization__in=actor.scope_ids()
        )
        return self.filter(own | Q(pk=actor.person_id)).distinct()

    def members_of(self, organization: Organization, on: date) -> PersonQuerySet:
        """Members of one organization on a day, by name."""
        return (
            self.filter(
                Q(memberships__ends_on__isnull=True) | Q(memberships__ends_on__gte=on),
                memberships__organization=organization,
                memberships__starts_on__lte=on,
            )
            .distinct()
            .order_by("name", "pk")
        )


class Person(Recorded):
    """A member or worker. ``user`` is there when the person signs in."""

    RECORDED = ("name", "employee_number", "email", "active")

    name = models.CharField(pgettext_lazy("of a person", "name"), max_length=60)
    employee_number = models.CharField(
        _("employee number"),
        max_length=30,
        unique=True,
        error_messages={"unique": _("This employee number is already used.")},
    )
    email = models.EmailField(_("e-mail"), blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="person",
        verbose_name=_("account"),
    )
    active = models.BooleanField(_("active"), default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[models.Manager[Person]] = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    # Steps of the Party office -------------------------------------------------

    @transaction.atomic
    def enter(self, by: Person, at: datetime) -> Person:
        """Keep a new person."""
        demand_office(by, at)
        self.full_clean()
        self.save()
        self._created(by)
        return self

    @transaction.atomic
    def change(self, by: Person, at: datetime, version: int, values: dict[str, Any]) -> bool:
        """Correct name, number or address; ``version`` is the one the person saw. Raises ``Stale``."""
        demand_office(by, at)
        row = self._locked()
        row._fresh(version)
        return row._set(by, values)

    @transaction.atomic
    def leave(self, by: Person, at: datetime, on: date) -> int:
        """Deactivate: memberships, posts, liaisons and places in teams end on ``on``. How many rows ended."""
        demand_office(by, at)
        row = self._locked()
        if not row.active:
            raise StepRefused(gettext("This person is already deactivated."))
        row._set(by, {"active": False})
        return close_all(row.open_spans(), by, on)

    @transaction.atomic
    def come_back(self, by: Person, at: datetime) -> None:
        """Reactivate. What ended is not opened again."""
        demand_office(by, at)
        row = self._locked()
        if row.active:
            raise StepRefused(gettext("This person is already active."))
        row._set(by, {"active": True})

    enter.alters_data = True  # type: ignore[attr-defined]
    change.alters_data = True  # type: ignore[attr-defined]
    leave.alters_data = True  # type: ignore[attr-defined]
    come_back.alters_data = True  # type: ignore[attr-defined]

    def open_spans(self) -> list[Any]:
        """The person's open memberships, appointments, liaisons and places in teams."""
        kinds: tuple[Any, ...] = (self.memberships, self.appointments, self.liaisons, self.team_memberships)
        return [row for rows in kinds for row in rows.open().select_for_update()]

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("person", args=[self.pk])
