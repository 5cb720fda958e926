"""People by spreadsheet, with a membership and, where given, a post. One row a membership."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.audit import record_many
from accounts.models import AuditEvent, User
from branches.importing.outcome import Checker, Outcome, deactivated
from branches.importing.sheet import Column, Row, choice_of, day_of, yes_or_no
from branches.importing.standing import Standing, post_of
from branches.models import Appointment, Membership, Organization, Person
from branches.models.office import lasts_until

COLUMNS = (
    Column(
        "employee_number",
        gettext_lazy("Employee number"),
        ("工号", "职工号", "员工号", "学号", "employee number"),
        True,
        "2019042",
    ),
    Column("name", pgettext_lazy("of a person", "Name"), ("姓名", "name"), True, "苏晚晴"),
    Column("email", gettext_lazy("E-mail"), ("邮箱", "电子邮箱", "email"), example="suwanqing@example.org"),
    Column(
        "organization",
        gettext_lazy("Organization code"),
        ("组织代码", "所在组织代码", "支部代码", "organization", "organization code"),
        example="DZB-07",
    ),
    Column("stage", gettext_lazy("Stage"), ("党员类别", "政治面貌", "类别", "stage"), example="正式党员"),
    Column(
        "formal", gettext_lazy("Formal"), ("正式关系", "是否正式", "组织关系在此", "formal"), example="是"
    ),
    Column(
        "starts_on",
        gettext_lazy("Member from"),
        ("加入日期", "起始日期", "转入日期", "from", "member from"),
        example="2021-07-01",
    ),
    Column("post", gettext_lazy("Post"), ("职务", "党内职务", "post"), example="宣传委员"),
    Column(
        "post_from", gettext_lazy("Post from"), ("任职日期", "任职时间", "post from"), example="2024-03-15"
    ),
)
#: Rows that show how to fill the sheet in; they fit those of the organizations' sheet.
EXAMPLES = (
    ("2012008", "韩书瑶", "", "DZB-07", "正式党员", "是", "2015-07-01", "书记", "2024-03-15"),
    tuple(column.example for column in COLUMNS),
)
STAGES = {
    "正式党员": "full",
    "中共党员": "full",
    "预备党员": "probationary",
    "中共预备党员": "probationary",
    "群众": "none",
    "非党员": "none",
    "共青团员": "none",
}
POSTS = {
    "书记": "secretary",
    "支部书记": "secretary",
    "党委书记": "secretary",
    "副书记": "deputy_secretary",
    "组织委员": "organization_member",
    "宣传委员": "publicity_member",
    "纪检委员": "discipline_member",
    "委员": "committee_member",
    "党办工作人员": "office",
    "组长": "group_leader",
    "主席": "chair",
    "主任": "head",
    "处长": "head",
    "学生思政辅导员": "counsellor",
}


@dataclass
class Entry:
    """One row understood; the parts that are already there are ``None`` or ``False``."""

    row: Row
    number: str
    name: str
    email: str
    new_person: bool
    membership: dict[str, Any] | None
    appointment: dict[str, Any] | None


@dataclass
class Seen:
    """What rows further up said: people by number, memberships by place, posts by place and kind."""

    people: dict[str, Entry] = field(default_factory=dict)
    memberships: dict[tuple[str, int], Entry] = field(default_factory=dict)
    posts: dict[tuple[str, int, str], int] = field(default_factory=dict)


def check(rows: list[Row]) -> tuple[Outcome, list[Entry]]:
    """Look at every row against the others and against what is there. Four queries, however many rows."""
    outcome = Outcome()
    checker = Checker(COLUMNS, outcome)
    standing, seen = Standing(row["employee_number"] for row in rows), Seen()
    entries = []
    for row in rows:
        entry = _entry(row, standing, seen, checker)
        organization = standing.organizations.get(row["organization"])
        if organization is None or not organization.active:
            _without_organization(row, organization, checker)
        elif not _placed(row, entry, organization, standing, seen, checker):
            continue
        entries.append(entry)
    new = [entry for entry in entries if entry.new_person or entry.membership or entry.appointment]
    outcome.unchanged = len(entries) - len(new)
    outcome.made = {
        _("people"): sum(entry.new_person for entry in new),
        _("memberships"): sum(entry.membership is not None for entry in new),
        _("posts"): sum(entry.appointment is not None for entry in new),
    }
    outcome.preview = [[e.number, e.name, e.row["organization"], e.row["stage"], e.row["post"]] for e in new]
    return outcome, new if outcome.good else []


def _entry(row: Row, standing: Standing, seen: Seen, checker: Checker) -> Entry:
    """The person of a row; a number stands for one name and address, in the file and in what is there."""
    number = checker.text(row, "employee_number", 30, required=True)
    name = checker.text(row, "name", 60, required=True)
    email = checker.email(row, "email")
    person = standing.people.get(number)
    entry = Entry(row, number, name, email, person is None and number not in seen.people, None, None)
    first = seen.people.setdefault(number, entry)
    if person is not None:
        _same_person(row, person, name, email, checker)
    elif first is not entry:
        _same_entry(row, first, name, email, checker)
    return entry


def _same_person(row: Row, person: Person, name: str, email: str, checker: Checker) -> None:
    if not person.active:
        checker.wrong(row, "employee_number", deactivated(person))
    if name and person.name != name:
        message = _("This employee number belongs to %(name)s. Correct the number or the name.")
        checker.wrong(row, "name", message % {"name": person.name})
    elif email and person.email.casefold() != email.casefold():
        message = _("The person is already there with “%(value)s” here. Change it on the person's page.")
        checker.wrong(row, "email", message % {"value": person.email or _("nothing")})


def _same_entry(row: Row, first: Entry, name: str, email: str, checker: Checker) -> None:
    """A new person of several rows; whichever row has the address gives it."""
    if name and first.name != name:
        message = _("In row %(row)s this employee number belongs to %(name)s.")
        checker.wrong(row, "name", message % {"row": first.row.number, "name": first.name})
    elif not first.email:
        first.email = email
    elif email and first.email.casefold() != email.casefold():
        message = _("Another row of this person says “%(value)s” here. Correct one of them.")
        checker.wrong(row, "email", message % {"value": first.email})


def _without_organization(row: Row, closed: Organization | None, checker: Checker) -> None:
    """Whatever else is wrong is said too, so that one round of correcting is enough."""
    _said(row, checker)
    checker.read(row, "post", lambda text: choice_of(text, Appointment.Post.choices, POSTS))
    checker.read(row, "post_from", day_of)
    if closed is not None:
        checker.wrong(row, "organization", deactivated(closed))
    elif row["organization"]:
        checker.wrong(
            row, "organization", _("No active organization has this code. Import organizations first.")
        )
    elif any(row[key] for key in ("stage", "formal", "starts_on", "post", "post_from")):
        checker.wrong(row, "organization", _("Give the code of the organization that this row is about."))


def _placed(
    row: Row, entry: Entry, organization: Organization, standing: Standing, seen: Seen, checker: Checker
) -> bool:
    """Take membership and post of a row. A second row of one place brings a second post, else nothing."""
    first = seen.memberships.setdefault((entry.number, organization.pk), entry)
    if first is not entry and not row["post"]:
        message = _("This membership stands in row %(row)s already.")
        checker.wrong(row, "organization", message % {"row": first.row.number})
        return False
    if first is entry or first.membership is None:
        entry.membership = _membership(row, entry, organization, standing, checker)
    else:
        message = _("In row %(row)s this membership has another value. Correct one of them.")
        _compare(row, first.membership, message % {"row": first.row.number}, checker)
    entry.appointment = _appointment(row, entry, organization, standing, seen, checker)
    return True


def _said(row: Row, checker: Checker) -> dict[str, Any]:
    """What a row says of a membership; ``None`` for an empty cell."""
    return {
        "stage": checker.read(row, "stage", lambda text: choice_of(text, Membership.Stage.choices, STAGES)),
        "formal": checker.read(row, "formal", yes_or_no),
        "starts_on": checker.read(row, "starts_on", day_of),
    }


def _compare(row: Row, there: dict[str, Any], message: str, checker: Checker) -> None:
    """What a row says of a membership that is known must be the same."""
    for key, value in _said(row, checker).items():
        if value is not None and there.get(key, value) != value:
            checker.wrong(row, key, message)


def _membership(
    row: Row, entry: Entry, organization: Organization, standing: Standing, checker: Checker
) -> dict[str, Any] | None:
    """The membership that the row asks for, or ``None`` when it is already there."""
    person = standing.people.get(entry.number)
    who = person.pk if person else entry.number
    there = standing.memberships.get((who, organization.pk))
    if there is not None:
        message = _("The membership is already there with another value. Change it on the person's page.")
        known = {key: getattr(there, key) for key in ("stage", "formal", "starts_on")}
        _compare(row, known, message, checker)
        return None
    said = _said(row, checker)
    if said["starts_on"] is None and not row["starts_on"]:
        checker.wrong(row, "starts_on", _("This cell is empty. Fill it in."))
    formal = said["formal"] is not False
    ended = [standing.ended_memberships.get((who, organization.pk))]
    if formal:
        other = standing.formal.get((who, organization.system))
        if other:
            message = _(
                "Already a formal member of %(name)s. Write no under “formal”, or end that one first."
            )
            checker.wrong(row, "formal", message % {"name": other})
        standing.formal[who, organization.system] = organization.name
        ended.append(standing.ended_formal.get((who, organization.system)))
    _begins_after(row, "starts_on", said["starts_on"], ended, checker)
    party = organization.system == Organization.System.PARTY
    return {
        "organization": organization,
        "system": organization.system,
        "stage": said["stage"] or (Membership.Stage.FULL if party else Membership.Stage.NONE),
        "formal": formal,
        "starts_on": said["starts_on"],
    }


def _begins_after(row: Row, key: str, day: date | None, ended: list[Any], checker: Checker) -> None:
    """The models' rule: no day is shared with one that has ended."""
    lasting = [other for other in ended if other is not None and day is not None and other.ends_on >= day]
    if lasting:
        checker.wrong(row, key, lasts_until(max(lasting, key=lambda other: other.ends_on)))


