"""What is kept of questions that the leaflet left open and of answers that staff wrote; counts by the week."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from web.records.keys import Keys
from web.records.types import Moment, Sealed

ID = String(36)
WORD = String(32)
TOPIC = String(100)  # a topic, or a topic and its kind
NAME = String(100)  # of a member of staff, as in `staff`


def questions(metadata: MetaData) -> Table:
    """Groups of messages that ask nearly the same. A group holds no words of its own: they go with its messages."""
    return Table(
        "questions",
        metadata,
        Column("id", ID, primary_key=True),
        Column("topic", TOPIC, nullable=True),  # what they were answered with; null where the assistant asked back
        Column("status", WORD, nullable=False),  # new, needed, set_aside
        Column("marked_by", NAME, nullable=True),
        Column("marked_at", Moment, nullable=True),
        Column("created_at", Moment, nullable=False),
    )


def unanswered(metadata: MetaData, keys: Keys) -> Table:
    """Messages that the leaflet has no answer to, without what could say who wrote them.

    A conversation that its family deletes takes them along; one that expires leaves them, tied to nothing.
    """
    return Table(
        "unanswered",
        metadata,
        Column("id", ID, primary_key=True),
        Column("conversation_id", ID, ForeignKey("conversations.id", ondelete="CASCADE"), nullable=True),
        Column("question_id", ID, ForeignKey("questions.id"), nullable=True),  # null until it is grouped
        Column("at", Moment, nullable=False),
        Column("delete_after", Moment, nullable=False),
        Column("why", WORD, nullable=False),  # open: the leaflet doesn't say; unsure: asked back; missed: twice
        Column("topic", TOPIC, nullable=True),
        Column("words", Sealed(keys), nullable=False),
        Index(None, "conversation_id"),
        Index(None, "question_id"),
        Index(None, "delete_after"),
    )


def written_answers(metadata: MetaData) -> Table:
    """Answers in staff's own words. Nothing of a family."""
    return Table(
        "written_answers",
        metadata,
        Column("id", ID, primary_key=True),
        Column("topic", WORD, nullable=False),
        Column("kind", WORD, nullable=False),
        Column("title", String(100), nullable=True),  # of a kind that is new; null for one of topics.yml
        Column("text", Text, nullable=False),
        Column("source", String(500), nullable=False),
        Column("examples", Text, nullable=False),  # a line each
        Column("status", WORD, nullable=False),  # written, approved, withdrawn
        Column("version", Integer, nullable=False),  # whoever saves says which version they saw
        Column("written_by", NAME, nullable=False),
        Column("written_at", Moment, nullable=False),
        Column("approved_by", NAME, nullable=True),
        Column("approved_at", Moment, nullable=True),
        # Four eyes, and the database says so too.
        CheckConstraint("approved_by <> written_by", name="ck_written_answers_four_eyes"),
        CheckConstraint("(status = 'approved') = (approved_by IS NOT NULL)", name="ck_written_answers_approved"),
        UniqueConstraint("topic", "kind", name="uq_written_answers_kind"),
    )


def weekly_counts(metadata: MetaData) -> Table:
    """How often something happened in a week. No row leads to a conversation or a person."""
    return Table(
        "weekly_counts",
        metadata,
        Column("week", Date, primary_key=True),  # its Monday
        Column("name", TOPIC, primary_key=True),
        Column("count", Integer, nullable=False),
    )
