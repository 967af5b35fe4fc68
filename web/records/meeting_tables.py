"""What is kept of meetings and hand-offs, and of what people are told about them.

Personal values are sealed with the record's own key (web/records/own_keys.py); that key stands sealed in `key`. A
record that was erased keeps its row, without a key, so that a reference is never given twice.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    text,
)

from web.records.keys import Keys
from web.records.types import Moment, Sealed
from web.request_ids import LONGEST, current

ID = String(36)
WORD = String(32)
LISTED = ("stage", "owner_id", "due_at", "attention", "created_at", "reference", "id")


def times(metadata: MetaData) -> Table:
    """Times that staff have published. Nothing personal: `place` is a room or "by phone"."""
    return Table(
        "times",
        metadata,
        Column("id", ID, primary_key=True),
        Column("starts_at", Moment, nullable=False),
        Column("minutes", Integer, nullable=False),
        Column("place", String(100), nullable=False),
        Column("who", WORD, nullable=False),  # whom one meets: reviewer or staff
        Column("instant", Boolean, nullable=False),  # taking it confirms it
        Column("withdrawn_at", Moment, nullable=True),
        # The Independent Reviewer is never booked without a person saying so.
        CheckConstraint("who <> 'reviewer' OR NOT instant", name="ck_times_reviewer_not_instant"),
        Index(
            "uq_times_published",
            "starts_at",
            "place",
            "who",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )


def requests(metadata: MetaData, keys: Keys) -> Table:
    """Meetings that families asked for."""
    return Table(
        "requests",
        metadata,
        *_record(keys),
        Column("status", WORD, nullable=False),  # what the family is told: requested, held, confirmed, cancelled
        Column("code_hash", LargeBinary(32), nullable=True),  # a digest under the request's own key
        Column("code", LargeBinary, nullable=True),  # sealed, as long as a lost answer may have to be repeated
        Column("sequence", Integer, nullable=False),  # of the calendar file
        *_unique("requests"),
    )


def handoffs(metadata: MetaData, keys: Keys) -> Table:
    """Call-backs, questions passed on, complaints, access needs."""
    return Table(
        "handoffs",
        metadata,
        *_record(keys),
        Column("kind", WORD, nullable=False),
        Column("urgent", Boolean, nullable=False),
        *_unique("handoffs", "kind", "urgent"),
    )


def holds(metadata: MetaData) -> Table:
    """Who has a published time. The primary key is the promise that one time is never given twice."""
    return Table(
        "holds",
        metadata,
        Column("time_id", ID, ForeignKey("times.id"), primary_key=True),
        Column("draft_id", ID, nullable=False),
        Column("conversation_id", ID, nullable=True),  # only until there is a request
        Column("request_id", ID, ForeignKey("requests.id"), nullable=True),
        Column("since", Moment, nullable=False),
        Column("until", Moment, nullable=True),  # null once it belongs to a request
        UniqueConstraint("request_id", name="uq_holds_request_id"),
        CheckConstraint("(request_id IS NULL) = (until IS NOT NULL)", name="ck_holds_until_or_request"),
        Index(None, "draft_id"),
    )


def offers(metadata: MetaData) -> Table:
    """Times that staff put forward to a family."""
    return Table(
        "offers",
        metadata,
        Column("request_id", ID, ForeignKey("requests.id"), primary_key=True),
        Column("time_id", ID, ForeignKey("times.id"), primary_key=True),
    )


def ties(metadata: MetaData) -> Table:
    """Which conversation may see and change which record. A tie goes with its conversation, the record stays."""
    return Table(
        "ties",
        metadata,
        Column("conversation_id", ID, ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
        Column("about", ID, primary_key=True),  # a request or a hand-off
        Index(None, "about"),
    )


def contacts(metadata: MetaData) -> Table:
    """Every contact between a family and staff about a record; the words are sealed with the record's own key."""
    return Table(
        "contacts",
        metadata,
        Column("id", ID, primary_key=True),
        Column("about", ID, nullable=False),
        Column("at", Moment, nullable=False),
        Column("who", String(100), nullable=False),  # family, or a member of staff
        Column("kind", WORD, nullable=False),
        Column("note", LargeBinary, nullable=True),
        Index(None, "about"),
    )


