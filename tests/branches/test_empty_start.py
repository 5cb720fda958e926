"""An installation begins empty: two commands, the institute's own sheets, and its name typed once."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone, translation
from python_calamine import CalamineWorkbook

from accounts.models import AuditEvent, User
from branches.access import actor_for
from branches.models import Appointment, Organization, Person
from branches.views.importing import ORGANIZATIONS as ORGANIZATIONS_NOUN
from common.access import Role
from tests.branches.test_spreadsheet_import import (
    ORGANIZATION_HEAD,
    ORGANIZATIONS,
    PEOPLE,
    bring,
    confirm,
    said,
    upload,
    workbook,
)

INVENTED = "清岚"
SHEET = [
    ["DW", "中共华中器件研究所委员会", "所党委", "党委", "", "1998-07-01", "", ""],
    ["DZB-1", "器件党支部", "", "党支部", "DW", "", "", "BM-1"],
    ["YJS", "华中器件研究所", "", "研究所", "", "", "", ""],
    ["BM-1", "科研处", "", "职能部门", "YJS", "", "", ""],
]


def opened(language: str = "en") -> str:
    """The two first accounts, as the README makes them; what was printed."""
    out = io.StringIO()
    with translation.override(language):
        call_command("create_account", "admin", "--name", "张三", "--role", "system_admin", stdout=out)
        call_command("create_account", "office", "--name", "李四", "--role", "office", stdout=out)
    User.objects.update(must_change_password=False)
    return out.getvalue()


@pytest.fixture
def office(db, client_of) -> Client:
    opened()
    client: Client = client_of(User.objects.get(username="office"))
    client.cookies["django_language"] = "en"
    return client


def root() -> Organization:
    node: Organization = Organization.objects.get(system="party", depth=1)
    return node


def examples(client: Client, address: str) -> tuple[list[str], list[list[object]]]:
    """Headings and rows of the template's second sheet."""
    content = b"".join(client.get(f"{address}template/"))
    head, *rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(1).to_python()
    return [str(heading) for heading in head], rows


# The root ---------------------------------------------------------------------------


def test_the_natural_sheet_comes_in_and_its_root_is_the_root_of_the_office(office: Client) -> None:
    placeholder = root()
    page = upload(office, ORGANIZATIONS, workbook(ORGANIZATION_HEAD, SHEET))
    assert said(page) == []
    assert page.context["outcome"].made == {"organizations": 3, "root that gets its name": 1}
    assert root().code == placeholder.code
    bring(office, ORGANIZATIONS, workbook(ORGANIZATION_HEAD, SHEET))
    named = root()
    assert (named.pk, named.code, named.name, named.short_name, named.numchild, named.version) == (
        placeholder.pk,
        "DW",
        "中共华中器件研究所委员会",
        "所党委",
        1,
        placeholder.version + 1,
    )
    assert Organization.objects.count() == 4
    assert Organization.objects.find_problems() == ([], [], [], [], [])
    assert Organization.objects.get(code="DZB-1").based_in.code == "BM-1"
    person = Person.objects.get(name="李四")
    assert person.appointments.get().organization == named
    assert Role.OFFICE in actor_for(person, timezone.localdate()).roles


def test_naming_the_root_is_written_down(office: Client) -> None:
    before = root().name
    bring(office, ORGANIZATIONS, workbook(ORGANIZATION_HEAD, SHEET))
    event = AuditEvent.objects.of(root()).filter(verb="import").get()
    assert event.changes["name"] == [before, "中共华中器件研究所委员会"]
    assert event.changes["code"] == ["PARTY", "DW"]
    assert event.actor.username == "office"


def test_the_same_sheet_twice_is_a_no_op(office: Client) -> None:
    content = workbook(ORGANIZATION_HEAD, SHEET)
    bring(office, ORGANIZATIONS, content)
    assert upload(office, ORGANIZATIONS, content).context["outcome"].nothing
    assert Organization.objects.count() == 4


