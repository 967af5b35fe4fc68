"""This project as a family's device meets it: `python -m web`, through the chat API."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import ClientResponse, ClientSession

from bench.system import Launch, NotAnswered

FIRST_HOUR, HOURS = 9, 8  # of the times that are published on a day


@dataclass(frozen=True)
class Ours:
    """Our server: web, and the Rasa worker it starts."""

    root: Path
    python: Path

    @property
    def name(self) -> str:
        """What it is called in the tables."""
        return "ours"

    @property
    def health(self) -> str:
        """The path of a page that costs the server next to nothing."""
        return "/healthz"

    def launch(self, folder: Path, port: int) -> Launch:
        """`make run`'s server on loopback, its data in `folder`; limits off, as all messages come from one address."""
        settings = {"PORT": str(port), "HOST": "127.0.0.1", "DATA_DIR": str(folder), "BOT_RATE_LIMIT": "off"}
        return Launch((str(self.python), "-m", "web"), self.root, {**os.environ, **settings})

    async def publish(self, folder: Path, times: int) -> None:
        """Publish times for meetings, as staff do it while the server runs."""
        days = (datetime.now(UTC) + timedelta(days=30 + number // HOURS) for number in range(times))
        written = [f"{day:%Y-%m-%d} {FIRST_HOUR + number % HOURS:02}:00" for number, day in enumerate(days)]
        command = (str(self.python), "-m", "web.meetings", "publish", ",".join(written))
        environment = {**os.environ, "DATA_DIR": str(folder)}
        process = await asyncio.create_subprocess_exec(
            *command, cwd=self.root, env=environment, stdout=asyncio.subprocess.DEVNULL
        )
        if await process.wait():
            raise NotAnswered("no times could be published")

    async def open(self, session: ClientSession) -> OurConversation:
        """Ask for a new conversation, as every family's first visit does."""
        async with session.post("/api/conversations", json={}) as response:
            conversation = (await _content(response, 201))["conversation"]
        return OurConversation(session, conversation["id"], conversation["token"])


@dataclass(frozen=True)
class OurConversation:
    """A conversation through the chat API."""

    session: ClientSession
    id: str
    token: str

    async def ask(self, text: str) -> list[dict[str, Any]]:
        """Say one message; returns the messages of the reply. Raises NotAnswered, aiohttp.ClientError."""
        path = f"/api/conversations/{self.id}/messages"
        headers = {"Authorization": f"Bearer {self.token}"}
        async with self.session.post(path, json={"text": text}, headers=headers) as response:
            messages: list[dict[str, Any]] = (await _content(response, 200))["messages"]
        if not messages:
            raise NotAnswered("an empty reply")
        return messages

    async def say(self, text: str) -> str | None:
        """See Conversation."""
        topic = (await self.ask(text))[0]["topic"]
        return None if topic is None else str(topic)


async def _content(response: ClientResponse, expected: int) -> dict[str, Any]:
    if response.status != expected:
        raise NotAnswered(f"status {response.status}")
    content: dict[str, Any] = await response.json()
    return content