def history(metadata: MetaData) -> Table:
    """Every change there ever was; the database itself refuses to change or delete a row."""
    return Table(
        "history",
        metadata,
        Column("id", ID, primary_key=True),
        Column("about", ID, nullable=False),  # a request, a hand-off or a time
        Column("at", Moment, nullable=False),
        Column("who", String(100), nullable=False),  # family, system, or a member of staff
        Column("what", WORD, nullable=False),
        Column("field", WORD, nullable=True),
        Column("old", LargeBinary, nullable=True),  # sealed with the record's own key
        Column("new", LargeBinary, nullable=True),
        Column("change_id", ID, nullable=True),  # the change that this is part of, where it could come twice
        Column("detail", String(500), nullable=True),  # a word more, never of a family: web/records/events.py
        Column("request_id", String(LONGEST), nullable=True, default=current),  # see the access log
        Index(None, "about"),
        Index(None, "at"),
        Index(None, "change_id"),
    )


def wrong_codes(metadata: MetaData) -> Table:
    """Wrong codes lately, under keyed names of the reference and of the family's address."""
    return Table(
        "wrong_codes",
        metadata,
        Column("name", String(64), primary_key=True),
        Column("count", Integer, nullable=False),
        Column("until", Moment, nullable=False),  # no code is looked at before
    )


def links(metadata: MetaData) -> Table:
    """Links in e-mails, each good for one request and one press of its button."""
    return Table(
        "links",
        metadata,
        Column("token_hash", LargeBinary(32), primary_key=True),  # SHA-256; the token is only in the e-mail
        Column("request_id", ID, ForeignKey("requests.id"), nullable=False),
        Column("expires_at", Moment, nullable=False),
        Column("used_at", Moment, nullable=True),
        Index(None, "request_id"),
    )


def outbox(metadata: MetaData, keys: Keys) -> Table:
    """E-mails that are owed, written in the transaction that made them owed. A letter is erased once it is sent."""
    return Table(
        "outbox",
        metadata,
        Column("id", ID, primary_key=True),  # also the Message-ID, so that a repeat can be told
        Column("about", ID, nullable=True),
        Column("place", Integer, nullable=False),  # among the letters about the same request
        Column("kind", WORD, nullable=False),
        Column("once", String(64), nullable=True),  # what must not be said twice, such as today's count
        Column("letter", Sealed(keys), nullable=True),
        Column("created_at", Moment, nullable=False),
        Column("due_at", Moment, nullable=False),
        Column("tries", Integer, nullable=False),
        Column("lease_until", Moment, nullable=True),  # somebody is sending it
        Column("sent_at", Moment, nullable=True),
        Column("failed_at", Moment, nullable=True),  # given up
        Column("problem", String(100), nullable=True),  # what the last try met; never an address or a text
        UniqueConstraint("once", name="uq_outbox_once"),
        Index(None, "due_at"),
        Index(None, "about"),
    )


def _record(keys: Keys) -> list[Column[object]]:
    """What requests and hand-offs have in common."""
    return [
        Column("id", ID, primary_key=True),
        Column("draft_id", ID, nullable=False),
        Column("reference", String(16), nullable=False),
        Column("stage", WORD, nullable=False),  # how far staff are with it
        Column("created_at", Moment, nullable=False),
        Column("changed_at", Moment, nullable=False),
        Column("delete_after", Moment, nullable=False),
        Column("key", Sealed(keys), nullable=True),  # the record's own key; null once it was erased
        Column("details", LargeBinary, nullable=True),  # sealed with that key
        Column("attached", LargeBinary, nullable=True),  # the conversation, if the family said so; sealed likewise
        Column("attention", WORD, nullable=True),  # why staff must look at it
        Column("version", Integer, nullable=False, server_default="0"),  # grows with every change: nobody overwrites
        Column("owner_id", ID, nullable=True),  # whose work it is
        Column("due_at", Moment, nullable=True),  # when it comes back, if nobody has done anything
        Column("waiting_for", WORD, nullable=True),  # whose check it waits for
        Column("outcome", WORD, nullable=True),  # of the meeting: took_place or missed
        Column("duplicate_of", String(16), nullable=True),  # the reference of the other one
        Column("indexed", String(16), nullable=True),  # with which keys it can be searched for; null once it changed
    ]


def _unique(table: str, *more: str) -> list[UniqueConstraint | Index]:
    return [
        UniqueConstraint("draft_id", name=f"uq_{table}_draft_id"),
        UniqueConstraint("reference", name=f"uq_{table}_reference"),
        Index(f"ix_{table}_delete_after", "delete_after"),
        Index(f"ix_{table}_owner_id", "owner_id"),
        Index(f"ix_{table}_indexed", "indexed"),
        # All that lists are made from, so that no sealed value is read for them.
        Index(f"ix_{table}_list", *LISTED, *more),
    ]
