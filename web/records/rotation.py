"""Seals everything that is kept with the newest key, so that an older one can be thrown away."""

from __future__ import annotations

from sqlalchemy import Connection, Table, bindparam, select, type_coerce, update
from sqlalchemy.types import LargeBinary

from web.records.database import Database
from web.records.tables import Tables
from web.records.types import Sealed


async def rotate_keys(database: Database, tables: Tables) -> int:
    """Rotate every sealed column of every table, in one transaction. Returns how many values there were.

    Raises NotRecorded, and changes nothing, when a value can't be opened or the database fails.
    """

    def rotate(connection: Connection) -> int:
        return sum(
            _rotate_column(connection, table, column.name, column.type)
            for table in tables.metadata.sorted_tables
            for column in table.columns
            if isinstance(column.type, Sealed)
        )

    return await database.run(rotate)


def _rotate_column(connection: Connection, table: Table, name: str, sealed: Sealed) -> int:
    place = list(table.primary_key.columns)
    column = table.c[name]
    # As bytes: what is sealed is not opened here, only sealed anew.
    rows = connection.execute(select(*place, type_coerce(column, LargeBinary)).where(column.is_not(None))).all()
    changes = [
        {"new": sealed.keys.rotate(value)} | {f"at_{key.name}": part for key, part in zip(place, at, strict=True)}
        for *at, value in rows
    ]
    if changes:
        where = [key == bindparam(f"at_{key.name}") for key in place]
        connection.execute(update(table).where(*where).values({name: bindparam("new", type_=LargeBinary)}), changes)
    return len(changes)
