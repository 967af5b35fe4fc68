"""The history only grows, and the database itself says so."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, text

from tests.meetings.office import Office
from web.records.database import NotRecorded


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE history SET who = 'nobody'",
        "DELETE FROM history",
        "INSERT OR REPLACE INTO history (id, about, at, who, what) SELECT id, about, at, 'nobody', what FROM history",
        "TRUNCATE history",
    ],
)
async def test_no_row_of_the_history_can_be_changed_or_deleted(office: Office, statement: str) -> None:
    await office.meetings.record(await office.draft())
    before = await office.records.rows("history")

    def tamper(connection: Connection) -> None:
        connection.execute(text(statement))

    with pytest.raises(NotRecorded):
        await office.records.database.run(tamper)
    assert before
    assert await office.records.rows("history") == before


async def test_every_table_with_personal_values_says_when_they_go(office: Office) -> None:
    """A table of sealed values expires by itself, or goes with a row of another table that does."""
    goes_with = {"messages": "conversations", "turns": "conversations", "contacts": "requests", "history": "requests"}
    # A letter is erased once it is sent, and with its request. Of a family nothing stands among the staff.
    no_family = {"outbox", "staff"}
    for table in office.records.tables.metadata.sorted_tables:
        sealed = [
            column.name
            for column in table.columns
            if column.type.python_type is bytes or "Sealed" in str(type(column.type))
        ]
        sealed = [name for name in sealed if not name.endswith("hash")]
        if sealed and table.name not in no_family:
            owner = office.records.tables.metadata.tables[goes_with.get(table.name, table.name)]
            assert "delete_after" in owner.c or "expires_at" in owner.c, table.name
