"""The history in words."""

from __future__ import annotations

from web.records.events import Event

WORDS = {
    Event.RECORDED: "asked for it in the chat",
    Event.ENTERED: "entered it for the family",
    Event.FOUND: "opened it again with its code",
    Event.CHANGED: "changed it",
    Event.CANCELLED: "cancelled it",
    Event.CONFIRMED: "confirmed the time",
    Event.MOVED: "kept another time for it",
    Event.OFFERED: "put times forward",
    Event.SEEN: "looked at it",
    Event.RUNNING_LATE: "said they are running late",
    Event.OTHER: "sent a message",
    Event.ASSIGNED: "gave it to",
    Event.OWNER_LEFT: "gave it back to everybody, as its owner can't work on it any more",
    Event.NOTED: "wrote a note",
    Event.CONTACT: "contact",
    Event.STATUS: "changed the status",
    Event.OUTCOME: "outcome",
    Event.CAME_BACK: "it came back, as nobody had gone on with it",
    Event.VIEWED: "opened the record",
    Event.WORDS_READ: "read what the family wrote",
    Event.TRANSCRIPT_READ: "read the conversation",
    Event.TIME_WITHDRAWN: "withdrew its time",
    Event.NOT_TOLD: "an e-mail to the family did not arrive",
    Event.REMINDED: "the family was reminded",
    Event.NOT_REMINDED: "the family could not be reminded",
    Event.ERASED: "erased it",
    Event.CHAT_AGREED: "agreed to be answered in the chat",
    Event.CHAT_TAKEN_BACK: "took back that they may be answered in the chat",
    Event.CHAT_JOINED: "joined the family's chat",
    Event.CHAT_READ: "read the family's chat",
    Event.CHAT_ANSWERED: "answered in the family's chat",
    Event.CHAT_LEFT: "left the family's chat",
    Event.PUBLISHED: "published a time",
    Event.WITHDRAWN: "withdrew a time",
    Event.INVITED: "invited a colleague",
    Event.RESET: "ended a colleague's sign-in",
    Event.WELCOMED: "set up their sign-in",
    Event.ROLE_CHANGED: "changed a role",
    Event.DISABLED: "disabled an account",
    Event.ENABLED: "enabled an account",
    Event.SIGNED_IN: "signed in",
    Event.SIGNED_OUT: "signed out",
    Event.SIGN_IN_FAILED: "a sign-in failed",
    Event.SIGN_IN_LOCKED: "a sign-in was refused after too many tries",
    Event.RECOVERY_USED: "used a recovery code",
    Event.SESSION_ENDED: "ended one of their sessions",
    Event.FEED_MADE: "made a calendar address",
    Event.FEED_REVOKED: "revoked a calendar address",
    Event.QUESTION_READ: "read what families asked",
    Event.QUESTION_MARKED: "marked a question",
    Event.ANSWER_WRITTEN: "wrote an answer",
    Event.ANSWER_APPROVED: "approved an answer",
    Event.ANSWER_WITHDRAWN: "withdrew an answer",
    Event.PAUSED: "paused",
    Event.RESUMED: "resumed",
    Event.EXPORTED: "exported",
}


def in_words(what: str) -> str:
    """An event as somebody would say it."""
    return WORDS[Event(what)]
