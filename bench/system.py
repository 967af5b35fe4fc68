"""What the measuring needs of a system, whichever it is: how to start it, and how to hold a conversation with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from aiohttp import ClientSession


class NotAnswered(Exception):
    """A message did not get a usable answer: an error status, or nothing said."""


@dataclass(frozen=True)
class Launch:
    """A command to start a server with, where, and in which environment."""

    command: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str]


class Conversation(Protocol):
    """One conversation of one family, from its first message on."""

    async def say(self, text: str) -> str | None:
        """Say one message and wait for the answer; returns the topic answered, None if it was not understood.

        Raises NotAnswered if nothing usable came back, aiohttp.ClientError if the server can't be reached.
        """


class System(Protocol):
    """A server that can be started, talked to and measured."""

    @property
    def name(self) -> str:
        """What it is called in the tables."""

    @property
    def health(self) -> str:
        """The path of a page that costs the server next to nothing."""

    def launch(self, folder: Path, port: int) -> Launch:
        """How to start it so that it serves loopback on `port` and stores conversations in `folder`."""

    async def open(self, session: ClientSession) -> Conversation:
        """Begin a new conversation. Raises as Conversation.say does."""
