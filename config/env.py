"""The only reader of the environment.

In development every value has a default, so each ``manage.py`` command works with an empty
environment. ``ENV=production`` makes it strict: a missing, short or default secret, ``DEBUG``,
``ALLOWED_HOSTS=*`` or demo accounts refuse the start with one plain sentence.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
DEVELOPMENT_SECRET = "development-only-secret-key-never-for-production-0123456789"  # noqa: S105 (refused in production)
MINIMUM_SECRET_LENGTH = 50


class Refused(ImproperlyConfigured):
    """The environment is refused; the message is one sentence that says what to change."""


@dataclass(frozen=True)
class Env:
    """What the environment says, typed. Durations in seconds, sizes in bytes."""

    production: bool
    debug: bool
    secret_key: str
    allowed_hosts: list[str]
    csrf_trusted_origins: list[str]
    database_url: str
    redis_url: str
    site_name: str
    email_url: str
    email_from: str
    var_dir: Path
    font_dir: str
    https: bool
    password_profile: str
    site_url: str
    trusted_proxies: int
    port: int
    log_level: str


def _refuse(problem: str) -> None:
    raise Refused(f"ENV=production refuses to start: {problem}")


def _check_production(env: Env) -> None:
    if env.secret_key == DEVELOPMENT_SECRET or "insecure" in env.secret_key:
        _refuse("SECRET_KEY is missing or a default one. Set a random SECRET_KEY of 50 characters or more.")
    if len(env.secret_key) < MINIMUM_SECRET_LENGTH:
        _refuse(f"SECRET_KEY has {len(env.secret_key)} characters. Use {MINIMUM_SECRET_LENGTH} or more.")
    if env.debug:
        _refuse("DEBUG is on. Unset DEBUG.")
    if not env.allowed_hosts or "*" in env.allowed_hosts:
        _refuse("ALLOWED_HOSTS must name the hosts this site answers to, and may not be *.")


def _number(reader: environ.Env, name: str, default: int) -> int:
    text = reader.str(name, default="") or str(default)
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise Refused(f"{name} is {text!r}; it is a whole number from 0 to 65535.")
    return int(text)


def read(environment: Mapping[str, str] | None = None) -> Env:
    """Read and check the environment. Raises ``Refused``."""
    if environment is None and (BASE_DIR / ".env").is_file():
        # Into os.environ, below what is already set there, so that child processes agree with us.
        environ.Env.read_env(str(BASE_DIR / ".env"))
    reader = environ.FileAwareEnv()
    reader.ENVIRON = dict(os.environ if environment is None else environment)
    kind = reader.str("ENV", default="development")
    if kind not in {"development", "production"}:
        raise Refused(f"ENV is {kind!r}; it is either development or production.")
    production = kind == "production"
    var_dir = Path(reader.str("VAR_DIR", default=str(BASE_DIR / "var"))).resolve()
    profile = reader.str("PASSWORD_PROFILE", default="gb22239")
    if profile not in {"gb22239", "asvs"}:
        raise Refused(f"PASSWORD_PROFILE is {profile!r}; it is either gb22239 or asvs.")
    port = _number(reader, "PORT", 8000)
    env = Env(
        production=production,
        debug=reader.bool("DEBUG", default=False),
        secret_key=reader.str("SECRET_KEY", default=DEVELOPMENT_SECRET),
        allowed_hosts=reader.list("ALLOWED_HOSTS", default=[] if production else ["*"]),
        csrf_trusted_origins=reader.list("CSRF_TRUSTED_ORIGINS", default=[]),
        database_url=reader.str("DATABASE_URL", default="") or f"sqlite:///{var_dir / 'gongjian.sqlite3'}",
        redis_url=reader.str("REDIS_URL", default=""),
        site_name=reader.str("SITE_NAME", default="清岚半导体研究所"),
        email_url=reader.str("EMAIL_URL", default="") or "consolemail://",
        email_from=reader.str("EMAIL_FROM", default="gongjian@localhost"),
        var_dir=var_dir,
        font_dir=reader.str("FONT_DIR", default=""),
        https=reader.bool("HTTPS", default=production),
        password_profile=profile,
        site_url=reader.str("SITE_URL", default=f"http://127.0.0.1:{port}"),
        trusted_proxies=_number(reader, "TRUSTED_PROXIES", 0),
        port=port,
        log_level=reader.str("LOG_LEVEL", default="INFO"),
    )
    if production:
        _check_production(env)
    return env
