"""References and codes that can be read aloud and typed on a phone."""

from __future__ import annotations

import re
import secrets

# No vowels, so that no words come out; none that looks like a digit or sounds like another of them.
LETTERS = "FHKMRTWXY"
DIGITS = "0123456789"
CODE_LENGTH = 6


def new_reference() -> str:
    """A reference such as KTR-482-97: one of 72 million. Whether it is taken, the database says."""
    return f"{_random(LETTERS, 3)}-{_random(DIGITS, 3)}-{_random(DIGITS, 2)}"


def new_code() -> str:
    """A code of six digits."""
    return _random(DIGITS, CODE_LENGTH)


def tidy_reference(written: str) -> str:
    """A reference as it was given out, however somebody wrote it: ktr48297 is KTR-482-97."""
    plain = re.sub(r"[^A-Z0-9]", "", written.upper())
    return f"{plain[:3]}-{plain[3:6]}-{plain[6:]}"[:16]


def tidy_code(written: str) -> str:
    """The digits of a code, whatever stands between them."""
    return re.sub(r"\D", "", written, flags=re.ASCII)


def _random(characters: str, length: int) -> str:
    return "".join(secrets.choice(characters) for _ in range(length))
