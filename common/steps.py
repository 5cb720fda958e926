"""What a step says when it does not happen."""

from __future__ import annotations


class StepRefused(Exception):  # noqa: N818 (it names what happened, not a fault)
    """The step is not possible now (wrong state, a rule of the domain). The text is for the reader."""


class StepForbidden(StepRefused):
    """The step exists, but not for this person. A view answers 403."""


class Stale(StepRefused):
    """Someone changed the row since the form was shown. A view answers 409 and shows both texts."""
