"""People: name and working contact only. No identity number, bank card or medical detail is ever kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from datetime import date

    from branches.access import Actor
    from branches.models.organization import Organization


class PersonQuerySet(models.QuerySet["Person"]):
    def active(self) -> PersonQuerySet:
        return self.filter(active=True)

    def visible_to(self, actor: Actor) -> PersonQuerySet:
        """All for those who see all; else the people of one's own organizations and below, and oneself."""
        if actor.sees_all:
            return self.all()
        own = Q(memberships__organization__in=actor.scope_ids()) | Q(appointments__organization__in=actor.scope_ids())
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


class Person(models.Model):
    """A member or worker. ``user`` is there when the person signs in."""

    name = models.CharField(_("name"), max_length=60)
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

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("person", args=[self.pk])
