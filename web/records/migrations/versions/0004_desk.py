"""What staff do with requests and hand-offs: whose they are, when they come back, how they end; switches; feeds."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ID = sa.String(36)
WORD = sa.String(32)


def upgrade() -> None:
    """Make the columns and tables of the desk."""
    for table in ("requests", "handoffs"):
        op.add_column(table, sa.Column("owner_id", ID, nullable=True))
        op.add_column(table, sa.Column("version", sa.Integer, nullable=False, server_default="0"))
        op.add_column(table, sa.Column("due_at", MOMENT, nullable=True))
        op.add_column(table, sa.Column("waiting_for", WORD, nullable=True))
        op.add_column(table, sa.Column("outcome", WORD, nullable=True))
        op.add_column(table, sa.Column("duplicate_of", sa.String(16), nullable=True))
        op.add_column(table, sa.Column("indexed", sa.String(16), nullable=True))
        op.create_index(f"ix_{table}_owner_id", table, ["owner_id"])
        op.create_index(f"ix_{table}_indexed", table, ["indexed"])
    op.add_column("handoffs", sa.Column("attention", WORD, nullable=True))
    listed = ["stage", "owner_id", "due_at", "attention", "created_at", "reference", "id"]
    op.create_index("ix_requests_list", "requests", listed)
    op.create_index("ix_handoffs_list", "handoffs", [*listed, "kind", "urgent"])
    _search_words()
    _switches()
    _feeds()


def downgrade() -> None:
    """What staff did must stay known."""
    raise NotImplementedError


def _search_words() -> None:
    op.create_table(
        "search_words",
        sa.Column("about", ID, nullable=False),
        sa.Column("word", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("about", "word", name="pk_search_words"),
    )
    op.create_index("ix_search_words_word", "search_words", ["word"])


def _switches() -> None:
    op.create_table(
        "switches",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("who", sa.String(100), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_switches"),
    )


def _feeds() -> None:
    op.create_table(
        "feeds",
        sa.Column("staff_id", ID, sa.ForeignKey("staff.id", name="fk_feeds_staff_id"), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("staff_id", name="pk_feeds"),
        sa.UniqueConstraint("token_hash", name="uq_feeds_token_hash"),
    )
