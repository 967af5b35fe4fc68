"""The records on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from web.records.conversations import Conversations
from web.records.database import Database, open_database
from web.records.keys import Keys, new_key
from web.records.tables import Tables
from web.settings import Settings


@dataclass
class Records:
    """A database with its tables."""

    settings: Settings
    keys: Keys
    tables: Tables
    database: Database
    conversations: Conversations

    async def rows(self, table: str) -> list[Any]:
        """All rows of a table as they stand there."""
        return await self.database.run(lambda connection: list(connection.execute(text(f"SELECT * FROM {table}"))))  # noqa: S608

    async def dump(self) -> str:
        """Everything that stands in the database."""
        names = [table.name for table in self.tables.metadata.sorted_tables]
        return repr([await self.rows(name) for name in names])


@pytest.fixture(params=["sqlite", "postgresql"])
async def records(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Records]:
    """Empty records, on each kind of database."""
    url = None
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql_address")
    settings = Settings(data_dir=tmp_path, secret_keys=(new_key(),), database_url=url)
    keys = Keys(settings.secret_keys)
    tables, database = Tables(keys), open_database(settings)
    await database.run(_emptied, 60.0)
    await database.migrate()
    if request.path.parent != Path(__file__).parent:  # how long is waited is for the tests beside this file alone
        database.within = 30.0  # a machine that is busy with other tests is no full disk
    yield Records(settings, keys, tables, database, Conversations(database, tables))
    await database.close()


def _emptied(connection: Any) -> None:
    names = [table.name for table in reversed(Tables(Keys([new_key()])).metadata.sorted_tables)]
    for table in (*names, "alembic_version"):
        connection.execute(text(f"DROP TABLE IF EXISTS {table}"))
