"""What is kept of conversations: what was said is in `Sealed` columns. Meetings: meeting_tables.py.
Members of staff: account_tables.py. The desk: desk_tables.py. What the leaflet left open, and counts:
learning_tables.py. Answers of staff in the chat: reply_tables.py.
"""

from __future__ import annotations

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

from web.records import account_tables, desk_tables, learning_tables, meeting_tables, reply_tables
from web.records.keys import Keys
from web.records.types import Moment, Sealed

ID = String(36)
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Tables:
    """The tables, reading and writing through one list of keys."""

    def __init__(self, keys: Keys) -> None:
        self.metadata = MetaData(naming_convention=NAMING)
        self.conversations = _conversations(self.metadata, keys)
        self.messages = _messages(self.metadata, keys)
        self.turns = _turns(self.metadata, keys)
        self.times = meeting_tables.times(self.metadata)
        self.requests = meeting_tables.requests(self.metadata, keys)
        self.handoffs = meeting_tables.handoffs(self.metadata, keys)
        self.holds = meeting_tables.holds(self.metadata)
        self.offers = meeting_tables.offers(self.metadata)
        self.ties = meeting_tables.ties(self.metadata)
        self.contacts = meeting_tables.contacts(self.metadata)
        self.history = meeting_tables.history(self.metadata)
        self.wrong_codes = meeting_tables.wrong_codes(self.metadata)
        self.links = meeting_tables.links(self.metadata)
        self.outbox = meeting_tables.outbox(self.metadata, keys)
        self.staff = account_tables.staff(self.metadata, keys)
        self.invitations = account_tables.invitations(self.metadata, keys)
        self.recovery_codes = account_tables.recovery_codes(self.metadata)
        self.sessions = account_tables.sessions(self.metadata)
        self.search_words = desk_tables.search_words(self.metadata)
        self.switches = desk_tables.switches(self.metadata)
        self.feeds = desk_tables.feeds(self.metadata)
        self.sign_in_tries = account_tables.sign_in_tries(self.metadata)
        self.questions = learning_tables.questions(self.metadata)
        self.unanswered = learning_tables.unanswered(self.metadata, keys)
        self.written_answers = learning_tables.written_answers(self.metadata)
        self.weekly_counts = learning_tables.weekly_counts(self.metadata)
        self.agreements = reply_tables.agreements(self.metadata)


def _conversations(metadata: MetaData, keys: Keys) -> Table:
    return Table(
        "conversations",
        metadata,
        Column("id", ID, primary_key=True),
        Column("token_hash", LargeBinary(32), nullable=False),  # SHA-256; the token itself is nowhere
        Column("created_at", Moment, nullable=False),
        Column("expires_at", Moment, nullable=False),
        Column("said", Integer, nullable=False),  # messages of the family so far
        Column("next_seq", Integer, nullable=False),  # place of the next message
        Column("offered", Sealed(keys), nullable=False),  # what the last reply offered to tap
        # One process at a time answers; the lease ends by itself when that process dies.
        Column("lease_owner", ID, nullable=True),
        Column("lease_until", Moment, nullable=True),
        Index(None, "expires_at"),
    )


def _messages(metadata: MetaData, keys: Keys) -> Table:
    return Table(
        "messages",
        metadata,
        Column("conversation_id", ID, ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
        Column("seq", Integer, primary_key=True, autoincrement=False),
        Column("id", ID, nullable=False),
        Column("sender", String(16), nullable=False),
        Column("at", Moment, nullable=False),
        Column("body", Sealed(keys), nullable=False),
        Column("request_key", ID, nullable=True),  # the Idempotency-Key of a family's message
        Column("answers", Integer, nullable=True),  # the place of the family's message that this replies to
        UniqueConstraint("conversation_id", "request_key", name="uq_messages_request_key"),
    )


def _turns(metadata: MetaData, keys: Keys) -> Table:
    """What the assistant, which keeps nothing, must be told of the turns it answered."""
    return Table(
        "turns",
        metadata,
        Column("conversation_id", ID, ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
        Column("seq", Integer, primary_key=True, autoincrement=False),  # the place of the family's message
        Column("events", Sealed(keys), nullable=False),
        Column("state_after", Sealed(keys), nullable=False),
    )
