"""The comparison as its users meet it: `rasa run` with the REST channel, conversations in SQLTrackerStore on SQLite."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from aiohttp import ClientSession

from bench.project import endpoints
from bench.system import Conversation, Launch, NotAnswered


@dataclass(frozen=True)
class Stock:
    """Rasa's default pipeline and policies, trained and served the way its documentation says.

    `answers` is what it says to each topic: how an answer is recognised, since the REST channel gives text alone.
    """

    environment: Path
    model: Path
    credentials: Path
    answers: dict[str, str]

    @property
    def name(self) -> str:
        """What it is called in the tables."""
        return "stock Rasa"

    @property
    def health(self) -> str:
        """The path of a page that costs the server next to nothing."""
        return "/webhooks/rest/"

    def launch(self, folder: Path, port: int) -> Launch:
        """`rasa run` on loopback with one process (its default), its database in `folder`."""
        settings = folder / "endpoints.yml"
        settings.write_text(endpoints(folder / "conversations.db"), encoding="utf-8")
        command = (
            *(str(self.environment / "bin" / "python"), "-m", "rasa", "run"),
            *("--model", str(self.model), "--credentials", str(self.credentials), "--endpoints", str(settings)),
            *("--interface", "127.0.0.1", "--port", str(port)),
        )
        return Launch(command, folder, quiet_environment())

    async def open(self, session: ClientSession) -> Conversation:
        """A new sender is a new conversation: Rasa has nothing to ask for first."""
        return _StockConversation(session, uuid4().hex, {text: topic for topic, text in self.answers.items()})


@dataclass(frozen=True)
class _StockConversation:
    session: ClientSession
    sender: str
    topics: dict[str, str]

    async def say(self, text: str) -> str | None:
        body = {"sender": self.sender, "message": text}
        async with self.session.post("/webhooks/rest/webhook", json=body) as response:
            if response.status != 200:
                raise NotAnswered(f"status {response.status}")
            messages = await response.json()
        if not messages:
            raise NotAnswered("an empty reply")
        # The channel makes a message of each paragraph: together they are the answer.
        return self.topics.get("\n\n".join(message.get("text", "") for message in messages))


def quiet_environment() -> dict[str, str]:
    """This process's environment, with Rasa's telemetry off: the measurement sends nothing beyond loopback."""
    return {**os.environ, "RASA_TELEMETRY_ENABLED": "false"}
