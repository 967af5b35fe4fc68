"""How far staff are with an item, in words, and when it comes back if nobody goes on with it."""

from __future__ import annotations

from enum import StrEnum

from web.meetings.kinds import Refused


class Stage(StrEnum):
    """As `stage` stands in the database."""

    NEW = "new"
    SEEN = "seen"
    ASSIGNED = "assigned"
    WAITING = "waiting"
    TRIED = "tried"
    SPOKEN = "spoken"
    BOOKED = "booked"
    DONE = "done"
    PASSED_ON = "passed_on"
    WITHDRAWN = "withdrawn"
    NO_REPLY = "no_reply"
    DUPLICATE = "duplicate"
    ERASED = "erased"

    @property
    def words(self) -> str:
        """As staff read it."""
        return _TITLES[self]

    @property
    def colour(self) -> str:
        """Of its tag, which says it in words as well."""
        return _COLOURS.get(self, "grey")


_TITLES = {
    Stage.NEW: "New",
    Stage.SEEN: "Seen",
    Stage.ASSIGNED: "Assigned",
    Stage.WAITING: "Waiting for a check",
    Stage.TRIED: "Contact tried",
    Stage.SPOKEN: "Spoken to",
    Stage.BOOKED: "Booked",
    Stage.DONE: "Done",
    Stage.PASSED_ON: "Passed on",
    Stage.WITHDRAWN: "Withdrawn",
    Stage.NO_REPLY: "No reply",
    Stage.DUPLICATE: "Duplicate",
    Stage.ERASED: "Erased",
}
_COLOURS = {
    Stage.NEW: "red",
    Stage.SEEN: "blue",
    Stage.ASSIGNED: "blue",
    Stage.WAITING: "blue",
    Stage.TRIED: "blue",
    Stage.SPOKEN: "blue",
    Stage.BOOKED: "green",
    Stage.DONE: "green",
}
OPEN = (Stage.NEW, Stage.SEEN, Stage.ASSIGNED, Stage.WAITING, Stage.TRIED, Stage.SPOKEN, Stage.BOOKED)
CLOSED = (Stage.DONE, Stage.PASSED_ON, Stage.WITHDRAWN, Stage.NO_REPLY, Stage.DUPLICATE)

# What staff may set by hand, and what the form calls it. Withdrawing a request is cancelling it.
SET_BY_HAND = {
    Stage.SEEN: "Seen",
    Stage.WAITING: "Waiting for a check",
    Stage.SPOKEN: "Spoken to",
    Stage.DONE: "Done",
    Stage.PASSED_ON: "Passed on to another service",
    Stage.WITHDRAWN: "Withdrawn: the family does not want it any more",
    Stage.NO_REPLY: "No reply after several tries",
    Stage.DUPLICATE: "Duplicate of another item",
}

# Working days after which an open item comes back, by what was done last.
DUE_DAYS = {
    Stage.SEEN: 1,
    Stage.ASSIGNED: 1,
    Stage.WAITING: 5,
    Stage.TRIED: 2,
    Stage.SPOKEN: 5,
}
OFFERED_DAYS = 5
LONGEST_WAIT_DAYS = 20

WAITING_FOR = {"police": "Police", "cps": "Crown Prosecution Service", "reviewer": "Independent Reviewer"}

KINDS = {
    "meeting": "Meeting",
    "call_back": "Call back",
    "question": "Question",
    "complaint": "Complaint",
    "access": "Access need",
    "urgent": "Urgent call back",
}

CONTACT_WAYS = {"phone": "Phone", "email": "E-mail", "letter": "Letter", "visit": "Visit", "text": "Text message"}
# outcome: (in words, the stage that follows)
CONTACT_OUTCOMES = {
    "spoke": ("Spoke to the family", Stage.SPOKEN),
    "message": ("Left a message", Stage.TRIED),
    "no_answer": ("No answer", Stage.TRIED),
    "sent": ("Sent", Stage.TRIED),
    "wrong": ("Wrong number or address", Stage.TRIED),
}

ATTENTION = {
    "changed": "The family changed it",
    "cancelled": "The family cancelled it",
    "running_late": "The family is running late",
    "other": "The family sent a message",
    "time_withdrawn": "Its time was withdrawn",
    "not_told": "An e-mail did not arrive",
    "unowned": "It needs somebody: its owner can't work on it any more",
    "overdue": "Came back: nobody has gone on with it",
}

OUTCOMES = {"took_place": "Took place", "missed": "Missed"}

# Why somebody reads what a family in danger wrote, or a whole conversation.
REASONS = {
    "first_look": "First look",
    "calling": "About to contact the family",
    "meeting": "Preparing a meeting",
    "danger": "Checking whether somebody is in danger",
    "handover": "Taking over from a colleague",
    "quality": "Checking how a request was dealt with",
}


def known(value: str, words: dict[str, str], what: str) -> str:
    """The value, if it is one of these; raises Refused."""
    if value not in words:
        raise Refused(f"Choose {what}.")
    return value
