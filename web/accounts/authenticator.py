"""Codes of an authenticator app (TOTP, RFC 6238), and the codes for who has lost it."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from datetime import datetime

import pyotp
import segno

STEP_SECONDS = 30
SECRET_CHARACTERS = 32  # of base32: 160 bits
ISSUER = "Family review desk"
RECOVERY_CODES = 10
RECOVERY_DIGITS = 20  # digits only, so that the keypad that a phone shows is enough


def new_secret() -> str:
    """What an app and the service share."""
    return pyotp.random_base32(SECRET_CHARACTERS)


def address(secret: str, email: str) -> str:
    """What the QR code holds."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def picture(secret: str, email: str) -> str:
    """The QR code as an SVG, to stand in a page."""
    return segno.make(address(secret, email), error="m").svg_inline(
        scale=5, dark="#000", light="#fff", title="QR code for your authenticator app"
    )


def step_of(secret: str, code: str, now: datetime, after: int) -> int | None:
    """The time step that a code belongs to: this one, the one before or the next, but only `after` the last used."""
    totp, this = pyotp.TOTP(secret), int(now.timestamp()) // STEP_SECONDS
    digits = only_digits(code)
    found = None
    for step in (this - 1, this, this + 1):
        if hmac.compare_digest(totp.generate_otp(step), digits) and step > after:
            found = step
    return found


def only_digits(code: str) -> str:
    """A code however it was typed or pasted."""
    return re.sub(r"\D", "", code, flags=re.ASCII)


def new_recovery_codes() -> list[str]:
    """Ten codes such as 1234-5678-9012-3456-7890."""
    return [
        _grouped("".join(secrets.choice("0123456789") for _ in range(RECOVERY_DIGITS))) for _ in range(RECOVERY_CODES)
    ]


def recovery_hash(staff_id: str, code: str) -> bytes:
    """What is kept of a recovery code."""
    return hashlib.sha256(f"{staff_id}:{only_digits(code)}".encode()).digest()


def _grouped(digits: str) -> str:
    return "-".join(digits[at : at + 4] for at in range(0, len(digits), 4))
