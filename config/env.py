"""The only reader of the environment.

In development every value has a default, so each ``manage.py`` command works with an empty
environment. A value that cannot be read is refused with one sentence that names the setting and what it may
be, never the value of a secret. ``ENV=production`` is strict besides: a missing, short or default secret,
``DEBUG``, ``ALLOWED_HOSTS=*`` or demo accounts refuse the start.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from common.plain import PlainError, gettext_noop

BASE_DIR = Path(__file__).resolve().parent.parent
DEVELOPMENT_SECRET = "development-only-secret-key-never-for-production-0123456789"  # noqa: S105 (refused in production)
MINIMUM_SECRET_LENGTH = 50
YES, NO = {"true", "yes", "on", "1"}, {"false", "no", "off", "0"}
DATABASES = {"sqlite", "postgres", "postgresql", "psql", "pgsql"}


class Refused(PlainError, ImproperlyConfigured):  # noqa: N818 (it is what the environment is)
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


class Reader:
    """Reads one value after another; an empty value is the default, one that cannot be read is ``Refused``."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._reader = environ.FileAwareEnv()
        self._reader.ENVIRON = environ.FileAwareMapping(env=dict(environment))

    def text(self, name: str, default: str = "") -> str:
        try:
            return str(self._reader.str(name, default="")).strip() or default
        except (OSError, UnicodeDecodeError) as error:
            message = gettext_noop("%(name)s_FILE: the file cannot be read (%(error)s).")
            raise Refused(message, name=name, error=error) from error

    def listed(self, name: str, default: list[str]) -> list[str]:
        """Values separated by commas."""
        return [part.strip() for part in self.text(name).split(",") if part.strip()] or default

    def flag(self, name: str, default: bool) -> bool:
        text = self.text(name).casefold()
        if text and text not in YES | NO:
            raise Refused(gettext_noop("%(name)s is %(text)r; it is true or false."), name=name, text=text)
        return text in YES if text else default

    def choice(self, name: str, *allowed: str) -> str:
        """One of a few words; the first is the default where the setting is missing, not where it is empty."""
        text = self.text(name, "" if name in self._reader.ENVIRON else allowed[0])
        if text not in allowed:
            message = gettext_noop("%(name)s is %(text)r; it is one of: %(allowed)s.")
            raise Refused(message, name=name, text=text, allowed=", ".join(allowed))
        return text

    def number(self, name: str, default: int, least: int = 0) -> int:
        text = self.text(name, str(default))
        if not text.isascii() or not text.isdigit() or not least <= int(text) <= 65535:
            message = gettext_noop("%(name)s is %(text)r; it is a whole number from %(least)s to 65535.")
            raise Refused(message, name=name, text=text, least=least)
        return int(text)

    def address(
        self, name: str, default: str, shapes: str, fits: Callable[[str, SplitResult], object]
    ) -> str:
        """An address that ``fits``. What was given is not repeated: it may hold a password."""
        text = self.text(name, default)
        try:
            good = not text or ("://" in text and fits(text, urlsplit(text)))
        except (ValueError, ImproperlyConfigured):  # a port that is no number, a bracket that is not closed
            good = False
        if not good:
            message = gettext_noop("%(name)s cannot be read; it looks like one of: %(shapes)s.")
            raise Refused(message, name=name, shapes=shapes)
        return text


def _database(text: str, url: SplitResult) -> bool:
    return url.scheme in DATABASES and bool(environ.Env.db_url_config(text)["NAME"])


def _redis(text: str, url: SplitResult) -> bool:
    number = url.path.strip("/")
    return url.scheme in {"redis", "rediss"} and url.port != 0 and (not number or number.isdecimal())


def _email(text: str, url: SplitResult) -> bool:
    config = environ.Env.email_url_config(text)
    needed = {"smtp": "EMAIL_HOST", "file": "EMAIL_FILE_PATH"}.get(url.scheme[:4])
    return needed is None or bool(config[needed])


def _site(text: str, url: SplitResult) -> bool:
    return url.scheme in {"http", "https"} and bool(url.hostname) and url.port != 0


