"""The list of requests: what came in, the urgent first; a filter, a search, an order."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlencode

from aiohttp import web

from web.casework.items import MOST_KNOWN, SORTS, VIEWS, Asked
from web.casework.service import Casework, only_of
from web.desk.rendering import HEADERS
from web.desk.routes import CASEWORK, Route, get, quiet
from web.desk.visit import Visit
from web.meetings.stages import ATTENTION, KINDS, Stage

HERE = "/desk/requests"
NEWER = f"{HERE}/newer"
TITLES = {
    "open": "Open",
    "mine": "Mine",
    "unassigned": "Nobody's",
    "overdue": "Overdue",
    "closed": "Closed",
    "all": "All",
}
SORT_TITLES = {
    "urgency": "Urgent first",
    "oldest": "Oldest first",
    "newest": "Newest first",
    "due": "Due first",
    "status": "By status",
}
EVER = datetime(2000, 1, 1, tzinfo=UTC)  # before anything came in
# Which order a click on a column's heading gives, and what aria-sort then says.
COLUMNS = {"oldest": ("newest", "ascending"), "newest": ("oldest", "descending")}


class Inbox:
    """The page /desk/requests."""

    def __init__(self, casework: Casework) -> None:
        self._casework = casework

    def routes(self) -> list[Route]:
        """Its routes."""
        return [get(HERE, self.show, CASEWORK), quiet(NEWER, self.newer, CASEWORK)]

    async def show(self, visit: Visit) -> web.Response:
        """GET: a page of the list."""
        asked, written = _asked(visit), visit.query("q")
        listed, counts = await self._casework.listed(visit.me, asked, written)
        now = {"view": asked.view, "sort": asked.sort, "kind": asked.kind, "stage": asked.stage, "q": written}
        filters = {} if written else {"view": asked.view, "kind": asked.kind, "stage": asked.stage}
        news = {"since": (listed.since or EVER).isoformat(), "known": " ".join(listed.known), **filters}
        context = {
            "listed": listed,
            "counts": counts,
            "asked": asked,
            "written": written,
            "views": TITLES,
            "sorts": SORT_TITLES,
            "kinds": KINDS,
            "stages": [stage for stage in Stage if stage is not Stage.ERASED],
            "attention": ATTENTION,
            "age": COLUMNS.get(asked.sort, ("newest", "none")),
            "newer": f"{NEWER}?{urlencode(news)}",
            "news_here": f"{HERE}?{urlencode({**{k: v for k, v in filters.items() if v}, 'sort': 'newest'})}",
            "address": lambda **changes: f"{HERE}?{urlencode({k: v for k, v in {**now, **changes}.items() if v})}",
        }
        return visit.page("inbox.html", context)

    async def newer(self, visit: Visit) -> web.Response:
        """GET: how many came in since the list was shown, and how many of them it shows, as JSON."""
        since = _moment(visit.query("since"))
        if since is None:
            raise web.HTTPBadRequest
        known = visit.request.query.get("known", "").split()[:MOST_KNOWN]
        count, here = await self._casework.newer(_asked(visit), since, known)
        return web.json_response({"count": count, "here": here}, headers=HEADERS)


def _moment(written: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        return None
    return at if at.tzinfo is not None else None


def _asked(visit: Visit) -> Asked:
    """What the address asks for; what it can't be is taken for nothing."""
    page = visit.query("page")
    return Asked(
        view=_one_of(visit.query("view"), VIEWS),
        sort=_one_of(visit.query("sort"), SORTS),
        kind=visit.query("kind") if visit.query("kind") in KINDS else "",
        stage=visit.query("stage") if visit.query("stage") in set(Stage) else "",
        me=visit.me.id,
        only=only_of(visit.me),
        page=int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1,
    )


def _one_of(value: str, known: tuple[str, ...]) -> str:
    return value if value in known else known[0]
