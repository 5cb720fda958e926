"""People by spreadsheet, with a membership and, where given, a post. One row a membership."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.audit import record_many
from accounts.models import AuditEvent, User
from branches.importing.outcome import Checker, Outcome
from branches.importing.sheet import Column, Row, choice_of, day_of, yes_or_no
from branches.models import Appointment, Membership, Organization, Person

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


class Standing:
    """What is there already, read once: people by number, open memberships and appointments."""

    def __init__(self, numbers: Iterable[str]) -> None:
        wanted = set(numbers)
        everyone = Person.objects.in_bulk(field_name="employee_number")
        self.people = {number: person for number, person in everyone.items() if number in wanted}
        self.organizations = {node.code: node for node in Organization.objects.active()}
        self.memberships = {
            (row.person_id, row.organization_id): row
            for row in Membership.objects.open().select_related("organization")
        }
        self.formal: dict[tuple[Any, str], str] = {
            (row.person_id, row.system): row.organization.name
            for row in self.memberships.values()
            if row.formal
        }
        self.posts = set(Appointment.objects.open().values_list("person_id", "organization_id", "post"))
        self.secretaries: dict[int, str] = dict(
            Appointment.objects.open()
            .filter(post=Appointment.Post.SECRETARY)
            .values_list("organization_id", "person__name")
        )


def check(rows: list[Row]) -> tuple[Outcome, list[Entry]]:
    """Look at every row against the others and against what is there. Five queries, however many rows."""
    outcome = Outcome()
    checker = Checker(COLUMNS, outcome)
    standing = Standing(row["employee_number"] for row in rows)
    names: dict[str, tuple[str, int]] = {}
    belongs: dict[tuple[str, int], int] = {}
    entries = []
    for row in rows:
        entry = _entry(row, standing, names, checker)
        organization = standing.organizations.get(row["organization"])
        if organization is not None:
            key = (entry.number, organization.pk)
            if key in belongs:
                checker.wrong(
                    row,
                    "organization",
                    _("This membership stands in row %(row)s already.") % {"row": belongs[key]},
                )
                continue
            belongs[key] = row.number
            entry.membership = _membership(row, entry, organization, standing, checker)
            entry.appointment = _appointment(row, entry, organization, standing, checker)
        else:
            _without_organization(row, checker)
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


def _entry(row: Row, standing: Standing, names: dict[str, tuple[str, int]], checker: Checker) -> Entry:
    """The person of a row; a number stands for one name, in the file and in what is there."""
    number = checker.text(row, "employee_number", 30, required=True)
    name = checker.text(row, "name", 60, required=True)
    email = checker.email(row, "email")
    person = standing.people.get(number)
    if person is not None and name and person.name != name:
        message = _("This employee number belongs to %(name)s. Correct the number or the name.")
        checker.wrong(row, "name", message % {"name": person.name})
    elif number in names and name and names[number][0] != name:
        message = _("In row %(row)s this employee number belongs to %(name)s.")
        checker.wrong(row, "name", message % {"row": names[number][1], "name": names[number][0]})
    new = person is None and number not in names
    names.setdefault(number, (name, row.number))
    return Entry(row, number, name, email, new, None, None)


def _without_organization(row: Row, checker: Checker) -> None:
    """Whatever else is wrong is said too, so that one round of correcting is enough."""
    checker.read(row, "stage", lambda text: choice_of(text, Membership.Stage.choices, STAGES))
    checker.read(row, "post", lambda text: choice_of(text, Appointment.Post.choices, POSTS))
    checker.read(row, "formal", yes_or_no)
    for key in ("starts_on", "post_from"):
        checker.read(row, key, day_of)
    if row["organization"]:
        checker.wrong(
            row, "organization", _("No active organization has this code. Import organizations first.")
        )
        return
    for key in ("stage", "formal", "starts_on", "post", "post_from"):
        if row[key]:
            checker.wrong(row, "organization", _("Give the code of the organization that this row is about."))
            return


def _membership(
    row: Row, entry: Entry, organization: Organization, standing: Standing, checker: Checker
) -> dict[str, Any] | None:
    """The membership that the row asks for, or ``None`` when it is already there."""
    stage = checker.read(row, "stage", lambda text: choice_of(text, Membership.Stage.choices, STAGES), "")
    formal = checker.read(row, "formal", yes_or_no, True)
    starts_on: date | None = checker.read(row, "starts_on", day_of)
    person = standing.people.get(entry.number)
    there = standing.memberships.get((person.pk, organization.pk)) if person else None
    if there is not None:
        given = [("stage", stage or there.stage), ("formal", formal if row["formal"] else there.formal)]
        given.append(("starts_on", starts_on or there.starts_on))
        for key, value in given:
            if value != getattr(there, key):
                checker.wrong(
                    row,
                    key,
                    _("The membership is already there with another value. Change it on the person's page."),
                )
        return None
    if starts_on is None and not row["starts_on"]:
        checker.wrong(row, "starts_on", _("This cell is empty. Fill it in."))
    who = person.pk if person else entry.number
    if formal:
        other = standing.formal.get((who, organization.system))
        if other:
            message = _(
                "Already a formal member of %(name)s. Write no under “formal”, or end that one first."
            )
            checker.wrong(row, "formal", message % {"name": other})
        standing.formal[who, organization.system] = organization.name
    party = organization.system == Organization.System.PARTY
    return {
        "organization": organization,
        "system": organization.system,
        "stage": stage or (Membership.Stage.FULL if party else Membership.Stage.NONE),
        "formal": formal,
        "starts_on": starts_on,
    }


def _appointment(
    row: Row, entry: Entry, organization: Organization, standing: Standing, checker: Checker
) -> dict[str, Any] | None:
    """The post that the row asks for, or ``None`` when there is none or it is already held."""
    if not row["post"]:
        if row["post_from"]:
            checker.wrong(row, "post", _("This cell is empty. Fill it in."))
        return None
    post = checker.read(row, "post", lambda text: choice_of(text, Appointment.Post.choices, POSTS), "")
    starts_on: date | None = checker.read(row, "post_from", day_of)
    person = standing.people.get(entry.number)
    if not post or (person and (person.pk, organization.pk, post) in standing.posts):
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
