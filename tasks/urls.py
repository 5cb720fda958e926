"""Addresses of tasks."""

from __future__ import annotations

from django.urls import URLPattern, path

from tasks.views import activities, activity_steps, evidence, item_forms, item_steps, items, ledgers

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
    path("ledgers/<int:pk>/", ledgers.ledgers, name="ledger_edit"),
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
