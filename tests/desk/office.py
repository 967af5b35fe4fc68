"""The desk as its staff find it: the whole application, a clock that a test moves, and somebody of each role."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import uuid4

from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient
from sqlalchemy import Connection, insert, text

from tests.meetings.office import Clock, Letterbox
from web.accounts.roles import Member, Role
from web.accounts.sessions import Sessions
from web.casework.service import Casework
from web.keys import DATABASE, MEETINGS, SETTINGS
from web.meetings.service import Meetings
from web.records.database import Database
from web.records.keys import load_keys
from web.records.tables import Tables

OWN = {"Sec-Fetch-Site": "same-origin"}
NAMES = {
    Role.COORDINATOR: "Amira Khan",
    Role.REVIEWER: "Robin Reviewer",
    Role.MANAGER: "Maya Manager",
    Role.ADMINISTRATOR: "Ade Administrator",
}
TOKEN = re.compile(r'name="token" value="([0-9a-f]+)"')


@dataclass
class Page:
    """What came back, as a browser would show it."""

    status: int
    html: str
    headers: Mapping[str, str]
    path: str

    @property
    def words(self) -> str:
        """What can be read on it."""
        body = self.html.partition("<body>")[2] or self.html
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())

    @property
    def title(self) -> str:
        """Its title."""
        return unescape(self.html.partition("<title>")[2].partition("</title>")[0])

    @property
    def token(self) -> str:
        """The token of its forms."""
        found = TOKEN.search(self.html)
        assert found, self.words
        return found[1]


@dataclass
class Person:
    """Somebody at a browser; `token` is in the cookie, or nobody is signed in."""

    desk: Desk
    token: str | None = None
    member: Member | None = None

    async def get(self, path: str, **options: Any) -> Page:
        """Look at a page, going wherever it leads."""
        return await self._asked("GET", path, **options)

    async def post(self, path: str, sent_from: str = "", /, **fields: Any) -> Page:
        """Send a form as it stands on a page (by default, on the page /desk/account)."""
        page = await self.get(sent_from or "/desk/account")
        return await self.send(path, {"token": page.token, **fields})

    async def send(self, path: str, fields: Any, **options: Any) -> Page:
        """Send exactly these fields, and go where it leads."""
        return await self._asked("POST", path, data=fields, headers=OWN, **options)

    async def _asked(self, method: str, path: str, **options: Any) -> Page:
        cookies = {"staff": self.token} if self.token else {}
        self.desk.client.session.cookie_jar.clear()
        self.desk.client.session.cookie_jar.update_cookies(cookies)
        response: ClientResponse = await self.desk.client.request(method, path, **options)
        return Page(response.status, await response.text(), response.headers, response.url.path_qs)


@dataclass
class Desk:
    """The application with its desk."""

    app: web.Application
    client: TestClient[web.Request, web.Application]
    tables: Tables
    clock: Clock
    letters: Letterbox

    @property
    def database(self) -> Database:
        """Where everything stands."""
        return self.app[DATABASE]

    @property
    def meetings(self) -> Meetings:
        """What families do, too."""
        return self.app[MEETINGS]

    @property
    def casework(self) -> Casework:
        """What the upkeep calls."""
        keys, _made = load_keys(self.app[SETTINGS])
        return Casework(self.tables, keys, self.database, self.clock, timedelta(days=180), self.meetings.telling)

    async def signed_in(self, role: Role | str, name: str = "") -> Person:
        """Somebody of that role who has just signed in."""
        role = Role(role)
        member = Member(str(uuid4()), f"{uuid4().hex[:8]}@example.org", name or NAMES[role], role)

        def add(connection: Connection) -> str:
            row = {"id": member.id, "email": member.email, "name": member.name, "role": role.value}
            connection.execute(insert(self.tables.staff), {**row, "last_step": 0, "created_at": self.clock.now})
            return Sessions(self.tables).begin(connection, member, "Firefox/1 Windows", self.clock.now).token

        return Person(self, await self.database.run(add), member)

    def nobody(self) -> Person:
        """A browser where nobody is signed in."""
        return Person(self)

    async def rows(self, query: str) -> list[Any]:
        """What stands in the database."""
        return await self.database.run(lambda c: list(c.execute(text(query))))

    async def happened(self) -> list[tuple[str, str, str | None]]:
        """Who did what in the history, with the word more."""
        return [tuple(row) for row in await self.rows("SELECT who, what, detail FROM history ORDER BY rowid")]
