"""A pytest plugin for the run that has every service (``-p tests.ci_skips``): there a skip is a failure.

Without it a test marked ``postgres`` or ``redis`` skips itself on a bare machine. Where both answer, a skip
would be a promise that nobody tests.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

SERVICES = ("postgres", "redis")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[Any]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn the skip of a service test into a failure that says so."""
    report = yield
    service = next((name for name in SERVICES if item.get_closest_marker(name)), None)
    if service and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped although {service} is there: {report.longrepr}"
    return report
