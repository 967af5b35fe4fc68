"""The address of the script: one that never changes, so that a line on somebody's page lasts."""

from __future__ import annotations

import gzip
from hashlib import sha256

from aiohttp import hdrs, web

from web.keys import SETTINGS, WORDS
from web.widget.script import script
from web.widget.words import widget_words

PATH = "/review-chat.js"
# New words reach every page within ten minutes; meanwhile, and when the line is bad, the old script is good.
KEPT = "public, max-age=600, stale-while-revalidate=86400"


def setup(app: web.Application) -> None:
    """Add the script to `app`, which must hold its settings and words already. Raises ScriptError."""
    app.add_routes([web.get(PATH, Script(script(widget_words(app[WORDS], replies=app[SETTINGS].chat_replies))).send)])


class Script:
    """The script, ready to be sent."""

    def __init__(self, code: str) -> None:
        self._plain = code.encode()
        self._packed = gzip.compress(self._plain, 9, mtime=0)
        self._tag = sha256(self._plain).hexdigest()[:16]

    async def send(self, request: web.Request) -> web.Response:
        """GET: the script, unless the browser has it already."""
        headers = {
            hdrs.CACHE_CONTROL: KEPT,
            hdrs.ETAG: f'"{self._tag}"',
            hdrs.VARY: hdrs.ACCEPT_ENCODING,
            "Cross-Origin-Resource-Policy": "cross-origin",
        }
        if any(tag.value in (self._tag, "*") for tag in request.if_none_match or ()):
            return web.Response(status=304, headers=headers)
        body = self._plain
        if "gzip" in request.headers.get(hdrs.ACCEPT_ENCODING, ""):
            body, headers[hdrs.CONTENT_ENCODING] = self._packed, "gzip"
        return web.Response(body=body, content_type="text/javascript", charset="utf-8", headers=headers)
