"""The first page after signing in, and the accessibility statement."""

from __future__ import annotations

from aiohttp import web

from web.desk.routes import EVERY_ROLE, Route, get
from web.desk.visit import Visit


class Home:
    """The page /desk."""

    def routes(self) -> list[Route]:
        """Its routes."""
        return [
            get("/desk", self.show, EVERY_ROLE),
            get("/desk/accessibility", self.accessibility, None),
        ]

    async def show(self, visit: Visit) -> web.Response:
        """GET: what there is for this person."""
        return visit.page("home.html")

    async def accessibility(self, visit: Visit) -> web.Response:
        """GET: the statement."""
        return visit.page("accessibility.html")
