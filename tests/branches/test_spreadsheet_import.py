"""Organizations and people by spreadsheet: errors by row and column, all or nothing, twice is once."""

from __future__ import annotations

import io
from datetime import date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from python_calamine import CalamineWorkbook

from accounts.models import AuditEvent
from branches.importing import organization_sheet
from branches.importing import organizations as organizations_sheet
from branches.importing import people as people_sheet
from branches.importing.parcel import Parcel, pack, unpack
from branches.importing.sheet import Row, day_of, plain, yes_or_no
from branches.models import Appointment, Membership, Organization, Person
from common.exporting.xlsx import write_rows
from tests.conftest import add_person

ORGANIZATIONS, PEOPLE = "/organizations/import/", "/people/import/"
ORGANIZATION_HEAD = ["代码", "名称", "简称", "类别", "上级代码", "成立日期", "功能型", "依托单位代码"]
PERSON_HEAD = ["工号", "姓名", "邮箱", "组织代码", "党员类别", "正式关系", "加入日期", "职务", "任职日期"]


@pytest.fixture
def office(institute, client_of) -> Client:
    client = client_of(institute.office)
    client.cookies["django_language"] = "en"
    return client


def workbook(head: list[str], rows: list[list[object]]) -> bytes:
    stream = io.BytesIO()
    write_rows(stream, head, rows)
    return stream.getvalue()


def comma(head: list[str], rows: list[list[object]], encoding: str = "utf-8") -> bytes:
    lines = [",".join("" if cell is None else str(cell) for cell in row) for row in [head, *rows]]
    return "\r\n".join(lines).encode(encoding)


def upload(client: Client, address: str, content: bytes, name: str = "list.xlsx"):
    return client.post(address, {"file": SimpleUploadedFile(name, content), "unclassified": "on"})


def confirm(client: Client, address: str, page):
    return client.post(address, {"parcel": page.context["parcel"]}, follow=True)


def bring(client: Client, address: str, content: bytes, name: str = "list.xlsx"):
    return confirm(client, address, upload(client, address, content, name))


def said(page) -> list[tuple[int, str, str]]:
    return [(error.row, error.column, error.message) for error in page.context["outcome"].shown]


BRANCHES = [
    ["DZZ", "研究生党总支", "", "党总支", "P", "2020年9月1日", "", ""],
    ["DZZ-1", "博士生第一党支部", "博一", "党支部", "DZZ", date(2021, 7, 1), "是", "YJS-1"],
    ["YJS-1", "光电材料研究室", "", "研究室", "A", "2019/6/1", "否", ""],
]
STAFF = [
    [2019042, "苏晚晴", "su@example.org", "P01", "正式党员", "是", date(2021, 7, 1), "宣传委员", "2024.3.15"],
    ["2019043", "顾南星", "", "P01", "预备党员", "", "2025-07-01", "", ""],
    ["2019043", "顾南星", "", "U", "", "", 20250701, "", ""],
    ["2019044", "叶知秋", "", "", "", "", "", "", ""],
]


# Good files ---------------------------------------------------------------------


def test_organizations_come_in_parents_first_whatever_the_order_of_rows(institute, office: Client):
    rows = [BRANCHES[1], BRANCHES[2], BRANCHES[0]]
    page = upload(office, ORGANIZATIONS, workbook(ORGANIZATION_HEAD, rows))
    assert page.context["outcome"].made == {"organizations": 3}
    assert Organization.objects.count() == 7
    confirm(office, ORGANIZATIONS, page)
    made = Organization.objects.get(code="DZZ-1")
    assert (Organization.objects.get_parent(made).code, made.depth, made.system) == ("DZZ", 3, "party")
    assert (made.functional, made.founded_on, made.based_in.code) == (True, date(2021, 7, 1), "YJS-1")
    assert Organization.objects.get(code="DZZ").founded_on == date(2020, 9, 1)
    assert Organization.objects.find_problems() == ([], [], [], [], [])
    assert Organization.objects.get(code="P").numchild == 3
    assert AuditEvent.objects.of(made).get().verb == "import"


