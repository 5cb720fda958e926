"""Looking at a page: what its form says, in English."""

from __future__ import annotations

from typing import Any

from django.utils import translation


def errors(page: Any, field: str) -> str:
    """The errors beside one field (``__all__``: above the form) of the page's form."""
    with translation.override("en"):
        return " ".join(str(error) for error in page.context["form"].errors.get(field, []))