def _appointment(
    row: Row,
    entry: Entry,
    organization: Organization,
    standing: Standing,
    seen: Seen,
    checker: Checker,
) -> dict[str, Any] | None:
    """The post that the row asks for, or ``None`` when there is none or it is already held."""
    if not row["post"]:
        if row["post_from"]:
            checker.wrong(row, "post", _("This cell is empty. Fill it in."))
        return None
    post = checker.read(row, "post", lambda text: choice_of(text, Appointment.Post.choices, POSTS), "")
    starts_on: date | None = checker.read(row, "post_from", day_of)
    person = standing.people.get(entry.number)
    who = person.pk if person else entry.number
    above = seen.posts.setdefault((entry.number, organization.pk, post), row.number)
    if post and above != row.number:
        checker.wrong(row, "post", _("This post stands in row %(row)s already.") % {"row": above})
        return None
    there = standing.posts.get((who, organization.pk, post))
    if there is not None and starts_on is not None and there.starts_on != starts_on:
        message = _("This post is already held, from %(day)s. Correct the day or leave the cell empty.")
        checker.wrong(row, "post_from", message % {"day": there.starts_on})
    if not post or there is not None:
        return None
    if starts_on is None and not row["post_from"]:
        checker.wrong(row, "post_from", _("This cell is empty. Fill it in."))
    if post == Appointment.Post.SECRETARY:
        holder = standing.secretaries.get(organization.pk)
        if holder:
            checker.wrong(
                row, "post", _("%(name)s is secretary here. End that appointment first.") % {"name": holder}
            )
        standing.secretaries[organization.pk] = entry.name
    ended = standing.ended_posts.get(post_of(who, organization.pk, post))
    _begins_after(row, "post_from", starts_on, [ended], checker)
    return {"organization": organization, "post": post, "starts_on": starts_on}


