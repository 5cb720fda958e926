"""``{% chart ring %}``: any chart of ``common.charts`` as SVG, with its table unless told not to.

``{% chart ring table=False %}`` leaves the table to ``{% chart_table ring %}`` elsewhere on the page;
``{% pace meter %}`` is the sentence that always stands beside a meter.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from common.charts import LineChart, Meter, Ring, StackedBars, Strip, Timeline

register = template.Library()

TEMPLATES: dict[type, str] = {
    Ring: "ring",
    StackedBars: "stacked",
    Strip: "strip",
    Meter: "meter",
    LineChart: "line",
    Timeline: "timeline",
}


#: Constants rather than a template: a year of sixty organizations draws them 720 times.
STRIP_MARKS = {
    state: mark_safe(svg)  # noqa: S308 (constants)
    for state, svg in {
        "approved": '<rect width="30" height="15" rx="2" fill="#6b9c83"/>',
        "logged": '<rect x=".75" y=".75" width="28.5" height="13.5" rx="2" fill="#e3efe8" stroke="#6b9c83"'
        ' stroke-width="1.5"/><path d="M1.5 13.5V1.5H28.5z" fill="#6b9c83" opacity=".55"/>',
        "missing": '<rect x="1" y="1" width="28" height="13" rx="2" fill="#fff" stroke="#bf3a0a"'
        ' stroke-width="2"/><circle cx="15" cy="7.5" r="2" fill="#bf3a0a"/>',
        "short": '<rect x=".75" y=".75" width="28.5" height="13.5" rx="2" fill="#fff" stroke="#8c847b"'
        ' stroke-width="1.5"/><circle cx="15" cy="7.5" r="2" fill="#8c847b"/>',
        "due": '<rect x=".75" y=".75" width="28.5" height="13.5" rx="2" fill="#fff" stroke="#8c847b"'
        ' stroke-width="1.5" stroke-dasharray="3 2.5"/>',
        "exempt": '<rect width="30" height="15" rx="2" fill="#f1eeea"/>'
        '<path d="M5 11L25 4" stroke="#8c847b" stroke-width="1.5"/>',
        "none": '<circle cx="15" cy="7.5" r="1.5" fill="#d5cec6"/>',
    }.items()
}


@register.simple_tag
def chart(drawn: Any, table: bool = True) -> SafeString:
    """A chart as SVG, followed by its numbers as a table (a meter has its sentence instead)."""
    svg = _render(TEMPLATES[type(drawn)], {"chart": drawn})
    return svg if not table or isinstance(drawn, Meter) else svg + chart_table(drawn)


@register.simple_tag
def chart_table(drawn: Any) -> SafeString:
    """The numbers of a chart as a table behind a disclosure."""
    return _render("data", {"table": drawn.table})


@register.simple_tag
def pace(drawn: Meter) -> SafeString:
    """Expected 58%, accepted 40%, 18 points behind."""
    return _render("pace", {"chart": drawn})


@register.filter
def strip_mark(state: str) -> SafeString:
    """The mark of a strip's state in a box of 30 by 15."""
    return STRIP_MARKS[str(state)]


def _render(name: str, context: dict[str, Any]) -> SafeString:
    return mark_safe(render_to_string(f"components/charts/{name}.html", context).strip())  # noqa: S308
