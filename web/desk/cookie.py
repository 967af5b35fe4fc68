"""The cookie of a session on the desk: no script can read it, no other site can use it."""

from __future__ import annotations

import re

from aiohttp import web

_TOKEN = re.compile(r"[\w-]{43}", re.ASCII)


class StaffCookie:
    """Ends with the browser's session; the session itself ends on the server."""

    def __init__(self, https: bool) -> None:
        """`https`: people reach the service over https, so that the cookie may insist on it."""
        self.name = "__Host-staff" if https else "staff"
        self._https = https

    def read(self, request: web.Request) -> str | None:
        """The token that the browser holds; None without one, or with one that can't be ours."""
        value = request.cookies.get(self.name, "")
        return value if _TOKEN.fullmatch(value) else None

    def write(self, response: web.StreamResponse, token: str) -> None:
        """Let the browser hold the token."""
        response.set_cookie(self.name, token, path="/", httponly=True, samesite="Strict", secure=self._https)

    def forget(self, response: web.StreamResponse) -> None:
        """Take it from the browser; a browser drops a Secure one only when told so with Secure."""
        response.del_cookie(self.name, path="/", httponly=True, samesite="Strict", secure=self._https)
