"""What reading a spreadsheet came to: rows to be made, rows already there, errors by row and column."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from branches.importing.sheet import Column, Row

#: How many errors a page lists; the rest is counted.
SHOWN = 200


def deactivated(row: Any) -> str:
    """The refusal of a row about someone or something deactivated; the pages refuse it as well."""
    return _("%(name)s is deactivated. Reactivate first.") % {"name": row}


@dataclass(frozen=True)
class RowError:
    """What is wrong with one cell, and what to do."""

    row: int
    column: str
    message: str


@dataclass
class Outcome:
    """``made`` counts new rows by the noun shown to the reader; ``unchanged`` those already there."""

    made: dict[str, int] = field(default_factory=dict)
    unchanged: int = 0
    errors: list[RowError] = field(default_factory=list)
    preview: list[list[str]] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return not self.errors

    @property
    def nothing(self) -> bool:
        """Everything in the file is already there."""
        return self.good and not any(self.made.values())

    @property
    def shown(self) -> list[RowError]:
        return sorted(self.errors, key=lambda error: error.row)[:SHOWN]

    @property
    def hidden(self) -> int:
        return max(0, len(self.errors) - SHOWN)


class Checker:
    """Reads the cells of one row after another and collects what is wrong."""

    def __init__(self, columns: tuple[Column, ...], outcome: Outcome) -> None:
        self.headings = {column.key: str(column.heading) for column in columns}
        self.outcome = outcome

    def wrong(self, row: Row, key: str, message: str) -> None:
        self.outcome.errors.append(RowError(row.number, self.headings[key], message))

    def text(self, row: Row, key: str, longest: int, *, required: bool = False) -> str:
        """A text of limited length, as it was typed."""
        value = row[key]
        if key in row.changed:
            message = _("The spreadsheet made “%(value)s” of what was typed. Format the column as text.")
            self.wrong(row, key, message % {"value": value})
        if required and not value:
            self.wrong(row, key, _("This cell is empty. Fill it in."))
        if len(value) > longest:
            self.wrong(row, key, _("At most %(count)s characters.") % {"count": longest})
        return value

    def email(self, row: Row, key: str) -> str:
        value = self.text(row, key, 254)
        try:
            if value:
                validate_email(value)
        except ValidationError:
            self.wrong(row, key, _("This is not an e-mail address."))
        return value

    def read(self, row: Row, key: str, reader: Callable[[str], Any], empty: Any = None) -> Any:
        """The cell through a reader that raises ``ValueError``; ``empty`` for an empty cell."""
        if not row[key]:
            return empty
        try:
            return reader(row[key])
        except ValueError as error:
            self.wrong(row, key, str(error))
            return empty
