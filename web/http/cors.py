"""Lets exactly the sites of ALLOWED_ORIGINS use the API, and the script that uses it, from a browser."""

from __future__ import annotations

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler, Middleware

from web.settings import Settings

PREFLIGHT_SECONDS = 600


# A module script is only run by a page whose site may read it.
SHARED = ("/api/", "/review-chat.js")


def cors(settings: Settings) -> Middleware:
    """A middleware that answers preflights of allowed sites and marks their responses."""
    allowed = frozenset(settings.allowed_origins)

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        origin = request.headers.get(hdrs.ORIGIN)
        if not request.path.startswith(SHARED):
            return await handler(request)
        known = origin in allowed
        if known and request.method == "OPTIONS" and hdrs.ACCESS_CONTROL_REQUEST_METHOD in request.headers:
            response: web.StreamResponse = _preflight()
        else:
            response = await handler(request)
        response.headers[hdrs.VARY] = ", ".join(filter(None, (response.headers.get(hdrs.VARY), hdrs.ORIGIN)))
        if known and origin is not None:
            response.headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] = origin
            response.headers[hdrs.ACCESS_CONTROL_EXPOSE_HEADERS] = hdrs.RETRY_AFTER
        return response

    return middleware


def _preflight() -> web.Response:
    return web.Response(
        status=204,
        headers={
            hdrs.ACCESS_CONTROL_ALLOW_METHODS: "GET, POST, DELETE",
            hdrs.ACCESS_CONTROL_ALLOW_HEADERS: "Authorization, Content-Type, Idempotency-Key",
            hdrs.ACCESS_CONTROL_MAX_AGE: str(PREFLIGHT_SECONDS),
        },
    )
