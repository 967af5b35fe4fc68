"""Slows down whoever tries to sign in again and again: per account, per address, and in all.

Only signing in is refused, and only for a while: whoever is signed in stays so. Names and addresses stand nowhere, only
keyed names of them, and those are gone when the while is over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, case, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from web.records.keys import Keys
from web.records.tables import Tables

WHILE = timedelta(minutes=15)
PER_ACCOUNT = 10
PER_ADDRESS = 40  # an office is one address
IN_ALL = 400


@dataclass(frozen=True)
class Counted:
    """What a try has come to. `widely`: whoever is tried, because of its address or of all together."""

    locked: bool
    widely: bool
    first: bool  # with this try a limit is passed; later ones find it so


class Throttle:
    """Counts tries before they are looked at, so that many at once are as many."""

    def __init__(self, tables: Tables, keys: Keys) -> None:
        self._table = tables.sign_in_tries
        self._keys = keys

    def names(self, email: str, address: str) -> dict[str, int]:
        """What one try counts for, and how many there may be of each."""
        named = {f"account:{email}": PER_ACCOUNT, f"address:{address}": PER_ADDRESS, "all": IN_ALL}
        return {self._keys.name(f"sign-in:{name}"): most for name, most in named.items()}

    def count(self, connection: Connection, names: dict[str, int], now: datetime) -> Counted:
        """Count a try. Two beyond a limit it counts no further: the first beyond it is told from the others."""
        table = self._table
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        connection.execute(delete(table).where(table.c.until <= now))
        for name in sorted(names):  # in one order, so that two at once can't wait for each other
            row = dialect.insert(table).values(name=name, count=1, until=now + WHILE)
            most = names[name]
            more = case((table.c.count > most + 1, table.c.count), else_=table.c.count + 1)
            connection.execute(row.on_conflict_do_update(index_elements=["name"], set_={"count": more}))
        counts = dict(
            connection.execute(select(table.c.name, table.c.count).where(table.c.name.in_(list(names)))).all()
        )
        over = [name for name, most in names.items() if counts[name] > most]
        account, first = next(iter(names)), any(counts[name] == names[name] + 1 for name in over)
        return Counted(bool(over), any(name != account for name in over), first)

    def succeeded(self, connection: Connection, names: Sequence[str]) -> None:
        """Signing in clears the account, and is no try of its address."""
        table, account = self._table, names[0]
        for name in sorted(names):  # in the order of `count`, for the same reason
            mine = table.c.name == name
            if name == account:
                connection.execute(delete(table).where(mine))
            else:
                connection.execute(update(table).where(mine, table.c.count > 0).values(count=table.c.count - 1))
