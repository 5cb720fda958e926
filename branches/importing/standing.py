"""What the people's sheet meets: everyone, the organizations, memberships and posts, open and ended."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

from branches.models import Appointment, Membership, Organization, Person

Key = tuple[Hashable, ...]


class Standing:
    """What is there already, read once. A person who is still to be made is known by the number alone."""

    def __init__(self, numbers: Iterable[str]) -> None:
        wanted = set(numbers)
        everyone = Person.objects.in_bulk(field_name="employee_number")
        self.people = {number: person for number, person in everyone.items() if number in wanted}
        self.organizations = {node.code: node for node in Organization.objects.all()}
        self._read_memberships()
        self._read_posts()

    def _read_memberships(self) -> None:
        """Open ones by person and place, formal ones by person and system; of the ended the last."""
        self.memberships: dict[Key, Membership] = {}
        self.formal: dict[Key, str] = {}
        self.ended_memberships: dict[Key, Membership] = {}
        self.ended_formal: dict[Key, Membership] = {}
        for row in Membership.objects.select_related("person", "organization"):
            place, system = (row.person_id, row.organization_id), (row.person_id, row.system)
            if row.ends_on is None:
                self.memberships[place] = row
                if row.formal:
                    self.formal[system] = row.organization.name
                continue
            _keep_last(self.ended_memberships, place, row)
            if row.formal:
                _keep_last(self.ended_formal, system, row)

    def _read_posts(self) -> None:
        """Open ones by person, place and post; of the ended the last."""
        self.posts: dict[Key, Appointment] = {}
        self.secretaries: dict[int, str] = {}
        self.ended_posts: dict[Key, Appointment] = {}
        for row in Appointment.objects.select_related("person", "organization"):
            if row.ends_on is not None:
                _keep_last(self.ended_posts, post_of(row.person_id, row.organization_id, row.post), row)
                continue
            self.posts[row.person_id, row.organization_id, row.post] = row
            if row.post == Appointment.Post.SECRETARY:
                self.secretaries[row.organization_id] = row.person.name


def post_of(person: Hashable, organization: int, post: str) -> Key:
    """Whose post it is once: a secretary's is the organization's, any other that of a person in it."""
    return (organization, post) if post == Appointment.Post.SECRETARY else (person, organization, post)


def _keep_last(rows: dict[Key, Any], key: Key, row: Any) -> None:
    if key not in rows or rows[key].ends_on < row.ends_on:
        rows[key] = row
