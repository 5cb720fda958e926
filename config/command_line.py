"""The door of ``manage.py``: what keeps a command from its work is said in one line, whichever command it is.

An error of our own making keeps its traceback; ``--traceback`` shows it for the others too.
"""

from __future__ import annotations

import gettext
import io
import sys

from django.core.management import execute_from_command_line
from django.db import DatabaseError, OperationalError, ProgrammingError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from config.env import BASE_DIR, Refused

#: Commands that set the database up: to run them first would be no help.
SETTING_UP = {"migrate", "up"}


def run(arguments: list[str]) -> None:
    """Run a command as ``manage.py`` does. Ends the process with one line and 1 when it is refused."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A console that lacks a character shows its code instead of failing in the middle of the work.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        execute_from_command_line(arguments)
    except Refused as refused:
        sys.exit(f"gongjian: {refused.said(_before_django)}")
    except DatabaseError as error:
        line = None if "--traceback" in arguments else _trouble(error, *arguments[1:2])
        if line is None:
            raise
        sys.exit(f"gongjian: {line}")


def _before_django(message: str) -> str:
    """In the site's language although there are no settings; English while the catalogue is not compiled."""
    catalogue = gettext.translation("django", BASE_DIR / "locale", languages=["zh_Hans"], fallback=True)
    return catalogue.gettext(message)


def _trouble(error: DatabaseError, command: str = "") -> str | None:
    """What is wrong with the database itself; ``None`` when the error is one of the program."""
    said = " ".join(str(error).split())
    try:
        connection.close()
        connection.ensure_connection()
    except DatabaseError:
        return _("DATABASE_URL: the database cannot be reached or opened (%(said)s).") % {"said": said}
    if command not in SETTING_UP and _lacks_something(error) and _is_behind():
        return _("The database cannot be read. Run migrate first.")
    if isinstance(error, OperationalError):
        return _("DATABASE_URL: the database refused (%(said)s).") % {"said": said}
    return None


def _lacks_something(error: DatabaseError) -> bool:
    """Whether a table or column is missing; SQLite says it with the same class as a full disk."""
    return isinstance(error, ProgrammingError) or any(
        words in str(error) for words in ("no such", "has no column")
    )


def _is_behind() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
