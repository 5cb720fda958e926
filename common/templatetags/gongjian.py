"""Tags every template may use (registered as builtins): icons, dates, lights, small helpers."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import uuid4

from django import template
from django.conf import settings
from django.forms import BoundField
from django.http import QueryDict
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

register = template.Library()

_DISC = '<circle cx="8" cy="8" r="7.3"/>'
LIGHT_SHAPES = {
    "grey": (
        '<circle cx="8" cy="8" r="6.6" fill="none" stroke="currentColor" stroke-width="1.7"'
        ' stroke-dasharray="2.6 2.2"/>'
    ),
    "green": f'{_DISC}<path d="M6.2 4.7v6.6L11.6 8z" fill="#fff"/>',
    "yellow": (
        '<path d="M8 .9c.6 0 1 .3 1.3.8l6.1 10.8c.6 1-.1 2.2-1.3 2.2H1.9C.7 14.7 0 13.5.6 12.5L6.7 1.7'
        'C7 1.2 7.4.9 8 .9z"/>'
        '<path d="M7.15 5.3h1.7l-.25 4.6H7.4zM7.1 11h1.8v1.7H7.1z" fill="#fff"/>'
    ),
    "red": (
        '<path d="M5 .7h6L15.3 5v6L11 15.3H5L.7 11V5z"/>'
        '<path d="M7.1 3.8h1.8l-.25 5.2h-1.3zM7.05 10.3h1.9v1.9h-1.9z" fill="#fff"/>'
    ),
    "blue": f'{_DISC}<path d="M4.6 8.2l2.4 2.4 4.5-4.9" fill="none" stroke="#fff" stroke-width="1.8"/>',
    "purple": (
        '<rect x="1" y="1" width="14" height="14" rx="3"/>'
        '<path d="M8 4v4.3l2.8 1.7" fill="none" stroke="#fff" stroke-width="1.7"/>'
    ),
}


def _icon_body(name: str) -> str:
    """The inside of a Bootstrap icon, read once from the fetched assets. An unknown name fails loudly."""
    if not name.replace("-", "").isalnum():
        raise template.TemplateSyntaxError(f"{name!r} is no icon name")
    text = (settings.ICON_DIR / f"{name}.svg").read_text(encoding="utf-8")
    return text[text.index(">") + 1 : text.rindex("</svg>")].strip()


@register.simple_tag(takes_context=True)
def form_token(context: dict[str, Any]) -> SafeString:
    """What tells this form from every other, on a page whose form makes something (``accounts.once``)."""
    request: Any = context.get("request")
    if not getattr(request, "makes_once", False):
        return SafeString("")
    token = request.POST.get("token") or uuid4()  # a form shown again with its faults is the same form
    return format_html('<input type="hidden" name="token" value="{}" autocomplete="off">', token)


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An inline icon; with ``label`` it speaks to a screen reader, without it is decoration."""
    return _icon(name, str(label))


# What draws remembers what it drew: a list draws the same few marks in every row.
@lru_cache(maxsize=1024)
def _icon(name: str, label: str) -> SafeString:
    body = mark_safe(_icon_body(name))  # noqa: S308 (a file of ours, verified at install)
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}" viewBox="0 0 16 16">{}</svg>', label, body
        )
    return format_html('<svg class="icon" aria-hidden="true" viewBox="0 0 16 16">{}</svg>', body)


@register.simple_tag
@lru_cache(maxsize=16)
def light_icon(light: str) -> SafeString:
    """The mark of a light: six outlines that differ, so that black-and-white print still reads."""
    return format_html(
        '<svg class="icon" aria-hidden="true" viewBox="0 0 16 16">{}</svg>',
        mark_safe(LIGHT_SHAPES[str(light)]),  # noqa: S308 (constants above)
    )


@register.simple_tag
def light(value: str, word: str, pill: bool = False) -> SafeString:
    """A light as icon, word and colour together."""
    return _light(str(value), str(word), pill)


@lru_cache(maxsize=1024)
def _light(value: str, word: str, pill: bool) -> SafeString:
    return format_html(
        '<span class="light light-{}{}">{}{}</span>',
        value,
        " light-pill" if pill else "",
        light_icon(value),
        word,
    )


@register.simple_tag
def meter(label: str, accepted: int, expected: int | None) -> SafeString:
    """Accepted as a bar, the expected pace as a tick (whole percent; nothing expected: no tick).

    A tag, not an included template: a list draws one in every row.
    """
    return _meter(str(label), accepted, expected)


