"""What is kept for the desk beside requests and hand-offs: words to search by, switches, calendar feeds."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, MetaData, String, Table, UniqueConstraint

from web.records.types import Moment

ID = String(36)


def search_words(metadata: MetaData) -> Table:
    """Keyed names of the words that an item can be found by. They tell nobody the words; erased with the item."""
    return Table(
        "search_words",
        metadata,
        Column("about", ID, primary_key=True),
        Column("word", String(64), primary_key=True),
        Index(None, "word"),
    )


def switches(metadata: MetaData) -> Table:
    """What is paused. A row is there as long as the pause lasts."""
    return Table(
        "switches",
        metadata,
        Column("name", String(64), primary_key=True),  # chat, bookings, desk, or answer: and a topic
        Column("since", Moment, nullable=False),
        Column("who", String(100), nullable=False),
        Column("reason", String(500), nullable=False),
    )


def feeds(metadata: MetaData) -> Table:
    """Secret addresses of calendars: who has the address can read the calendar, until it is revoked."""
    return Table(
        "feeds",
        metadata,
        Column("staff_id", ID, ForeignKey("staff.id"), primary_key=True),
        Column("token_hash", LargeBinary(32), nullable=False),
        Column("created_at", Moment, nullable=False),
        UniqueConstraint("token_hash", name="uq_feeds_token_hash"),
    )
