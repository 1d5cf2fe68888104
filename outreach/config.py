"""The settings of one installation, read once from the environment into a frozen record."""

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from urllib.parse import parse_qs, unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask import current_app

from outreach.errors import ConfigurationError
from outreach.translation import gettext as _

Setting = TypeVar("Setting")

_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_SHORTEST_SECRET = 16
_SMTP_OPTIONS = {"starttls", "connections", "rate", "ca", "hourly", "daily", "per_domain"}
_SUBMISSION_PORTS = {"smtp": 25, "smtps": 465}
_MOST_CONNECTIONS = 64
_MOST_PROXIES = 5


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """How to reach the mail server, and how much it takes; `security` is `none`, `starttls` or `tls`.

    A certificate is always verified. `connections` holds for one process. All other limits hold over every worker of a
    database: `messages_per_second`, `hourly` and `daily` for the mail server, `domain_per_second` for each domain
    that messages go to. None is no limit.
    """

    host: str
    port: int
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    security: str = "none"
    connections: int = 2
    messages_per_second: float | None = None
    ca_file: str | None = None
    hourly: int | None = None
    daily: int | None = None
    domain_per_second: float | None = None


@dataclass(frozen=True, slots=True)
class Config:
    """Everything the environment decides; `proxies` is how many reverse proxies stand before the pages."""

    database_url: str = field(repr=False)
    data_dir: Path
    secret_key: str = field(repr=False)
    base_url: str
    smtp: SmtpSettings
    timezone: str = "America/Mexico_City"
    language: str = "es"
    proxies: int = 0

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Config":
        """Read the `OUTREACH_…` variables; raise ConfigurationError with every problem at once."""
        folder = Path(environ.get("OUTREACH_DATA_DIR") or "outreach-data").absolute()
        read = _Reading(environ, [])
        database_url = read.take("OUTREACH_DATABASE_URL", f"sqlite:///{folder / 'outreach.db'}", _read_database_url)
        base_url = read.take("OUTREACH_BASE_URL", "http://127.0.0.1:8000", _read_base_url)
        smtp = read.take("OUTREACH_SMTP_URL", "smtp://127.0.0.1:25", _read_smtp_url)
        timezone = read.take("OUTREACH_TIMEZONE", "America/Mexico_City", _read_timezone)
        language = read.take("OUTREACH_LANGUAGE", "es", _read_language)
        proxies = read.take("OUTREACH_PROXIES", "0", _read_proxies)
        secret_key = read.take("OUTREACH_SECRET_KEY", "", lambda given: _read_secret(given, folder))
        if not (database_url and base_url and smtp and timezone and language and secret_key) or proxies is None:
            raise ConfigurationError(" ".join(read.problems))
        return cls(database_url, folder, secret_key, base_url, smtp, timezone, language, proxies)


@dataclass(frozen=True, slots=True)
class _Reading:
    environ: Mapping[str, str]
    problems: list[str]

    def take(self, name: str, default: str, read: Callable[[str], Setting]) -> Setting | None:
        try:
            return read(self.environ.get(name) or default)
        except (ValueError, OSError) as problem:
            self.problems.append(f"{name}: {problem}.")
            return None


def _read_database_url(text: str) -> str:
    if text.startswith(("sqlite://", "postgresql+psycopg://")):
        return text
    if text.startswith("postgresql://"):
        return text.replace("postgresql://", "postgresql+psycopg://", 1)
    message = _("debe empezar con sqlite:/// o postgresql+psycopg://")
    raise ValueError(message)


def _read_base_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        return text.rstrip("/")
    message = _("«%(text)s» debe ser una dirección https:// (http:// solo en esta misma máquina)", text=text)
    raise ValueError(message)