def test_a_first_import_makes_the_roots(office: Client, institute):
    office.post(f"/organizations/{institute.union.pk}/deactivate/", {"ends_on": "2026-06-30"})
    rows = [["TW", "团委", "", "团委", "", "", "", ""], ["TZB", "团支部", "", "团支部", "TW", "", "", ""]]
    bring(office, ORGANIZATIONS, workbook(ORGANIZATION_HEAD, rows))
    root = Organization.objects.get(code="TW")
    assert root.is_root() and root.system == "league" and root.numchild == 1


def test_people_come_in_with_membership_and_post(institute, office: Client):
    page = upload(office, PEOPLE, workbook(PERSON_HEAD, STAFF))
    assert page.context["outcome"].made == {"people": 3, "memberships": 3, "posts": 1}
    assert not Person.objects.filter(employee_number="2019042").exists()
    confirm(office, PEOPLE, page)
    su = Person.objects.get(employee_number="2019042")
    membership, post = su.memberships.get(), su.appointments.get()
    assert (membership.organization, membership.stage, membership.starts_on) == (
        institute.branch,
        "full",
        date(2021, 7, 1),
    )
    assert (post.post, post.starts_on, membership.system) == ("publicity_member", date(2024, 3, 15), "party")
    gu = Person.objects.get(employee_number="2019043")
    assert set(gu.memberships.values_list("system", "stage")) == {
        ("party", "probationary"),
        ("union", "none"),
    }
    assert not Person.objects.get(employee_number="2019044").memberships.exists()
    for row in (su, membership, post):
        assert AuditEvent.objects.of(row).get().actor == institute.office.user


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_in_any_of_the_usual_encodings_is_read(institute, office: Client, encoding: str):
    bring(office, PEOPLE, comma(PERSON_HEAD, STAFF, encoding), "名单.csv")
    assert Person.objects.get(employee_number="2019042").name == "苏晚晴"
    assert Membership.objects.count() == 7


def test_rare_characters_of_names_are_no_wrong_encoding(institute, office: Client):
    names = ["顾玥", "钱琮皓", "裴瑾瑜", "邹婧妍", "闫琪", "周翀"]
    rows: list[list[object]] = [[f"N{n}", name, *[""] * 7] for n, name in enumerate(names)]
    bring(office, PEOPLE, comma(["工号", "姓名"], rows, "gb18030"), "名单.csv")
    assert set(names) <= set(Person.objects.values_list("name", flat=True))


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_a_csv_with_another_delimiter_is_read(institute, office: Client, delimiter: str):
    content = comma(PERSON_HEAD, STAFF).replace(b",", delimiter.encode())
    bring(office, PEOPLE, content, "list.csv")
    assert Person.objects.filter(employee_number="2019042").exists()


def test_headings_in_english_below_a_title_line_with_other_columns_are_read(institute, office: Client):
    head = ["No.", "Employee number*", "Name*", "Remark", "Organization code", "Member from"]
    table = [
        ["Staff of the institute", "", "", "", "", ""],
        head,
        [1, "2019042", "苏晚晴", "x", "P01", "2021-07-01"],
    ]
    page = upload(office, PEOPLE, workbook(["", "", "", "", "", ""], table))
    assert page.context["outcome"].good and page.context["ignored"] == ["No.", "Remark"]


