"""The environment: empty is enough in development, production refuses what is unsafe in one sentence."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from config.env import DEVELOPMENT_SECRET, Refused, read

ROOT = Path(__file__).resolve().parents[2]
SAFE = {"ENV": "production", "SECRET_KEY": "k" * 25 + "7" * 25, "ALLOWED_HOSTS": "gongjian.example.cn"}


def test_an_empty_environment_is_development_on_sqlite() -> None:
    env = read({})
    assert not env.production
    assert not env.https
    assert env.database_url.startswith("sqlite:///")
    assert env.site_url == "http://127.0.0.1:8000"


def test_a_safe_production_environment_is_read() -> None:
    env = read(SAFE)
    assert env.production
    assert env.https
    assert env.allowed_hosts == ["gongjian.example.cn"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": DEVELOPMENT_SECRET}, "SECRET_KEY is missing or a default one"),
        ({"SECRET_KEY": "django-insecure-" + "x" * 50}, "SECRET_KEY is missing or a default one"),
        ({"SECRET_KEY": "x" * 49}, "has 49 characters"),
        ({"DEBUG": "true"}, "DEBUG is on"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "gongjian.example.cn,*"}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS"),
        ({"ENV": "prod"}, "either development or production"),
        ({"PORT": "eighty"}, "PORT is 'eighty'"),
        ({"PORT": "65536"}, "PORT is '65536'"),
        ({"PASSWORD_PROFILE": "weak"}, "PASSWORD_PROFILE"),
    ],
)
def test_production_refuses_to_start_and_says_what_to_change(change: dict[str, str], said: str) -> None:
    with pytest.raises(Refused, match=said):
        read(SAFE | change)


def test_the_port_is_part_of_the_default_address_and_an_empty_value_is_the_default() -> None:
    assert read({"PORT": "8123"}).site_url == "http://127.0.0.1:8123"
    assert read({"PORT": ""}).port == 8000


def test_a_command_says_a_refusal_in_one_line_with_a_failing_code() -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "ENV": "production"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("gongjian: ENV=production refuses to start")
    assert done.stderr.count("\n") == 1


def test_the_example_names_exactly_what_is_read() -> None:
    example = (ROOT / ".env.example").read_text("utf-8")
    source = (ROOT / "config" / "env.py").read_text("utf-8")
    named = set(re.findall(r"^([A-Z_]+)=", example, re.MULTILINE))
    assert named == set(re.findall(r'(?:reader\.\w+\(|_number\(reader, )"([A-Z_]+)"', source))