def _read_smtp_url(text: str) -> SmtpSettings:
    parts = urlsplit(text)
    if parts.scheme not in _SUBMISSION_PORTS or not parts.hostname:
        message = _("debe tener la forma smtp://usuario:contraseña@servidor:puerto o smtps://…")
        raise ValueError(message)
    options = {name: values[-1] for name, values in parse_qs(parts.query, strict_parsing=bool(parts.query)).items()}
    unknown = sorted(options.keys() - _SMTP_OPTIONS)
    if unknown:
        known = ", ".join(sorted(_SMTP_OPTIONS))
        message = _("no existe la opción %(names)s; las que hay son: %(known)s", names=", ".join(unknown), known=known)
        raise ValueError(message)
    return SmtpSettings(
        host=parts.hostname,
        port=parts.port or _SUBMISSION_PORTS[parts.scheme],
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        security=_choose_security(parts.scheme, parts.hostname, parts.username, options.get("starttls")),
        connections=_read_connections(options.get("connections", "2")),
        messages_per_second=_read_rate("rate", options.get("rate")),
        ca_file=options.get("ca"),
        hourly=_read_limit("hourly", options.get("hourly")),
        daily=_read_limit("daily", options.get("daily")),
        domain_per_second=_read_rate("per_domain", options.get("per_domain")),
    )


def _choose_security(scheme: str, host: str, user: str | None, starttls: str | None) -> str:
    """Require TLS beyond this machine unless told `starttls=never`, and always where a password travels (S-21)."""
    if scheme == "smtps":
        return "tls"
    if starttls not in {None, "require", "never"}:
        message = _("starttls=%(value)s no existe: escriba require o never", value=starttls)
        raise ValueError(message)
    if starttls == "never" and user and host not in _LOOPBACK:
        message = _("una contraseña no viaja sin cifrar: quite starttls=never o el usuario")
        raise ValueError(message)
    return "none" if starttls == "never" or (starttls is None and host in _LOOPBACK) else "starttls"


def _read_connections(text: str) -> int:
    if text.isdecimal() and 1 <= int(text) <= _MOST_CONNECTIONS:
        return int(text)
    message = _("connections=%(text)s debe ser un número de 1 a %(most)s", text=text, most=_MOST_CONNECTIONS)
    raise ValueError(message)


def _read_limit(name: str, text: str | None) -> int | None:
    if text is None:
        return None
    if text.isdecimal() and int(text):
        return int(text)
    message = _("%(name)s=%(text)s debe ser un número de correos, como 5000", name=name, text=text)
    raise ValueError(message)


def _read_rate(name: str, text: str | None) -> float | None:
    if text is None:
        return None
    number, _slash, unit = text.partition("/")
    seconds = {"s": 1, "min": 60, "h": 3600}.get(unit)
    if number.isdecimal() and int(number) and seconds:
        return int(number) / seconds
    message = _("%(name)s=%(text)s debe tener la forma 100/s, 600/min o 5000/h", name=name, text=text)
    raise ValueError(message)


def _read_timezone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError) as problem:
        message = _("«%(text)s» no es una zona horaria, como America/Mexico_City", text=text)
        raise ValueError(message) from problem
    return text


def _read_language(text: str) -> str:
    if text in {"es", "en"}:
        return text
    message = _("«%(text)s» no está disponible: escriba es o en", text=text)
    raise ValueError(message)


def _read_proxies(text: str) -> int:
    if text.isdecimal() and int(text) <= _MOST_PROXIES:
        return int(text)
    message = _(
        "«%(text)s» debe ser cuántos servidores proxy hay delante, de 0 a %(most)s", text=text, most=_MOST_PROXIES
    )
    raise ValueError(message)


def _read_secret(given: str, folder: Path) -> str:
    """Take the given secret, or the one this installation made for itself on its first start."""
    if given:
        if len(given) >= _SHORTEST_SECRET:
            return given
        message = _("debe tener al menos %(number)s caracteres", number=_SHORTEST_SECRET)
        raise ValueError(message)
    kept = folder / "secret.key"
    if not kept.exists():
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as handle:
            handle.write(secrets.token_urlsafe(48))
    return kept.read_text().strip()


def current_config() -> Config:
    """Return the settings of the application that is running."""
    config: Config = current_app.extensions["outreach"]
    return config
