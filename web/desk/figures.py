"""How it goes: figures by the week, as pictures, tables and CSV."""

from __future__ import annotations

import csv
import io

from aiohttp import web

from web.desk.rendering import HEADERS
from web.desk.routes import MANAGERS, Route, get
from web.desk.visit import Visit
from web.figures.pictures import picture
from web.figures.weeks import Figures, Weeks

CHOICES = (4, 12, 26, 52)  # weeks
USUAL = 12


class HowItGoes:
    """The page /desk/figures."""

    def __init__(self, weeks: Weeks) -> None:
        self._weeks = weeks

    def routes(self) -> list[Route]:
        """Its routes."""
        return [get("/desk/figures", self.show, MANAGERS), get("/desk/figures.csv", self.download, MANAGERS)]

    async def show(self, visit: Visit) -> web.Response:
        """GET: pictures and tables of the last weeks."""
        figures = await self._weeks.read(_wanted(visit))
        context = {"figures": figures, "picture": picture, "chosen": len(figures.weeks), "choices": CHOICES}
        return visit.page("figures.html", context)

    async def download(self, visit: Visit) -> web.Response:
        """GET: the same as CSV."""
        name = {"Content-Disposition": 'attachment; filename="figures.csv"'}
        text = as_csv(await self._weeks.read(_wanted(visit)))
        return web.Response(text=text, content_type="text/csv", charset="utf-8", headers={**HEADERS, **name})


def as_csv(figures: Figures) -> str:
    """A line for each figure of each week. Titles are our own: none begins like a formula."""
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(["Week from", "About", "Figure", "Number"])
    for table in figures.tables:
        for row in table.rows:
            for week, number in zip(figures.weeks, row.numbers, strict=True):
                hidden = f"fewer than {figures.fewest}, or all but fewer"
                rows.writerow([week.isoformat(), table.title, row.title, hidden if number is None else number])
    return written.getvalue()


def _wanted(visit: Visit) -> int:
    asked = visit.query("weeks")
    return int(asked) if asked in map(str, CHOICES) else USUAL
