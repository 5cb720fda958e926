"""What a person decided on a draft. The parser is given them again, so a draft is source + decisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any


@dataclass(frozen=True)
class Decisions:
    """All keyed by line numbers of the source, which never change."""

    #: Lines that stay a paragraph of their own though they look like the rest of a sentence.
    apart: frozenset[int] = frozenset()
    #: Lines left out by the parser that belong to the text after all.
    kept: frozenset[int] = frozenset()
    #: Heading level 1 to 4 of a line; 0: running text.
    levels: Mapping[int, int] = field(default_factory=dict)
    titles: Mapping[int, str] = field(default_factory=dict)
    #: Kind of a clause by its line, of a goal or duty by its key.
    kinds: Mapping[str, str] = field(default_factory=dict)
    #: Warnings and joins looked at and left as they are (``join:24``, ``ends_in_comma:33``).
    seen: frozenset[str] = frozenset()

    def to_json(self) -> dict[str, Any]:
        return {
            f.name: sorted(value) if isinstance(value, frozenset) else {str(k): v for k, v in value.items()}
            for f in fields(self)
            for value in [getattr(self, f.name)]
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Decisions:
        return cls(
            apart=frozenset(map(int, data.get("apart", ()))),
            kept=frozenset(map(int, data.get("kept", ()))),
            levels={int(k): int(v) for k, v in data.get("levels", {}).items()},
            titles={int(k): str(v) for k, v in data.get("titles", {}).items()},
            kinds={str(k): str(v) for k, v in data.get("kinds", {}).items()},
            seen=frozenset(map(str, data.get("seen", ()))),
        )
