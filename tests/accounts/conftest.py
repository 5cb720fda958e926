"""Counters of failures begin at nothing in every test."""

from __future__ import annotations

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _no_counters() -> None:
    cache.clear()
