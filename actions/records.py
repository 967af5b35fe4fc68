"""What web keeps of meetings and hand-offs, asked for over its Unix socket (RECORDS_SOCKET, WORKER_SECRET).

Every call that records something carries an id made beforehand, so that it can be repeated: web does it once.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import aiohttp
import orjson

TRY_SECONDS = 1.5  # for one try
TRIES = 3
PAUSES = (0.1, 0.3)  # seconds between tries
WITHIN = 4.6  # seconds for a call with all its tries: web waits five for the whole turn
LOOK_SECONDS = 1.0  # for what a turn can go on without, such as published times
# What is done while web is waited for, such as letting others work meanwhile.
BESIDE: ContextVar[Callable[[], AbstractContextManager[None]]] = ContextVar("BESIDE", default=nullcontext)

Json = dict[str, Any]


class NotRecorded(Exception):
    """Web could not be reached, or could not keep it: nothing is known to be recorded."""


@dataclass
class TimeTaken(Exception):
    """Somebody else has the time. `offers`: other times."""

    offers: list[Json]


@dataclass
class Invalid(Exception):
    """Web refused details; `fields` names them."""

    fields: list[str]


class NoMatch(Exception):
    """No request has this reference and this code."""


@dataclass
class Wait(Exception):
    """Too many tries, or too much at once, such as wrong codes or times kept; `seconds` until another can do."""

    seconds: int


class NotTheirs(Exception):
    """The request belongs to another conversation, which has not shown its code here."""


class Gone(Exception):
    """The conversation is there no more: it was deleted meanwhile, or has ended."""


class Records:
    """The internal API of web.

    Methods raise NotRecorded where web can't be asked, Gone where they record something, and what they name.
    """

    async def request(self, draft_id: str, conversation: str, fields: Json) -> Json:
        """Records a request, once for its draft: {"meeting", "code"}. Raises TimeTaken, Invalid, Wait."""
        body = {"draft_id": draft_id, "conversation": conversation, "fields": fields}
        return await self._call("POST", "/internal/requests", body)

    async def times(self, wanted: str, who: str | None, limit: int = 3) -> list[Json]:
        """Published free times that best fit what they wrote; none where none can be had quickly."""
        asked = {"wanted": wanted, "limit": str(limit), **({"who": who} if who else {})}
        try:
            answer = await self._try("GET", "/internal/times", None, LOOK_SECONDS, asked)
        except NotRecorded:
            return []
        return list(answer["times"])

    async def hold(self, draft_id: str, conversation: str, time_id: str) -> Json:
        """Keeps a time for this draft: {"time", "until"}. Raises TimeTaken, Wait."""
        body = {"draft_id": draft_id, "conversation": conversation, "time_id": time_id}
        return await self._call("POST", "/internal/holds", body)

    async def release(self, draft_id: str) -> None:
        """Gives a kept time back. If that fails, it lapses by itself."""
        try:
            await self._try("DELETE", f"/internal/holds/{draft_id}", None, LOOK_SECONDS)
        except NotRecorded:
            return

    async def of_conversation(self, conversation: str) -> Json:
        """What this conversation asked for, newest first: {"requests", "handoffs"}."""
        return await self._call("GET", f"/internal/conversations/{conversation}/requests", None)

    async def find(self, conversation: str, reference: str, code: str) -> Json:
        """The request with this reference and code. Raises NoMatch, Wait."""
        body = {"conversation": conversation, "reference": reference, "code": code}
        answer = await self._call("POST", "/internal/requests/find", body)
        return dict(answer["meeting"])

    async def change(self, reference: str, conversation: str, change_id: str, fields: Json) -> Json:
        """Changes details. Raises TimeTaken, NotTheirs, Invalid."""
        body = {"conversation": conversation, "change_id": change_id, "fields": fields}
        return await self._meeting(reference, "change", body)

    async def cancel(self, reference: str, conversation: str, change_id: str, reason: str | None = None) -> Json:
        """Cancels; again is harmless. Raises NotTheirs."""
        body = {"conversation": conversation, "change_id": change_id, "reason": reason}
        return await self._meeting(reference, "cancel", body)

    async def note(self, reference: str, conversation: str, change_id: str, kind: str, text: str) -> Json:
        """Adds a note, such as running_late. Raises NotTheirs."""
        body = {"conversation": conversation, "change_id": change_id, "kind": kind, "text": text}
        return await self._meeting(reference, "note", body)

    async def hand_off(self, fields: Json) -> Json:
        """Records a hand-off, once for its draft_id. Raises Invalid, Wait."""
        answer = await self._call("POST", "/internal/handoffs", fields)
        return dict(answer["handoff"])

    async def _meeting(self, reference: str, what: str, body: Json) -> Json:
        answer = await self._call("POST", f"/internal/requests/{reference}/{what}", body)
        return dict(answer["meeting"])

    async def _call(self, method: str, path: str, body: Json | None) -> Json:
        try:
            return await asyncio.wait_for(self._tries(method, path, body), WITHIN)
        except asyncio.TimeoutError:
            raise NotRecorded from None

    async def _tries(self, method: str, path: str, body: Json | None) -> Json:
        for pause in PAUSES:
            try:
                return await self._try(method, path, body, TRY_SECONDS)
            except NotRecorded:
                await asyncio.sleep(pause)
        return await self._try(method, path, body, TRY_SECONDS)

    async def _try(
        self, method: str, path: str, body: Json | None, seconds: float, query: dict[str, str] | None = None
    ) -> Json:
        socket, secret = os.environ.get("RECORDS_SOCKET"), os.environ.get("WORKER_SECRET", "")
        if not socket:
            raise NotRecorded  # `rasa shell`: nothing is kept there
        data = None if body is None else orjson.dumps(body)
        headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
        timeout = aiohttp.ClientTimeout(seconds, ceil_threshold=float("inf"))
        try:
            with BESIDE.get()():
                async with (
                    aiohttp.ClientSession("http://web", connector=aiohttp.UnixConnector(socket)) as session,
                    session.request(
                        method, path, data=data, params=query, headers=headers, timeout=timeout
                    ) as response,
                ):
                    status, content = response.status, await response.read()
            return _answer(status, content)
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError, ValueError) as error:
            raise NotRecorded from error


def _answer(status: int, body: bytes) -> Json:
    """What web said; raises what it refused."""
    said: Json = orjson.loads(body) if body else {}
    if status in (200, 201, 204):
        return said
    if status == 409:
        raise TimeTaken(said.get("offers") or [])
    if status == 422:
        raise Invalid(said.get("fields") or [])
    if status == 404:
        raise Gone if said.get("error") == "no_conversation" else NoMatch
    if status == 403:
        raise NotTheirs
    if status == 429:
        raise Wait(int(said.get("seconds") or 60))
    raise NotRecorded
