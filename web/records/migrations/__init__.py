"""Brings the tables up to date with Alembic."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

# Any number that nothing else locks in the same PostgreSQL database.
LOCK = 7_403_118


def upgrade(connection: Connection) -> None:
    """Run the migrations that are missing, in the connection's transaction. Another process that does so waits."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