@pytest.mark.parametrize(
    "rows",
    [
        [["PARTY", "中共华中器件研究所委员会", "", "党委", "", "", "", ""]],
        [
            ["Z-1", "第一党小组", "", "党小组", "Z", "", "", ""],
            ["Z", "华中器件研究所党支部", "", "党支部", "", "", "", ""],
        ],
        [
            ["ZZ", "华中器件研究所党总支", "", "党总支", "", "", "", ""],
            ["Z-1", "第一党支部", "", "党支部", "ZZ", "", "", ""],
        ],
    ],
)
def test_the_row_of_the_root_may_have_its_code_be_smaller_or_stand_last(office: Client, rows) -> None:
    placeholder = root()
    page = bring(office, ORGANIZATIONS, workbook(ORGANIZATION_HEAD, rows))
    assert "Imported" in page.content.decode()
    assert root().pk == placeholder.pk and not root().is_placeholder
    assert (
        root().kind
        == {"党委": "party_committee", "党支部": "branch", "党总支": "general_branch"}[
            next(row[3] for row in rows if not row[4])
        ]
    )
    assert Organization.objects.count() == len(rows)


def test_what_was_added_below_the_placeholder_stays_below_the_root(office: Client) -> None:
    branch = ["DZB-9", "离退休党支部", "", "党支部", "PARTY", "", "", ""]
    bring(office, ORGANIZATIONS, workbook(ORGANIZATION_HEAD, [branch]))
    bring(office, ORGANIZATIONS, workbook(ORGANIZATION_HEAD, SHEET))
    assert {node.code for node in Organization.objects.get_children(root())} == {"DZB-9", "DZB-1"}
    assert root().numchild == 2


def test_a_branch_that_is_there_below_the_placeholder_is_not_its_root(office: Client) -> None:
    general = ["ZZ", "机关党总支", "", "党总支", "PARTY", "", "", ""]
    bring(office, ORGANIZATIONS, workbook(ORGANIZATION_HEAD, [general]))
    rows = [
        ["ZZ", "机关党总支", "", "党总支", "", "", "", ""],
        ["Z-1", "机关第一党支部", "", "党支部", "ZZ", "", "", ""],
        ["DZB-1", "器件党支部", "", "党支部", "PARTY", "", "", ""],
    ]
    page = upload(office, ORGANIZATIONS, workbook(ORGANIZATION_HEAD, rows))
    assert said(page) == [] and page.context["outcome"].made == {"organizations": 2}
    confirm(office, ORGANIZATIONS, page)
    assert root().is_placeholder and root().numchild == 2


def test_a_lone_branch_without_a_code_above_is_a_gap_and_no_root(office: Client) -> None:
    rows = [["DZB-1", "器件党支部", "", "党支部", "", "", "", ""]]
    page = upload(office, ORGANIZATIONS, workbook(ORGANIZATION_HEAD, rows))
    ((row, column, message),) = said(page)
    assert (row, column) == (2, "Parent code")
    assert f"{root().name} (code PARTY)" in message


@pytest.mark.parametrize("branch_first", [True, False])
def test_beside_the_root_a_branch_without_a_code_above_is_what_is_wrong(
    office: Client, branch_first: bool
) -> None:
    gap = ["DZB-2", "另一个党支部", "", "党支部", "", "", "", ""]
    rows = [gap, SHEET[0]] if branch_first else [SHEET[0], gap]
    page = upload(office, ORGANIZATIONS, workbook(ORGANIZATION_HEAD, rows))
    ((row, _column, message),) = said(page)
    assert row == (2 if branch_first else 3)
    assert "中共华中器件研究所委员会 (code DW)" in message


def test_a_root_that_has_its_name_is_not_named_anew(office: Client) -> None:
    bring(office, ORGANIZATIONS, workbook(ORGANIZATION_HEAD, SHEET))
    other = [["DW2", "中共另一个研究所委员会", "", "党委", "", "", "", ""]]
    page = upload(office, ORGANIZATIONS, workbook(ORGANIZATION_HEAD, other))
    assert "already has its root, 中共华中器件研究所委员会 (code DW)" in said(page)[0][2]
    assert root().code == "DW"


def test_a_placeholder_named_by_hand_meanwhile_is_kept(office: Client) -> None:
    page = upload(office, ORGANIZATIONS, workbook(ORGANIZATION_HEAD, SHEET))
    Organization.objects.filter(depth=1).update(name="中共华中器件研究所委员会")
    answer = office.post(ORGANIZATIONS, {"parcel": page.context["parcel"]})
    assert answer.status_code == 409
    assert (root().code, Organization.objects.count()) == ("PARTY", 1)


def test_a_placeholder_named_between_check_and_writing_is_kept(office: Client, monkeypatch) -> None:
    page = upload(office, ORGANIZATIONS, workbook(ORGANIZATION_HEAD, SHEET))
    apply = ORGANIZATIONS_NOUN.apply

    def late(entries, **values):
        Organization.objects.filter(depth=1).update(name="中共华中器件研究所委员会")
        return apply(entries, **values)

    monkeypatch.setattr("branches.views.importing.ORGANIZATIONS", replace(ORGANIZATIONS_NOUN, apply=late))
    answer = office.post(ORGANIZATIONS, {"parcel": page.context["parcel"]}, follow=True)
    assert "Someone else changed the same rows" in answer.content.decode()
    assert Organization.objects.count() == 1


