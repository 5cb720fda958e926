"""Four hundred people: who belongs where, who holds which post, who keeps contact, who can sign in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext

from accounts.models import AdminGrant, User
from branches.models import Appointment, Liaison, Membership, Person, Term
from reviews.demo.clock import Clock
from reviews.demo.names import names
from reviews.demo.organizations import (
    BRANCHES,
    DEPARTMENTS,
    GROUPS,
    LABORATORIES,
    LEAGUE_BRANCHES,
    POSTGRADUATES,
    STUDY_GROUPS,
    UNION_GROUPS,
    Organizations,
)

PASSWORD = "Gongjian-2026"  # noqa: S105 (public on purpose; production refuses these accounts)
TOTAL = 400
Post, Stage = Appointment.Post, Membership.Stage

#: account, person, as what (for the list that is printed)
ACCOUNTS = [
    ("hyq", "何砚秋", "党委办公室"),
    ("chenbz", "陈柏舟", "党委委员"),
    ("linrx", "林若溪", "激光技术党支部书记"),
    ("zhengzx", "郑知行", "激光技术党支部党员"),
    ("luojx", "罗景行", "纪委书记"),
]
ADMINISTRATORS = [
    ("sysadmin", "系统管理员", AdminGrant.Role.SYSTEM),
    ("secadmin", "安全保密管理员", AdminGrant.Role.SECURITY),
    ("auditadmin", "安全审计员", AdminGrant.Role.AUDIT),
]
#: Standing people by their branch; the first of a branch is its secretary, the second its deputy.
AT_HOME = {
    "P01": ["林若溪", "赵启航", "郑知行", "吴清和", "袁一鸣"],
    "P02": ["宋望舒"],
    "P03": ["许嘉树"],
    "P04": ["孙怀瑾", "叶知秋", "顾南星", "苏晚晴"],
    "P07": ["", "", "陈柏舟"],
    "P10": ["", "", "周怀远"],
    "P12": ["", "", "何砚秋", "齐望舒", "李静姝", "罗景行"],
    "P13": ["", "", "高云松", "唐以宁"],
    "P2001": ["韩书瑶"],
}
#: committee member, the branches they keep contact with
CONTACTS = {
    "陈柏舟": ["P01", "P02", "P03"],
    "周怀远": ["P04", "P08", "P16"],
    "李静姝": ["P05", "P06", "P12", "P13"],
    "党委委员甲": ["P07", "P09", "P10", "P20"],
    "党委委员乙": ["P11", "P14", "P15"],
}
#: branch, in how many days its term ends (the others: in one to two and a half years)
TERMS_ENDING = {"P01": 265, "P02": 176, "P05": 86, "P08": 24, "P11": -20}


@dataclass
class People:
    """Everyone by name (names do not repeat), and who is where."""

    by_name: dict[str, Person] = field(default_factory=dict)
    members: dict[str, list[Person]] = field(default_factory=dict)
    staff: dict[str, list[Person]] = field(default_factory=dict)
    secretary: dict[str, Person] = field(default_factory=dict)
    head: dict[str, Person] = field(default_factory=dict)
    committee: list[Person] = field(default_factory=list)

    def __getitem__(self, name: str) -> Person:
        return self.by_name[name]


def make(organizations: Organizations, clock: Clock) -> People:
    """Everyone with memberships, posts, terms and contacts."""
    people = People()
    fresh = names(clock.random)
    _branches(people, fresh)
    _others(people, fresh)
    made = list(people.by_name.values())
    for number, person in enumerate(made, start=1):
        person.employee_number = f"Q{10_000 + number}"
    Person.objects.bulk_create(made)
    _memberships(people, organizations, clock)
    _terms(organizations, clock)
    _appointments(people, organizations, clock)
    _contacts(people, organizations, clock)
    _addresses(people)
    _accounts(people)
    return people


def _new(people: People, name: str) -> Person:
    person = Person(name=name)
    people.by_name[name] = person
    return person


def _branches(people: People, fresh: Iterator[str]) -> None:
    sizes = {code: size for code, _name, _seat, size in BRANCHES}
    sizes |= {code: size for code, _name, size in POSTGRADUATES}
    for code, size in sizes.items():
        known = AT_HOME.get(code, [])
        people.members[code] = [
            _new(people, (known[place] if place < len(known) else "") or next(fresh)) for place in range(size)
        ]
        people.secretary[code] = people.members[code][0]


def _others(people: People, fresh: Iterator[str]) -> None:
    """Staff outside the Party, one after the other into laboratories and departments."""
    seats = [code for code, _name in LABORATORIES + DEPARTMENTS]
    for code, _name, seat, _size in BRANCHES:
        if seat:
            people.staff.setdefault(seat, []).extend(people.members[code])
    number = 0
    while len(people.by_name) < TOTAL:
        people.staff.setdefault(seats[number % len(seats)], []).append(_new(people, next(fresh)))
        number += 1


def _memberships(people: People, organizations: Organizations, clock: Clock) -> None:
    rows: list[Membership] = []

    def join(person: Person, code: str, **values: Any) -> None:
        organization = organizations[code]
        values.setdefault("starts_on", clock.since(organization))
        rows.append(
            Membership(person=person, organization=organization, system=organization.system, **values)
        )

    for code, members in people.members.items():
        for place, person in enumerate(members):
            late = place >= len(members) - 2 and code != "P16"
            begun = clock.day(-clock.random.randint(40, 330)) if late else clock.begun
            join(
                person, code, stage=Stage.PROBATIONARY if late and place % 2 else Stage.FULL, starts_on=begun
            )
    for code, groups in GROUPS.items():
        for place, person in enumerate(people.members[code]):
            join(person, f"{code}-{place % groups + 1}", formal=False)
    for place, person in enumerate(people.members["P02"][2:6] + people.members["P04"][3:7]):
        join(person, "P30", formal=False, starts_on=clock.since(organizations["P30"]) + timedelta(days=place))
    unions = [code for code, _name in UNION_GROUPS]
    for number, (seat, staff) in enumerate(sorted(people.staff.items())):
        for person in staff:
            join(person, seat, stage=Stage.NONE)
            join(person, unions[number % len(unions)], stage=Stage.NONE)
    leagues = [code for code, _name in LEAGUE_BRANCHES]
    youth = [p for code, _name, _size in POSTGRADUATES for p in people.members[code][8:]]
    for number, person in enumerate(youth):
        join(person, leagues[number % len(leagues)], stage=Stage.NONE)
        if number % 2:
            join(person, STUDY_GROUPS[number % 4 // 2][0], formal=False, stage=Stage.NONE)
    Membership.objects.bulk_create(rows)


def _terms(organizations: Organizations, clock: Clock) -> None:
    rows = [
        Term(
            organization=organizations["P"],
            starts_on=date(clock.on.year - 2, 6, 20),
            years=5,
            due_on=date(clock.on.year + 3, 6, 20),
        )
    ]
    codes = [code for code, *_ in BRANCHES] + [code for code, *_ in POSTGRADUATES]
    for place, code in enumerate(codes):
        due = clock.on + timedelta(days=TERMS_ENDING.get(code, 380 + 37 * place % 520))
        starts = date(due.year - 3, due.month, min(due.day, 28))
        rows.append(Term(organization=organizations[code], starts_on=starts, years=3, due_on=due))
    Term.objects.bulk_create(rows)


def _appointments(people: People, organizations: Organizations, clock: Clock) -> None:
    rows: list[Appointment] = []
    terms = {term.organization_id: term for term in Term.objects.all()}

    def hold(person: Person, code: str, post: str) -> None:
        organization = organizations[code]
        rows.append(
            Appointment(
                person=person,
                organization=organization,
                post=post,
                starts_on=clock.since(organization),
                term=terms.get(organization.pk),
            )
        )

    seats = [Post.SECRETARY, Post.DEPUTY, Post.ORGANIZATION, Post.PUBLICITY, Post.DISCIPLINE]
    for code, members in people.members.items():
        ranks = seats if len(members) >= 7 else seats[:1]
        # Those who sit elsewhere (third and later standing people) are passed over.
        taken = set(AT_HOME.get(code, [])[2:])
        for post, person in zip(ranks, [m for m in members if m.name not in taken], strict=False):
            hold(person, code, post)
        for number in range(GROUPS.get(code, 0)):
            hold(members[6 + number], f"{code}-{number + 1}", Post.GROUP_LEADER)
    for code, *_ in POSTGRADUATES:
        hold(people.members[code][1], code, Post.COUNSELLOR)
    people.secretary["P20"] = people.members["P13"][5]
    hold(people.secretary["P20"], "P20", Post.SECRETARY)
    people.secretary["P30"] = people.members["P02"][2]
    hold(people.secretary["P30"], "P30", Post.SECRETARY)
    _seats_of_the_committee(people, hold)
    _heads(people, hold)
    Appointment.objects.bulk_create(rows)


def _seats_of_the_committee(people: People, take: Callable[[Person, str, str], None]) -> None:
    first, second = people.members["P09"][5], people.members["P14"][5]
    people.by_name["党委委员甲"], people.by_name["党委委员乙"] = first, second
    people.committee = [people["周怀远"], people["李静姝"], people["陈柏舟"], first, second]
    for person, post in zip(
        people.committee,
        [Post.SECRETARY, Post.DEPUTY, Post.MEMBER, Post.ORGANIZATION, Post.PUBLICITY],
        strict=True,
    ):
        take(person, "P", post)
    take(people["何砚秋"], "P", Post.OFFICE)
    take(people["齐望舒"], "P", Post.OFFICE)
    take(people["罗景行"], "C", Post.SECRETARY)
    take(people.members["P13"][6], "C", Post.MEMBER)


def _heads(people: People, take: Callable[[Person, str, str], None]) -> None:
    named = {"A01": "何砚秋", "A02": "高云松", "A03": "唐以宁", "A07": "罗景行"}
    for code, _name in DEPARTMENTS + LABORATORIES:
        staff = people.staff[code]
        people.head[code] = people[named[code]] if code in named else staff[min(7, len(staff) - 1)]
        take(people.head[code], code, Post.HEAD)
    take(people.staff["A21"][8], "A", Post.HEAD)
    people.head["U"], people.head["L"] = people.members["P14"][6], people.members["P2001"][9]
    take(people.head["U"], "U", Post.CHAIR)
    take(people.head["L"], "L", Post.SECRETARY)


def _contacts(people: People, organizations: Organizations, clock: Clock) -> None:
    Liaison.objects.bulk_create(
        Liaison(member=people[name], organization=organizations[code], starts_on=clock.begun)
        for name, codes in CONTACTS.items()
        for code in codes
    )
    for placeholder in ("党委委员甲", "党委委员乙"):
        del people.by_name[placeholder]


def _addresses(people: People) -> None:
    """Those who hold a post have an address; the others read in the app."""
    posted = list(Person.objects.filter(appointments__isnull=False).distinct())
    posted.append(people["郑知行"])
    for person in posted:
        person.email = f"{person.employee_number.lower()}@qinglan.example"
    Person.objects.bulk_update(posted, ["email"])


def _accounts(people: People) -> None:
    """The accounts to try, each with the same public password."""
    for username, name, _title in ACCOUNTS:
        user = User.objects.create(
            username=username, display_name=name, password=make_password(PASSWORD), is_demo=True
        )
        person = Person.objects.get(pk=people[name].pk)
        person.user = user
        person.save(update_fields=["user"])
        people.by_name[name].user = user
    for username, title, role in ADMINISTRATORS:
        user = User.objects.create(
            username=username, display_name=title, password=make_password(PASSWORD), is_demo=True
        )
        AdminGrant.objects.create(user=user, role=role)


def accounts_as_lines() -> list[str]:
    """What is printed: account, who it is, the password once."""
    rows = [(username, f"{name} · {title}") for username, name, title in ACCOUNTS]
    rows += [(username, title) for username, title, _role in ADMINISTRATORS]
    return [f"  {username:<11} {who}" for username, who in rows] + [f"  {gettext('Password')}  {PASSWORD}"]
