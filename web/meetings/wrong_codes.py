"""Slows down whoever tries codes: after a few wrong ones for a reference, or from one address, ever longer waits."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from web.meetings.kinds import Wait
from web.records.keys import Keys
from web.records.tables import Tables

FREE = 3  # wrong codes for one reference without a wait: people mistype
FREE_ADDRESS = 10  # from one address, which may be a hospital's
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
FORGET = timedelta(days=1)


class WrongCodes:
    """Counts wrong codes under names that tell nobody which reference or address they are."""

    def __init__(self, tables: Tables, keys: Keys) -> None:
        self._table = tables.wrong_codes
        self._keys = keys

    def names(self, reference: str, address: str | None) -> dict[str, int]:
        """What one try counts for, and how many wrong ones are free.

        References that don't exist count too, so that nothing can be learnt.
        """
        names = {self._keys.name(f"code:reference:{reference}"): FREE}
        return names | ({self._keys.name(f"code:address:{address}"): FREE_ADDRESS} if address else {})

    def check(self, connection: Connection, names: Iterable[str], now: datetime) -> None:
        """Raises Wait while no code is looked at for one of the names."""
        table = self._table
        until = list(connection.execute(select(table.c.until).where(table.c.name.in_(list(names)))).scalars())
        left = max((moment - now for moment in until), default=timedelta(0))
        if left > timedelta(0):
            raise Wait(math.ceil(left.total_seconds()))

    def wrong(self, connection: Connection, names: Mapping[str, int], now: datetime) -> None:
        """Count a wrong code for each name."""
        table = self._table
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        for name in sorted(names):  # in one order, so that two at once can't wait for each other
            first = dialect.insert(table).values(name=name, count=1, until=now)
            connection.execute(first.on_conflict_do_update(index_elements=["name"], set_={"count": table.c.count + 1}))
            count = connection.execute(select(table.c.count).where(table.c.name == name)).scalar_one()
            connection.execute(update(table).where(table.c.name == name).values(until=now + _wait(count - names[name])))

    def right(self, connection: Connection, reference: str) -> None:
        """A right code clears its reference."""
        name = self._keys.name(f"code:reference:{reference}")
        connection.execute(delete(self._table).where(self._table.c.name == name))

    def purge(self, connection: Connection, now: datetime) -> int:
        """Forget what is a day old."""
        return connection.execute(delete(self._table).where(self._table.c.until <= now - FORGET)).rowcount


def _wait(too_many: int) -> timedelta:
    if too_many <= 0:
        return timedelta(0)
    doubled: int = 2 ** min(too_many - 1, 10)
    return min(FIRST_WAIT * doubled, LONGEST_WAIT)