@pytest.mark.parametrize(
    ("address", "head", "rows"), [(ORGANIZATIONS, ORGANIZATION_HEAD, BRANCHES), (PEOPLE, PERSON_HEAD, STAFF)]
)
def test_the_same_file_twice_changes_nothing_and_says_so(institute, office: Client, address, head, rows):
    content = workbook(head, rows)
    bring(office, address, content)
    before = (
        Organization.objects.count(),
        Person.objects.count(),
        Membership.objects.count(),
        Appointment.objects.count(),
    )
    events = AuditEvent.objects.count()
    page = upload(office, address, content)
    assert page.context["outcome"].nothing and not page.context["parcel"]
    text = page.content.decode()
    assert "Everything in this file is already there" in text and "This very file was imported" in text
    after = (
        Organization.objects.count(),
        Person.objects.count(),
        Membership.objects.count(),
        Appointment.objects.count(),
    )
    assert before == after and AuditEvent.objects.count() == events


def test_a_second_click_on_import_changes_nothing(institute, office: Client):
    page = upload(office, PEOPLE, workbook(PERSON_HEAD, STAFF))
    confirm(office, PEOPLE, page)
    count = Person.objects.count()
    assert "already there" in confirm(office, PEOPLE, page).content.decode()
    assert Person.objects.count() == count


def test_a_longer_list_adds_only_what_is_new(institute, office: Client):
    bring(office, PEOPLE, workbook(PERSON_HEAD, STAFF[:2]))
    page = upload(office, PEOPLE, workbook(PERSON_HEAD, STAFF))
    assert page.context["outcome"].made == {"people": 1, "memberships": 1, "posts": 0}
    assert page.context["outcome"].unchanged == 2


# Errors by row and column ---------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (["", "名称", "", "党支部", "P", "", "", ""], "Code", "empty"),
        (["N1", "", "", "党支部", "P", "", "", ""], "Organization name", "empty"),
        (["N1", "名", "", "", "P", "", "", ""], "Kind", "empty"),
        (["N1", "名", "", "大队", "P", "", "", ""], "Kind", "is not known"),
        (["N1", "名", "", "研究室", "P", "", "", ""], "Kind", "does not belong"),
        (["N1", "名", "", "党支部", "无", "", "", ""], "Parent code", "No organization has this code"),
        (["N1", "名", "", "党支部", "N1", "", "", ""], "Parent code", "circle"),
        (["N1", "名", "", "党小组", "", "", "", ""], "Parent code", "Give the code above"),
        (["N1", "名", "", "党委", "", "", "", ""], "Parent code", "already has its root"),
        (["N1", "名", "", "党支部", "P", "2021-02-31", "", ""], "Founded on", "not a day of the calendar"),
        (["N1", "名", "", "党支部", "P", "去年", "", ""], "Founded on", "not a day of the calendar"),
        (["N1", "名", "", "党支部", "P", "", "也许", ""], "Functional", "neither yes nor no"),
        (["N1", "名", "", "党支部", "P", "", "", "无"], "Based in (code)", "No organization has this code"),
        (["N1", "名", "", "党支部", "P", "", "", "P01"], "Based in (code)", "department or laboratory"),
        (["P01", "另一个名字", "", "党支部", "P", "", "", ""], "Organization name", "already there with"),
        (["P01", "激光技术党支部", "", "党支部", "U", "", "", ""], "Parent code", "already there with"),
        (["长" * 31, "名", "", "党支部", "P", "", "", ""], "Code", "At most 30"),
    ],
)
def test_a_wrong_cell_of_an_organization_is_named_by_row_and_column(
    institute, office: Client, row, column, words
):
    page = upload(office, ORGANIZATIONS, workbook(ORGANIZATION_HEAD, [BRANCHES[0], row]))
    errors = said(page)
    assert any(error[0] == 3 and error[1] == column and words in error[2] for error in errors), errors
    assert column in page.content.decode() and not page.context["parcel"]
    assert Organization.objects.count() == 7


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (["", "某人", "", "P01", "", "", "2021-07-01", "", ""], "Employee number", "empty"),
        (["N1", "", "", "P01", "", "", "2021-07-01", "", ""], "Name", "empty"),
        (["N1", "某人", "不是邮箱", "P01", "", "", "2021-07-01", "", ""], "E-mail", "not an e-mail"),
        (
            ["N1", "某人", "", "无", "", "", "2021-07-01", "", ""],
            "Organization code",
            "No active organization",
        ),
        (["N1", "某人", "", "", "正式党员", "", "", "", ""], "Organization code", "Give the code"),
        (["N1", "某人", "", "P01", "老党员", "", "2021-07-01", "", ""], "Stage", "is not known"),
        (["N1", "某人", "", "P01", "", "也许", "2021-07-01", "", ""], "Formal", "neither yes nor no"),
        (["N1", "某人", "", "P01", "", "", "", "", ""], "Member from", "empty"),
        (["N1", "某人", "", "P01", "", "", "2021-02-31", "", ""], "Member from", "not a day of the calendar"),
        (["N1", "某人", "", "P01", "", "", "2021-07-01", "队长", "2021-07-01"], "Post", "is not known"),
        (["N1", "某人", "", "P01", "", "", "2021-07-01", "委员", ""], "Post from", "empty"),
        (["N1", "某人", "", "P01", "", "", "2021-07-01", "", "2021-07-01"], "Post", "empty"),
        (["N1", "某人", "", "P01", "", "", "2021-07-01", "书记", "2021-07-01"], "Post", "is secretary here"),
        (["member", "别人", "", "P02", "", "", "2021-07-01", "", ""], "Name", "belongs to 郑知行"),
        (["member", "郑知行", "", "P02", "", "", "2021-07-01", "", ""], "Formal", "Already a formal member"),
        (["member", "郑知行", "", "P01", "预备党员", "", "", "", ""], "Stage", "another value"),
        (["2019042", "苏晚", "", "U", "", "", "2021-07-01", "", ""], "Name", "belongs to 苏晚晴"),
        (
            ["2019042", "苏晚晴", "", "P01", "", "", "2021-07-01", "", ""],
            "Organization code",
            "row 2 already",
        ),
        (["2019042", "苏晚晴", "", "P02", "", "", "2021-07-01", "", ""], "Formal", "Already a formal member"),
    ],
)
def test_a_wrong_cell_of_a_person_is_named_by_row_and_column(institute, office: Client, row, column, words):
    page = upload(office, PEOPLE, workbook(PERSON_HEAD, [STAFF[0], row]))
    errors = said(page)
    assert any(error[0] == 3 and error[1] == column and words in error[2] for error in errors), errors
    assert not page.context["parcel"]
    assert Person.objects.count() == 10 and Membership.objects.count() == 4


