"""What is kept of answers that staff give in the chat itself; the words are messages like all others."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, MetaData, String, Table

from web.records.types import Moment

ID = String(36)


def agreements(metadata: MetaData) -> Table:
    """Families that agreed to be answered in their chat, and who is there. A row goes with its conversation."""
    return Table(
        "agreements",
        metadata,
        Column("conversation_id", ID, ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
        Column("agreed_at", Moment, nullable=False),
        # All null while nobody is there.
        Column("staff_id", ID, ForeignKey("staff.id"), nullable=True),
        Column("visit", ID, nullable=True),  # another one each time somebody joins
        Column("about", ID, nullable=True),  # the request or hand-off by which they came
        Column("joined_at", Moment, nullable=True),
        Column("active_at", Moment, nullable=True),  # when they last did something
        CheckConstraint("(staff_id IS NULL) = (visit IS NULL)", name="ck_agreements_visit"),
        Index(None, "staff_id"),
    )
