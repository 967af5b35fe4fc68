"""In which request an event happened, so that the history and the access log can be read together."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what happened before has no such id."""
    op.add_column("history", sa.Column("request_id", sa.String(16), nullable=True))


def downgrade() -> None:
    """The history is never changed by a command."""
    raise NotImplementedError
