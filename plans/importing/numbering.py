"""Automatic numbering of a Word document: the number that the page shows and the text does not hold."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from plans.importing.numerals import to_chinese

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@dataclass(frozen=True)
class Level:
    """How one level of a list is numbered."""

    start: int = 1
    fmt: str = "decimal"
    text: str = ""
    suffix: str = "tab"
    style: str = ""
    #: The level whose step restarts this one; 0: never; ``None``: any shallower one.
    restart: int | None = None
    legal: bool = False


@dataclass
class Numbering:
    """The lists of a document and how far each has counted."""

    #: numId → (abstract list, levels with the overrides of this numId, start overrides)
    lists: dict[str, tuple[str, dict[int, Level], dict[int, int]]] = field(default_factory=dict)
    #: Paragraph style → (numId, level)
    styles: dict[str, tuple[str, int]] = field(default_factory=dict)
    default_style: str = ""
    _counts: dict[str, dict[int, int]] = field(default_factory=dict)
    _begun: set[tuple[str, int]] = field(default_factory=set)

    def label(self, paragraph: etree._Element) -> str:
        """The number before a paragraph (（一）, 3. …), counting on; empty when it has none."""
        found = self._place(paragraph)
        if found is None:
            return ""
        num, at = found
        abstract, levels, overrides = self.lists[num]
        level = levels.get(at)
        if level is None or level.fmt == "bullet":
            return ""
        counts = self._counts.setdefault(abstract, {})
        if at in overrides and (num, at) not in self._begun:
            counts[at] = overrides[at] - 1
        self._begun.add((num, at))
        counts[at] = counts.get(at, level.start - 1) + 1
        for deeper in [n for n in counts if n > at]:
            below = levels.get(deeper)
            if below is None or below.restart is None or (below.restart and at < below.restart):
                del counts[deeper]
        if level.fmt == "none" and "%" not in level.text:
            return level.text
        text = level.text
        for n in range(9):
            if f"%{n + 1}" in text:
                shown = levels.get(n, Level())
                value = counts.get(n, shown.start)
                fmt = "decimal" if level.legal else shown.fmt
                text = text.replace(f"%{n + 1}", written(value, fmt))
        return text + (
            " " if level.suffix != "nothing" and text and text[-1].isascii() and text[-1] != "." else ""
        )

    def _place(self, paragraph: etree._Element) -> tuple[str, int] | None:
        properties = paragraph.find(f"{W}pPr")
        style = self.default_style
        num: str | None = None
        at: int | None = None
        if properties is not None:
            named = properties.find(f"{W}pStyle")
            style = named.get(f"{W}val", style) if named is not None else style
            num, at = _num_pr(properties)
        if num is None and style in self.styles:
            num, by_style = self.styles[style]
            at = by_style if at is None else at
        if num is None or num == "0" or num not in self.lists:
            return None
        return num, at or 0


def _num_pr(properties: etree._Element) -> tuple[str | None, int | None]:
    found = properties.find(f"{W}numPr")
    if found is None:
        return None, None
    num, at = found.find(f"{W}numId"), found.find(f"{W}ilvl")
    return (num.get(f"{W}val") if num is not None else None), (_int(at) if at is not None else None)


def _int(element: etree._Element | None, default: int = 0) -> int:
    try:
        return min(max(int(element.get(f"{W}val", default)), -1), 100_000) if element is not None else default
    except ValueError:
        return default


def read_numbering(numbering: etree._Element | None, styles: etree._Element | None) -> Numbering:
    """The lists of ``word/numbering.xml`` and the paragraph styles that number."""
    result = Numbering()
    abstracts: dict[str, dict[int, Level]] = {}
    links: dict[str, str] = {}
    linked: dict[str, str] = {}
    if numbering is not None:
        for abstract in numbering.findall(f"{W}abstractNum"):
            name = abstract.get(f"{W}abstractNumId", "")
            abstracts[name] = {
                int(level.get(f"{W}ilvl", "0") or 0): _level(level) for level in abstract.findall(f"{W}lvl")
            }
            style, link = abstract.find(f"{W}styleLink"), abstract.find(f"{W}numStyleLink")
            if style is not None:
                linked[style.get(f"{W}val", "")] = name
            if link is not None:
                links[name] = link.get(f"{W}val", "")
        for num in numbering.findall(f"{W}num"):
            named = num.find(f"{W}abstractNumId")
            name = named.get(f"{W}val", "") if named is not None else ""
            name = linked.get(links.get(name, ""), name)
            levels, starts = dict(abstracts.get(name, {})), {}
            for override in num.findall(f"{W}lvlOverride"):
                at = int(override.get(f"{W}ilvl", "0") or 0)
                own, start = override.find(f"{W}lvl"), override.find(f"{W}startOverride")
                if own is not None:
                    levels[at] = _level(own)
                if start is not None:
                    starts[at] = _int(start, 1)
            result.lists[num.get(f"{W}numId", "")] = (name, levels, starts)
    if styles is not None:
        _read_styles(styles, result)
    return result


def _read_styles(styles: etree._Element, result: Numbering) -> None:
    found: dict[str, tuple[str | None, int | None, str]] = {}
    for style in styles.findall(f"{W}style"):
        name = style.get(f"{W}styleId", "")
        if style.get(f"{W}type") != "paragraph":
            continue
        if style.get(f"{W}default") in {"1", "true", "on"}:
            result.default_style = name
        properties, based = style.find(f"{W}pPr"), style.find(f"{W}basedOn")
        num, at = _num_pr(properties) if properties is not None else (None, None)
        found[name] = (num, at, based.get(f"{W}val", "") if based is not None else "")
    for name in found:
        num = at = None
        current, steps = name, 0
        while current in found and steps < 20 and num is None:
            num, own, above = found[current]
            at = own if at is None else at
            current, steps = above, steps + 1
        if num is None:
            continue
        levels = result.lists.get(num, ("", {}, {}))[1]
        by_link = next((n for n, level in levels.items() if level.style == name), None)
        result.styles[name] = (num, by_link if by_link is not None else (at or 0))


def _level(level: etree._Element) -> Level:
    def value(name: str, default: str) -> str:
        found = level.find(f"{W}{name}")
        return found.get(f"{W}val", default) if found is not None else default

    restart = level.find(f"{W}lvlRestart")
    legal = level.find(f"{W}isLgl")
    fmt = value("numFmt", "decimal")
    return Level(
        start=_int(level.find(f"{W}start"), 1),
        fmt=fmt,
        text=value("lvlText", "")[:40],
        suffix=value("suff", "tab"),
        style=value("pStyle", ""),
        restart=_int(restart) if restart is not None else None,
        legal=legal is not None and legal.get(f"{W}val") not in {"0", "false", "off"},
    )


def written(value: int, fmt: str) -> str:
    """A number in one of Word's formats; decimal for those no Chinese document uses."""
    if fmt in {
        "chineseCounting",
        "chineseCountingThousand",
        "taiwaneseCounting",
        "taiwaneseCountingThousand",
        "japaneseCounting",
        "ideographTraditionalCounting",
    }:
        return to_chinese(value)
    if fmt in {"ideographDigital", "taiwaneseDigital", "japaneseDigitalTenThousand", "koreanDigital"}:
        return "".join("〇一二三四五六七八九"[int(digit)] for digit in str(max(value, 0)))
    if fmt in {"decimalFullWidth", "decimalFullWidth2"}:
        return "".join(chr(ord("０") + int(digit)) for digit in str(max(value, 0)))
    if fmt in {"decimalEnclosedCircle", "decimalEnclosedCircleChinese"} and 1 <= value <= 20:
        return chr(ord("①") + value - 1)
    if fmt == "decimalEnclosedParen" and 1 <= value <= 20:
        return chr(ord("⑴") + value - 1)
    if fmt == "decimalEnclosedFullstop" and 1 <= value <= 20:
        return chr(ord("⒈") + value - 1)
    if fmt in {"upperLetter", "lowerLetter"} and value > 0:
        letter = chr(ord("A") + (value - 1) % 26) * ((value - 1) // 26 + 1)
        return letter if fmt == "upperLetter" else letter.lower()
    if fmt in {"upperRoman", "lowerRoman"} and 0 < value < 4000:
        roman = _roman(value)
        return roman if fmt == "upperRoman" else roman.lower()
    return "" if fmt == "none" else str(value)


def _roman(value: int) -> str:
    text = ""
    for size, letters in zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"),
        strict=True,
    ):
        text += letters * (value // size)
        value %= size
    return text
