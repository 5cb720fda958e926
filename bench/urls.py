"""The product's addresses and the empty view."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from common.access import Role, allow
from config.urls import handler400, handler403, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


@allow(Role.SIGNED_IN)
def empty(request: HttpRequest) -> HttpResponse:
    """The frame of every page (session, roles, navigation) around nothing."""
    return render(request, "base.html")


urlpatterns = [path("bench/empty", empty, name="bench_empty"), *urlpatterns]
