"""What can be in the history: a closed list, so that nothing else is ever written there.

A row says who did what to which object and when, and for some kinds a word more (`detail`): a role, a reason, a
status. It never holds what a family said, nor a code, a token or a passphrase; old and new values stand beside it,
sealed with the record's own key.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import uuid4

from sqlalchemy import Connection, Table, insert

LONGEST_DETAIL = 500


class Event(StrEnum):
    """Every kind of event. The value is what stands in the history."""

    # Requests and hand-offs.
    RECORDED = "recorded"
    ENTERED = "entered"
    FOUND = "found"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    CONFIRMED = "confirmed"
    MOVED = "moved"
    OFFERED = "offered"
    SEEN = "seen"
    RUNNING_LATE = "running_late"
    OTHER = "other"
    ASSIGNED = "assigned"
    OWNER_LEFT = "owner_left"
    NOTED = "noted"
    CONTACT = "contact"
    STATUS = "status"
    OUTCOME = "outcome"
    CAME_BACK = "came_back"
    VIEWED = "viewed"
    WORDS_READ = "words_read"
    TRANSCRIPT_READ = "transcript_read"
    TIME_WITHDRAWN = "time_withdrawn"
    NOT_TOLD = "not_told"
    REMINDED = "reminded"
    NOT_REMINDED = "not_reminded"
    ERASED = "erased"
    # Answers of staff in the chat.
    CHAT_AGREED = "chat_agreed"
    CHAT_TAKEN_BACK = "chat_taken_back"
    CHAT_JOINED = "chat_joined"
    CHAT_READ = "chat_read"
    CHAT_ANSWERED = "chat_answered"
    CHAT_LEFT = "chat_left"
    # Times.
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    # Colleagues and their sign-in.
    INVITED = "invited"
    RESET = "reset"
    WELCOMED = "welcomed"
    ROLE_CHANGED = "role_changed"
    DISABLED = "disabled"
    ENABLED = "enabled"
    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGN_IN_LOCKED = "sign_in_locked"
    RECOVERY_USED = "recovery_used"
    SESSION_ENDED = "session_ended"
    FEED_MADE = "feed_made"
    FEED_REVOKED = "feed_revoked"
    # What the leaflet left open.
    QUESTION_READ = "question_read"
    QUESTION_MARKED = "question_marked"
    ANSWER_WRITTEN = "answer_written"
    ANSWER_APPROVED = "answer_approved"
    ANSWER_WITHDRAWN = "answer_withdrawn"
    # The service.
    PAUSED = "paused"
    RESUMED = "resumed"
    EXPORTED = "exported"


# Kinds that say nothing without a word more.
WITH_DETAIL = frozenset(
    {
        Event.ASSIGNED,
        Event.OWNER_LEFT,
        Event.STATUS,
        Event.OUTCOME,
        Event.CONTACT,
        Event.WORDS_READ,
        Event.TRANSCRIPT_READ,
        Event.INVITED,
        Event.ROLE_CHANGED,
        Event.PAUSED,
        Event.RESUMED,
        Event.EXPORTED,
        Event.QUESTION_MARKED,
        Event.CHAT_LEFT,
    }
)
IN_CHATS = (
    Event.CHAT_AGREED,
    Event.CHAT_TAKEN_BACK,
    Event.CHAT_JOINED,
    Event.CHAT_READ,
    Event.CHAT_ANSWERED,
    Event.CHAT_LEFT,
)
# Kinds after which an item is as it was.
CHANGE_NOTHING = (Event.VIEWED, Event.WORDS_READ, Event.TRANSCRIPT_READ, *IN_CHATS)
# Kinds that may have one.
MAY_HAVE_DETAIL = WITH_DETAIL | {Event.CANCELLED, Event.ENTERED, Event.NOTED}


class WrongEvent(Exception):
    """An event of no known kind, or with more or less than its kind holds."""


def checked(what: str, detail: str | None) -> Event:
    """The kind of an event; raises WrongEvent."""
    try:
        event = Event(what)
    except ValueError:
        raise WrongEvent(f"no kind of event: {what}") from None
    if detail is None and event in WITH_DETAIL:
        raise WrongEvent(f"{event} needs a detail")
    if detail is not None and event not in MAY_HAVE_DETAIL:
        raise WrongEvent(f"{event} has no detail")
    return event


def happened(
    connection: Connection,
    history: Table,
    about: str,
    at: datetime,
    who: str,
    what: Event,
    detail: str | None = None,
) -> None:
    """Write an event that changes no value of a family. Raises WrongEvent."""
    row = {"id": str(uuid4()), "about": about, "at": at, "who": who, "what": checked(what, detail).value}
    connection.execute(insert(history), {**row, "detail": detail[:LONGEST_DETAIL] if detail else None})
