"""The product's settings with one page more: the empty view that other pages are measured against."""

from __future__ import annotations

from config.settings import *  # noqa: F403 (settings are a namespace)

ROOT_URLCONF = "bench.urls"
WSGI_APPLICATION = "bench.wsgi.application"
