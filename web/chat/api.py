"""The chat API: what comes in over HTTP and what goes out. What it means is in service.py."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson
from aiohttp import hdrs, web

from web.assistant import Assistant
from web.chat import problems
from web.chat.service import ChatService
from web.http.body import BodyTooLarge, read_json
from web.http.strict import Strict
from web.keys import client_address

_BEARER = re.compile(r"Bearer ([A-Za-z0-9._~+/=-]{1,256})", re.IGNORECASE)


class NewConversation(Strict):
    """Nothing needs to be said to begin. `text` is what will be said next, so that a refusal can bring help."""

    text: str = ""


class NewMessage(Strict):
    """What a family says."""

    text: str


class ChatApi:
    """The handlers of the chat API."""

    def __init__(self, service: ChatService, assistant: Assistant, description: Mapping[str, Any]) -> None:
        """`description` in the terms of OpenAPI."""
        self._service = service
        self._assistant = assistant
        self._description = orjson.dumps(description)

    def routes(self) -> list[web.RouteDef]:
        """Every call of the API and the two health checks."""
        messages = "/api/conversations/{id}/messages"
        return [
            web.get("/healthz", self.healthz),
            web.get("/readyz", self.readyz),
            web.get("/api/openapi.json", self.describe),
            web.post("/api/conversations", self.start),
            web.post(messages, self.say),
            web.get(messages, self.read),
            web.delete("/api/conversations/{id}", self.delete),
        ]

    async def healthz(self, _request: web.Request) -> web.Response:
        """200 while the process lives."""
        return web.json_response({"status": "ok"})

    async def readyz(self, _request: web.Request) -> web.Response:
        """200 when every question can be answered, 503 until then."""
        ready = self._assistant.ready
        return web.json_response({"status": "ready" if ready else "starting"}, status=200 if ready else 503)

    async def describe(self, _request: web.Request) -> web.Response:
        """The OpenAPI description."""
        return web.Response(body=self._description, content_type="application/json")

    async def start(self, request: web.Request) -> web.Response:
        """Begin a conversation."""
        try:
            wanted = await read_json(request, NewConversation)
        except BodyTooLarge as error:
            raise await self._service.too_long(error.text, client_address(request)) from None
        started = await self._service.start(client_address(request), wanted.text)
        conversation = {"id": started.id, "token": started.token, "expires_at": started.expires_at}
        return _json({"conversation": conversation, "messages": started.messages}, 201)

    async def say(self, request: web.Request) -> web.Response:
        """Answer a message."""
        token, key, address = token_of(request), _key(request), client_address(request)
        try:
            message = await read_json(request, NewMessage)
        except BodyTooLarge as error:
            raise await self._service.too_long(error.text, address) from None
        said = await self._service.say(request.match_info["id"], token, message.text, address, key)
        return _json({"messages": said})

    async def read(self, request: web.Request) -> web.Response:
        """Everything said so far, or what came after a message."""
        said = await self._service.read(request.match_info["id"], token_of(request), request.query.get("after"))
        return _json({"messages": said})

    async def delete(self, request: web.Request) -> web.Response:
        """Erase the conversation."""
        await self._service.delete(request.match_info["id"], token_of(request))
        return web.Response(status=204)


def _json(body: Any, status: int = 200) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(body), content_type="application/json")


def token_of(request: web.Request) -> str:
    """The token that came with a call. Problem: 401."""
    match = _BEARER.fullmatch(request.headers.get(hdrs.AUTHORIZATION, "").strip())
    if match is None:
        raise problems.no_token()
    return match[1]


def _key(request: web.Request) -> UUID | None:
    value = request.headers.get("Idempotency-Key")
    if value is None:
        return None
    try:
        return UUID(value)
    except ValueError:
        raise problems.wrong_shape() from None
