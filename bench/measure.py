"""One round with one system: start it, wait for its first right answer, warm it, load it, stop it."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from aiohttp import ClientError, ClientSession

from bench import bookings
from bench.conversations import Script
from bench.corpus import Example
from bench.figures import AT_ONCE, Bookings, LoadFigures, Round, percentile
from bench.load import Load, connect, converse, on_one_core, session_for
from bench.memory import Peak, machine_busy, processor_time, watched
from bench.process import Server, ServerFailed, free_port, started
from bench.system import NotAnswered, System

READY_SECONDS = 300.0
ASK_AGAIN_SECONDS = 0.1
WARM_UP_AT_ONCE = 10


@dataclass(frozen=True)
class Plan:
    """What each round does: a question that tells when a system is ready, the warm-up, and the measured words."""

    ready: Example
    warm_up: list[Script]
    measured: list[Script]

    @property
    def messages(self) -> int:
        """How many messages one round sends to a system that is ready."""
        return sum(len(script) for script in self.warm_up) + len(AT_ONCE) * sum(len(script) for script in self.measured)


async def one_round(system: System, plan: Plan, scratch: Path, tick: Callable[[], None]) -> Round:
    """Measure a system from its start to its end, with an empty database on the disk of `scratch`.

    Raises ServerFailed if it ends, never becomes ready or answers next to nothing right.
    """
    with tempfile.TemporaryDirectory(dir=scratch, ignore_cleanup_errors=True) as folder:
        port = free_port()
        log = scratch / f"{system.name.replace(' ', '-')}.log"
        began = time.perf_counter()
        async with started(system.launch(Path(folder), port), log) as server, session_for(port) as session:
            await _until_ready(system, server, session, plan.ready)
            ready = time.perf_counter() - began
            with on_one_core():
                await connect(system, session, WARM_UP_AT_ONCE)
                await converse(system, session, plan.warm_up, WARM_UP_AT_ONCE, tick)
                async with watched(server.process.pid) as peak:
                    loads = {at_once: await _load(system, server, session, plan, at_once, tick) for at_once in AT_ONCE}
                asked_for = await _bookings(system, server, session, plan, Path(folder), tick)
    return Round(ready, _megabytes(peak), loads, asked_for)


async def _bookings(
    system: System, server: Server, session: ClientSession, plan: Plan, folder: Path, tick: Callable[[], None]
) -> Bookings | None:
    try:
        return await bookings.measure(system, folder, session, plan.measured, tick)
    except NotAnswered as failure:
        raise ServerFailed(f"{str(failure).capitalize()}. What it printed is in {server.log}.") from None


async def _until_ready(system: System, server: Server, session: ClientSession, question: Example) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        server.check()
        if await _answers(system, session, question):
            return
        await asyncio.sleep(ASK_AGAIN_SECONDS)
    raise ServerFailed(f"No right answer within {READY_SECONDS:.0f} s. What it printed is in {server.log}.")


async def _answers(system: System, session: ClientSession, question: Example) -> bool:
    try:
        return await (await system.open(session)).say(question.text) == question.topic
    except (NotAnswered, ClientError, TimeoutError):
        return False


async def _load(
    system: System, server: Server, session: ClientSession, plan: Plan, at_once: int, tick: Callable[[], None]
) -> LoadFigures:
    await connect(system, session, at_once)
    before = processor_time(server.process.pid), time.process_time(), machine_busy()
    load = await converse(system, session, plan.measured, at_once, tick)
    used = processor_time(server.process.pid).since(before[0])
    own, busy = time.process_time() - before[1], machine_busy() - before[2]
    server.check()
    return _figures(load, used, own, busy, server)


def _figures(load: Load, used: dict[str, float], own: float, busy: float, server: Server) -> LoadFigures:
    if not load.waits or load.right * 2 < load.with_topic:
        reason = load.failures[0] if load.failures else "most answers were not the right ones"
        raise ServerFailed(f"It is not really answering ({reason}). What it printed is in {server.log}.")
    return LoadFigures(
        rate=len(load.waits) / load.seconds,
        p50=percentile(load.waits, 50) * 1000,
        p95=percentile(load.waits, 95) * 1000,
        processor_time=sum(used.values()) / len(load.waits) * 1000,
        processors={name: seconds / load.seconds for name, seconds in used.items()},
        generator=own / load.seconds,
        others=max(0.0, busy - own - sum(used.values())) / load.seconds,
        answered=len(load.waits),
        failures=Counter(load.failures),
        right=load.right / load.with_topic,
    )


def _megabytes(peak: Peak) -> float:
    return peak.bytes / 1e6
