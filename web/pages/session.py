"""The plain pages' conversation: its id and token in one cookie that no script and no other site can use."""

from __future__ import annotations

import re
from dataclasses import dataclass

from aiohttp import web

# The id is a UUID, the token URL-safe characters: neither holds a dot, and nothing else is worth looking up.
_VALUE = re.compile(r"(?P<id>[\w-]{1,64})\.(?P<token>[\w-]{1,256})", re.ASCII)


@dataclass(frozen=True)
class Session:
    """Which conversation this browser holds, and what proves it."""

    conversation_id: str
    token: str


class SessionCookie:
    """Reads and writes the cookie, which ends with the browser's session (the conversation ends on the server)."""

    def __init__(self, https: bool) -> None:
        """`https`: people reach the service over https, so that the cookie may insist on it."""
        self.name = "__Host-conversation" if https else "conversation"
        self._https = https

    def read(self, request: web.Request) -> Session | None:
        """The conversation of this browser; None without a cookie or with one that can't be ours."""
        match = _VALUE.fullmatch(request.cookies.get(self.name, ""))
        return Session(match["id"], match["token"]) if match else None

    def write(self, response: web.StreamResponse, session: Session) -> None:
        """Let the browser hold `session`."""
        value = f"{session.conversation_id}.{session.token}"
        response.set_cookie(self.name, value, path="/", httponly=True, samesite="Strict", secure=self._https)

    def forget(self, response: web.StreamResponse) -> None:
        """Take the cookie from the browser; a browser drops a Secure one only when told so with Secure."""
        response.del_cookie(self.name, path="/", httponly=True, samesite="Strict", secure=self._https)
