"""Errors that may be raised before Django is there: English in themselves, in any language when they are said."""

from __future__ import annotations

from collections.abc import Callable


def gettext_noop(text: str) -> str:
    """Mark a text for the catalogue. Django's own marker would ask for the settings, which may be refused."""
    return text


class PlainError(Exception):
    """An error whose message, marked with ``gettext_noop``, can be put into another language afterwards."""

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message % values if values else message)
        self.message = message
        self.values = values

    def said(self, translate: Callable[[str], str]) -> str:
        """The message through ``translate``, with its values."""
        message = translate(self.message)
        return message % self.values if self.values else message
