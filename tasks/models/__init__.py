"""What is being done: ledgers and their items, activities and evidence, reminders."""

from tasks.models.activity import Activity, ActivityEvent, Attendance, FirstAgendaItem
from tasks.models.calendar import CalendarDay
from tasks.models.evidence import Evidence
from tasks.models.item import ItemEvent, LedgerItem
from tasks.models.ledger import Ledger
from tasks.models.progress import Extension, ProgressReport, Urge
from tasks.models.reminder import Delivery, Notification, ReminderRule, ReminderRung

__all__ = [
    "Activity",
    "ActivityEvent",
    "Attendance",
    "CalendarDay",
    "Delivery",
    "Evidence",
    "Extension",
    "FirstAgendaItem",
    "ItemEvent",
    "Ledger",
    "LedgerItem",
    "Notification",
    "ProgressReport",
    "ReminderRule",
    "ReminderRung",
    "Urge",
]
