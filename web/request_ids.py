"""The id of the request that is answered now: people can quote it, and it stands in the log and in the history."""

from __future__ import annotations

import secrets
from contextvars import ContextVar

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that could be taken for something else, read or heard
HALF = 5  # characters
LONGEST = 16

_current: ContextVar[str | None] = ContextVar("request_id", default=None)


def begin() -> str:
    """A new id, such as 7QKD3-X9M2R: ours, whatever a client calls its request."""
    halves = ("".join(secrets.choice(ALPHABET) for _ in range(HALF)) for _ in range(2))
    id = "-".join(halves)
    _current.set(id)
    return id


def current() -> str | None:
    """The id of the request that is answered now; None for what time brings, and for commands."""
    return _current.get()
