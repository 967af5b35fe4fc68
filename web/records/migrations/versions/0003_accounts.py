"""Members of staff, how they sign in, and a word more in the history."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ID = sa.String(36)
WORD = sa.String(32)


def upgrade() -> None:
    """Make the tables of accounts."""
    op.create_table(
        "staff",
        sa.Column("id", ID, nullable=False),
        sa.Column("email", sa.String(200), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("role", WORD, nullable=False),
        sa.Column("passphrase", sa.String(200), nullable=True),
        sa.Column("secret", sa.LargeBinary, nullable=True),
        sa.Column("last_step", sa.Integer, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("disabled_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_staff"),
        sa.UniqueConstraint("email", name="uq_staff_email"),
        sa.UniqueConstraint("name", name="uq_staff_name"),
    )
    op.create_table(
        "invitations",
        sa.Column("token_hash", sa.LargeBinary(32), nullable=False),
        _staff_id("invitations"),
        sa.Column("secret", sa.LargeBinary, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_invitations"),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("code_hash", sa.LargeBinary(32), nullable=False),
        _staff_id("recovery_codes"),
        sa.PrimaryKeyConstraint("code_hash", name="pk_recovery_codes"),
    )
    op.create_table(
        "sessions",
        sa.Column("id", ID, nullable=False),
        sa.Column("token_hash", sa.LargeBinary(32), nullable=False),
        _staff_id("sessions"),
        sa.Column("device", sa.String(100), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
        sa.UniqueConstraint("token_hash", name="uq_sessions_token_hash"),
    )
    op.create_table(
        "sign_in_tries",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_sign_in_tries"),
    )
    for table in ("invitations", "recovery_codes", "sessions"):
        op.create_index(f"ix_{table}_staff_id", table, ["staff_id"])
    op.add_column("history", sa.Column("detail", sa.String(500), nullable=True))
    op.create_index("ix_history_at", "history", ["at"])


def downgrade() -> None:
    """Who did what must stay known."""
    raise NotImplementedError


def _staff_id(table: str) -> sa.Column[str]:
    key = sa.ForeignKey("staff.id", name=f"fk_{table}_staff_id")
    return sa.Column("staff_id", ID, key, nullable=False)
