"""Answers of staff on the plain page: may they, who is there, and a button for each step."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from aiohttp import web

from web.chat.answering import SAFETY
from web.chat.messages import Message
from web.chat.problems import Problem
from web.keys import REPLYING, WORDS, client_address
from web.pages.rendering import see_other
from web.pages.session import Session, SessionCookie
from web.replies.words import filled
from web.words import MORE, Words

HERE = "/chat#reply"
OVER = 404


async def reply_of(request: web.Request, session: Session | None) -> Mapping[str, Any] | None:
    """What the page shows of it; None where the setting is off, or there is nothing to show. Problems: 404, 503."""
    replying = request.app.get(REPLYING)
    if replying is None or session is None:
        return None
    state = await replying.state(session.conversation_id, session.token)
    if not (state.offered or state.agreed):
        return None
    words: Mapping[str, str] = request.app[WORDS].own["reply"]["page"]
    there = state.present
    return {"state": state, "words": {name: filled(text, there) if there else text for name, text in words.items()}}


def beside_staff(messages: Sequence[Message], words: Words) -> list[Message]:
    """The same while somebody is there: what can be tapped is what web answers by itself, help and more of it."""
    more = words.choices[MORE]
    return [
        {
            **one,
            "choices": [each for each in one["choices"] if (each["topic"] or "").startswith(SAFETY) or each == more],
        }
        if one["care"] or (one["topic"] or "").startswith(SAFETY)
        else {**one, "choices": []}
        for one in messages
    ]


class ReplyPages:
    """What its buttons do; the page then says how it stands."""

    def __init__(self, cookie: SessionCookie) -> None:
        self._cookie = cookie

    async def agree(self, request: web.Request) -> web.Response:
        """POST /chat/reply: staff may answer."""
        agree, address = request.app[REPLYING].agree, client_address(request)
        return await self._done(request, lambda session: agree(session.conversation_id, session.token, address))

    async def take_back(self, request: web.Request) -> web.Response:
        """POST /chat/reply/end: they may not any more."""
        take_back = request.app[REPLYING].take_back
        return await self._done(request, lambda session: take_back(session.conversation_id, session.token))

    async def _done(self, request: web.Request, work: Callable[[Session], Awaitable[None]]) -> web.Response:
        session = self._cookie.read(request)
        try:
            if session is not None:
                await work(session)
        except Problem as problem:
            if problem.status != OVER:
                raise
        return see_other(HERE)
