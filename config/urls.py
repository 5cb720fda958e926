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

# PENDING-BEGIN (removed once every slice has its pages)
from django.http import HttpResponse  # noqa: E402
from django.urls import get_resolver  # noqa: E402,F401

from common.access import allow_open  # noqa: E402


@allow_open("pending")
def _pending(request):  # type: ignore
    return HttpResponse("pending")


def _names(patterns):  # type: ignore
    for p in patterns:
        if hasattr(p, "url_patterns"):
            yield from _names(p.url_patterns)
        else:
            yield p.name


_have = set(_names(urlpatterns))
for _n in "home dashboard desk me inbox todo accounts plans decompose_queue items teams organizations people activity_log activities requirements review_rounds more".split():
    if _n not in _have:
        urlpatterns.append(path(f"pending/{_n}/", _pending, name=_n))
for _n in "organization person plan item activity team vanguard_post measure".split():
    if _n not in _have:
        urlpatterns.append(path(f"pending/{_n}/<int:pk>/", _pending, name=_n))
# PENDING-END
