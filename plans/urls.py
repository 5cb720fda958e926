"""Addresses of plans."""

from __future__ import annotations

from django.urls import URLPattern, path

from plans.views import drafts, plans, requirements

urlpatterns: list[URLPattern] = [
    path("plans/", plans.plans, name="plans"),
    path("plans/import/", drafts.plan_import, name="plan_import"),
    path("plans/drafts/<int:pk>/", drafts.plan_draft, name="plan_draft"),
    path("plans/drafts/<int:pk>/decide/", drafts.plan_draft_decide, name="plan_draft_decide"),
    path("plans/drafts/<int:pk>/lines/<int:line>/", drafts.plan_draft_line, name="plan_draft_line"),
    path("plans/drafts/<int:pk>/about/", drafts.plan_draft_head, name="plan_draft_head"),
    path("plans/drafts/<int:pk>/confirm/", drafts.plan_draft_confirm, name="plan_draft_confirm"),
    path("plans/drafts/<int:pk>/discard/", drafts.plan_draft_discard, name="plan_draft_discard"),
    path("plans/<int:pk>/document/", plans.plan_document, name="plan_document"),
    path("plans/<int:pk>/correct/", plans.plan_correct, name="plan_correct"),
    path("plans/<int:pk>/withdraw/", plans.plan_withdraw, name="plan_withdraw"),
    path("clauses/<int:pk>/correct/", plans.clause_correct, name="clause_correct"),
]

urlpatterns += [  # standing requirements and kinds of activity
    path("requirements/", requirements.requirements, name="requirements"),
    path("requirements/add/", requirements.requirement_add, name="requirement_add"),
    path("requirements/<int:pk>/edit/", requirements.requirement_edit, name="requirement_edit"),
    path("requirements/<int:pk>/exempt/", requirements.exemption_add, name="exemption_add"),
    path("exemptions/<int:pk>/end/", requirements.exemption_end, name="exemption_end"),
    path("activity-kinds/add/", requirements.kind_add, name="kind_add"),
    path("activity-kinds/<int:pk>/edit/", requirements.kind_edit, name="kind_edit"),
]
