"""Seals everything that is kept with the newest key, so that an older one can be thrown away.

This goes on beside a service that answers families: every transaction is short, and between two of them the database is
free for longer than it was held.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Connection, Table, bindparam, literal, select, tuple_, type_coerce, update
from sqlalchemy.types import LargeBinary

from web.records.database import Database, NotRecorded
from web.records.keys import Keys
from web.records.tables import Tables
from web.records.types import Sealed

BATCH = 200  # values in one transaction: some 20 milliseconds
PAUSE_SECONDS = 0.05

Place = Sequence[Any]  # a row's primary key


class NotAllRotated(Exception):
    """Some values are still sealed with an older key; rotating again goes on with them."""


async def rotate_keys(database: Database, tables: Tables) -> int:
    """Rotate every sealed column of every table. Returns how many values there were.

    Raises NotRecorded when a value can't be opened: then nothing was changed. Raises NotAllRotated when the database
    fails later.
    """
    columns = [
        _SealedColumn(table, column.name, column.type.keys)
        for table in tables.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, Sealed)
    ]
    for column in columns:
        await _rotate(database, column, keep=False)
    try:
        return sum([await _rotate(database, column, keep=True) for column in columns])
    except NotRecorded as error:
        raise NotAllRotated(str(error)) from None


async def _rotate(database: Database, column: _SealedColumn, keep: bool) -> int:
    """Rotate a column batch by batch, or only try to. Returns how many values there were."""
    places: list[Place] = []
    count = 0
    while True:
        places = await database.run(partial(column.rotate, after=places[-1] if places else None, keep=keep))
        count += len(places)
        if len(places) < BATCH:
            return count
        await asyncio.sleep(PAUSE_SECONDS)


@dataclass(frozen=True)
class _SealedColumn:
    table: Table
    name: str
    keys: Keys

    def rotate(self, connection: Connection, after: Place | None, keep: bool) -> list[Place]:
        """Rotate the values that come next after a primary key, or only try to. Returns where they stand."""
        key = list(self.table.primary_key.columns)
        column = self.table.c[self.name]
        # As bytes: what is sealed is not opened here, only sealed anew.
        query = select(*key, type_coerce(column, LargeBinary)).where(column.is_not(None))
        if after is not None:
            last = [literal(part, field.type) for field, part in zip(key, after, strict=True)]
            query = query.where(tuple_(*key) > tuple_(*last))
        rows = connection.execute(query.order_by(*key).limit(BATCH).with_for_update()).all()
        changes = [
            {"new": self.keys.rotate(value)} | {f"at_{field.name}": part for field, part in zip(key, at, strict=True)}
            for *at, value in rows
        ]
        if keep and changes:
            here = [field == bindparam(f"at_{field.name}") for field in key]
            new = {self.name: bindparam("new", type_=LargeBinary)}
            connection.execute(update(self.table).where(*here).values(new), changes)
        return [at for *at, _value in rows]
