"""A calendar of meetings for each person's own calendar program, under a secret address that they can revoke.

It holds references, never names: a calendar is shared with many programs.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from aiohttp import web
from icalendar import Calendar
from icalendar import Event as CalendarEvent
from sqlalchemy import Connection, delete, insert, select

from web.accounts.roles import Member, Role
from web.accounts.sessions import hashed
from web.casework.service import only_of
from web.desk.rendering import HEADERS
from web.desk.routes import CASEWORK, Route, get, post
from web.desk.visit import Visit
from web.meetings.kinds import Time
from web.meetings.ledger import Record
from web.meetings.service import Meetings
from web.records.database import Database
from web.records.events import Event, happened
from web.records.tables import Tables

BACK, AHEAD = timedelta(days=31), timedelta(days=366)
TOKEN_BYTES = 32
TOKEN = re.compile(r"[\w-]{43}", re.ASCII)


class Feed:
    """The page /desk/calendar, and the calendars themselves."""

    def __init__(
        self, meetings: Meetings, tables: Tables, database: Database, address: str, clock: Callable[[], datetime]
    ) -> None:
        """`address` is where people reach the service."""
        self._meetings = meetings
        self._tables = tables
        self._database = database
        self._address = address
        self._clock = clock

    def routes(self) -> list[Route]:
        """Its routes; the calendar itself needs nobody signed in, only its secret address."""
        return [
            get("/desk/calendar", self.show, CASEWORK),
            post("/desk/calendar/make", self.make, CASEWORK),
            post("/desk/calendar/revoke", self.revoke, CASEWORK),
            get("/desk/calendar/{token}.ics", self.send, None),
        ]

    async def show(self, visit: Visit) -> web.Response:
        """GET: whether there is an address, since when; the address itself was shown once."""
        feeds = self._tables.feeds
        query = select(feeds.c.created_at).where(feeds.c.staff_id == visit.me.id)
        since = await self._database.run(lambda c: c.execute(query).scalar())
        return visit.page("calendar.html", {"since": since, "address": None})

    async def make(self, visit: Visit) -> web.Response:
        """POST: a new address instead of any before, shown this once."""
        token, feeds, now = secrets.token_urlsafe(TOKEN_BYTES), self._tables.feeds, self._clock()

        def make(connection: Connection) -> None:
            connection.execute(delete(feeds).where(feeds.c.staff_id == visit.me.id))
            row = {"staff_id": visit.me.id, "token_hash": hashed(token), "created_at": now}
            connection.execute(insert(feeds), row)
            happened(connection, self._tables.history, visit.me.id, now, visit.me.name, Event.FEED_MADE)

        await self._database.run(make)
        return visit.page("calendar.html", {"since": now, "address": f"{self._address}/desk/calendar/{token}.ics"})

    async def revoke(self, visit: Visit) -> web.Response:
        """POST: the address leads nowhere any more."""
        feeds, now = self._tables.feeds, self._clock()

        def revoke(connection: Connection) -> None:
            if connection.execute(delete(feeds).where(feeds.c.staff_id == visit.me.id)).rowcount:
                happened(connection, self._tables.history, visit.me.id, now, visit.me.name, Event.FEED_REVOKED)

        await self._database.run(revoke)
        return visit.to("/desk/calendar", "revoked")

    async def send(self, visit: Visit) -> web.Response:
        """GET: the calendar."""
        token = visit.match("token")
        member = await self._database.run(lambda c: self._owner(c, token)) if TOKEN.fullmatch(token) else None
        if member is None:
            raise web.HTTPNotFound
        now, only = self._clock(), only_of(member)
        found = await self._meetings.between(now - BACK, now + AHEAD)
        theirs = [(time, record) for time, record, _gone in found if record and only in (None, record.row.owner_id)]
        return web.Response(body=_calendar(theirs, now), content_type="text/calendar", headers=HEADERS)

    def _owner(self, connection: Connection, token: str) -> Member | None:
        """Whose calendar it is, as long as they may sign in and see requests."""
        feeds, staff = self._tables.feeds, self._tables.staff
        query = select(staff).join(feeds, feeds.c.staff_id == staff.c.id)
        row = connection.execute(
            query.where(feeds.c.token_hash == hashed(token), staff.c.disabled_at.is_(None))
        ).first()
        if row is None or Role(row.role) not in CASEWORK:
            return None
        return Member(row.id, row.email, row.name, Role(row.role))


def _calendar(meetings: list[tuple[Time, Record]], now: datetime) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//appointments//EN")
    calendar.add("version", "2.0")
    for time, record in meetings:
        confirmed = record.row.status == "confirmed"
        event = CalendarEvent()
        event.add("uid", record.id)
        event.add("sequence", record.row.sequence)
        event.add("dtstamp", now)
        event.add("dtstart", time.starts_at)
        event.add("dtend", time.ends_at)
        event.add("summary", f"{record.row.reference}{'' if confirmed else ' (to be confirmed)'}")
        event.add("location", time.place)
        event.add("status", "CONFIRMED" if confirmed else "TENTATIVE")
        event.add("class", "PRIVATE")
        calendar.add_component(event)
    return bytes(calendar.to_ical())
