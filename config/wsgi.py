"""The WSGI door that gunicorn opens."""

from __future__ import annotations

import os
import sys

from django.core.checks import Tags, run_checks
from django.core.wsgi import get_wsgi_application
from django.db import DatabaseError, connections

#: gunicorn gives up instead of starting the worker again when its process ends with this.
NEVER_BOOTS = 3


def refuse_unfit_database() -> None:
    """End the process with one line where the database must not be served.

    A database that is away or not migrated has nobody to serve yet: the site says so itself.
    """
    try:
        refusals = run_checks(tags=[Tags.database], databases=["default"])
    except DatabaseError:
        refusals = []
    finally:
        connections.close_all()
    if serious := [str(refusal.msg) for refusal in refusals if refusal.is_serious()]:
        sys.stderr.write(f"gongjian: {' '.join(serious)}\n")
        sys.exit(NEVER_BOOTS)


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()
refuse_unfit_database()
