"""Items that nobody goes on with come back: to the top of everybody's list, and to the shared mailbox."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Table, select, update

from web.meetings.kinds import SYSTEM
from web.meetings.ledger import Ledger, Step
from web.meetings.moments import working_days_later
from web.meetings.stages import OPEN, Stage
from web.meetings.telling import Telling
from web.records.events import Event
from web.records.tables import Tables

BATCH = 25  # in one transaction; the others follow with the next upkeep


class Overdue:
    """Looks at `due_at`, inside a transaction that the caller began; again does nothing more."""

    def __init__(self, tables: Tables, ledger: Ledger, telling: Telling, days: int) -> None:
        """`days`: working days after which a new item should have been looked at."""
        self._items = (tables.requests, tables.handoffs)
        self._ledger = ledger
        self._telling = telling
        self._days = days

    def run(self, connection: Connection, now: datetime) -> None:
        """Give new items the time when they come back, and bring back those whose time has come."""
        for table in self._items:
            self._due_when_new(connection, table)
            self._came_back(connection, table, now)

    def _due_when_new(self, connection: Connection, table: Table) -> None:
        new = select(table.c.id, table.c.changed_at).where(table.c.stage == Stage.NEW, table.c.due_at.is_(None))
        for row in connection.execute(new.limit(BATCH)).all():
            due = working_days_later(row.changed_at, self._days)
            connection.execute(update(table).where(table.c.id == row.id).values(due_at=due))

    def _came_back(self, connection: Connection, table: Table, now: datetime) -> None:
        """What calls for attention already stands at the top, and the mailbox was told."""
        late = (table.c.stage.in_(OPEN), table.c.due_at <= now, table.c.key.is_not(None), table.c.attention.is_(None))
        query = select(table.c.id, table.c.reference, table.c.due_at).where(*late).order_by(table.c.due_at)
        for row in connection.execute(query.limit(BATCH).with_for_update()).all():
            values = {"attention": "overdue", "version": table.c.version + 1}
            connection.execute(update(table).where(table.c.id == row.id).values(values))
            self._ledger.written(connection, Step(row.id, now, SYSTEM, Event.CAME_BACK))
            once = f"overdue:{row.id}:{row.due_at:%y%m%d%H%M}"
            self._telling.staff(connection, "overdue", row.reference, now, once=once)
