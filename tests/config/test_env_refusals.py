"""The environment: empty is enough in development, production refuses what is unsafe in one sentence."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from config.env import DEVELOPMENT_SECRET, Refused, make_folder, read

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
        ({"ENV": "prod"}, "ENV is 'prod'; it is one of: development, production"),
        ({"PORT": "eighty"}, "PORT is 'eighty'"),
        ({"PORT": "65536"}, "PORT is '65536'"),
        ({"PASSWORD_PROFILE": "weak"}, "PASSWORD_PROFILE"),
    ],
)
def test_production_refuses_to_start_and_says_what_to_change(change: dict[str, str], said: str) -> None:
    with pytest.raises(Refused, match=said):
        read(SAFE | change)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "foo://host/name"),
        ("DATABASE_URL", "mysql://user:hunter2@host/name"),
        ("DATABASE_URL", "gongjian.sqlite3"),
        ("DATABASE_URL", "postgres://user:hunter2@host"),
        ("DATABASE_URL", "postgres://user:hunter2@host:port/name"),
        ("REDIS_URL", "foo"),
        ("REDIS_URL", "redis:6379"),
        ("REDIS_URL", "http://:hunter2@host"),
        ("REDIS_URL", "redis://:hunter2@host:port/0"),
        ("REDIS_URL", "redis://:hunter2@host/first"),
        ("EMAIL_URL", "foo"),
        ("EMAIL_URL", "smtp://"),
        ("EMAIL_URL", "smtp://user:hunter2@host:port"),
        ("EMAIL_URL", "filemail://"),
        ("EMAIL_FROM", "office"),
        ("DEBUG", "xyz"),
        ("HTTPS", "zz"),
        ("LOG_LEVEL", "loud"),
        ("SITE_URL", "gongjian.example.cn"),
        ("SITE_URL", "ftp://gongjian.example.cn"),
        ("SITE_URL", "https://[gongjian"),
        ("PORT", "0"),
        ("TRUSTED_PROXIES", "-1"),
        ("FONT_DIR", "/nowhere/at/all"),
        ("CSRF_TRUSTED_ORIGINS", "gongjian.example.cn"),
        ("SECRET_KEY_FILE", "/nowhere/at/all"),
        ("ENV", ""),
    ],
)
def test_a_value_that_cannot_be_read_is_refused_by_name_without_its_password(name: str, value: str) -> None:
    with pytest.raises(Refused, match=f"^{name}") as refused:
        read({name: value})
    assert "hunter2" not in str(refused.value) and "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////var/lib/gongjian.sqlite3",
        "sqlite://:memory:",
        "postgres://user:p%40ss@127.0.0.1:5432/gongjian?sslmode=require",
        "postgresql:///gongjian",
        "postgres://user:pa#ss@host/gongjian",
        "postgres://user@one:5432,two:5432/gongjian",
    ],
)
def test_a_database_address_that_is_understood_is_not_refused(url: str) -> None:
    assert read({"DATABASE_URL": url}).database_url == url


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("redis_url", "redis://127.0.0.1:6379/15"),
        ("redis_url", "rediss://:secret@redis.example.cn"),
        ("email_url", "smtp+tls://user:secret@mail.example.cn:587"),
        ("email_url", "filemail:////var/mail"),
        ("email_from", "党委办公室 <office@example.cn>"),
        ("site_url", "https://gongjian.example.cn"),
        ("log_level", "WARNING"),
    ],
)
def test_what_is_understood_is_read(name: str, value: str) -> None:
    assert getattr(read({name.upper(): value}), name) == value


@pytest.mark.parametrize(("text", "value"), [("true", True), ("Yes", True), ("1", True), ("off", False)])
def test_a_switch_is_read_in_the_usual_words(text: str, value: bool) -> None:
    assert read({"DEBUG": text, "HTTPS": text}).debug is value
    assert read({"HTTPS": text}).https is value


def test_an_empty_value_is_the_default() -> None:
    empty = dict.fromkeys(("DEBUG", "HTTPS", "DATABASE_URL", "EMAIL_URL", "SITE_URL", "VAR_DIR"), "")
    assert read(empty) == read({})
    assert read(SAFE | {"HTTPS": ""}).https


def test_a_secret_may_stand_in_a_file_with_a_line_end(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("s" * 60 + "\n")
    assert read({"SECRET_KEY_FILE": str(tmp_path / "key")}).secret_key == "s" * 60


@pytest.mark.parametrize("there", [True, False])
def test_a_folder_that_cannot_be_written_is_refused_by_the_name_of_its_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    folder = tmp_path if there else tmp_path / "file" / "var"
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(Refused, match="^VAR_DIR: the folder"):
        make_folder(folder)


def test_a_refusal_can_be_said_in_another_language() -> None:
    refused = Refused("%(name)s is %(text)r.", name="DEBUG", text="xyz")
    assert str(refused) == "DEBUG is 'xyz'."
    assert (
        refused.said({"%(name)s is %(text)r.": "%(name)s 的值是 %(text)r。"}.__getitem__)
        == "DEBUG 的值是 'xyz'。"
    )


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
    assert done.stderr.startswith("gongjian: ENV=production 拒绝启动")
    assert done.stderr.count("\n") == 1


def test_the_example_names_exactly_what_is_read() -> None:
    example = (ROOT / ".env.example").read_text("utf-8")
    source = (ROOT / "config" / "env.py").read_text("utf-8")
    named = set(re.findall(r"^([A-Z_]+)=", example, re.MULTILINE))
    assert named == set(re.findall(r'reader\.\w+\(\s*"([A-Z_]+)"', source))
