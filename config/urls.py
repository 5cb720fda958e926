"""Every address of the product. Third-party views are listed one by one, each with its access."""

from __future__ import annotations

from django.urls import include, path

from config import errors, health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("", include("accounts.urls")),
    path("", include("branches.urls")),
    path("", include("plans.urls")),
    path("", include("tasks.urls")),
    path("", include("reviews.urls")),
]

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.not_found
handler500 = errors.server_error
