"""This project as a family's device meets it: `python -m web`, through the chat API."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import ClientResponse, ClientSession

from bench.system import Conversation, Launch, NotAnswered


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

    async def open(self, session: ClientSession) -> Conversation:
        """Ask for a new conversation, as every family's first visit does."""
        async with session.post("/api/conversations", json={}) as response:
            conversation = (await _content(response, 201))["conversation"]
        return _OurConversation(session, conversation["id"], conversation["token"])


@dataclass(frozen=True)
class _OurConversation:
    session: ClientSession
    id: str
    token: str

    async def say(self, text: str) -> str | None:
        path = f"/api/conversations/{self.id}/messages"
        headers = {"Authorization": f"Bearer {self.token}"}
        async with self.session.post(path, json={"text": text}, headers=headers) as response:
            messages = (await _content(response, 200))["messages"]
        if not messages:
            raise NotAnswered("an empty reply")
        topic = messages[0]["topic"]
        return None if topic is None else str(topic)


async def _content(response: ClientResponse, expected: int) -> dict[str, Any]:
    if response.status != expected:
        raise NotAnswered(f"status {response.status}")
    content: dict[str, Any] = await response.json()
    return content
