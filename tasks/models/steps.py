"""The steps of a ledger item, each one method: lock and re-read, check, change, write the history row."""

from __future__ import annotations


class ItemSteps:
    """Mixed into ``LedgerItem``."""
