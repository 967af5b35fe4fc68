"""What the environment may say, and what is told when it says something wrong."""

from __future__ import annotations

import pytest

from web.records.keys import new_key
from web.settings import Settings, SettingsError, read_settings

PRODUCTION = {
    "MODE": "production",
    "HOST": "0.0.0.0",  # noqa: S104
    "SECRET_KEYS": new_key(),
    "PUBLIC_URL": "https://chat.example.org",
    "ALLOWED_ORIGINS": "https://www.example.org,https://example.org",
    "SMTP_HOST": "mail.example.org",
    "MAIL_FROM": "appointments@example.org",
    "STAFF_EMAIL": "team@example.org",
}


def test_the_defaults_are_safe() -> None:
    settings = read_settings({})
    assert settings == Settings()
    assert settings.mode == "local"
    assert settings.host == "127.0.0.1"
    assert settings.rate_limit
    assert not settings.allowed_origins
    assert settings.address == "http://127.0.0.1:8080"


def test_production_starts_with_what_it_needs() -> None:
    settings = read_settings(PRODUCTION)
    assert settings.https
    assert settings.allowed_origins == ("https://www.example.org", "https://example.org")


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"SECRET_KEYS": ""}, "SECRET_KEYS"),
        ({"PUBLIC_URL": ""}, "PUBLIC_URL"),
        ({"PUBLIC_URL": "http://chat.example.org"}, "PUBLIC_URL"),
        ({"ALLOWED_ORIGINS": ""}, "ALLOWED_ORIGINS"),
        ({"ALLOWED_ORIGINS": "http://www.example.org"}, "ALLOWED_ORIGINS"),
        ({"DEBUG": "on"}, "DEBUG"),
        ({"SMTP_HOST": ""}, "SMTP_HOST"),
        ({"SMTP_SECURITY": "none"}, "SMTP_SECURITY"),
        ({"SMTP_USER": "someone"}, "SMTP_PASSWORD"),
        ({"MAIL_FROM": ""}, "MAIL_FROM"),
        ({"STAFF_EMAIL": ""}, "STAFF_EMAIL"),
    ],
)
def test_production_refuses_to_start_unsafely(changes: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        read_settings(PRODUCTION | changes)


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({"HOST": "0.0.0.0"}, "HOST"),  # noqa: S104
        ({"HOST": "192.168.1.7"}, "HOST"),
        ({"SMTP_SECURITY": "ssl"}, "SMTP_SECURITY"),
        ({"STAFF_EMAIL": "team@example.org\r\nBcc: x@example.org"}, "STAFF_EMAIL"),
        ({"REQUEST_DAYS": "0"}, "REQUEST_DAYS"),
        ({"HOST": "chat.example.org"}, "HOST"),
        ({"MODE": "prod"}, "MODE"),
        ({"PORT": "http"}, "PORT"),
        ({"PORT": "70000"}, "PORT"),
        ({"PORT": "-1"}, "PORT"),
        ({"BOT_RATE_LIMIT": "maybe"}, "BOT_RATE_LIMIT"),
        ({"CONVERSATION_HOURS": "0"}, "CONVERSATION_HOURS"),
        ({"TRUSTED_PROXIES": "many"}, "TRUSTED_PROXIES"),
        ({"PUBLIC_URL": "chat"}, "PUBLIC_URL"),
        ({"ALLOWED_ORIGINS": "*"}, "ALLOWED_ORIGINS"),
        ({"ALLOWED_ORIGINS": "https://example.org/"}, "ALLOWED_ORIGINS"),
        ({"DATABASE_URL": "mysql://user:secret@host/db"}, "DATABASE_URL"),
    ],
)
def test_a_wrong_setting_is_named(environ: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=named) as caught:
        read_settings(environ)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_this_machine_can_be_named_in_several_ways(host: str) -> None:
    assert read_settings({"HOST": host}).host == host


def test_limits_can_be_turned_off_for_tests() -> None:
    assert not read_settings({"BOT_RATE_LIMIT": "off"}).rate_limit
