"""Exports of the annual review: the files carry the database's figures, and only to those who may."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import docx
import pypdf
import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from python_calamine import CalamineWorkbook

from accounts.models import AuditEvent
from reviews.models import AnnualReview
from tests.conftest import Institute
from tests.reviews.review_year import (
    AT,
    YEAR,
    activity,
    item,
    kind,
    no_rules,
    open_round,
    report_of,
    requirement,
)

OWN = "我们把会开到了实验室。=1+1"


@pytest.fixture
def review(institute: Institute) -> AnnualReview:
    no_rules()
    meeting = kind("general_meeting", "支部党员大会")
    requirement(kind("party_lecture", "党课"))
    for month in (3, 9):
        activity(
            institute.branch,
            meeting,
            date(2025, month, 5),
            institute.secretary,
            present=[institute.secretary],
        )
    item(
        institute.branch,
        institute.deputy,
        "2025-1",
        date(2025, 6, 6),
        completed=date(2025, 6, 11),
        title="测试规范",
    )
    review = report_of(open_round(institute.office), institute.branch)
    review.sections.get(key="life-agenda").rewrite(text=OWN, version=1, by=institute.secretary, at=AT)
    return report_of(review.round, institute.branch)


def words(body: bytes, form: str) -> str:
    """Everything a file says, without white space."""
    stream = io.BytesIO(body)
    if form == "pdf":
        found = "".join(page.extract_text() for page in pypdf.PdfReader(stream).pages)
    elif form == "docx":
        file = docx.Document(stream)
        cells = "".join(cell.text for table in file.tables for row in table.rows for cell in row.cells)
        found = "".join(paragraph.text for paragraph in file.paragraphs) + cells
    else:
        book = CalamineWorkbook.from_filelike(stream)
        found = "".join(
            str(value)
            for name in book.sheet_names
            for row in book.get_sheet_by_name(name).to_python()
            for value in row
        )
    return "".join(found.split())


@pytest.mark.parametrize("form", ["docx", "xlsx", "pdf"])
def test_a_file_says_what_the_report_says(
    review: AnnualReview, institute: Institute, client_of, form: str
) -> None:
    response = client_of(institute.secretary).get(reverse("review_export", args=[review.pk, form]))
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "filename*=utf-8''2025-P01-" in response["Content-Disposition"]
    text = words(response.content, form)
    assert "激光技术党支部2025年度述职报告" in text
    assert "（未经本组织确认）" in text
    for section in review.shown_sections:
        assert "".join(section.text.split()) in text
    for figure in review.shown_figures:
        assert figure.label in text
    assert "测试规范" in text
    event = AuditEvent.objects.of(review).first()
    assert (event.verb, event.note) == ("export", form)


def test_the_workbook_carries_every_figure_as_a_number(
    review: AnnualReview, institute: Institute, client_of
) -> None:
    response = client_of(institute.secretary).get(reverse("review_export", args=[review.pk, "xlsx"]))
    rows = (
        CalamineWorkbook.from_filelike(io.BytesIO(response.content)).get_sheet_by_name("主要数字").to_python()
    )
    found = {row[0]: row[1] for row in rows[1:]}
    assert found == {f.label: "待补" if f.value is None else float(f.value) for f in review.shown_figures}
    assert found["党课次数"] == "待补"
    assert found["支部党员大会次数"] == 2.0


def test_the_workbook_lists_the_meetings_with_real_dates(
    review: AnnualReview, institute: Institute, client_of
) -> None:
    response = client_of(institute.secretary).get(reverse("review_export", args=[review.pk, "xlsx"]))
    book = CalamineWorkbook.from_filelike(io.BytesIO(response.content))
    rows = book.get_sheet_by_name("活动一览").to_python()[1:]
    assert [row[:2] for row in rows] == [
        [date(2025, 3, 5), "支部党员大会"],
        [date(2025, 9, 5), "支部党员大会"],
    ]


def test_a_confirmed_report_says_when(review: AnnualReview, institute: Institute, client_of) -> None:
    review.confirm(by=institute.secretary, at=AT, version=review.version)
    response = client_of(institute.secretary).get(reverse("review_export", args=[review.pk, "docx"]))
    text = words(response.content, "docx")
    assert "未经本组织确认" not in text
    assert text.count("2026年1月8日") >= 1


def test_who_may_export(review: AnnualReview, institute: Institute, client_of) -> None:
    one, every = (
        reverse("review_export", args=[review.pk, "xlsx"]),
        reverse("review_round_export", args=[YEAR, "xlsx"]),
    )
    assert client_of(institute.office).get(one).status_code == 200
    assert client_of(institute.committee).get(one).status_code == 403
    assert client_of(institute.other_secretary).get(one).status_code == 404
    assert client_of(institute.member).get(one).status_code == 403
    assert client_of(institute.secretary).get(every).status_code == 403
    assert (
        client_of(institute.secretary).get(reverse("review_export", args=[review.pk, "exe"])).status_code
        == 404
    )
    assert (
        client_of(institute.office).get(reverse("review_round_export", args=[YEAR, "exe"])).status_code == 404
    )
    assert client_of(institute.office).post(every).status_code == 405


def test_all_is_one_archive_with_a_file_for_each_and_one_for_all(
    review: AnnualReview, institute: Institute, client_of
) -> None:
    response = client_of(institute.office).get(reverse("review_round_export", args=[YEAR, "xlsx"]))
    with ZipFile(io.BytesIO(b"".join(response.streaming_content))) as archive:
        names = sorted(archive.namelist())
        summary = archive.read("2025-述职情况汇总.xlsx")
    assert names == [
        "2025-P01-激光技术党支部-述职报告.xlsx",
        "2025-P02-微波器件党支部-述职报告.xlsx",
        "2025-U-清岚所工会-述职报告.xlsx",
        "2025-述职情况汇总.xlsx",
    ]
    rows = CalamineWorkbook.from_filelike(io.BytesIO(summary)).get_sheet_by_name("各组织主要数字").to_python()
    assert [row[0] for row in rows[1:]] == ["激光技术党支部", "微波器件党支部", "清岚所工会"]
    assert rows[1][rows[0].index("活动次数")] == 2.0
    assert rows[1][rows[0].index("到会率%")] == 100.0
    assert rows[2][rows[0].index("到会率%")] == "待补"
    assert AuditEvent.objects.of(review.round).first().verb == "export"


def test_the_archive_asks_the_same_number_of_queries_for_each_report(
    review: AnnualReview, institute: Institute, client_of, django_assert_max_num_queries
) -> None:
    client = client_of(institute.office)
    with django_assert_max_num_queries(14):
        client.get(reverse("review_round_export", args=[YEAR, "xlsx"])).getvalue()


@pytest.mark.parametrize("form", ["docx", "xlsx", "pdf"])
def test_the_command_writes_one_report(review: AnnualReview, tmp_path: Path, form: str) -> None:
    call_command("export_review", year="2025", organization="P01", format=form, out=str(tmp_path / "new"))
    files = [path.name for path in (tmp_path / "new").iterdir()]
    assert files == [f"2025-P01-激光技术党支部-述职报告.{form}"]
    body = (tmp_path / "new" / files[0]).read_bytes()
    assert "".join(review.shown_sections[0].text.split()) in words(body, form)


def test_the_command_writes_every_report_and_the_summary(
    review: AnnualReview, tmp_path: Path, capsys
) -> None:
    call_command("export_review", year="2025", format="xlsx", out=str(tmp_path))
    assert len(list(tmp_path.iterdir())) == 4
    assert len(capsys.readouterr().out.splitlines()) == 4


@pytest.mark.parametrize(
    "options",
    [
        {"format": "docx", "out": "x"},
        {"year": "二〇二五", "format": "docx", "out": "x"},
        {"year": "20255", "format": "docx", "out": "x"},
        {"year": "2031", "format": "docx", "out": "x"},
        {"year": "2025", "format": "doc", "out": "x"},
        {"year": "2025", "out": "x"},
        {"year": "2025", "format": "docx"},
        {"year": "2025", "format": "docx", "out": "x", "organization": "A01"},
        {"year": "2025", "format": "docx", "out": "x", "organization": "P09"},
    ],
)
def test_the_command_says_in_one_line_what_is_wrong(
    review: AnnualReview, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: dict[str, str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CommandError) as refused:
        call_command("export_review", **options)
    assert len(str(refused.value).splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_the_command_refuses_a_folder_that_is_a_file(review: AnnualReview, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError):
        call_command("export_review", year="2025", format="docx", out=str(tmp_path / "file"))
    with pytest.raises(CommandError):
        call_command("export_review", year="2025", format="docx", out=str(tmp_path / "file" / "below"))


def test_a_report_that_fails_leaves_no_half_file(review: AnnualReview, tmp_path: Path, monkeypatch) -> None:
    from reviews.management.commands import export_review

    def fail(stream: io.BytesIO, content: object) -> None:
        stream.write(b"half")
        raise RuntimeError

    monkeypatch.setattr(
        export_review, "_form", lambda name: type("F", (), {"ending": "docx", "writer": fail})
    )
    with pytest.raises(RuntimeError):
        call_command("export_review", year="2025", format="docx", out=str(tmp_path))
    assert list(tmp_path.iterdir()) == []