def test_many_errors_are_counted_and_the_first_are_listed(institute, office: Client):
    rows = [[f"N{number}", "某人", "", "无", "", "", "", "", ""] for number in range(300)]
    page = upload(office, PEOPLE, workbook(PERSON_HEAD, rows))
    assert len(page.context["outcome"].errors) == 300 and len(said(page)) == 200
    assert "and 100 more" in page.content.decode()


def test_a_code_twice_in_the_file_is_refused(institute, office: Client):
    page = upload(office, ORGANIZATIONS, workbook(ORGANIZATION_HEAD, [BRANCHES[0], BRANCHES[0]]))
    assert any("row 2 already" in error[2] for error in said(page))


def test_what_changed_since_the_preview_is_found_at_the_confirmation(institute, office: Client):
    page = upload(office, PEOPLE, workbook(PERSON_HEAD, STAFF))
    add_person("另一个人", "2019042", account=False)
    answer = confirm(office, PEOPLE, page)
    assert answer.status_code == 409 and any("belongs to 另一个人" in error[2] for error in said(answer))
    assert Person.objects.count() == 11 and Membership.objects.count() == 4


# Bad files ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("list.xlsx", b"", "empty"),
        ("list.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old office format"),
        ("list.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "password or an old format"),
        ("list.xlsx", b"not a workbook", "is not a .xlsx file"),
        ("list.xlsx", workbook(PERSON_HEAD, STAFF)[:900], "damaged"),
        ("list.pdf", b"%PDF-1.7", "Choose one of: .xlsx"),
        ("list.csv", b"\xff\xfe\x00\x01", "cannot be read"),
        ("list.csv", "工號,姓名\n1,陳建宏\n2,林淑芬".encode("big5"), "cannot be read"),
        ("list.csv", "机密★10年\n工号,姓名\n1,某人".encode(), "marked"),
        ("list.csv", "甲,乙\n1,2".encode(), "No known heading"),
        ("list.csv", "工号,邮箱\n1,a@example.org".encode(), "columns are missing: Name"),
        ("list.csv", "工号,姓名,姓名\n1,某人,别人".encode(), "stands there twice"),
        ("list.csv", "工号,姓名\n,\n".encode(), "no row below"),
        ("list.csv", b"\n\n\n", "No known heading"),
        ("list.csv", "工号,姓名\n1,".encode() + b'"' + b"x" * 200_000, "not a regular CSV"),
        ("list.xlsx", workbook(PERSON_HEAD, []), "no row below"),
    ],
)
def test_a_bad_file_is_refused_beside_the_field(
    institute, office: Client, name: str, content: bytes, words: str
):
    page = upload(office, PEOPLE, content, name)
    assert page.status_code == 200 and words in page.content.decode()
    assert "outcome" not in page.context and Person.objects.count() == 10


