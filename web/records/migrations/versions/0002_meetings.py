"""Meetings, hand-offs, their history, and the e-mails about them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ID = sa.String(36)
WORD = sa.String(32)

# History only grows, and the database itself says so.
ON_SQLITE = """
CREATE TRIGGER history_no_update BEFORE UPDATE ON history BEGIN SELECT RAISE(ABORT, 'history only grows'); END
--
CREATE TRIGGER history_no_delete BEFORE DELETE ON history BEGIN SELECT RAISE(ABORT, 'history only grows'); END
--
CREATE TRIGGER history_no_replace BEFORE INSERT ON history WHEN EXISTS (SELECT 1 FROM history WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'history only grows'); END
"""  # the last one: INSERT OR REPLACE deletes without asking the trigger for deletions
ON_POSTGRESQL = """
CREATE OR REPLACE FUNCTION history_only_grows() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'history only grows'; END $$
--
CREATE TRIGGER history_no_change BEFORE UPDATE OR DELETE ON history
FOR EACH ROW EXECUTE FUNCTION history_only_grows()
--
CREATE TRIGGER history_no_truncate BEFORE TRUNCATE ON history
FOR EACH STATEMENT EXECUTE FUNCTION history_only_grows()
"""


def upgrade() -> None:
    """Make the tables of meetings."""
    _times()
    _requests()
    _handoffs()
    _holds()
    _offers_and_ties()
    _contacts()
    _history()
    _wrong_codes_and_links()
    _outbox()


def downgrade() -> None:
    """What families asked for is never dropped by a command."""
    raise NotImplementedError


def _times() -> None:
    op.create_table(
        "times",
        sa.Column("id", ID, nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("minutes", sa.Integer, nullable=False),
        sa.Column("place", sa.String(100), nullable=False),
        sa.Column("who", WORD, nullable=False),
        sa.Column("instant", sa.Boolean, nullable=False),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_times"),
        sa.CheckConstraint("who <> 'reviewer' OR NOT instant", name="ck_times_reviewer_not_instant"),
    )
    published = sa.text("withdrawn_at IS NULL")
    op.create_index(
        "uq_times_published",
        "times",
        ["starts_at", "place", "who"],
        unique=True,
        sqlite_where=published,
        postgresql_where=published,
    )


def _requests() -> None:
    op.create_table(
        "requests",
        *_record(),
        sa.Column("status", WORD, nullable=False),
        sa.Column("code_hash", sa.LargeBinary(32), nullable=True),
        sa.Column("code", sa.LargeBinary, nullable=True),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("attention", WORD, nullable=True),
        *_unique("requests"),
    )
    op.create_index("ix_requests_delete_after", "requests", ["delete_after"])


def _handoffs() -> None:
    op.create_table(
        "handoffs",
        *_record(),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("urgent", sa.Boolean, nullable=False),
        *_unique("handoffs"),
    )
    op.create_index("ix_handoffs_delete_after", "handoffs", ["delete_after"])


def _holds() -> None:
    op.create_table(
        "holds",
        _to("time_id", "times.id", "holds"),
        sa.Column("draft_id", ID, nullable=False),
        sa.Column("conversation_id", ID, nullable=True),
        _to("request_id", "requests.id", "holds", nullable=True),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("time_id", name="pk_holds"),
        sa.UniqueConstraint("request_id", name="uq_holds_request_id"),
        sa.CheckConstraint("(request_id IS NULL) = (until IS NOT NULL)", name="ck_holds_until_or_request"),
    )
    op.create_index("ix_holds_draft_id", "holds", ["draft_id"])


def _offers_and_ties() -> None:
    op.create_table(
        "offers",
        _to("request_id", "requests.id", "offers"),
        _to("time_id", "times.id", "offers"),
        sa.PrimaryKeyConstraint("request_id", "time_id", name="pk_offers"),
    )
    op.create_table(
        "ties",
        _to("conversation_id", "conversations.id", "ties", ondelete="CASCADE"),
        sa.Column("about", ID, nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "about", name="pk_ties"),
    )
    op.create_index("ix_ties_about", "ties", ["about"])


def _contacts() -> None:
    op.create_table(
        "contacts",
        sa.Column("id", ID, nullable=False),
        sa.Column("about", ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("who", sa.String(100), nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("note", sa.LargeBinary, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_contacts"),
    )
    op.create_index("ix_contacts_about", "contacts", ["about"])


def _history() -> None:
    op.create_table(
        "history",
        sa.Column("id", ID, nullable=False),
        sa.Column("about", ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("who", sa.String(100), nullable=False),
        sa.Column("what", WORD, nullable=False),
        sa.Column("field", WORD, nullable=True),
        sa.Column("old", sa.LargeBinary, nullable=True),
        sa.Column("new", sa.LargeBinary, nullable=True),
        sa.Column("change_id", ID, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_history"),
    )
    op.create_index("ix_history_about", "history", ["about"])
    op.create_index("ix_history_change_id", "history", ["change_id"])
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in (ON_SQLITE if on_sqlite else ON_POSTGRESQL).split("--"):
        op.execute(statement)


def _wrong_codes_and_links() -> None:
    op.create_table(
        "wrong_codes",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_wrong_codes"),
    )
    op.create_table(
        "links",
        sa.Column("token_hash", sa.LargeBinary(32), nullable=False),
        _to("request_id", "requests.id", "links"),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("token_hash", name="pk_links"),
    )
    op.create_index("ix_links_request_id", "links", ["request_id"])


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", ID, nullable=False),
        sa.Column("about", ID, nullable=True),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("once", sa.String(64), nullable=True),
        sa.Column("letter", sa.LargeBinary, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("failed_at", MOMENT, nullable=True),
        sa.Column("problem", sa.String(100), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("once", name="uq_outbox_once"),
    )
    op.create_index("ix_outbox_due_at", "outbox", ["due_at"])
    op.create_index("ix_outbox_about", "outbox", ["about"])


def _record() -> list[sa.Column[object]]:
    """What requests and hand-offs have in common."""
    return [
        sa.Column("id", ID, nullable=False),
        sa.Column("draft_id", ID, nullable=False),
        sa.Column("reference", sa.String(16), nullable=False),
        sa.Column("stage", WORD, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("delete_after", MOMENT, nullable=False),
        sa.Column("key", sa.LargeBinary, nullable=True),
        sa.Column("details", sa.LargeBinary, nullable=True),
        sa.Column("attached", sa.LargeBinary, nullable=True),
    ]


def _unique(table: str) -> list[sa.schema.Constraint]:
    return [
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint("draft_id", name=f"uq_{table}_draft_id"),
        sa.UniqueConstraint("reference", name=f"uq_{table}_reference"),
    ]


def _to(name: str, target: str, table: str, nullable: bool = False, ondelete: str | None = None) -> sa.Column[str]:
    key = sa.ForeignKey(target, name=f"fk_{table}_{name}", ondelete=ondelete)
    return sa.Column(name, ID, key, nullable=nullable)
