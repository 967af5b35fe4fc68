"""What staff have paused: the chat, bookings, the desk, or the answer to one topic.

Every message asks, so what the database says is remembered for a second; when it can't be reached, what it said last
holds.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from web.records.database import Database, NotRecorded
from web.records.events import Event, happened
from web.records.tables import Tables

log = logging.getLogger(__name__)
CHAT = "chat"
BOOKINGS = "bookings"
DESK = "desk"
ANSWER = "answer:"
REMEMBERED_SECONDS = 1.0
LONGEST_REASON = 500


@dataclass(frozen=True)
class Paused:
    """Since when, by whom and why."""

    since: datetime
    who: str
    reason: str


class Switches:
    """Reads and sets them."""

    def __init__(
        self,
        tables: Tables,
        database: Database,
        clock: Callable[[], datetime],
        seconds: Callable[[], float],
    ) -> None:
        """`seconds`: a clock that only goes forward."""
        self._tables = tables
        self._database = database
        self._clock = clock
        self._seconds = seconds
        self._known: Mapping[str, Paused] = {}
        self._read_at = -REMEMBERED_SECONDS

    async def paused(self) -> Mapping[str, Paused]:
        """All that is paused now."""
        if self._seconds() - self._read_at >= REMEMBERED_SECONDS:
            self._read_at = self._seconds()
            try:
                self._known = await self._database.run(self._read)
            except NotRecorded as error:
                log.warning("what is paused can't be read, so what was paused still is: %s", error)
        return self._known

    async def is_paused(self, name: str) -> bool:
        """Whether one of them is."""
        return name in await self.paused()

    async def pause(self, name: str, who: str, reason: str) -> None:
        """Pause it; harmless where it is paused already."""
        now = self._clock()

        def pause(connection: Connection) -> None:
            if name in self._read(connection):
                return
            row = {"name": name, "since": now, "who": who, "reason": reason[:LONGEST_REASON]}
            connection.execute(insert(self._tables.switches), row)
            happened(connection, self._tables.history, name, now, who, Event.PAUSED, reason)

        await self._database.run(pause)
        self._forget()

    async def resume(self, name: str, who: str, reason: str) -> None:
        """Let it go on; harmless where it does."""
        now, switches = self._clock(), self._tables.switches

        def resume(connection: Connection) -> None:
            if connection.execute(delete(switches).where(switches.c.name == name)).rowcount:
                happened(connection, self._tables.history, name, now, who, Event.RESUMED, reason)

        await self._database.run(resume)
        self._forget()

    def _read(self, connection: Connection) -> dict[str, Paused]:
        rows = connection.execute(select(self._tables.switches))
        return {row.name: Paused(row.since, row.who, row.reason) for row in rows}

    def _forget(self) -> None:
        self._read_at = self._seconds() - REMEMBERED_SECONDS
