"""What one measurement yields, and the means to take it: time, processor time, queries, peak memory."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection


@dataclass
class Sample:
    """One run. Seconds of wall clock and of processor; ``peak`` is resident memory in KiB, 0 when unknown."""

    seconds: float = 0.0
    cpu: float = 0.0
    queries: int = 0
    peak: int = 0
    statements: list[tuple[str, Any]] = field(default_factory=list)


@dataclass
class Series:
    """Several runs of the same thing."""

    samples: list[Sample]

    @property
    def median(self) -> float:
        return statistics.median(sample.seconds for sample in self.samples)

    @property
    def p95(self) -> float:
        ordered = sorted(sample.seconds for sample in self.samples)
        return ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]

    @property
    def cpu(self) -> float:
        return statistics.median(sample.cpu for sample in self.samples)

    @property
    def queries(self) -> int:
        return self.samples[-1].queries

    @property
    def peak(self) -> int:
        return max(sample.peak for sample in self.samples)


def _reset_peak() -> None:
    """Let the kernel count this process's peak from now on (Linux)."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return


def _peak() -> int:
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)


@contextmanager
def measured() -> Iterator[Sample]:
    """Fill a sample with what happens inside the block."""
    sample = Sample()

    def keep(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        sample.statements.append((sql, params))
        return execute(sql, params, many, context)

    _reset_peak()
    with connection.execute_wrapper(keep):
        started, cpu = time.perf_counter(), time.process_time()
        yield sample
        sample.seconds, sample.cpu = time.perf_counter() - started, time.process_time() - cpu
    sample.queries, sample.peak = len(sample.statements), _peak()
