"""Addresses of tasks."""

from __future__ import annotations

from django.urls import URLPattern, path

from tasks.views import (
    activities,
    activity_steps,
    decompose,
    evidence,
    inbox,
    item_forms,
    item_steps,
    items,
    ledgers,
    reminder_settings,
    todo,
)

_ledger: list[URLPattern] = [
    path("ledger/", items.items, name="items"),
    path("ledger/add/", item_forms.item_add, name="item_add"),
    path("ledger/export/", items.item_export, name="item_export"),
    path("ledger/urge/", items.items_urge, name="items_urge"),
    path("ledger/notices/", item_steps.item_notices, name="item_notices"),
    path("ledger/<int:pk>/", item_steps.item, name="item"),
    path("ledger/<int:pk>/edit/", item_forms.item_edit, name="item_edit"),
    path("ledger/<int:pk>/notice/", item_steps.item_notice, name="item_notice"),
    path("ledger/<int:pk>/<str:step>/", item_steps.item_step, name="item_step"),
    path("ledgers/", ledgers.ledgers, name="ledgers"),
    path("ledgers/<int:pk>/", ledgers.ledger_edit, name="ledger_edit"),
    path("decompose/", decompose.decompose_queue, name="decompose_queue"),
    path("decompose/<int:pk>/", decompose.decompose_measure, name="decompose"),
    path("todo/", todo.todo, name="todo"),
]

urlpatterns: list[URLPattern] = [*_ledger]

urlpatterns += [  # activities and their evidence
    path("activities/", activities.activities, name="activities"),
    path("activities/log/", activities.activity_log, name="activity_log"),
    path("activities/export/", activities.activity_export, name="activity_export"),
    path("activities/approve/", activity_steps.activities_approve, name="activities_approve"),
    path("activities/<int:pk>/", activities.activity, name="activity"),
    path("activities/<int:pk>/edit/", activities.activity_edit, name="activity_edit"),
    path("activities/<int:pk>/<slug:step>/", activity_steps.activity_step, name="activity_step"),
    path("evidence/<int:pk>/", evidence.evidence, name="evidence"),
    path("evidence/<int:pk>/remove/", evidence.evidence_remove, name="evidence_remove"),
]

urlpatterns += [  # reminders and their settings
    path("reminders/", inbox.inbox, name="inbox"),
    path("reminders/read/", inbox.reminders_read, name="reminders_read"),
    path("reminders/<int:pk>/", inbox.reminder, name="reminder"),
    path("reminders/<int:pk>/mark/", inbox.reminder_mark, name="reminder_mark"),
    path("reminders/settings/", reminder_settings.reminder_settings, name="reminder_settings"),
    path("reminders/settings/<int:pk>/switch/", reminder_settings.reminder_switch, name="reminder_switch"),
    path("reminders/settings/<int:pk>/rung/", reminder_settings.rung_add, name="rung_add"),
    path("reminders/rungs/<int:pk>/remove/", reminder_settings.rung_remove, name="rung_remove"),
    path("reminders/dry-run/", reminder_settings.reminder_dry_run, name="reminder_dry_run"),
    path("reminders/digests/<int:pk>/retry/", reminder_settings.delivery_retry, name="delivery_retry"),
    path("reminders/calendar/", reminder_settings.calendar_days, name="calendar_days"),
    path(
        "reminders/calendar/<int:pk>/remove/",
        reminder_settings.calendar_day_remove,
        name="calendar_day_remove",
    ),
]
