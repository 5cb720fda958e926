"""Opening accounts: a person and an account come together, the password is temporary."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import AdminGrant, AuditEvent, User
from accounts.passwords import temporary_password
from branches.models import Appointment, Organization, Person


@transaction.atomic
def open_account(
    *, by: User | None, username: str, name: str, employee_number: str, email: str = ""
) -> tuple[User, str]:
    """Make an account for a person and return it with its temporary password.

    A person with this employee number is linked, otherwise one is made. Raises ``ValidationError``
    beside ``username``, ``name``, ``employee_number`` or ``email``.
    """
    person = Person.objects.select_for_update().filter(employee_number=employee_number).first()
    if person is not None and person.name != name:
        message = _("This employee number belongs to %(name)s. Correct the number or the name.")
        raise ValidationError({"name": message % {"name": person.name}})
    if person is not None and person.user_id:
        raise ValidationError({"employee_number": _("This person already has an account.")})
    if person is None:
        person = Person(name=name, employee_number=employee_number, email=email)
        person.full_clean()
    password = temporary_password()
    person.user = _new_user(by, username, name, password, temporary=True)
    person.save()
    record(AuditEvent.Verb.UPDATE, person, by=by, changes={"user": [None, username]})
    return person.user, password


@transaction.atomic
def link_account(*, by: User, user: User, employee_number: str) -> Person:
    """Tie an account without a person to a person without an account."""
    person = Person.objects.select_for_update().filter(employee_number=employee_number).first()
    if person is None:
        raise ValidationError({"employee_number": _("Nobody here has this employee number.")})
    if person.user_id:
        raise ValidationError({"employee_number": _("This person already has an account.")})
    if Person.objects.filter(user=user).exists():
        raise ValidationError({"employee_number": _("This account already belongs to a person.")})
    if AdminGrant.objects.filter(user=user).exists():
        raise ValidationError(
            {"employee_number": _("An administrator's account stays apart from the content.")}
        )
    person.user = user
    person.save(update_fields=["user"])
    record(AuditEvent.Verb.UPDATE, person, by=by, changes={"user": [None, user.username]})
    record(AuditEvent.Verb.UPDATE, user, by=by, note=str(person))
    return person


@transaction.atomic
def open_administrator(*, username: str, name: str, role: str, password: str | None) -> tuple[User, str]:
    """Make the account of one of the three administrators (from the server only)."""
    given = password or temporary_password()
    user = _new_user(None, username, name, given, temporary=password is None)
    AdminGrant.objects.create(user=user, role=role)
    record(AuditEvent.Verb.UPDATE, user, by=None, changes={"role": [None, role]})
    return user, given


@transaction.atomic
def open_office(*, username: str, name: str, password: str | None, on: date) -> tuple[User, str]:
    """Make the first account of the Party office: person, account, appointment from ``on``.

    Where there is no Party root yet, a placeholder is made, which the import of organizations or the
    organization's own page gives its name and code.
    """
    given = password or temporary_password()
    user = _new_user(None, username, name, given, temporary=password is None)
    person = Person(name=name, employee_number=username, user=user)
    person.full_clean()
    person.save()
    root = Organization.objects.filter(system=Organization.System.PARTY, depth=1).first()
    if root is None:
        root = Organization.objects.add_placeholder()
        record(AuditEvent.Verb.CREATE, root, by=None)
    appointment = Appointment(person=person, organization=root, post=Appointment.Post.OFFICE, starts_on=on)
    appointment.full_clean()
    appointment.save()
    for made in (person, appointment):
        record(AuditEvent.Verb.CREATE, made, by=None)
    return user, given


def _new_user(by: User | None, username: str, name: str, password: str, *, temporary: bool) -> User:
    user = User(username=username, display_name=name, must_change_password=temporary)
    user.set_password(password)
    user.full_clean()
    user.save()
    record(AuditEvent.Verb.CREATE, user, by=by)
    return user
