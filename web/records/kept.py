"""What the records hand out and take in, and what can be in the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


class Unknown(Exception):
    """No such conversation: never there, expired, deleted, or the token is another's."""


class Full(Exception):
    """The conversation has all the messages it may have."""


class Busy(Exception):
    """Another process answers this conversation at this moment."""


class MovedOn(Exception):
    """The lease was lost while the assistant was thinking; nothing was recorded."""


@dataclass(frozen=True)
class Kept:
    """One message as it is kept. `body` is all of it but what is here."""

    id: str
    sender: str
    at: datetime
    body: Mapping[str, Any]


@dataclass(frozen=True)
class Asking:
    """A family's message on its way in, and who takes the lease until when."""

    conversation_id: str
    token_hash: bytes
    message: Kept
    request_key: str | None
    owner: str
    lease_until: datetime
    expires_at: datetime
    most_messages: int


@dataclass(frozen=True)
class Opened:
    """A turn that is ours to answer.

    `offered` is what the last reply offered to tap; `events` are those of the last turns that the assistant answered,
    oldest first, and `state` is its state before the first of them.
    """

    conversation_id: str
    at: datetime
    seq: int
    text: str
    offered: Mapping[str, Any]
    state: dict[str, Any] | None = None
    events: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Answered:
    """A turn that was answered before, under the same request key."""

    replies: list[Kept]


@dataclass(frozen=True)
class LeftOpen:
    """A message that the leaflet has no answer to: its words, without what could say who wrote them."""

    at: datetime
    delete_after: datetime
    why: str
    topic: str | None
    words: str


@dataclass(frozen=True)
class Answer:
    """The reply to a turn. `memory` is its events and the state after it, None where the assistant had no part.

    `left_open` and `counted` (names of weekly counts) are what staff may learn from it.
    """

    conversation_id: str
    owner: str
    seq: int
    replies: list[Kept]
    offered: Mapping[str, Any]
    memory: tuple[list[dict[str, Any]], dict[str, Any]] | None
    at: datetime
    left_open: LeftOpen | None = None
    counted: Sequence[str] = ()
