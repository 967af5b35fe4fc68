"""The calls of the chat API about answers of staff; they are there where the setting is on."""

from __future__ import annotations

from typing import Any

import orjson
from aiohttp import web

from web.chat import problems
from web.chat.api import token_of
from web.chat.replying import Replying
from web.http.body import BodyTooLarge, read_json
from web.http.strict import Strict
from web.keys import client_address


class Agreed(Strict):
    """Nothing needs to be said."""


class ReplyApi:
    """Their handlers. Each answers with how it stands then, and with what was said meanwhile."""

    def __init__(self, replying: Replying) -> None:
        self._replying = replying

    def routes(self) -> list[web.RouteDef]:
        """The calls."""
        reply = "/api/conversations/{id}/reply"
        return [web.get(reply, self.read), web.post(reply, self.agree), web.delete(reply, self.take_back)]

    async def read(self, request: web.Request) -> web.Response:
        """Who is there, and what they said."""
        news = await self._replying.news(request.match_info["id"], token_of(request), request.query.get("after"))
        present = news.state.present
        body: dict[str, Any] = {
            "offered": news.state.offered,
            "agreed": news.state.agreed,
            "present": present.shown() if present else None,
            "messages": news.messages,
        }
        return web.Response(body=orjson.dumps(body), content_type="application/json")

    async def agree(self, request: web.Request) -> web.Response:
        """Let staff answer."""
        token = token_of(request)
        try:
            await read_json(request, Agreed)
        except BodyTooLarge:
            raise problems.wrong_shape() from None
        await self._replying.agree(request.match_info["id"], token, client_address(request))
        return await self.read(request)

    async def take_back(self, request: web.Request) -> web.Response:
        """Let them answer no more."""
        await self._replying.take_back(request.match_info["id"], token_of(request))
        return await self.read(request)
