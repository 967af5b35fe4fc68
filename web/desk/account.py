"""Everybody's own account: sessions, and setting up the sign-in anew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from aiohttp import web

from web.accounts.service import Accounts
from web.desk.rendering import HEADERS
from web.desk.routes import EVERY_ROLE, Route, get, post
from web.desk.visit import Visit, Wrong


class Account:
    """The page /desk/account."""

    def __init__(self, accounts: Accounts, clock: Callable[[], datetime]) -> None:
        self._accounts = accounts
        self._clock = clock

    def routes(self) -> list[Route]:
        """Its routes."""
        return [
            get("/desk/account", self.show, EVERY_ROLE),
            post("/desk/account/sessions/{id}/end", self.end, EVERY_ROLE),
            post("/desk/account/renew", self.renew, EVERY_ROLE),
            post("/desk/stay", self.stay, EVERY_ROLE),
        ]

    async def show(self, visit: Visit) -> web.Response:
        """GET: where one is signed in."""
        return await self._page(visit)

    async def end(self, visit: Visit) -> web.Response:
        """POST: end one of one's own sessions."""
        if not await self._accounts.end_session(visit.me, visit.match("id")):
            raise web.HTTPNotFound
        return visit.to("/desk/account", "ended")

    async def renew(self, visit: Visit) -> web.Response:
        """POST: with the passphrase, on to choosing another one and another authenticator."""
        token = visit.session and await self._accounts.renew(visit.session, visit.form.secret("passphrase")[:1000])
        if not token:
            return await self._page(visit, Wrong("passphrase", "That is not your passphrase."))
        return visit.to(f"/desk/welcome/{token}")

    async def stay(self, visit: Visit) -> web.Response:
        """POST: stay signed in; that somebody asked is enough. JSON says for how long, twelve hours in all at most."""
        ends_at = visit.session.ends_at if visit.session else self._clock()
        return web.json_response({"seconds": int((ends_at - self._clock()).total_seconds())}, headers=HEADERS)

    async def _page(self, visit: Visit, *wrong: Wrong) -> web.Response:
        sessions = await self._accounts.sessions_of(visit.me)
        this = visit.session.id if visit.session else None
        return visit.page("account.html", {"sessions": sessions, "this": this}, wrong)
