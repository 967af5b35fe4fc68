"""How a message looks to the models: what differs only in typing is made the same."""

from __future__ import annotations

import re

_SPACES = re.compile(r"\s+")
_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-"})
_LONG_RUN = re.compile(r"(.)\1{3,}")


def normalised(text: str) -> str:
    """Lower case, plain quotes and dashes, single spaces, no letter more than three times in a row."""
    plain = _SPACES.sub(" ", text.translate(_QUOTES).lower()).strip()
    return _LONG_RUN.sub(r"\1\1\1", plain)


def has_words(text: str) -> bool:
    """False for what holds nothing to read: empty, punctuation, emoji."""
    return any(character.isalnum() for character in text)
