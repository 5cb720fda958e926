"""The steps of an activity: submit, approve, return, unlock, withdraw."""

from __future__ import annotations


class ActivitySteps:
    """Mixed into ``Activity``."""
