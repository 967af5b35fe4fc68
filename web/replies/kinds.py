"""What answers in the chat are made of, and what can be in the way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from web.replies.words import Person


class NotOffered(Exception):
    """The family has nothing with staff yet, so staff could not find its chat."""


@dataclass(frozen=True)
class State:
    """What a family can do and see: whether it may agree, whether it has, and who is there."""

    offered: bool = False
    agreed: bool = False
    present: Person | None = None


@dataclass(frozen=True)
class Chat:
    """A chat in which staff may answer, as they find it in a list. `who` is there since `since`."""

    reference: str
    kind: str
    urgent: bool
    name: str | None
    agreed_at: datetime
    who: str | None
    since: datetime | None


@dataclass(frozen=True)
class Line:
    """A message as staff read it. `danger`: it was answered with help; `care`: with the quiet line."""

    id: str
    sender: str
    at: datetime
    text: str
    author: str | None
    danger: bool
    care: bool


@dataclass(frozen=True)
class Look:
    """What somebody sees of a chat: it is open to them, somebody else is there, or they are there and read it.

    `visit` and `lines` only where they are there; `until` is when they leave by themselves.
    """

    open: bool = False
    who: str | None = None
    visit: str | None = None
    until: datetime | None = None
    lines: tuple[Line, ...] = ()
