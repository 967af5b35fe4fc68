"""Slows down whoever tries codes: after a few wrong ones for a reference, or from one address, ever longer waits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from web.meetings.kinds import Wait
from web.records.keys import Keys
from web.records.tables import Tables

FREE = 3  # wrong codes without a wait: people mistype
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
FORGET = timedelta(days=1)


class WrongCodes:
    """Counts wrong codes under names that tell nobody which reference or address they are."""

    def __init__(self, tables: Tables, keys: Keys) -> None:
        self._table = tables.wrong_codes
        self._keys = keys

    def names(self, reference: str, address: str | None) -> list[str]:
        """What one try counts for. References that don't exist count too, so that nothing can be learnt."""
        known = [f"code:reference:{reference}", *([f"code:address:{address}"] if address else [])]
        return [self._keys.name(one) for one in known]

    def check(self, connection: Connection, names: Sequence[str], now: datetime) -> None:
        """Raises Wait while no code is looked at for one of the names."""
        table = self._table
        until = list(connection.execute(select(table.c.until).where(table.c.name.in_(names))).scalars())
        left = max((moment - now for moment in until), default=timedelta(0))
        if left > timedelta(0):
            raise Wait(math.ceil(left.total_seconds()))

    def wrong(self, connection: Connection, names: Sequence[str], now: datetime) -> None:
        """Count a wrong code for each name."""
        table = self._table
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        for name in sorted(names):  # in one order, so that two at once can't wait for each other
            first = dialect.insert(table).values(name=name, count=1, until=now)
            connection.execute(first.on_conflict_do_update(index_elements=["name"], set_={"count": table.c.count + 1}))
            count = connection.execute(select(table.c.count).where(table.c.name == name)).scalar_one()
            connection.execute(update(table).where(table.c.name == name).values(until=now + _wait(count)))

    def right(self, connection: Connection, name: str) -> None:
        """A right code clears its reference."""
        connection.execute(delete(self._table).where(self._table.c.name == name))

    def purge(self, connection: Connection, now: datetime) -> int:
        """Forget what is a day old."""
        return connection.execute(delete(self._table).where(self._table.c.until <= now - FORGET)).rowcount


def _wait(count: int) -> timedelta:
    if count <= FREE:
        return timedelta(0)
    doubled: int = 2 ** min(count - FREE - 1, 10)
    return min(FIRST_WAIT * doubled, LONGEST_WAIT)
