"""Who may enter, and what they did."""

from accounts.models.audit import AuditEvent
from accounts.models.sent import SentForm
from accounts.models.user import AdminGrant, User

__all__ = ["AdminGrant", "AuditEvent", "SentForm", "User"]
