"""The history of everything: who did what when; searchable, and to take away as a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from sqlalchemy import Connection, Row, func, select

from web.casework.service import Casework
from web.desk import weeks
from web.desk.rendering import HEADERS
from web.desk.routes import IN_CHARGE, Route, get, post
from web.desk.trail import WORDS, in_words
from web.desk.visit import Visit
from web.meetings.codes import tidy_reference
from web.records.database import Database
from web.records.events import IN_CHATS, Event
from web.records.tables import Tables

HERE = "/desk/history"
PAGE = 50
MOST_EXPORTED = 50_000
COLUMNS = ("at", "who", "what", "detail", "field", "about", "request")


@dataclass(frozen=True)
class Line:
    """A line of the history, with the reference or the name that its object is known by."""

    at: datetime
    who: str
    what: str
    detail: str | None
    field: str | None
    about: str
    request: str | None


class History:
    """The page /desk/history."""

    def __init__(
        self, tables: Tables, database: Database, casework: Casework, clock: Callable[[], datetime], chats: bool
    ) -> None:
        """`chats`: staff may answer in them."""
        self._tables = tables
        self._database = database
        self._casework = casework
        self._clock = clock
        kinds = [event for event in Event if chats or event not in IN_CHATS]
        self._kinds = sorted(((event.value, WORDS[event]) for event in kinds), key=lambda pair: pair[1])

    def routes(self) -> list[Route]:
        """Its routes. Taking it away is itself in the history, so it is a form."""
        return [get(HERE, self.show, IN_CHARGE), post(f"{HERE}/export", self.export, IN_CHARGE)]

    async def show(self, visit: Visit) -> web.Response:
        """GET: a page of it, the latest first."""
        asked = {name: visit.query(name) for name in ("who", "what", "about", "first", "last")}
        number = visit.query("page")
        page = max(1, int(number)) if number.isascii() and number.isdigit() and len(number) < 6 else 1
        lines, more = await self._database.run(lambda c: self._page(c, asked, page))
        context = {
            "lines": lines,
            "more": more,
            "page": page,
            "asked": asked,
            "kinds": self._kinds,
            "in_words": in_words,
            "address": lambda page: f"{HERE}?{urlencode({**{k: v for k, v in asked.items() if v}, 'page': page})}",
        }
        return visit.page("history.html", context)

    async def export(self, visit: Visit) -> web.Response:
        """POST: what the page was asked for, as CSV."""
        asked = {name: visit.form.text(name, 200) for name in ("who", "what", "about", "first", "last")}
        lines = await self._database.run(lambda c: self._read(c, asked, MOST_EXPORTED, 0), 30.0)
        await self._casework.happened(visit.me, Event.EXPORTED, "history", f"{len(lines)} lines of the history")
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(COLUMNS)
        for line in lines:
            values = (line.at.isoformat(), line.who, line.what, line.detail, line.field, line.about, line.request)
            writer.writerow([_harmless(value or "") for value in values])
        headers = {**HEADERS, "Content-Disposition": 'attachment; filename="history.csv"'}
        return web.Response(text=text.getvalue(), content_type="text/csv", charset="utf-8", headers=headers)

    def _page(self, connection: Connection, asked: dict[str, str], page: int) -> tuple[list[Line], bool]:
        lines = self._read(connection, asked, PAGE + 1, (page - 1) * PAGE)
        return lines[:PAGE], len(lines) > PAGE

    def _read(self, connection: Connection, asked: dict[str, str], limit: int, offset: int) -> list[Line]:
        history = self._tables.history
        query = select(history).where(*self._where(connection, asked))
        rows = connection.execute(query.order_by(history.c.at.desc(), history.c.id).limit(limit).offset(offset)).all()
        names = self._names(connection, {row.about for row in rows})
        return [_line(row, names) for row in rows]

    def _where(self, connection: Connection, asked: dict[str, str]) -> list[Any]:
        history, wanted = self._tables.history, []
        if asked["who"]:
            wanted.append(func.lower(history.c.who).contains(asked["who"].lower(), autoescape=True))
        if asked["what"] in set(Event):
            wanted.append(history.c.what == asked["what"])
        if asked["about"]:
            wanted.append(history.c.about.in_(self._ids(connection, asked["about"])))
        if day := _day(asked["first"]):
            wanted.append(history.c.at >= weeks.starts_at(day))
        if day := _day(asked["last"]):
            wanted.append(history.c.at < weeks.starts_at(day + timedelta(days=1)))
        return wanted

    def _ids(self, connection: Connection, written: str) -> list[str]:
        """What a reference, a colleague's name or address stands for."""
        found = [written]
        for table in (self._tables.requests, self._tables.handoffs):
            query = select(table.c.id).where(table.c.reference == tidy_reference(written))
            found += connection.execute(query).scalars()
        staff = self._tables.staff
        named = (func.lower(staff.c.name) == written.lower()) | (staff.c.email == written.lower())
        return [*found, *connection.execute(select(staff.c.id).where(named)).scalars()]

    def _names(self, connection: Connection, ids: set[str]) -> dict[str, str]:
        """References of items, names of colleagues, by id."""
        tables, names, listed = self._tables, dict[str, str](), list(ids)
        for table, column in ((tables.requests, "reference"), (tables.handoffs, "reference"), (tables.staff, "name")):
            for start in range(0, len(listed), 500):
                query = select(table.c.id, table.c[column]).where(table.c.id.in_(listed[start : start + 500]))
                names.update({row[0]: row[1] for row in connection.execute(query)})
        return names


def _line(row: Row[Any], names: dict[str, str]) -> Line:
    return Line(row.at, row.who, row.what, row.detail, row.field, names.get(row.about, row.about), row.request_id)


def _day(written: str) -> date | None:
    try:
        return weeks.day_of(written)
    except ValueError:
        return None


def _harmless(value: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
