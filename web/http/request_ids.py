"""Gives each request an id, which its response carries."""

from __future__ import annotations

from aiohttp import web
from aiohttp.typedefs import Handler

from web.request_ids import begin

REQUEST_ID = web.RequestKey("request_id", str)
HEADER = "X-Request-Id"


@web.middleware
async def request_ids(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The outermost middleware, so that whatever goes wrong further in has an id."""
    request[REQUEST_ID] = begin()
    return await handler(request)


async def show_request_id(request: web.Request, response: web.StreamResponse) -> None:
    """When a response is prepared: name its request."""
    if REQUEST_ID in request:
        response.headers[HEADER] = request[REQUEST_ID]
