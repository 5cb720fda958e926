"""Which paragraphs of a Word document are headings by their style or outline level."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
#: Word and WPS name their own styles in English whatever language they speak; people name theirs after them.
_NAME = re.compile(r"\s*(?:heading|标题)\s*(?P<level>[1-9])\s*", re.IGNORECASE)
#: A style is based on no longer a chain than this.
_MOST_STEPS = 20
#: The outline level that Word calls body text.
_BODY = 9


@dataclass
class HeadingStyles:
    """The outline level of each paragraph style, from 1; 0: running text."""

    levels: dict[str, int] = field(default_factory=dict)
    default: str = ""

    def level(self, paragraph: etree._Element) -> int:
        """The level of a paragraph: its own, or that of its style."""
        properties = paragraph.find(f"{W}pPr")
        if properties is None:
            return self.levels.get(self.default, 0)
        own = _outline(properties)
        if own is not None:
            return own
        named = properties.find(f"{W}pStyle")
        style = named.get(f"{W}val", "") if named is not None else self.default
        return self.levels.get(style, 0)


def read_heading_styles(styles: etree._Element | None) -> HeadingStyles:
    """The paragraph styles of ``word/styles.xml``, each with the level that it or its base has."""
    result = HeadingStyles()
    found: dict[str, tuple[int | None, str]] = {}
    for style in styles.findall(f"{W}style") if styles is not None else ():
        if style.get(f"{W}type") != "paragraph":
            continue
        name = style.get(f"{W}styleId", "")
        if style.get(f"{W}default") in {"1", "true", "on"}:
            result.default = name
        properties = style.find(f"{W}pPr")
        level = _outline(properties) if properties is not None else None
        found[name] = (_named(style) if level is None else level, _value(style, "basedOn"))
    for name in found:
        level, above = found[name]
        for _step in range(_MOST_STEPS):
            if level is not None or above not in found:
                break
            level, above = found[above]
        result.levels[name] = level or 0
    return result


def _named(style: etree._Element) -> int | None:
    match = _NAME.fullmatch(_value(style, "name"))
    return int(match["level"]) if match else None


def _outline(properties: etree._Element) -> int | None:
    value = _value(properties, "outlineLvl")
    if not value.isdecimal():
        return None
    return int(value[:4]) + 1 if int(value[:4]) < _BODY else 0


def _value(element: etree._Element, name: str) -> str:
    found = element.find(f"{W}{name}")
    return str(found.get(f"{W}val", "")) if found is not None else ""
