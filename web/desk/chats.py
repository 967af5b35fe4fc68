"""Answering families in their chats: which are open, and one of them."""

from __future__ import annotations

from collections.abc import Awaitable
from uuid import UUID, uuid4

from aiohttp import web

from web.chat import cleaning
from web.desk.routes import CASEWORK, Route, get, post, quiet
from web.desk.visit import Visit, Wrong
from web.meetings.kinds import Refused
from web.meetings.stages import KINDS
from web.replies.kinds import Look
from web.replies.service import Replies

HERE = "/desk/chats"
REFRESH_SECONDS = 8
MAIN = "main"  # where an error leads that belongs to no field


class Chats:
    """The pages /desk/chats and /desk/chats/{reference}."""

    def __init__(self, replies: Replies) -> None:
        self._replies = replies

    def routes(self) -> list[Route]:
        """Its routes."""
        one = f"{HERE}/{{reference}}"
        return [
            get(HERE, self.show, CASEWORK),
            get(one, self.show_one, CASEWORK),
            quiet(f"{one}/look", self.show_one, CASEWORK),
            post(f"{one}/join", self.join, CASEWORK),
            post(f"{one}/say", self.say, CASEWORK),
            post(f"{one}/stay", self.stay, CASEWORK),
            post(f"{one}/leave", self.leave, CASEWORK),
        ]

    async def show(self, visit: Visit) -> web.Response:
        """GET: the chats that are open to this person."""
        return visit.page("chats.html", {"chats": await self._replies.chats(visit.me), "kinds": KINDS})

    async def show_one(self, visit: Visit) -> web.Response:
        """GET: a chat. Its words are there only for who has joined it. The page looks by itself, which is no use."""
        return await self._page(visit)

    async def join(self, visit: Visit) -> web.Response:
        """POST: be there. The family reads who it is, and the assistant is silent."""
        return await self._tried(visit, MAIN, self._replies.join(visit.match("reference"), visit.me), "joined")

    async def say(self, visit: Visit) -> web.Response:
        """POST: write to the family."""
        try:
            text, key = cleaning.clean(visit.form.secret("text")), str(UUID(visit.form.secret("key")))
        except cleaning.NothingLeft:
            return await self._page(visit, Wrong("text", "Write something first."))
        except cleaning.TooLong:
            return await self._page(visit, Wrong("text", f"Write {cleaning.MOST_CHARACTERS} characters at most."))
        except ValueError:
            raise web.HTTPBadRequest from None
        said = self._replies.say(visit.match("reference"), visit.me, visit.form.text("visit", 36), text, key)
        return await self._tried(visit, "text", said, "said")

    async def stay(self, visit: Visit) -> web.Response:
        """POST: still there."""
        stays = self._replies.stay(visit.match("reference"), visit.me, visit.form.text("visit", 36))
        return await self._tried(visit, MAIN, stays)

    async def leave(self, visit: Visit) -> web.Response:
        """POST: the assistant answers again."""
        leaves = self._replies.leave(visit.me, visit.form.text("visit", 36))
        return await self._tried(visit, MAIN, leaves, "left", HERE)

    async def _tried(
        self, visit: Visit, field: str, work: Awaitable[None], notice: str = "", to: str = ""
    ) -> web.Response:
        try:
            await work
        except Refused as error:
            return await self._page(visit, Wrong(field, str(error)))
        return visit.to(to or f"{HERE}/{visit.match('reference')}", notice)

    async def _page(self, visit: Visit, wrong: Wrong | None = None) -> web.Response:
        """The chat, with what is wrong, and with what was typed."""
        reference = visit.match("reference")
        try:
            look = await self._replies.look(reference, visit.me)
        except Refused:
            if not visit.form.secret("text").strip():
                raise web.HTTPNotFound from None
            look = Look()  # what was typed is not lost
        context = {"reference": reference, "look": look, "key": uuid4(), "refresh": REFRESH_SECONDS}
        return visit.page("chat.html", context, [wrong] if wrong else [])
