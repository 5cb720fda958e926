"""A site that begins today owes nothing for the months before: what ships is followed from this month on.

A site that already has organizations keeps its dates.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations
from django.utils import timezone


def begin(apps: Any, schema_editor: Any) -> None:
    if not apps.get_model("branches", "Organization").objects.exists():
        first = timezone.localdate().replace(day=1)
        apps.get_model("plans", "Requirement").objects.update(effective_from=first)


class Migration(migrations.Migration):
    dependencies = [("branches", "0001_initial"), ("plans", "0002_default_kinds_and_requirements")]

    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