def test_too_many_rows_are_refused(institute, office: Client, monkeypatch):
    monkeypatch.setattr("branches.importing.sheet.MAX_ROWS", 5)
    page = upload(office, PEOPLE, workbook(PERSON_HEAD, [[f"N{n}", "某人"] for n in range(40)]))
    assert "more than 5 rows" in page.content.decode()


def test_the_confirmation_on_the_upload_is_asked_for(institute, office: Client):
    page = office.post(PEOPLE, {"file": SimpleUploadedFile("list.xlsx", workbook(PERSON_HEAD, STAFF))})
    assert (
        page.status_code == 200
        and "outcome" not in page.context
        and page.context["form"].errors["unclassified"]
    )
    assert office.post(PEOPLE, {"unclassified": "on"}).context["form"].errors["file"]


def test_a_formula_and_control_characters_are_plain_text(institute, office: Client):
    rows = [["N1", "=1+1\x07", "", "", "", "", "", "", ""]]
    bring(office, PEOPLE, comma(PERSON_HEAD, rows), "list.csv")
    assert Person.objects.get(employee_number="N1").name == "=1+1"


def test_a_forged_an_old_and_a_borrowed_preview_are_refused(
    institute, office: Client, client_of, time_machine
):
    content = workbook(PERSON_HEAD, STAFF)
    time_machine.move_to("2026-06-18 10:00+08:00", tick=False)
    page = upload(office, PEOPLE, content)
    token = page.context["parcel"]
    for forged in ("x", token[:-2], token + "x"):
        assert (
            "Upload the file again" in office.post(PEOPLE, {"parcel": forged}, follow=True).content.decode()
        )
    office.post(ORGANIZATIONS, {"parcel": token})
    client_of(institute.office_colleague).post(PEOPLE, {"parcel": token})
    assert Person.objects.count() == 10
    time_machine.move_to("2026-06-18 11:01+08:00", tick=False)
    fresh = client_of(institute.office)
    fresh.post(PEOPLE, {"parcel": token})
    assert Person.objects.count() == 10


def test_the_parcel_comes_back_as_it_was_sent():
    parcel = Parcel("名单.xlsx", "ab", [Row(2, {"name": "苏晚晴"})])
    assert unpack(pack(parcel, "people", 1), "people", 1) == parcel
    assert unpack(pack(parcel, "people", 1), "organizations", 1) is None


