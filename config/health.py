"""Two questions that machines ask: is the process alive, and can it do its work?"""

from __future__ import annotations

import tempfile
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common.access import allow_open


@allow_open("A load balancer has no account; the answer tells nothing but that the process runs.")
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 as long as the process can answer at all; touches nothing."""
    return HttpResponse("ok", content_type="text/plain")


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        executor = MigrationExecutor(connection)
        behind = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return "unreachable"
    return "not migrated" if behind else "ok"


def _files() -> str:
    try:
        settings.PRIVATE_FILES_DIR.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.PRIVATE_FILES_DIR) as probe:
            probe.write(b"ok")
    except OSError:
        return "not writable"
    return "ok"


CHECKS: dict[str, Callable[[], str]] = {"database": _database, "files": _files}


@allow_open("A load balancer has no account; the answer names no host, version or figure.")
@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers and is migrated and files can be stored, else 503 with what is wrong.

    The broker is not asked: pages work without it and the sweeps catch up.
    """
    report = {name: check() for name, check in CHECKS.items()}
    return JsonResponse(report, status=200 if set(report.values()) == {"ok"} else 503)
