"""Own commands speak the site's language: Chinese unless English is active, in what they print and in --help."""

from __future__ import annotations

import io
import re

import pytest
from django.core.management import CommandError, call_command, get_commands, load_command_class
from django.utils import translation

from accounts.models import User
from common.commands import SiteCommand
from tasks.models import ReminderRule
from tests.config.test_command_line import OWN
from tests.tasks.reminding import THURSDAY, add_item

CHINESE = re.compile(r"[\u4e00-\u9fff]")
#: Latin words that stay in Chinese: names of settings, options and formats.
ENGLISH = re.compile(r"\b(the|of|is|was|created|planned|sent|with|from|password|Run|empty|place|looked)\b")
OWN_COMMANDS = sorted(name for name, app in get_commands().items() if app in OWN)


def told(language: str, name: str, *arguments: str) -> str:
    """What a command prints, or says when it refuses."""
    out = io.StringIO()
    with translation.override(language):
        try:
            call_command(
                name, *(text.format(language=language) for text in arguments), stdout=out, stderr=out
            )
        except CommandError as refused:
            out.write(str(refused))
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("create_account", ["office-{language}", "--name", "Li", "--role", "office"]),
        ("create_account", ["admin-{language}", "--name", "Li", "--role", "audit_admin"]),
        ("create_account", ["taken", "--name", "Li", "--role", "office"]),
        ("seed_demo", []),
        ("seed_demo", ["--on", "soon"]),
        ("seed_demo", ["--on", "1999-01-01"]),
        ("send_reminders", ["--on", "2026-06-18"]),
        ("send_reminders", ["--on", "2026-06-18", "--dry-run"]),
        ("send_reminders", ["--on", "x"]),
        ("recompute_lights", []),
        ("recompute_lights", ["--dry-run"]),
        ("compile_catalogues", []),
        ("export_review", ["--year", "2025", "--format", "docx", "--out", "x"]),
        ("import_plan", ["nowhere.txt"]),
    ],
)
def test_what_a_command_says_is_in_the_language_of_the_site(db, name: str, arguments: list[str]) -> None:
    User.objects.create_user(username="taken", display_name="Li")
    chinese = told("zh-hans", name, *arguments)
    assert all(CHINESE.search(line) for line in chinese.splitlines()) and chinese
    assert not ENGLISH.search(chinese), chinese
    english = told("en", name, *arguments)
    assert ENGLISH.search(english) and english != chinese


def test_the_reminders_are_counted_in_both_languages(institute) -> None:
    ReminderRule.objects.exclude(subject="item").update(active=False)
    add_item(institute, THURSDAY)
    would = told("zh-hans", "send_reminders", "--on", "2026-06-18", "--dry-run")
    assert "（今日到期；您是责任人" in would and "将安排 1 条提醒。" in would
    said = told("en", "send_reminders", "--on", "2026-06-18")
    assert "2026-06-18  1 reminder planned, 1 digest sent." in said
    again = told("zh-hans", "send_reminders", "--on", "2026-06-18")
    assert "已安排 0 条提醒，已发送 0 封汇总邮件。" in again


def test_the_demo_speaks_too_and_production_refuses_it(db, settings) -> None:
    settings.PRODUCTION = True
    assert "ENV=production 拒绝生成示例数据" in told("zh-hans", "seed_demo")
    assert "ENV=production refuses demo data" in told("en", "seed_demo")


@pytest.mark.parametrize("name", OWN_COMMANDS)
def test_help_is_in_the_language_of_the_site(name: str) -> None:
    command = load_command_class(get_commands()[name], name)
    assert isinstance(command, SiteCommand)
    options = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            parser = load_command_class(get_commands()[name], name).create_parser("manage.py", name)
        own = [action.help for action in parser._actions if action.dest not in DJANGOS and action.help]
        options[language] = [str(parser.description), *own]
    assert all(CHINESE.search(text) for text in options["zh-hans"])
    assert not any(CHINESE.search(text) for text in options["en"])


DJANGOS = {
    "help",
    "version",
    "verbosity",
    "settings",
    "pythonpath",
    "traceback",
    "no_color",
    "force_color",
    "skip_checks",
}
