"""The page that a link in an e-mail leads to: opening it shows, and only its button does something."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aiohttp import web

from web.keys import MEETINGS
from web.meetings.moments import in_words
from web.pages.rendering import page
from web.records.database import NotRecorded
from web.words import Words

GONE = 410


class AppointmentPage:
    """Handlers of `/appointment/{token}`. The token stands for one request and one press of the button."""

    def __init__(self, words: Words) -> None:
        self._words: Mapping[str, Any] = words.own["page"]["appointment"]

    async def show(self, request: web.Request) -> web.Response:
        """GET: what was asked for, and the button while it can be pressed. Changes nothing, however often."""
        try:
            found = await request.app[MEETINGS].linked(request.match_info["token"])
        except NotRecorded:
            return self._page(request, notice="not_now", status=503)
        if found is None:
            raise web.HTTPNotFound
        meeting, usable = found
        return self._page(request, meeting, usable=usable)

    async def cancel(self, request: web.Request) -> web.Response:
        """POST: cancel it, once; a second time is 410."""
        token = request.match_info["token"]
        try:
            done = await request.app[MEETINGS].cancel_by_link(token)
            found = await request.app[MEETINGS].linked(token)
        except NotRecorded:
            return self._page(request, notice="not_now", status=503)
        if done is None or found is None:
            raise web.HTTPNotFound
        notice, status = ("done", 200) if done else ("done_before", GONE)
        return self._page(request, found[0], notice=notice, status=status)

    def _page(
        self,
        request: web.Request,
        meeting: Mapping[str, Any] | None = None,
        usable: bool = False,
        notice: str | None = None,
        status: int = 200,
    ) -> web.Response:
        context: dict[str, Any] = {
            "appointment": self._words,
            "notice": self._words[notice] if notice else None,
            "wrong": status >= 400,
            "usable": usable,
            "meeting": meeting,
            "time": in_words(datetime.fromisoformat(meeting["starts_at"]))
            if meeting and meeting["starts_at"]
            else None,
        }
        return page(request, "appointment.html", context, status)
