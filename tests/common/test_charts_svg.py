"""Charts: geometry that adds up, marks that link, well-formed SVG without style or script, a table beside."""

from __future__ import annotations

import re
from datetime import date, timedelta
from math import pi
from typing import Any
from xml.etree import ElementTree

import pytest
from django.template import Context, Template
from django.utils import translation

from common import charts
from common.charts import CellState, Milestone, Phase, Share, StripCell, StripRow, TimelineRow
from common.charts.base import text_width

WORDS = {
    "blue": "办结",
    "green": "正常",
    "yellow": "预警",
    "purple": "延期待批",
    "red": "逾期",
    "grey": "未启动",
}
NASTY = '<script>"&'


def shares(**counts: int) -> list[Share]:
    return [
        Share(light, WORDS[light], counts.get(light, 0), f"/items/?light={light}") for light in charts.LIGHTS
    ]


def render(drawn: Any, table: bool = True) -> str:
    with translation.override("en"):
        text = Template("{% load charts %}{% chart drawn table=table %}").render(
            Context({"drawn": drawn, "table": table})
        )
    ElementTree.fromstring(f"<div>{text}</div>")  # noqa: S314 (our own output): well-formed or it raises
    assert "style=" not in text and "<script" not in text
    assert 'role="img"' in text and "aria-label=" in text
    return text


def strip_of(state: CellState, **kwargs: Any) -> charts.Strip:
    cells = [StripCell(state, "/activities/") for _ in range(12)]
    return charts.strip([StripRow(NASTY, "/organizations/1/", cells, "28 / 26")], 6, "组织生活", **kwargs)


ALL = [
    charts.ring(shares(blue=5, red=1), 52, "accepted"),
    charts.stacked_bars([charts.BarRow(NASTY, "/o/1/", shares(blue=4, grey=1))], "by organization"),
    strip_of(CellState.MISSING),
    charts.line_chart(
        [charts.LinePoint(date(2026, 2, 1), 8, "/r/1/", NASTY)],
        [(date(2026, 1, 1), 0), (date(2026, 12, 31), 100)],
        date(2026, 1, 1),
        date(2026, 12, 31),
        date(2026, 6, 18),
    ),
    charts.timeline(
        [TimelineRow(NASTY, "x", "/t/1/", [Phase("凝练", date(2025, 11, 1), date(2026, 3, 1))],
                     [Milestone("任务书", date(2026, 3, 1), "blue", "办结", "1 Mar")])],
        2026, date(2026, 6, 18), "teams",
    ),
]  # fmt: skip


@pytest.mark.parametrize("drawn", ALL, ids=lambda c: type(c).__name__)
def test_every_chart_is_well_formed_links_its_marks_and_has_its_table(drawn: Any) -> None:
    text = render(drawn)
    assert text.count("<a href=") >= 1
    assert text.count("<a href=") == text.count("<title>")
    assert '<details class="data">' in text and "<table" in text
    assert "<details" not in render(drawn, table=False)


def test_the_arcs_of_a_ring_fill_it_in_the_order_of_the_lights() -> None:
    ring = charts.ring(shares(grey=1, blue=5, red=2, green=6), 52, "accepted")
    assert [arc.href[-4:] for arc in ring.arcs] == ["blue", "reen", "=red", "grey"]
    lengths = [float(arc.dash.split()[0]) for arc in ring.arcs]
    assert sum(lengths) + 4 * 2.2 == pytest.approx(2 * pi * 49, abs=0.5)
    assert lengths[0] / lengths[2] == pytest.approx(2.5, abs=0.02)
    assert ring.arcs[1].offset == pytest.approx(-(lengths[0] + 2.2), abs=0.11)


def test_a_ring_of_one_light_is_closed_and_a_tiny_arc_can_still_be_seen() -> None:
    assert charts.ring(shares(green=3), 0, "x").arcs[0].dash.startswith("307.9")
    tiny = charts.ring(shares(green=10_000, red=1), 0, "x")
    assert float(tiny.arcs[1].dash.split()[0]) == 4.0


def test_an_empty_ring_shows_a_dash_and_never_nought_percent() -> None:
    ring = charts.ring(shares(), None, "accepted")
    assert ring.centre == "—" and ring.arcs == ()
    assert ">0%<" not in render(ring)


def test_the_longest_bar_fills_the_width_and_the_order_given_is_kept() -> None:
    rows = [charts.BarRow("甲", "/1/", shares(blue=1)), charts.BarRow("乙", "/2/", shares(blue=2, green=8))]
    drawn = charts.stacked_bars(rows, "x")
    assert [bar.label for bar in drawn.bars] == ["甲", "乙"]
    widths = [sum(block.width for block in bar.blocks) for bar in drawn.bars]
    assert widths[1] == pytest.approx(940 - 120 - 56, abs=4)
    assert widths[0] == pytest.approx((940 - 120 - 56) / 10 - 1.5, abs=0.2)
    assert drawn.table.rows[1] == ("乙", "2", "8", "0", "0", "0", "0", "10")
    assert drawn.table.rows[1][0] == "乙"


