"""Who someone is: roles and scope worked out from open appointments, memberships and grants.

Nothing is cached beyond a request: a change of appointment changes rights on the next one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import AdminGrant, User
from branches.models import Appointment, Membership, Organization, Person
from branches.models.organization import path_range
from common.access import ADMINISTRATORS, Role

#: Seats in these see all and decide; they do not make one a writer for every branch below.
SEATS = frozenset({Organization.Kind.PARTY_COMMITTEE, Organization.Kind.COMMISSION})
#: A condition that no row fulfils.
NOTHING = Q(pk__in=[])


@dataclass(frozen=True)
class Actor:
    """The one who acts: roles, the paths of one's own organizations, the paths one writes for."""

    user: User | AnonymousUser
    person: Person | None
    roles: frozenset[Role]
    own_paths: frozenset[str] = frozenset()
    officer_paths: frozenset[str] = frozenset()
    post_names: tuple[str, ...] = field(default=())

    @property
    def person_id(self) -> int:
        """The person's key, or 0 (which no row has)."""
        return self.person.pk if self.person else 0

    @property
    def is_office(self) -> bool:
        return Role.OFFICE in self.roles

    @property
    def is_committee(self) -> bool:
        return Role.COMMITTEE in self.roles

    @property
    def is_officer(self) -> bool:
        return Role.OFFICER in self.roles

    @property
    def is_administrator(self) -> bool:
        return bool(self.roles & ADMINISTRATORS)

    @property
    def sees_all(self) -> bool:
        """Committee members, the Party office and the commission see the content of every organization."""
        return bool(self.roles & {Role.OFFICE, Role.COMMITTEE, Role.COMMISSION})

    def scope_q(self, prefix: str) -> Q:
        """Own organizations and below, as a condition on a path column (``"organization__path"``)."""
        return _any_of(self.own_paths, prefix)

    def officer_q(self, prefix: str) -> Q:
        """Organizations one writes for, and below."""
        return _any_of(self.officer_paths, prefix)

    def scope_ids(self) -> Any:
        """The organizations in scope, as a subquery."""
        return Organization.objects.filter(self.scope_q("path")).values("pk")

    def in_scope(self, organization: Organization) -> bool:
        """Whether content of the organization may be read."""
        return self.sees_all or any(organization.path.startswith(p) for p in self.own_paths)

    def writes_for(self, organization: Organization) -> bool:
        """Whether the actor may write for it: its officers (and those above), the office everywhere."""
        return self.is_office or any(organization.path.startswith(p) for p in self.officer_paths)

    def is_officer_of(self, organization: Organization) -> bool:
        """Officer of this very organization or one above it, not counting the office's own right."""
        return any(organization.path.startswith(p) for p in self.officer_paths)


def _any_of(paths: Iterable[str], prefix: str) -> Q:
    parts = [path_range(path, prefix) for path in sorted(paths)]
    return reduce(or_, parts) if parts else NOTHING


def _roles_of(appointments: list[Appointment], person: Person) -> frozenset[Role]:
    roles = {Role.SIGNED_IN, Role.MEMBER}
    for held in appointments:
        organization, post = held.organization, held.post
        if post == Appointment.Post.OFFICE:
            roles.add(Role.OFFICE)
        elif organization.kind == Organization.Kind.PARTY_COMMITTEE and post in Appointment.Post.committee():
            roles.add(Role.COMMITTEE)
        elif organization.kind == Organization.Kind.COMMISSION and post in Appointment.Post.committee():
            roles.add(Role.COMMISSION)
        if post in Appointment.Post.officers() and organization.kind not in SEATS:
            roles.add(Role.OFFICER)
    return frozenset(roles)


def actor_of(user: User | AnonymousUser, on: date) -> Actor:
    """Work out the actor for an account on a day. Four queries at most."""
    if not isinstance(user, User) or not user.is_active:
        return Actor(user, None, frozenset())
    grant = AdminGrant.objects.filter(user=user).first()
    if grant is not None:
        # Administrators see none of the content, whatever else the person is.
        return Actor(
            user, Person.objects.filter(user=user).first(), frozenset({Role.SIGNED_IN, Role(grant.role)})
        )
    person = Person.objects.filter(user=user, active=True).first()
    if person is None:
        return Actor(user, None, frozenset({Role.SIGNED_IN}))
    return actor_for(person, on, user)


def actor_for(person: Person, on: date, user: User | AnonymousUser | None = None) -> Actor:
    """The actor a person is on a day, whether or not they have an account."""
    held = list(Appointment.objects.on(on).filter(person=person).select_related("organization"))
    belongs = Membership.objects.on(on).filter(person=person).values_list("organization__path", flat=True)
    officer = frozenset(
        a.organization.path
        for a in held
        if a.post in Appointment.Post.officers() and a.organization.kind not in SEATS
    )
    return Actor(
        user=user or AnonymousUser(),
        person=person,
        roles=_roles_of(held, person),
        own_paths=frozenset(belongs) | frozenset(a.organization.path for a in held),
        officer_paths=officer,
        post_names=tuple(
            _("%(organization)s %(post)s")
            % {"organization": held_post.organization.label, "post": held_post.get_post_display()}
            for held_post in held
        ),
    )
