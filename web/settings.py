"""What the environment says about how to run, checked before anything starts."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import SplitResult, urlsplit

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_PORT = 8080


class SettingsError(Exception):
    """A setting is wrong or missing; the text names it and says in plain words what to do."""


@dataclass(frozen=True)
class Settings:
    """Everything that can be set, with safe defaults. Times are in the unit their name says."""

    mode: Literal["local", "production"] = "local"
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    data_dir: Path = ROOT / "var"
    words_dir: Path = ROOT / "data"
    database_url: str | None = None
    redis_url: str | None = None
    secret_keys: tuple[str, ...] = ()
    public_url: str | None = None
    allowed_origins: tuple[str, ...] = ()
    trusted_proxies: int = 0
    rate_limit: bool = True
    messages_per_10_minutes: int = 60
    conversations_per_10_minutes: int = 60
    conversation_hours: int = 24
    max_messages: int = 200
    purge_minutes: int = 10
    numbers_max_days: int = 92
    answers_max_days: int = 365
    left_open_days: int = 30
    fewest_shown: int = 5
    answer_seconds: float = 5.5
    hold_minutes: int = 30
    notice_days: int = 1
    request_days: int = 180
    overdue_days: int = 1
    chat_replies: bool = False
    chat_reply_minutes: int = 10
    daily_hour: int = 8
    smtp_host: str | None = None
    smtp_port: int = 587
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str | None = None
    smtp_password: str | None = None
    mail_from: str = "appointments@localhost"
    staff_email: str = "staff@localhost"
    bot_python: Path = ROOT / ".venv" / "bot" / "bin" / "python"
    bot_model: Path = ROOT / "models" / "review.tar.gz"

    @property
    def kept_for(self) -> dict[str, str]:
        """What families are told of how long things are kept, by placeholder: a chat, a request, a time picked."""
        numbers = {
            "conversation_hours": self.conversation_hours,
            "request_days": self.request_days,
            "hold_minutes": self.hold_minutes,
        }
        return {name: str(number) for name, number in numbers.items()}

    @property
    def address(self) -> str:
        """Where people reach the service: PUBLIC_URL, or the address it listens on."""
        return self.public_url or f"http://{_bracketed(self.host)}:{self.port}"

    @property
    def https(self) -> bool:
        """True when people reach the service over https."""
        return self.address.startswith("https://")


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Settings from environment variables; raises SettingsError naming the first one that is wrong."""
    read = _Reader(environ)
    settings = Settings(
        mode=read.mode(),
        host=read.text("HOST", "127.0.0.1"),
        port=read.number("PORT", DEFAULT_PORT, 0, 65535),
        data_dir=Path(read.text("DATA_DIR", str(ROOT / "var"))).expanduser(),
        database_url=read.database_url(),
        redis_url=read.optional("REDIS_URL"),
        secret_keys=read.items("SECRET_KEYS"),
        public_url=read.url("PUBLIC_URL"),
        allowed_origins=read.origins("ALLOWED_ORIGINS"),
        trusted_proxies=read.number("TRUSTED_PROXIES", 0, 0, 10),
        rate_limit=read.switch("BOT_RATE_LIMIT", True),
        messages_per_10_minutes=read.number("MESSAGES_PER_10_MINUTES", 60, 1, 100_000),
        conversations_per_10_minutes=read.number("CONVERSATIONS_PER_10_MINUTES", 60, 1, 100_000),
        conversation_hours=read.number("CONVERSATION_HOURS", 24, 1, 24 * 31),
        max_messages=read.number("MAX_MESSAGES", 200, 1, 10_000),
        purge_minutes=read.number("PURGE_MINUTES", 10, 1, 24 * 60),
        numbers_max_days=read.number("NUMBERS_MAX_DAYS", 92, 1, 3650),
        answers_max_days=read.number("ANSWERS_MAX_DAYS", 365, 1, 3650),
        # The words that families read say "up to 30 days".
        left_open_days=read.number("LEFT_OPEN_DAYS", 30, 1, 30),
        fewest_shown=read.number("FEWEST_SHOWN", 5, 3, 100),
        hold_minutes=read.number("HOLD_MINUTES", 30, 1, 24 * 60),
        notice_days=read.number("NOTICE_DAYS", 1, 0, 31),
        request_days=read.number("REQUEST_DAYS", 180, 1, 3660),
        overdue_days=read.number("OVERDUE_DAYS", 1, 1, 30),
        chat_replies=read.switch("CHAT_REPLIES", False),
        chat_reply_minutes=read.number("CHAT_REPLY_MINUTES", 10, 1, 60),
        daily_hour=read.number("DAILY_HOUR", 8, 0, 23),
        smtp_host=read.optional("SMTP_HOST"),
        smtp_port=read.number("SMTP_PORT", 587, 1, 65535),
        smtp_security=read.smtp_security(),
        smtp_user=read.optional("SMTP_USER"),
        smtp_password=read.optional("SMTP_PASSWORD"),
        mail_from=read.mail_address("MAIL_FROM", Settings.mail_from),
        staff_email=read.mail_address("STAFF_EMAIL", Settings.staff_email),
        bot_python=Path(read.text("BOT_PYTHON", str(Settings.bot_python))),
        bot_model=Path(read.text("BOT_MODEL", str(Settings.bot_model))),
    )
    _check_mode(settings, debug=read.switch("DEBUG", False))
    _check_mail(settings)
    return settings


