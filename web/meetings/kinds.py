"""What meetings are made of, and what can be in the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from web.meetings.moments import in_words, to_utc_text

Who = Literal["reviewer", "staff", "either"]
FAMILY = "family"
SYSTEM = "system"

# What a request holds in the family's own words; each may be null.
DETAILS = (
    "name",
    "contact",
    "contact_kind",
    "other_contact",
    "other_contact_kind",
    "may_leave_message",
    "when",
    "where",
    "who",
    "who_text",
    "bringing",
    "needs",
    "relation",
    "consent_version",
)


@dataclass(frozen=True)
class Time:
    """A published time: when it starts, how long it is, where it is and whom one meets (reviewer or staff)."""

    id: str
    starts_at: datetime
    minutes: int
    place: str
    who: str
    instant: bool

    @property
    def ends_at(self) -> datetime:
        """When it is over."""
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def text(self) -> str:
        """As families read it and tap it."""
        return in_words(self.starts_at)

    def shown(self) -> dict[str, Any]:
        """As the APIs write it."""
        return {
            "id": self.id,
            "starts_at": to_utc_text(self.starts_at),
            "text": self.text,
            "place": self.place,
            "who": self.who,
            "instant": self.instant,
        }


@dataclass(frozen=True)
class Draft:
    """What a family has read back and agreed to send."""

    draft_id: str
    conversation: str
    details: Mapping[str, Any]
    time_id: str | None = None
    attach_conversation: bool = False


@dataclass(frozen=True)
class DraftHandoff:
    """Something to pass on to staff, in the family's words."""

    draft_id: str
    conversation: str
    kind: str
    details: Mapping[str, Any]
    attach_conversation: bool = False


@dataclass(frozen=True)
class Change:
    """What a family changes. `time_id` is here only where the time changes: to another one, or to none."""

    conversation: str
    change_id: str
    details: Mapping[str, Any]
    times: Mapping[str, str | None] = field(default_factory=dict)


class MeetingsError(Exception):
    """What was asked can't be done; nothing of it was recorded."""


class NoConversation(MeetingsError):
    """The conversation is not there any more."""


class NotTheirs(MeetingsError):
    """This conversation has nothing to do with that request."""


class NoMatch(MeetingsError):
    """No request has this reference and this code."""


class Erased(MeetingsError):
    """The request's values were erased, as they had to be."""


@dataclass
class TimeTaken(MeetingsError):
    """The time went to somebody else, or was withdrawn; `offers` are others that fit."""

    offers: Sequence[Time] = ()


@dataclass
class Wait(MeetingsError):
    """Too many tries: come back in so many seconds."""

    seconds: int


@dataclass
class SentBefore(MeetingsError):
    """The same form was sent before, with something else in it, and made what has this reference."""

    reference: str


@dataclass
class Overtaken(MeetingsError):
    """Somebody else changed it meanwhile, and what they did must be seen first."""

    who: str
    what: str


@dataclass
class Refused(MeetingsError):
    """Staff can't do this; `why` says so in plain words."""

    why: str

    def __str__(self) -> str:
        return self.why
