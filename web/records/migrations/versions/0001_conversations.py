"""Conversations, their messages, and what the assistant must be told of earlier turns."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the first tables."""
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("said", sa.Integer, nullable=False),
        sa.Column("next_seq", sa.Integer, nullable=False),
        sa.Column("offered", sa.LargeBinary, nullable=False),
        sa.Column("lease_owner", sa.String(36), nullable=True),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
    )
    op.create_index("ix_conversations_expires_at", "conversations", ["expires_at"])
    op.create_table(
        "messages",
        _conversation_id("messages"),
        sa.Column("seq", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("sender", sa.String(16), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("request_key", sa.String(36), nullable=True),
        sa.Column("answers", sa.Integer, nullable=True),
        sa.PrimaryKeyConstraint("conversation_id", "seq", name="pk_messages"),
        sa.UniqueConstraint("conversation_id", "request_key", name="uq_messages_request_key"),
    )
    op.create_table(
        "turns",
        _conversation_id("turns"),
        sa.Column("seq", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("events", sa.LargeBinary, nullable=False),
        sa.Column("state_after", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "seq", name="pk_turns"),
    )


def downgrade() -> None:
    """There is nothing older."""
    raise NotImplementedError


def _conversation_id(table: str) -> sa.Column[str]:
    key = sa.ForeignKey("conversations.id", ondelete="CASCADE", name=f"fk_{table}_conversation_id")
    return sa.Column("conversation_id", sa.String(36), key, nullable=False)