def test_a_department_without_the_institute_is_told_which_row_to_add(office: Client) -> None:
    rows = [SHEET[0], ["BM-1", "科研处", "", "职能部门", "", "", "", ""]]
    ((row, column, message),) = said(upload(office, ORGANIZATIONS, workbook(ORGANIZATION_HEAD, rows)))
    assert (row, column) == (3, "Parent code")
    assert "add a row for that (institute, without a code above)" in message


# The template -----------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_examples_of_the_templates_come_in_as_they_stand(office: Client, language: str) -> None:
    office.cookies["django_language"] = language
    for address in (ORGANIZATIONS, PEOPLE):
        head, rows = examples(office, address)
        assert len(rows) > 1
        page = upload(office, address, workbook(head, rows))
        assert said(page) == [] and page.context["ignored"] == []
        bring(office, address, workbook(head, rows))
        assert upload(office, address, workbook(head, rows)).context["outcome"].nothing
    branch = Organization.objects.get(code="DZB-07")
    assert (Organization.objects.get_parent(branch).code, branch.based_in.code) == ("DW", "YJS-03")
    assert Appointment.objects.get(organization=branch, post="secretary").person.name == "韩书瑶"


@pytest.mark.parametrize("address", [ORGANIZATIONS, PEOPLE])
def test_the_page_shows_the_examples_of_the_template(office: Client, address: str) -> None:
    page = office.get(address).content.decode()
    for row in examples(office, address)[1]:
        assert "".join(f'<td class="nowrap">{cell}</td>' for cell in row) in page


def test_a_natural_sheet_typed_into_the_template_comes_in(office: Client) -> None:
    head, _rows = examples(office, ORGANIZATIONS)
    bring(office, ORGANIZATIONS, workbook(head, SHEET))
    assert root().name == "中共华中器件研究所委员会"


# The name on the pages --------------------------------------------------------------


@pytest.fixture
def shown(office: Client) -> Callable[[], list[str]]:
    """The page before signing in and one after."""
    return lambda: [
        Client().get("/sign-in/").content.decode(),
        office.get("/organizations/").content.decode(),
    ]


def test_no_page_bears_an_invented_name(shown, office: Client) -> None:
    for page in (*shown(), office.get("/plans/").content.decode()):
        assert INVENTED not in page
        assert "brand-name" in page and "brand-site" not in page


def test_pages_bear_the_name_of_the_institute_or_of_its_party_root(shown, office: Client) -> None:
    bring(office, ORGANIZATIONS, workbook(ORGANIZATION_HEAD, SHEET[:1]))
    assert all('<span class="brand-site">中共华中器件研究所委员会</span>' in page for page in shown())
    bring(office, ORGANIZATIONS, workbook(ORGANIZATION_HEAD, [SHEET[2]]))
    assert all('<span class="brand-site">华中器件研究所</span>' in page for page in shown())
    assert "Gongjian · 华中器件研究所</span>" in shown()[1]


def test_the_name_is_changed_in_one_place(shown, office: Client) -> None:
    bring(office, ORGANIZATIONS, workbook(ORGANIZATION_HEAD, SHEET))
    institute = Organization.objects.get(code="YJS")
    sent = {"name": "华中半导体研究所", "code": "YJS", "kind": "institute", "version": institute.version}
    office.post(f"/organizations/{institute.pk}/edit/", sent)
    assert all('<span class="brand-site">华中半导体研究所</span>' in page for page in shown())


# What the commands say --------------------------------------------------------------


def test_the_office_is_told_what_its_root_is_called_for_now(db) -> None:
    out = opened()
    assert INVENTED not in out and INVENTED not in root().name
    assert f"The Party root is called {root().name} (code PARTY) for now" in out


def test_a_second_office_account_is_not_told_about_a_root_that_has_its_name(office: Client) -> None:
    bring(office, ORGANIZATIONS, workbook(ORGANIZATION_HEAD, SHEET))
    out = io.StringIO()
    call_command("create_account", "office2", "--name", "王五", "--role", "office", stdout=out)
    assert root().name not in out.getvalue() and "PARTY" not in out.getvalue()
