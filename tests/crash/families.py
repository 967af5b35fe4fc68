"""Families who book through the chat API and don't give up when the service is killed under them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import aiohttp

MOST_TRIES = 400  # of one message, while nobody answers
MOST_TURNS = 60  # of one conversation
PAUSE = 0.2  # seconds before somebody tries again
# What they answer to what a form asks; anything else that it asks is skipped.
ANSWERS = {"name": "Rose", "anything_else": "no thanks, that is all", "confirm": "yes, please send it"}
SKIP = "I'd rather skip that"
BEGIN = "I would like a meeting"
WHEN = "tuesday mornings"


@dataclass(frozen=True)
class Shown:
    """What a family was shown when it was told that its request is recorded."""

    conversation: str
    email: str
    reference: str
    code: str | None
    starts_at: str | None


@dataclass
class Families:
    """Several families at once. `shown` grows with each request that one of them was told is recorded."""

    address: str
    shown: list[Shown] = field(default_factory=list)
    over: bool = False

    async def book_until_over(self, session: aiohttp.ClientSession, name: str) -> None:
        """Book one meeting after the other; the last one is brought to its end."""
        count = 0
        while not self.over:
            count += 1
            await self.book(session, f"{name}.{count}@example.org")

    async def book(self, session: aiohttp.ClientSession, email: str) -> None:
        """One conversation, until a reference is shown."""
        begun = await self._patiently(session, "/api/conversations", {}, {})
        conversation = begun["conversation"]
        headers = {"Authorization": f"Bearer {conversation['token']}"}
        path, text = f"/api/conversations/{conversation['id']}/messages", BEGIN
        talk: list[str] = []
        for _ in range(MOST_TURNS):
            key = {"Idempotency-Key": str(uuid4())}
            said = (await self._patiently(session, path, {"text": text}, {**headers, **key}))["messages"]
            talk += [text, *(f"    {one['text']}" for one in said)]
            recorded = next((one["meeting"] for one in said if _recorded(one)), None)
            if recorded is not None:
                place = conversation["id"], email, recorded["reference"], recorded["code"], recorded["starts_at"]
                self.shown.append(Shown(*place))
                return
            asked = next((one for one in said if one["form"]), None)
            if asked is None:
                await self._wait_for_the_assistant(session)  # then the same words again
            else:
                text = _answer(asked, email)
        raise AssertionError("a family never saw a reference:\n" + "\n".join(talk[-30:]))

    async def _wait_for_the_assistant(self, session: aiohttp.ClientSession) -> None:
        """A conversation has only so many messages; Rasa takes some time to start."""
        for _ in range(MOST_TRIES):
            await asyncio.sleep(PAUSE)
            try:
                async with session.get(f"{self.address}/readyz") as response:
                    if response.status == 200:
                        return
            except (aiohttp.ClientError, OSError, TimeoutError):
                pass

    async def _patiently(self, session: aiohttp.ClientSession, path: str, body: Any, headers: dict[str, str]) -> Any:
        """Post until it is answered; the same key, where there is one, makes it one message."""
        for _ in range(MOST_TRIES):
            try:
                async with session.post(f"{self.address}{path}", json=body, headers=headers) as response:
                    if response.status < 400:
                        return await response.json()
                    assert response.status in (429, 503), f"{response.status} for {path}"
            except (aiohttp.ClientError, OSError, TimeoutError):
                pass
            await asyncio.sleep(PAUSE)
        raise AssertionError(f"{path} was never answered")


def _recorded(message: dict[str, Any]) -> bool:
    meeting = message["meeting"]
    return bool(meeting and meeting["reference"] and meeting["status"] != "draft")


def _answer(message: dict[str, Any], email: str) -> str:
    asks = message["form"]["asks"]
    if asks == "contact":
        return email
    if asks == "when":
        times = [choice["text"] for choice in message["choices"] if ", " in choice["text"]]
        return str(times[0]) if times else WHEN
    return ANSWERS.get(asks, SKIP)
