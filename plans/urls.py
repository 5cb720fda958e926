"""Addresses of plans."""

from __future__ import annotations

from django.urls import URLPattern, path

from plans.views import requirements

urlpatterns: list[URLPattern] = []

urlpatterns += [  # standing requirements and kinds of activity
    path("requirements/", requirements.requirements, name="requirements"),
    path("requirements/add/", requirements.requirement_add, name="requirement_add"),
    path("requirements/<int:pk>/edit/", requirements.requirement_edit, name="requirement_edit"),
    path("requirements/<int:pk>/exempt/", requirements.exemption_add, name="exemption_add"),
    path("exemptions/<int:pk>/end/", requirements.exemption_end, name="exemption_end"),
    path("activity-kinds/add/", requirements.kind_add, name="kind_add"),
    path("activity-kinds/<int:pk>/edit/", requirements.kind_edit, name="kind_edit"),
]
