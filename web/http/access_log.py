"""One line per request: method, kind of address, status, milliseconds, its id. Of people no id, query or address."""

from __future__ import annotations

from aiohttp import web
from aiohttp.abc import AbstractAccessLogger

from web.http.request_ids import REQUEST_ID


class AccessLog(AbstractAccessLogger):
    """Writes the route's pattern instead of the path, which holds a conversation's id."""

    def log(self, request: web.BaseRequest, response: web.StreamResponse, time: float) -> None:
        """Write the line; `time` in seconds."""
        id = request.get(REQUEST_ID, "-")
        self.logger.info("%s %s %d %.0f ms %s", request.method, _route(request), response.status, time * 1000, id)


def _route(request: web.BaseRequest) -> str:
    match_info = getattr(request, "match_info", None)
    resource = match_info.route.resource if match_info is not None else None
    return resource.canonical if resource is not None else "(no such page)"
