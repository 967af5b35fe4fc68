"""Refuses posts that another site made: only our own forms may change anything."""

from __future__ import annotations

from urllib.parse import urlsplit

from aiohttp import web


def is_own_post(request: web.Request) -> bool:
    """True when the browser says that the form came from this very site.

    `Sec-Fetch-Site` cannot be set by a page and says it outright. Browsers that don't know it (Safari before 16.4) name
    the page's origin, whose host must be the one asked for. A request with neither could come from anywhere.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin", "")
    return bool(origin) and urlsplit(origin).netloc == request.host
