"""The load generator: so many conversations at once, each saying its next message only after the answer."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector

from bench.conversations import Line, Script
from bench.system import Conversation, NotAnswered, System

TIMEOUT_SECONDS = 30.0


@dataclass
class Load:
    """What came of one load: how long each answered message waited, in seconds, and what was not answered."""

    waits: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    right: int = 0
    with_topic: int = 0
    seconds: float = 0.0

    def note(self, line: Line, topic: str | None, waited: float) -> None:
        """Count one answered message; messages without a topic have no right answer to count."""
        self.waits.append(waited)
        if line.topic is not None:
            self.with_topic += 1
            self.right += topic == line.topic


def session_for(port: int) -> ClientSession:
    """A client of a loopback server without a limit of connections of its own."""
    return ClientSession(
        f"http://127.0.0.1:{port}",
        connector=TCPConnector(limit=0),
        timeout=ClientTimeout(total=TIMEOUT_SECONDS),
    )


async def connect(system: System, session: ClientSession, count: int) -> None:
    """Open `count` connections for the conversations to come, while the server has nothing else to do.

    Rasa's server accepts one new connection between two rounds of answers: in a burst under load the last family would
    wait half a minute to get in, and that is not what we set out to compare.
    """
    async with asyncio.TaskGroup() as visits:
        for _ in range(count):
            visits.create_task(_visit(session, system.health))


async def _visit(session: ClientSession, path: str) -> None:
    async with session.get(path) as response:
        await response.read()


async def converse(
    system: System, session: ClientSession, scripts: list[Script], at_once: int, tick: Callable[[], None] = lambda: None
) -> Load:
    """Hold all `scripts`, never more than `at_once` together; `tick` is called after each message."""
    load, waiting = Load(), iter(scripts)

    async def family_after_family() -> None:
        for script in waiting:
            await _hold(system, session, script, load, tick)

    began = time.perf_counter()
    async with asyncio.TaskGroup() as families:
        for _ in range(at_once):
            families.create_task(family_after_family())
    load.seconds = time.perf_counter() - began
    return load


async def _hold(system: System, session: ClientSession, script: Script, load: Load, tick: Callable[[], None]) -> None:
    try:
        conversation = await system.open(session)
        for line in script:
            await _exchange(conversation, line, load)
            tick()
    except (NotAnswered, ClientError, TimeoutError) as failure:
        load.failures.append(f"{type(failure).__name__}: {failure}")


async def _exchange(conversation: Conversation, line: Line, load: Load) -> None:
    began = time.perf_counter()
    topic = await conversation.say(line.text)
    load.note(line, topic, time.perf_counter() - began)


@contextmanager
def on_one_core() -> Iterator[None]:
    """Keep this process on the machine's last core while it sends; servers started before may use all of them."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
