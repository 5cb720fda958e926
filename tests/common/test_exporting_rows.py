"""The list writer, the sanitiser and the download response."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from common.exporting import XLSX, download, file_name, write_rows, xlsx
from common.exporting.text import sheet_name
from common.typed import clean_text


def written(rows: list[tuple[object, ...]], title: str = "督办台账") -> CalamineWorkbook:
    stream = io.BytesIO()
    assert write_rows(stream, [f"列{n}" for n in range(len(rows[0]))], rows, title=title) == len(rows)  # type: ignore[arg-type]
    stream.seek(0)
    return CalamineWorkbook.from_filelike(stream)


def test_values_keep_their_kind() -> None:
    moment = datetime(2026, 1, 8, 1, 15, tzinfo=UTC)
    row = ("制定规范", 12, 0.5, Decimal("3.25"), date(2026, 1, 31), moment, None)
    assert written([row]).get_sheet_by_index(0).to_python()[1] == [
        "制定规范",
        12.0,
        0.5,
        3.25,
        date(2026, 1, 31),
        datetime(2026, 1, 8, 9, 15),  # noqa: DTZ001 (a spreadsheet's moment has no zone: local time)
        "",
    ]


@pytest.mark.parametrize(
    "text", ["=1+1", "+86", "-1", "@cmd", "=HYPERLINK(1)", "https://a.b", "mailto:a@b", "007", "{=1}"]
)
def test_a_text_stays_that_text(text: str) -> None:
    assert written([(text,)]).get_sheet_by_index(0).to_python()[1] == [text]


def test_control_characters_survive_as_nothing() -> None:
    assert written([("a\x00b\x0bc\x1fd\x7f\ud800\ufffe",)]).get_sheet_by_index(0).to_python()[1] == ["abcd"]


def test_what_a_sheet_cannot_hold_stays_readable() -> None:
    rows: list[tuple[object, ...]] = [(2**60, float("inf"), date(1850, 1, 1), "长" * 40_000)]
    big, infinite, old, long = written(rows).get_sheet_by_index(0).to_python()[1]
    assert big == str(2**60)
    assert infinite == ""
    assert old == "1850-01-01"
    assert len(long) == 32_767
    assert long.endswith("…")


def test_a_list_without_rows_still_has_its_head() -> None:
    stream = io.BytesIO()
    assert write_rows(stream, ["编号", "事项"], []) == 0
    stream.seek(0)
    assert CalamineWorkbook.from_filelike(stream).get_sheet_by_index(0).to_python() == [["编号", "事项"]]


def test_a_list_longer_than_a_sheet_goes_on_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "ROW_LIMIT", 3)
    book = written([(n,) for n in range(5)])
    assert [book.get_sheet_by_index(n).to_python() for n in range(3)] == [
        [["列0"], [0.0], [1.0]],
        [["列0"], [2.0], [3.0]],
        [["列0"], [4.0]],
    ]


def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    def peak(count: int) -> int:
        def rows() -> Iterator[tuple[object, ...]]:
            for number in range(count):
                yield (number, f"事项{number}", date(2026, 1, 1))

        with (tmp_path / "rows.xlsx").open("wb") as stream:
            tracemalloc.start()
            write_rows(stream, ["编号", "事项", "时限"], rows())  # type: ignore[arg-type]
            high = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        return high

    peak(10)  # what is loaded once is not counted
    assert peak(4_000) < peak(400) + 1_000_000


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("督办/台账:2026", "督办台账2026"),
        ("长" * 40, "长" * 31),
        ("[]", "Sheet"),
        ("History", "History (2)"),
        ("'甲'", "甲"),
    ],
)
def test_sheet_names_are_legal(text: str, name: str) -> None:
    assert sheet_name(text, set()) == name


def test_sheet_names_are_told_apart() -> None:
    taken: set[str] = set()
    names = [sheet_name("长" * 40, taken) for _ in range(3)]
    assert len(set(names)) == 3
    assert all(len(name) <= 31 for name in names)


def test_line_ends_are_kept_and_made_one() -> None:
    assert clean_text("a\r\nb\rc\td\u202e") == "a\nb\nc\td"


def test_file_names_take_every_file_system() -> None:
    assert file_name("2025", 'ZB/01 <"激光">', ending="docx") == "2025-ZB_01_激光.docx"
    assert file_name("..", ending="pdf") == "file.pdf"
    assert len(file_name("长" * 200, ending="xlsx")) == 85


def test_a_download_is_named_and_never_run() -> None:
    response = download("述职报告.xlsx", XLSX, b"body")
    assert (
        response["Content-Disposition"]
        == "attachment; filename*=utf-8''%E8%BF%B0%E8%81%8C%E6%8A%A5%E5%91%8A.xlsx"
    )
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Type"] == XLSX
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "private, no-store"


def test_an_open_file_is_streamed() -> None:
    response = download("a.xlsx", XLSX, io.BytesIO(b"body"))
    assert b"".join(response.streaming_content) == b"body"  # type: ignore[attr-defined]
