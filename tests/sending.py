"""Sending a form as a browser does."""

from __future__ import annotations

from typing import Any
from uuid import uuid4


def anew(data: dict[str, Any]) -> dict[str, Any]:
    """The same words in a form opened anew: it carries a token of its own."""
    return {**data, "token": str(uuid4())}
