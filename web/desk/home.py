"""The first page after signing in, and the accessibility statement."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from aiohttp import web

from web.accounts.roles import Role
from web.casework.items import Asked
from web.casework.service import Casework, only_of
from web.desk.routes import CASEWORK, EVERY_ROLE, Route, get
from web.desk.visit import Visit
from web.meetings.moments import BRADFORD
from web.meetings.stages import ATTENTION, KINDS
from web.safety.check import warnings
from web.settings import Settings

FIRST = 10


class Home:
    """The page /desk."""

    def __init__(self, casework: Casework, settings: Settings, clock: Callable[[], datetime]) -> None:
        self._casework = casework
        self._settings = settings
        self._clock = clock

    def routes(self) -> list[Route]:
        """Its routes."""
        return [
            get("/desk", self.show, EVERY_ROLE),
            get("/desk/accessibility", self.accessibility, None),
        ]

    async def show(self, visit: Visit) -> web.Response:
        """GET: what waits for this person."""
        context: dict[str, object] = {
            "counts": None,
            "first": [],
            "kinds": KINDS,
            "attention": ATTENTION,
            "numbers": self._numbers(visit),
        }
        if visit.me.role in CASEWORK:
            asked = Asked(me=visit.me.id, only=only_of(visit.me))
            listed, counts = await self._casework.listed(visit.me, asked, "")
            context |= {"counts": counts, "first": listed.lines[:FIRST]}
        return visit.page("home.html", context)

    async def accessibility(self, visit: Visit) -> web.Response:
        """GET: the statement."""
        return visit.page("accessibility.html")

    def _numbers(self, visit: Visit) -> list[str]:
        """Numbers that families are given and that somebody has to check; while trying things out nobody has."""
        if self._settings.mode != "production" or visit.me.role is Role.REVIEWER:
            return []
        return list(warnings(self._settings, self._clock().astimezone(BRADFORD).date()))
