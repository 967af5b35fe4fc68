"""Items whose owner can't work on them any more come back to everybody, inside a transaction that the caller began."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Table, and_, func, select, update

from web.accounts.roles import CASEWORK
from web.meetings.kinds import SYSTEM
from web.meetings.ledger import Ledger, Step
from web.meetings.stages import OPEN, Stage
from web.meetings.telling import Telling
from web.records.events import Event
from web.records.tables import Tables

BATCH = 100  # in one transaction; the others follow with the next upkeep


class Orphans:
    """Open items of colleagues who are disabled, or whose role sees no records. Again does nothing more.

    It looks at the items, not at what happened to a colleague: so none is missed that somebody gave them at that very
    moment, or took up again later.
    """

    def __init__(self, tables: Tables, ledger: Ledger, telling: Telling) -> None:
        self._items = (tables.requests, tables.handoffs)
        self._staff = tables.staff
        self._ledger = ledger
        self._telling = telling

    def release(self, connection: Connection, now: datetime) -> None:
        """Take them back, to the top of the list, and tell the shared mailbox."""
        for table in self._items:
            self._release(connection, table, now)

    def _release(self, connection: Connection, table: Table, now: datetime) -> None:
        staff = self._staff
        able = and_(staff.c.disabled_at.is_(None), staff.c.role.in_([role.value for role in CASEWORK]))
        theirs = select(table.c.id, table.c.reference, table.c.stage, staff.c.name).join(
            staff, staff.c.id == table.c.owner_id
        )
        query = theirs.where(table.c.stage.in_(OPEN), table.c.key.is_not(None), ~able).order_by(table.c.id)
        # Whoever works on one just now is not waited for: the next upkeep looks again.
        locked = query.limit(BATCH).with_for_update(of=table, skip_locked=True)
        for row in connection.execute(locked).all():
            stage = Stage.SEEN if row.stage in (Stage.NEW, Stage.ASSIGNED) else row.stage
            attention = func.coalesce(table.c.attention, "unowned")  # why staff had to look at it before comes first
            values = {"owner_id": None, "stage": stage, "attention": attention, "version": table.c.version + 1}
            connection.execute(update(table).where(table.c.id == row.id).values(values))
            self._ledger.written(connection, Step(row.id, now, SYSTEM, Event.OWNER_LEFT, detail=row.name))
            self._telling.staff(connection, "changed", row.reference, now)
