"""The chat as plain pages at /chat: forms that post and then show, for browsers without a working script."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4, uuid5

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from web.chat.messages import Message
from web.chat.problems import Problem
from web.keys import CHAT, client_address
from web.pages.rendering import page, see_other
from web.pages.reply import beside_staff, reply_of
from web.pages.session import Session, SessionCookie
from web.words import Words

LATEST = "/chat#latest"
RENEWED = "/chat?renewed#latest"
DELETED = "/chat?deleted"
NOTICES = ("renewed", "deleted")
OVER = (401, 404)
READ_AGAIN_SECONDS = 0.3  # for what was said before, when something has gone wrong already
LARGEST_FORM = 512 * 1024  # bytes: far more than may be said, so that what is too long can be given back


@dataclass(frozen=True)
class Asked:
    """What came with the form. `key` is the form's own: the same words of the same form are one message.

    `since` is when the family began to wait, in the event loop's time.
    """

    text: str
    key: UUID
    since: float

    @property
    def request_key(self) -> UUID:
        """The same for the same words sent twice, another once they were changed."""
        return uuid5(self.key, self.text)


class PlainPages:
    """Handlers of the plain pages."""

    def __init__(self, words: Words, cookie: SessionCookie) -> None:
        self._words = words
        self._cookie = cookie

    async def show(self, request: web.Request) -> web.Response:
        """GET /chat: the conversation of this browser, and the form."""
        session = self._cookie.read(request)
        notice = self._notice(request)
        try:
            reply = await reply_of(request, session)
            messages = await read(request, session)
        except Problem as problem:
            if problem.status not in OVER:
                return self._page(request, problem=problem)
            response = self._page(request, notice=self._words.own["page"]["ended"])
            self._cookie.forget(response)
            return response
        return self._page(request, messages, notice=notice, reply=reply)

    async def ask(self, request: web.Request) -> web.Response:
        """POST /chat: say something; begins a conversation where there is none, or none any more."""
        asked = await read_form(request)
        session = self._cookie.read(request)
        try:
            if session is not None and await self._said(request, session, asked):
                return self._to(LATEST, session)
            ended, session = session is not None, None
            session = await self._begin(request, asked)
            await self._said(request, session, asked)
        except Problem as problem:
            return await self._refused(request, session, asked, problem)
        return self._to(RENEWED if ended else LATEST, session)

    async def confirm_delete(self, request: web.Request) -> web.Response:
        """GET /chat/delete: what goes and what stays, before it goes."""
        return page(request, "delete.html", {"problem": None})

    async def delete(self, request: web.Request) -> web.Response:
        """POST /chat/delete: erase the conversation; the cookie goes only once it is erased."""
        try:
            await self._erase(request)
        except Problem as problem:
            return page(request, "delete.html", {"problem": problem.details(self._words)}, problem.status)
        response = see_other(DELETED)
        self._cookie.forget(response)
        return response

    async def leave(self, request: web.Request) -> web.Response:
        """POST /leave: erase the conversation and show something else, also when erasing fails."""
        response = see_other("/left")
        self._cookie.forget(response)
        try:
            await self._erase(request)
        except Problem:
            pass  # It expires by itself; somebody who has to leave now must not be shown an error.
        return response

    async def left(self, request: web.Request) -> web.Response:
        """GET /left: a page about nothing, which goes on to another site."""
        return page(request, "left.html")

    def _notice(self, request: web.Request) -> str | None:
        """What has just happened, told by the address that a post led to."""
        words = self._words.own["page"]
        return next((words[name] for name in NOTICES if name in request.query), None)

    async def _said(self, request: web.Request, session: Session, asked: Asked) -> bool:
        """True when it was said and answered; False when the conversation is no more."""
        try:
            await request.app[CHAT].say(
                session.conversation_id,
                session.token,
                asked.text,
                client_address(request),
                asked.request_key,
                asked.since,
            )
        except Problem as problem:
            if problem.status not in OVER:
                raise
            return False
        return True

    async def _begin(self, request: web.Request, asked: Asked) -> Session:
        begun = await request.app[CHAT].start(client_address(request), asked.text)
        return Session(begun.id, begun.token)

    def _to(self, location: str, session: Session) -> web.Response:
        response = see_other(location)
        self._cookie.write(response, session)
        return response

    async def _erase(self, request: web.Request) -> None:
        session = self._cookie.read(request)
        if session is None:
            return
        try:
            await request.app[CHAT].delete(session.conversation_id, session.token)
        except Problem as problem:
            if problem.status not in OVER:
                raise

    async def _refused(
        self, request: web.Request, session: Session | None, asked: Asked, problem: Problem
    ) -> web.Response:
        """The page again with what went wrong, and with the words that were typed."""
        try:
            async with asyncio.timeout(READ_AGAIN_SECONDS):
                reply = await reply_of(request, session)
                messages = await read(request, session)
        except (Problem, TimeoutError):
            messages, reply = [], None
        response = self._page(request, messages, asked, problem, reply=reply)
        if session is not None:
            self._cookie.write(response, session)
        return response

    def _page(
        self,
        request: web.Request,
        messages: Sequence[Message] = (),
        asked: Asked | None = None,
        problem: Problem | None = None,
        notice: str | None = None,
        reply: Mapping[str, Any] | None = None,
    ) -> web.Response:
        there = bool(reply and reply["state"].present)
        context: dict[str, Any] = {
            "messages": beside_staff(messages, self._words) if there else messages,
            "latest": first_of_last_reply(messages),
            "error": problem.details(self._words) if problem else None,
            "error_messages": problem.messages if problem else [],
            "notice": notice,
            "reply": reply,
            "key": asked.key if asked else uuid4(),
            "text": asked.text if asked else "",
        }
        response = page(request, "chat.html", context, problem.status if problem else 200)
        if problem:
            response.headers.update(problem.headers)
        return response


async def read(request: web.Request, session: Session | None) -> Sequence[Message]:
    """All that was said so far. Problems: 404, 503."""
    if session is None:
        return []
    return await request.app[CHAT].read(session.conversation_id, session.token)


async def read_form(request: web.Request) -> Asked:
    """What the family typed, whatever else was sent. Raises HTTPRequestEntityTooLarge and HTTPBadRequest."""
    try:
        form = await request.clone(client_max_size=LARGEST_FORM).post()
    except (web.RequestPayloadError, HttpProcessingError, ValueError, LookupError, RuntimeError):
        # Broken, or in an encoding that nobody knows: aiohttp has many names for it.
        raise web.HTTPBadRequest from None
    text, key = form.get("text"), form.get("key")
    return Asked(
        text if isinstance(text, str) else "",
        uuid_or_new(key if isinstance(key, str) else ""),
        asyncio.get_running_loop().time(),
    )


def uuid_or_new(text: str) -> UUID:
    """The UUID that `text` is, or a new one."""
    try:
        return UUID(text)
    except ValueError:
        return uuid4()


def first_of_last_reply(messages: Sequence[Message]) -> int:
    """Where the answer to the family's last message begins; only from there on choices can be taken."""
    asked = [place for place, message in enumerate(messages) if message["from"] == "family"]
    return asked[-1] + 1 if asked else 0
