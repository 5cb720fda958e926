"""The table: one line for each measurement and size, then the ratios that were promised."""

from __future__ import annotations

import os
import platform

from bench.figures import Series

Lines = dict[str, tuple[Series, Series | None]]
EMPTY = "empty signed-in view"
HEAD = (
    f"{'items':>8}  {'what':<30} {'median ms':>10} {'p95 ms':>9} {'CPU ms':>9} {'queries':>8} {'peak MB':>8}"
    f"  {'× empty':>8} {'× bare':>7}"
)


def print_table(vendor: str, results: dict[int, Lines]) -> None:
    """Print everything; nothing here decides whether it is good enough."""
    print(f"\n{vendor}, {os.cpu_count()} processors, Python {platform.python_version()}, one web worker\n")
    print(HEAD)
    print("-" * len(HEAD))
    for size, lines in results.items():
        empty = lines[EMPTY][0].median
        for what, (series, bare) in lines.items():
            against = f"{series.median / bare.median:7.1f}" if bare else " " * 7
            print(
                f"{size:>8}  {what:<30} {series.median * 1000:10.1f} {series.p95 * 1000:9.1f} "
                f"{series.cpu * 1000:9.1f} {series.queries:8d} {series.peak / 1024:8.0f}  "
                f"{series.median / empty:8.1f} {against}"
            )
    print("\n× empty: against the empty signed-in view of the same run.")
    print("× bare: against the page's own statements, one INSERT … SELECT, or the bare writer.\n")
    for line in promises(results):
        print(line)


def promises(results: dict[int, Lines]) -> list[str]:
    """The ratios with a target, each with what was measured."""
    few, many = min(results), max(results)

    def ratio(above: tuple[int, str], below: tuple[int, str]) -> float:
        return results[above[0]][above[1]][0].median / results[below[0]][below[1]][0].median

    planned, inserted = results[many]["reminders of every open item"]
    peaks = {size: lines["ledger as XLSX"][0].peak / 1024 for size, lines in results.items()}
    rows = [
        ("ledger's first page / empty view", ratio((many, "ledger, first page"), (many, EMPTY)), 4.0),
        (
            "ledger's last page / first page",
            ratio((many, "ledger, last page"), (many, "ledger, first page")),
            1.5,
        ),
        (f"dashboard at {many} / at {few}", ratio((many, "dashboard"), (few, "dashboard")), 5.0),
    ]
    if inserted:
        rows.append(("planning / bare INSERT … SELECT", planned.median / inserted.median, 2.0))
    said = [f"{name:<40} {value:6.2f}   (target ≤ {target:g})" for name, value, target in rows]
    flat = f"{peaks[many]:.0f} MB at {many} items, {peaks[few]:.0f} MB at {few}"
    return [*said, f"{'memory of the ledger export':<40} {flat}   (target: flat)"]