@pytest.mark.parametrize("who", ["secretary", "committee", "member", "system_admin"])
@pytest.mark.parametrize("address", [ORGANIZATIONS, PEOPLE])
def test_only_the_office_imports(institute, client_of, who: str, address: str):
    client = client_of(getattr(institute, who))
    assert client.get(address).status_code == 403
    assert client.get(f"{address}template/").status_code == 403
    assert upload(client, address, workbook(PERSON_HEAD, STAFF)).status_code == 403
    assert Person.objects.count() == 10


# Templates, speed, single values ----------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("address", [ORGANIZATIONS, PEOPLE])
def test_the_template_is_headings_to_fill_in_and_nothing_that_could_be_imported_by_mistake(
    institute, office: Client, address: str, language: str
):
    office.cookies["django_language"] = language
    answer = office.get(f"{address}template/")
    assert (
        answer["Content-Type"].endswith("spreadsheetml.sheet")
        and "attachment" in answer["Content-Disposition"]
    )
    content = b"".join(answer)
    head, *rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    columns = organization_sheet.COLUMNS if address == ORGANIZATIONS else people_sheet.COLUMNS
    with translation.override(language):
        assert [heading.rstrip("*") for heading in head] == [str(column.heading) for column in columns]
    assert rows == []
    page = upload(office, address, content)
    assert "outcome" not in page.context and page.context["form"].errors["file"]


@pytest.mark.parametrize("noun", ["organizations", "people"])
def test_rows_are_written_in_batches(institute, noun: str):
    def rows(first: int, count: int) -> list[Row]:
        if noun == "organizations":
            return [
                Row(
                    n,
                    {
                        "code": f"X{n}",
                        "name": f"第{n}支部",
                        "kind": "党支部",
                        "parent": "P" if n == first else f"X{first}",
                    },
                )
                for n in range(first, first + count)
            ]
        return [
            Row(
                n,
                {
                    "employee_number": f"x{n}",
                    "name": f"人{n}",
                    "organization": "P01",
                    "starts_on": "2021-07-01",
                },
            )
            for n in range(first, first + count)
        ]

    sheet = organizations_sheet if noun == "organizations" else people_sheet

    def statements(first: int, count: int) -> int:
        with CaptureQueriesContext(connection) as captured:
            outcome, entries = sheet.check(rows(first, count))
            assert outcome.good
            sheet.apply(entries, by=institute.office.user, source="list.xlsx", digest="ab")
        return len(captured)

    # SQLite takes at most 999 values in one statement, which makes the batches small.
    assert statements(1000, 600) <= statements(0, 10) + 20


@pytest.mark.parametrize(
    "text",
    [
        "2024-05-22",
        "2024/5/22",
        "2024.5.22",
        "2024年5月22日",
        "2024年5月22号",
        "20240522",
        "45434",
        "2024-05-22 00:00:00",
    ],
)
def test_a_day_is_read_in_every_usual_form(text: str):
    assert day_of(text) == date(2024, 5, 22)


@pytest.mark.parametrize(
    "text", ["2024-02-31", "2024-13-01", "22.5.2024", "五月", "2024", "2024-05", "00010101", "2024-05-22x"]
)
def test_what_is_no_day_is_refused(text: str):
    with pytest.raises(ValueError, match=r"\w"):
        day_of(text)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (2019042.0, "2019042"),
        (1.5, "1.5"),
        (date(2024, 5, 22), "2024-05-22"),
        (datetime(2024, 5, 22), "2024-05-22"),  # noqa: DTZ001 (a spreadsheet knows no zone)
        (None, ""),
        (True, "1"),
        ("　苏\u200b晚晴\x00 ", "苏晚晴"),
    ],
)
def test_a_cell_becomes_plain_text(cell: object, text: str):
    assert plain(cell) == text


@pytest.mark.parametrize(
    ("text", "value"), [("是", True), ("否", False), ("YES", True), ("n", False), ("1", True), ("0", False)]
)
def test_yes_and_no(text: str, value: bool):
    assert yes_or_no(text) is value
