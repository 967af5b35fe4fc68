"""Stand-ins for what is not under test."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from web.assistant import AssistantUnavailable, Reply, Said, Turn

Answer = Callable[[Turn], Awaitable[Reply]]


def reply(*said: Said, turn: Turn | None = None) -> Reply:
    """A reply that says this, or one plain answer; its events and state tell which turn it was."""
    text = turn.text if turn else ""
    count = (turn.state or {}).get("count", 0) if turn else 0
    return Reply(list(said) or [WHO_SEES], [{"event": "user", "text": text}], {"count": count + 1, "last": text})


WHO_SEES = Said(
    "The report goes on the website.",
    topic="report.who_sees",
    section="Who will see the report?",
    reviewed_on="2026-11-23",
    links=("phone",),
    choices=("report.not_published", "more"),
)


@dataclass
class FakeAssistant:
    """An assistant that does what the test says. `turns` holds what it was asked, `asked` tells that it was."""

    ready: bool = True
    behave: Answer | None = None
    turns: list[Turn] = field(default_factory=list)
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, turn: Turn) -> Reply:
        """Note the turn and do as told."""
        self.turns.append(turn)
        self.asked.set()
        return await self.behave(turn) if self.behave else reply(turn=turn)


async def hang(_turn: Turn) -> Reply:
    """Never answer."""
    await asyncio.Event().wait()
    raise AssertionError


async def die(_turn: Turn) -> Reply:
    """Be dead."""
    raise AssistantUnavailable("dead")


def says(*said: Said) -> Answer:
    """Always say this."""

    async def answer(turn: Turn) -> Reply:
        return reply(*said, turn=turn)

    return answer


def returns(answer: Reply) -> Answer:
    """Always return exactly this."""

    async def always(_turn: Turn) -> Reply:
        return answer

    return always