@lru_cache(maxsize=4096)
def _meter(label: str, accepted: int, expected: int | None) -> SafeString:
    tick = (
        ""
        if expected is None
        else format_html('<rect x="{}" y="-2" width=".6" height="12" fill="#211e1b"/>', expected)
    )
    return format_html(
        '<svg class="meter" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<rect y="1.5" width="100" height="5" fill="#e8e3dd"/>'
        '<rect y="1.5" width="{}" height="5" fill="#211e1b"/>{}</svg>',
        label,
        accepted,
        tick,
    )


def _english() -> bool:
    return (get_language() or "").startswith("en")


def _as_date(value: date | datetime) -> date:
    return timezone.localdate(value) if isinstance(value, datetime) else value


MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
WEEKDAYS_ZH = "一二三四五六日"
WEEKDAYS_EN = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


@register.filter
def zhdate(value: date | datetime | None) -> str:
    """2024年5月22日 / 22 May 2024; nothing for nothing."""
    if value is None or value == "":
        return ""
    day = _as_date(value)
    return (
        f"{day.day} {MONTHS[day.month - 1]} {day.year}"
        if _english()
        else f"{day.year}年{day.month}月{day.day}日"
    )


@register.filter
def mdate(value: date | datetime | None) -> str:
    """5月22日 / 22 May: a date of the current year."""
    if value is None or value == "":
        return ""
    day = _as_date(value)
    return f"{day.day} {MONTHS[day.month - 1]}" if _english() else f"{day.month}月{day.day}日"


@register.filter
def sdate(value: date | datetime | None) -> str:
    """Short where the year is this year's, with the year where it is not."""
    if value is None or value == "":
        return ""
    return mdate(value) if _as_date(value).year == timezone.localdate().year else zhdate(value)


@register.filter
def monthyear(value: date | None) -> str:
    """2026年6月 / Jun 2026."""
    if value is None or value == "":
        return ""
    return f"{MONTHS[value.month - 1]} {value.year}" if _english() else f"{value.year}年{value.month}月"


@register.filter
def weekday(value: date | datetime) -> str:
    """星期四 / Thursday."""
    number = _as_date(value).weekday()
    return WEEKDAYS_EN[number] if _english() else f"星期{WEEKDAYS_ZH[number]}"


@register.filter
def longday(value: date | datetime) -> str:
    """2026年6月18日 星期四 / Thursday, 18 Jun 2026."""
    return f"{weekday(value)}, {zhdate(value)}" if _english() else f"{zhdate(value)} {weekday(value)}"


@register.filter
def shortday(value: date | datetime) -> str:
    """6月18日 星期四 / Thursday, 18 Jun."""
    return f"{weekday(value)}, {mdate(value)}" if _english() else f"{mdate(value)} {weekday(value)}"


@register.filter
def stamp(value: datetime | None) -> str:
    """A moment: 2026年6月18日 14:32, without the year when it is this year's."""
    if value is None or value == "":
        return ""
    local = timezone.localtime(value)
    return f"{sdate(local)} {local:%H:%M}"


@register.filter
def percent(value: float | None) -> str:
    """46%; 待补 for what is not known (never 0)."""
    return gettext("missing") if value is None else f"{round(value)}%"


@register.filter
def label_note(field: BoundField) -> str:
    """What stands small beside a label: the form's own word for it, else 可不填 where nothing is needed."""
    notes: dict[str, Any] = getattr(field.form, "label_notes", {})
    if field.name in notes:
        return str(notes[field.name])
    return "" if field.field.required else gettext("optional")


@register.filter
def item(mapping: dict[Any, Any], key: Any) -> Any:
    """``mapping[key]``, or nothing."""
    return mapping.get(key)


@register.simple_tag
def gap() -> str:
    """What stands between two sentences: a space in English, nothing in Chinese."""
    return " " if _english() else ""


@register.simple_tag(takes_context=True)
def here(context: dict[str, Any], **changes: Any) -> str:
    """The present address with some of its parameters changed (``None`` or empty removes one)."""
    request = context["request"]
    query: QueryDict = request.GET.copy()
    for name, value in changes.items():
        if value in (None, ""):
            query.pop(name, None)
        else:
            query[name] = str(value)
    encoded = query.urlencode()
    return f"{request.path}?{encoded}" if encoded else request.path
