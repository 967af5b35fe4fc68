"""What time brings: holds run out, codes and requests are erased, items grow overdue, a day begins."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection, Table, delete, func, or_, select, update

from web.meetings.ledger import Ledger
from web.meetings.moments import BRADFORD, today_at
from web.meetings.overdue import Overdue
from web.meetings.reminders import Reminders
from web.meetings.staff import StaffRequests
from web.meetings.telling import Telling
from web.meetings.times import Times
from web.meetings.wrong_codes import WrongCodes
from web.notify.outbox import Outbox
from web.records.database import NotRecorded
from web.records.tables import Tables
from web.settings import Settings

log = logging.getLogger(__name__)
UPKEEP_SECONDS = 60.0
BATCH = 100


class Upkeep:
    """Does all of it in one transaction; again does nothing more."""

    def __init__(
        self,
        tables: Tables,
        ledger: Ledger,
        times: Times,
        staff: StaffRequests,
        telling: Telling,
        reminders: Reminders,
        wrong_codes: WrongCodes,
        outbox: Outbox,
        settings: Settings,
    ) -> None:
        self._tables = tables
        self._ledger = ledger
        self._times = times
        self._staff = staff
        self._telling = telling
        self._reminders = reminders
        self._wrong_codes = wrong_codes
        self._outbox = outbox
        self._settings = settings
        self._overdue = Overdue(tables, ledger, telling, settings.overdue_days)

    def run(self, connection: Connection, now: datetime) -> bool:
        """Returns whether personal values were erased."""
        self._times.expire(connection, now)
        self._wrong_codes.purge(connection, now)
        self._outbox.purge(connection, now)
        self._forget_codes(connection, now)
        self._forget_links(connection, now)
        self._overdue.run(connection, now)
        self._reminders.run(connection, self._settings.daily_hour, now)
        for trouble in self._outbox.alarming(connection):
            self._staff.not_told(connection, str(trouble.about), trouble.id, now)
        self._tell_waiting(connection, now)
        tables = self._tables
        erased = sum([self._erase(connection, table, now) for table in (tables.requests, tables.handoffs)])
        if erased:
            log.info("%d requests and hand-offs were erased", erased)
        return bool(erased)

    def _erase(self, connection: Connection, table: Table, now: datetime) -> int:
        query = select(table).where(table.c.delete_after <= now, table.c.key.is_not(None)).limit(BATCH)
        rows = connection.execute(query.with_for_update()).all()
        for row in rows:
            self._times.release(connection, row.id)
            self._times.clear_offers(connection, row.id)
            connection.execute(delete(self._tables.links).where(self._tables.links.c.request_id == row.id))
            self._ledger.erase(connection, table, row, now)
        return len(rows)

    def _forget_codes(self, connection: Connection, now: datetime) -> None:
        """The code itself is needed only as long as its conversation could ask for it again."""
        table = self._tables.requests
        old = now - timedelta(hours=self._settings.conversation_hours)
        connection.execute(update(table).where(table.c.code.is_not(None), table.c.created_at <= old).values(code=None))

    def _forget_links(self, connection: Connection, now: datetime) -> None:
        links = self._tables.links
        connection.execute(delete(links).where(links.c.expires_at <= now))

    def _tell_waiting(self, connection: Connection, now: datetime) -> None:
        """Once a day how many wait, also when it is none."""
        if now < today_at(self._settings.daily_hour, now):
            return
        self._telling.waiting(connection, self._waiting(connection), now, f"{now.astimezone(BRADFORD):%Y-%m-%d}")

    def _waiting(self, connection: Connection) -> int:
        counts = (
            select(func.count())
            .select_from(table)
            .where(or_(table.c.stage == "new", table.c.attention.is_not(None)), table.c.key.is_not(None))
            for table in (self._tables.requests, self._tables.handoffs)
        )
        return sum(connection.execute(count).scalar_one() for count in counts)


async def keep_up_regularly(keep_up: Callable[[], Awaitable[None]], seconds: float = UPKEEP_SECONDS) -> None:
    """Do it every so many seconds until cancelled."""
    while True:
        try:
            await keep_up()
        except NotRecorded as error:
            log.error("the upkeep failed, trying again later: %s", error)
        await asyncio.sleep(seconds)