def _check_mode(settings: Settings, debug: bool) -> None:
    if settings.mode == "local":
        if not _is_loopback(settings.host):
            raise SettingsError(
                "HOST must be this machine's own address (127.0.0.1) while MODE=local. "
                "Set MODE=production to serve other machines."
            )
        return
    if debug:
        raise SettingsError("DEBUG must be off when MODE=production.")
    if not settings.secret_keys:
        raise SettingsError(
            "SECRET_KEYS must be set when MODE=production. `.venv/web/bin/python -m web.records new-key` makes one."
        )
    if settings.public_url is None or not settings.https:
        raise SettingsError("PUBLIC_URL must be set to the https address that people open when MODE=production.")
    if not settings.allowed_origins:
        raise SettingsError("ALLOWED_ORIGINS must list the sites that may show the chat when MODE=production.")
    if not all(origin.startswith("https://") for origin in settings.allowed_origins):
        raise SettingsError("ALLOWED_ORIGINS must hold https addresses only when MODE=production.")


def _check_mail(settings: Settings) -> None:
    if settings.smtp_host is None:
        if settings.mode == "production":
            raise SettingsError("SMTP_HOST must be set when MODE=production: families and staff are told by e-mail.")
        return
    if settings.smtp_security == "none" and not _is_loopback(settings.smtp_host):
        raise SettingsError("SMTP_SECURITY must be starttls or tls unless SMTP_HOST is this machine.")
    if bool(settings.smtp_user) != bool(settings.smtp_password):
        raise SettingsError("SMTP_USER and SMTP_PASSWORD must be set together, or neither.")
    if Settings.mail_from == settings.mail_from or Settings.staff_email == settings.staff_email:
        raise SettingsError("MAIL_FROM and STAFF_EMAIL must be set to e-mail addresses when SMTP_HOST is set.")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _as_browsers_say(parts: SplitResult) -> str:
    """An address as a browser names it as `Origin`: lower case, without a port that goes without saying."""
    usual = {"http": 80, "https": 443}
    try:
        number = parts.port
    except ValueError:  # no number, or too large a one
        return ""
    if parts.scheme not in usual or not parts.hostname:
        return ""
    port = "" if number in (None, usual[parts.scheme]) else f":{number}"
    return f"{parts.scheme}://{_bracketed(parts.hostname)}{port}"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


class _Reader:
    """Reads one variable at a time; an empty variable counts as not set."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def optional(self, name: str) -> str | None:
        return self._environ.get(name, "").strip() or None

    def text(self, name: str, default: str) -> str:
        return self.optional(name) or default

    def items(self, name: str) -> tuple[str, ...]:
        return tuple(item.strip() for item in self._environ.get(name, "").split(",") if item.strip())

    def mode(self) -> Literal["local", "production"]:
        value = self.text("MODE", "local")
        if value == "local":
            return "local"
        if value == "production":
            return "production"
        raise SettingsError(f"MODE must be local or production, not {value!r}.")

    def smtp_security(self) -> Literal["starttls", "tls", "none"]:
        value = self.text("SMTP_SECURITY", "starttls")
        known: dict[str, Literal["starttls", "tls", "none"]] = {"starttls": "starttls", "tls": "tls", "none": "none"}
        if value in known:
            return known[value]
        raise SettingsError(f"SMTP_SECURITY must be starttls, tls or none, not {value!r}.")

    def mail_address(self, name: str, default: str) -> str:
        value = self.text(name, default)
        if not re.fullmatch(r"[^\s@<>,;:\"]+@[\w.-]+", value, re.ASCII):
            raise SettingsError(f"{name} must be an e-mail address like staff@example.org, not {value!r}.")
        return value

    def number(self, name: str, default: int, least: int, most: int) -> int:
        value = self.optional(name)
        if value is None:
            return default
        if not (value.isascii() and value.isdigit()) or not least <= int(value) <= most:
            raise SettingsError(f"{name} must be a whole number from {least} to {most}, not {value!r}.")
        return int(value)

    def switch(self, name: str, default: bool) -> bool:
        value = self.text(name, "on" if default else "off").lower()
        if value not in ("on", "off"):
            raise SettingsError(f"{name} must be on or off, not {value!r}.")
        return value == "on"

    def url(self, name: str) -> str | None:
        value = self.optional(name)
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise SettingsError(f"{name} must be a web address like https://chat.example.org, not {value!r}.")
        return value.rstrip("/")

    def origins(self, name: str) -> tuple[str, ...]:
        for item in self.items(name):
            parts = urlsplit(item)
            if item != _as_browsers_say(parts):
                raise SettingsError(f"{name} must hold addresses like https://www.example.org, not {item!r}.")
        return self.items(name)

    def database_url(self) -> str | None:
        value = self.optional("DATABASE_URL")
        if value is not None and not value.startswith(("sqlite:///", "postgresql+asyncpg://")):
            # The value may hold a password: it is not repeated.
            raise SettingsError("DATABASE_URL must start with postgresql+asyncpg:// or sqlite:///.")
        return value
