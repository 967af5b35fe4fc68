"""The day before a meeting: a reminder to its family, and a line to staff, once however often it is looked at."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from web.meetings.kinds import SYSTEM, Time
from web.meetings.ledger import Ledger, Record, Step
from web.meetings.moments import midnight, today_at
from web.meetings.telling import Telling, address
from web.meetings.times import Times
from web.notify.letters import About
from web.notify.outbox import Outbox
from web.records.tables import Tables


class Reminders:
    """Owes what is due about the meetings of tomorrow."""

    def __init__(self, tables: Tables, ledger: Ledger, times: Times, telling: Telling, outbox: Outbox) -> None:
        self._table = tables.requests
        self._ledger = ledger
        self._times = times
        self._telling = telling
        self._outbox = outbox

    def run(self, connection: Connection, hour: int, now: datetime) -> None:
        """From `hour` o'clock in Bradford on the day before. What was not sent that day is sent no more."""
        today = midnight(now)
        self._telling.too_late_to_remind(connection, today, now)
        if now < today_at(hour, now):
            return
        for record, time, withdrawn in self._tomorrow(connection, now):
            told_today = self._outbox.told_since(connection, record.id, "family_confirmed", today)
            told = not withdrawn and (told_today or address(record.details) is not None)
            kind = "tomorrow" if told else "tomorrow_not_told"
            once = f"tomorrow:{record.id}:{time.starts_at:%Y%m%d%H%M}"
            if not self._telling.staff(connection, kind, record.row.reference, now, once):
                continue
            if told and not told_today:
                about = About(record.id, record.row.sequence, record.row.reference, time)
                self._telling.family(connection, "reminder", about, record.details, now)
            self._ledger.written(connection, Step(record.id, now, SYSTEM, "reminded" if told else "not_reminded"))

    def _tomorrow(self, connection: Connection, now: datetime) -> list[tuple[Record, Time, bool]]:
        """The confirmed meetings of tomorrow, and whether staff have withdrawn their time."""
        taken = self._times.taken_between(connection, midnight(now, 1), midnight(now, 2))
        table = self._table
        query = select(table).where(
            table.c.id.in_(list(taken)), table.c.status == "confirmed", table.c.key.is_not(None)
        )
        rows = connection.execute(query.order_by(table.c.id).with_for_update()).all()
        return [(self._ledger.opened(row), *taken[row.id]) for row in rows]