def _check_production(env: Env) -> None:
    if env.secret_key == DEVELOPMENT_SECRET or "insecure" in env.secret_key:
        raise Refused(
            gettext_noop(
                "ENV=production refuses to start: SECRET_KEY is missing or a default one. "
                "Set a random SECRET_KEY of 50 characters or more."
            )
        )
    if len(env.secret_key) < MINIMUM_SECRET_LENGTH:
        raise Refused(
            gettext_noop(
                "ENV=production refuses to start: SECRET_KEY has %(count)s characters. Use %(least)s or more."
            ),
            count=len(env.secret_key),
            least=MINIMUM_SECRET_LENGTH,
        )
    if env.debug:
        raise Refused(gettext_noop("ENV=production refuses to start: DEBUG is on. Unset DEBUG."))
    if not env.allowed_hosts or "*" in env.allowed_hosts:
        raise Refused(
            gettext_noop(
                "ENV=production refuses to start: ALLOWED_HOSTS must name the hosts this site answers to, "
                "and may not be *."
            )
        )


def _check_values(env: Env) -> None:
    """What is more than one value's own shape."""
    if "@" not in parseaddr(env.email_from)[1]:
        raise Refused(gettext_noop("EMAIL_FROM is no e-mail address; it looks like gongjian@example.cn."))
    if env.font_dir and not Path(env.font_dir).is_dir():
        raise Refused(gettext_noop("FONT_DIR: there is no folder %(folder)s."), folder=env.font_dir)
    for origin in env.csrf_trusted_origins:
        if not origin.startswith(("http://", "https://")):
            raise Refused(
                gettext_noop("CSRF_TRUSTED_ORIGINS holds %(origin)r; each begins with https:// or http://."),
                origin=origin,
            )


def read(environment: Mapping[str, str] | None = None) -> Env:
    """Read and check the environment. Raises ``Refused``."""
    if environment is None and (BASE_DIR / ".env").is_file():
        # Into os.environ, below what is already set there, so that child processes agree with us.
        environ.Env.read_env(str(BASE_DIR / ".env"))
    reader = Reader(os.environ if environment is None else environment)
    production = reader.choice("ENV", "development", "production") == "production"
    var_dir = Path(reader.text("VAR_DIR", str(BASE_DIR / "var"))).resolve()
    port = reader.number("PORT", 8000, least=1)
    env = Env(
        production=production,
        debug=reader.flag("DEBUG", False),
        secret_key=reader.text("SECRET_KEY", DEVELOPMENT_SECRET),
        allowed_hosts=reader.listed("ALLOWED_HOSTS", [] if production else ["*"]),
        csrf_trusted_origins=reader.listed("CSRF_TRUSTED_ORIGINS", []),
        database_url=reader.address(
            "DATABASE_URL",
            f"sqlite:///{var_dir / 'gongjian.sqlite3'}",
            "sqlite:////FOLDER/FILE, postgres://USER:PASSWORD@HOST:5432/NAME",
            _database,
        ),
        redis_url=reader.address("REDIS_URL", "", "redis://HOST:6379/0, rediss://HOST:6379/0", _redis),
        email_url=reader.address(
            "EMAIL_URL",
            "consolemail://",
            "smtp://USER:PASSWORD@HOST:25, smtp+tls://USER:PASSWORD@HOST:587, filemail:////FOLDER, consolemail://",
            _email,
        ),
        email_from=reader.text("EMAIL_FROM", "gongjian@localhost"),
        var_dir=var_dir,
        font_dir=reader.text("FONT_DIR"),
        https=reader.flag("HTTPS", production),
        password_profile=reader.choice("PASSWORD_PROFILE", "gb22239", "asvs"),
        site_url=reader.address(
            "SITE_URL",
            f"http://127.0.0.1:{port}",
            "https://gongjian.example.cn, http://127.0.0.1:8000",
            _site,
        ),
        trusted_proxies=reader.number("TRUSTED_PROXIES", 0),
        port=port,
        log_level=reader.choice("LOG_LEVEL", "INFO", "DEBUG", "WARNING", "ERROR", "CRITICAL"),
    )
    _check_values(env)
    if production:
        _check_production(env)
    return env


def make_folder(folder: Path) -> Path:
    """Make ``VAR_DIR`` or a folder in it and see that it can be written. Raises ``Refused``."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        writable = os.access(folder, os.W_OK | os.X_OK)
    except OSError:
        writable = False
    if not writable:
        raise Refused(
            gettext_noop("VAR_DIR: the folder %(folder)s cannot be made or written."), folder=folder
        )
    return folder
