"""Questions that the leaflet left open, answers that staff wrote, and weekly counts."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ID = sa.String(36)
WORD = sa.String(32)
NAME = sa.String(100)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "questions",
        sa.Column("id", ID, nullable=False),
        sa.Column("topic", NAME, nullable=True),
        sa.Column("status", WORD, nullable=False),
        sa.Column("marked_by", NAME, nullable=True),
        sa.Column("marked_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_questions"),
    )
    _unanswered()
    _written_answers()
    op.create_table(
        "weekly_counts",
        sa.Column("week", sa.Date, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("week", "name", name="pk_weekly_counts"),
    )


def downgrade() -> None:
    """What staff wrote is never dropped by a command."""
    raise NotImplementedError


def _unanswered() -> None:
    op.create_table(
        "unanswered",
        sa.Column("id", ID, nullable=False),
        sa.Column(
            "conversation_id",
            ID,
            sa.ForeignKey("conversations.id", ondelete="CASCADE", name="fk_unanswered_conversation_id"),
            nullable=True,
        ),
        sa.Column("question_id", ID, sa.ForeignKey("questions.id", name="fk_unanswered_question_id"), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("delete_after", MOMENT, nullable=False),
        sa.Column("why", WORD, nullable=False),
        sa.Column("topic", NAME, nullable=True),
        sa.Column("words", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_unanswered"),
    )
    for column in ("conversation_id", "question_id", "delete_after"):
        op.create_index(f"ix_unanswered_{column}", "unanswered", [column])


def _written_answers() -> None:
    op.create_table(
        "written_answers",
        sa.Column("id", ID, nullable=False),
        sa.Column("topic", WORD, nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("title", sa.String(100), nullable=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("source", sa.String(500), nullable=False),
        sa.Column("examples", sa.Text, nullable=False),
        sa.Column("status", WORD, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("written_by", NAME, nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.Column("approved_by", NAME, nullable=True),
        sa.Column("approved_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_written_answers"),
        sa.UniqueConstraint("topic", "kind", name="uq_written_answers_kind"),
        sa.CheckConstraint("approved_by <> written_by", name="ck_written_answers_four_eyes"),
        sa.CheckConstraint("(status = 'approved') = (approved_by IS NOT NULL)", name="ck_written_answers_approved"),
    )