@transaction.atomic
def apply(entries: list[Entry], *, by: User, source: str, digest: str) -> int:
    """Write checked entries. The number of statements does not grow with the rows."""
    fresh = [
        Person(name=entry.name, employee_number=entry.number, email=entry.email)
        for entry in entries
        if entry.new_person
    ]
    Person.objects.bulk_create(fresh, batch_size=1000)
    wanted = {entry.number for entry in entries}
    everyone = Person.objects.in_bulk(field_name="employee_number")
    people = {number: person for number, person in everyone.items() if number in wanted}
    memberships = [
        Membership(person=people[entry.number], **entry.membership) for entry in entries if entry.membership
    ]
    appointments = [
        Appointment(person=people[entry.number], **entry.appointment)
        for entry in entries
        if entry.appointment
    ]
    Membership.objects.bulk_create(memberships, batch_size=1000)
    Appointment.objects.bulk_create(appointments, batch_size=1000)
    record_many(AuditEvent.Verb.IMPORT, [*fresh, *memberships, *appointments], by=by, note=source)
    count = len(fresh) + len(memberships) + len(appointments)
    AuditEvent.objects.create(
        actor=by,
        verb=AuditEvent.Verb.IMPORT,
        target_type=Person._meta.label_lower,
        target_name=source[:200],
        note=digest,
        changes={"rows": [0, count]},
    )
    return count
