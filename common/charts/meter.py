"""Meter: a black bar for what was accepted, a tick for the expected pace, and always the sentence."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

#: Differences below this many points are not worth a word.
NOTICEABLE = 3


@dataclass(frozen=True)
class Meter:
    """``accepted`` and ``expected`` in percent; ``expected`` is ``None`` where no pace applies."""

    accepted: int
    expected: int | None
    tick: float
    label: str
    ahead: int
    behind: int


def meter(accepted: int, expected: int | None) -> Meter:
    difference = 0 if expected is None else accepted - expected
    said = {"accepted": accepted, "expected": expected}
    return Meter(
        accepted=max(0, min(100, accepted)),
        expected=expected,
        tick=0.0 if expected is None else max(0.0, min(99.4, expected - 0.35)),
        label=_("Accepted %(accepted)s%%") % said
        if expected is None
        else _("Expected %(expected)s%%, accepted %(accepted)s%%") % said,
        ahead=difference if difference >= NOTICEABLE else 0,
        behind=-difference if difference <= -NOTICEABLE else 0,
    )
