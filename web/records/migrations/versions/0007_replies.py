"""Who may be answered by staff in the chat, and by whom just now."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ID = sa.String(36)


def upgrade() -> None:
    """Make the table."""
    conversation = sa.ForeignKey("conversations.id", ondelete="CASCADE", name="fk_agreements_conversation_id")
    op.create_table(
        "agreements",
        sa.Column("conversation_id", ID, conversation, nullable=False),
        sa.Column("agreed_at", MOMENT, nullable=False),
        sa.Column("staff_id", ID, sa.ForeignKey("staff.id", name="fk_agreements_staff_id"), nullable=True),
        sa.Column("visit", ID, nullable=True),
        sa.Column("about", ID, nullable=True),
        sa.Column("joined_at", MOMENT, nullable=True),
        sa.Column("active_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("conversation_id", name="pk_agreements"),
        sa.CheckConstraint("(staff_id IS NULL) = (visit IS NULL)", name="ck_agreements_visit"),
    )
    op.create_index("ix_agreements_staff_id", "agreements", ["staff_id"])


def downgrade() -> None:
    """What families agreed to is never dropped by a command."""
    raise NotImplementedError