def test_each_state_of_a_strip_looks_different_and_says_its_word() -> None:
    looks = set()
    for state in CellState:
        text = render(strip_of(state), table=False)
        looks.add(re.sub(r"<title>.*?</title>", "", text.split("<ul")[0]))
        assert str(state.word) in text
    assert len(looks) == len(CellState)


def test_the_current_month_has_its_column() -> None:
    drawn = strip_of(CellState.APPROVED)
    assert [month.current for month in drawn.months].index(True) == 5
    assert drawn.band_x is not None
    assert drawn.band_x < drawn.months[5].x < drawn.band_x + drawn.band_width
    past = charts.strip([], None, "x")
    assert past.band_x is None and not any(month.current for month in past.months)


def test_what_is_owed_outweighs_everything_in_a_shared_cell() -> None:
    assert max(CellState, key=lambda state: state.weight) is CellState.MISSING
    assert (
        CellState.LOGGED.weight > CellState.DUE.weight > CellState.APPROVED.weight > CellState.EXEMPT.weight
    )


@pytest.mark.parametrize(
    ("accepted", "expected", "ahead", "behind"),
    [(40, 58, 0, 18), (58, 46, 12, 0), (44, 46, 0, 0), (40, None, 0, 0), (0, 100, 0, 100)],
)
def test_a_meter_says_how_far_it_is_from_its_pace(
    accepted: int, expected: int | None, ahead: int, behind: int
) -> None:
    meter = charts.meter(accepted, expected)
    assert (meter.ahead, meter.behind) == (ahead, behind)
    text = render(meter)
    assert f'width="{accepted}"' in text
    with translation.override("en"):
        said = Template("{% load charts %}{% pace m %}").render(Context({"m": meter}))
    assert f"<b>{accepted}%</b>" in said
    assert ("behind" in said, "ahead" in said) == (bool(behind), bool(ahead))


def test_the_accepted_line_moves_only_on_the_day_something_was_accepted() -> None:
    points = [charts.LinePoint(date(2026, 1, 31), 50, "/r/", "31 Jan")]
    drawn = charts.line_chart(points, [], date(2026, 1, 1), date(2026, 3, 2), date(2026, 3, 2))
    assert drawn.steps == "M36.0 194.0H356.0V104.0H676.0"
    assert drawn.today_x == 676.0
    assert charts.line_chart([], [], date(2026, 1, 1), date(2026, 1, 1), date(2027, 1, 1)).today_x is None


def test_phases_are_cut_at_the_year_and_toned_by_today() -> None:
    phases = [
        Phase("a", date(2024, 1, 1), date(2025, 12, 31)),
        Phase("b", date(2025, 12, 1), date(2026, 3, 31)),
        Phase("c", date(2026, 4, 1), date(2026, 8, 31)),
        Phase("d", date(2026, 9, 1), date(2027, 8, 31)),
    ]
    drawn = charts.timeline([TimelineRow("x", "", "/", phases, [])], 2026, date(2026, 6, 18), "x")
    bars = drawn.tracks[0].bars
    assert [bar.label for bar in bars] == ["b", "c", "d"]
    assert [bar.fill for bar in bars] == ["#c9c2b9", "#5d564f", "#efebe6"]
    assert bars[0].x == 170.0
    assert bars[2].x + bars[2].width <= 1136


def test_a_milestone_that_has_not_begun_is_hollow_and_one_at_the_edge_is_labelled_inwards() -> None:
    marks = [
        Milestone("early", date(2026, 2, 1), "", "未启动", "x"),
        Milestone("a very long last one", date(2026, 12, 20), "red", "逾期", "x"),
    ]
    drawn = charts.timeline([TimelineRow("x", "", "/", [], marks)], 2026, date(2026, 6, 18), "x")
    first, last = drawn.tracks[0].diamonds
    assert first.fill == "#fff" and first.anchor == "start"
    assert last.fill == "#bf3a0a" and last.anchor == "end"


@pytest.mark.parametrize("days", [(1, 40, 80), (300, 330, 350), (320, 325, 362), (362,), (100, 101, 102)])
@pytest.mark.parametrize("name", ["流片", "完成第一轮流片与可靠性对照试验并提交阶段评审材料"])
def test_names_of_milestones_never_run_into_each_other(days: tuple[int, ...], name: str) -> None:
    begin = date(2026, 1, 1)
    marks = [Milestone(name, begin + timedelta(days=day), "red", "逾期", "x") for day in days]
    (track,) = charts.timeline([TimelineRow("x", "", "/", [], marks)], 2026, begin, "x").tracks
    taken = []
    for mark in track.diamonds:
        assert name in mark.title
        if mark.label:
            wide = text_width(mark.label, 11.5)
            left = mark.text_x - wide if mark.anchor == "end" else mark.text_x
            taken.append((left, left + wide))
    edges = [edge for span in sorted(taken) for edge in span]
    assert edges == sorted(edges) and (not edges or (edges[0] >= 170 and edges[-1] <= 1136))
