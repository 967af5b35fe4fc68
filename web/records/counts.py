"""Counts by the week. They are written as things happen, for what happened is erased, and hold no id of anything."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from web.records.tables import Tables

BRADFORD = ZoneInfo("Europe/London")


def week_of(at: datetime) -> date:
    """The Monday of the week, by a calendar in Bradford."""
    day = at.astimezone(BRADFORD).date()
    return day - timedelta(days=day.weekday())


class Counts:
    """Adds one to counts, inside a transaction that the caller began."""

    def __init__(self, tables: Tables) -> None:
        self._table = table = tables.weekly_counts
        self._statements: dict[str, Any] = {
            name: dialect.insert(table).on_conflict_do_update(
                index_elements=[table.c.week, table.c.name], set_={"count": table.c.count + 1}
            )
            for name, dialect in (("postgresql", postgresql), ("sqlite", sqlite))
        }

    def add(self, connection: Connection, at: datetime, names: Iterable[str]) -> None:
        """One more of each. In one order, so that two transactions never wait for each other."""
        rows = [{"week": week_of(at), "name": name, "count": 1} for name in sorted(set(names))]
        if rows:
            connection.execute(self._statements[connection.dialect.name], rows)

    def read(self, connection: Connection, since: date, before: date) -> dict[date, dict[str, int]]:
        """All counts of the weeks from `since` on, up to the one that begins at `before`."""
        table, found = self._table, dict[date, dict[str, int]]()
        query = select(table).where(table.c.week >= since, table.c.week < before)
        for row in connection.execute(query.order_by(table.c.week, table.c.name)):
            found.setdefault(row.week, {})[row.name] = row._mapping[table.c.count]
        return found
