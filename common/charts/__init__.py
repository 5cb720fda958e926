"""Charts drawn by the server: geometry here, SVG in ``templates/components/charts``.

Every chart is a frozen dataclass whose numbers are already rounded coordinates, with fills as
presentation attributes (the same SVG goes into a PDF, where no stylesheet reaches), a sentence
as its label and the same numbers as a table. Colours from the look's palette.
"""

from common.charts.base import LIGHT_FILLS, LIGHTS, Table, months, text_width
from common.charts.line import LineChart, LinePoint, line_chart
from common.charts.meter import Meter, meter
from common.charts.ring import Ring, Share, ring
from common.charts.stacked import BarRow, StackedBars, stacked_bars
from common.charts.strip import CellState, Strip, StripCell, StripRow, strip
from common.charts.timeline import Milestone, Phase, Timeline, TimelineRow, timeline

__all__ = [
    "LIGHTS",
    "LIGHT_FILLS",
    "BarRow",
    "CellState",
    "LineChart",
    "LinePoint",
    "Meter",
    "Milestone",
    "Phase",
    "Ring",
    "Share",
    "StackedBars",
    "Strip",
    "StripCell",
    "StripRow",
    "Table",
    "Timeline",
    "TimelineRow",
    "line_chart",
    "meter",
    "months",
    "ring",
    "stacked_bars",
    "strip",
    "text_width",
    "timeline",
]
