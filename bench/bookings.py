"""Turns in which a meeting is asked for, each beside a plain question: how much longer does a family wait for them?

One family at a time: where many wait for each other, everybody waits alike, and a slow turn would hide among them.
"""

from __future__ import annotations

import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from aiohttp import ClientError, ClientSession

from bench.conversations import Line, Script
from bench.figures import Bookings
from bench.system import Conversation, NotAnswered, System

FAMILIES = 60
TIMES = 120  # published before: each family takes one
STEPS = ("begin", "details", "time", "nothing else", "send")
NAMES = ("Amina", "Kev Sugden", "Mrs Holroyd", "Tomasz W", "Shabnam Akhtar", "Jo")


class Booked(Conversation, Protocol):
    """A conversation that shows all that was said."""

    async def ask(self, text: str) -> list[dict[str, Any]]:
        """Say one message; returns the messages of the reply, as the chat API gives them."""


@runtime_checkable
class TakesBookings(Protocol):
    """A system in which families can ask for a meeting."""

    async def publish(self, folder: Path, times: int) -> None:
        """Offer so many times to the families of the server whose data are in `folder`."""

    async def open(self, session: ClientSession) -> Booked:
        """Begin a new conversation."""


@dataclass
class _Waits:
    steps: dict[str, list[float]] = field(default_factory=lambda: {step: [] for step in STEPS})
    plain: list[float] = field(default_factory=list)
    failures: Counter[str] = field(default_factory=Counter)


async def measure(
    system: System, folder: Path, session: ClientSession, scripts: Sequence[Script], tick: Callable[[], None]
) -> Bookings | None:
    """Ask for FAMILIES meetings, one after the other, with a plain question after each turn. None where none can be."""
    if not isinstance(system, TakesBookings):
        return None
    await system.publish(folder, TIMES)
    waits, questions = _Waits(), cycle(line for script in scripts for line in script if line.topic)
    for number in range(FAMILIES):
        try:
            await _book(await system.open(session), await system.open(session), number, questions, waits)
        except (NotAnswered, ClientError, TimeoutError) as failure:
            waits.failures[f"{type(failure).__name__}: {failure}"] += 1
        tick()
    every = [wait for step in waits.steps.values() for wait in step]
    if not waits.steps["send"]:
        raise NotAnswered(f"no meeting could be asked for ({next(iter(waits.failures), 'nothing was said')})")
    return Bookings(
        turn=_median(every),
        steps={step: _median(taken) for step, taken in waits.steps.items()},
        plain=_median(waits.plain),
        made=len(waits.steps["send"]),
        failures=waits.failures,
    )


async def _book(mine: Booked, other: Booked, number: int, questions: Iterator[Line], waits: _Waits) -> None:
    async def turn(step: str, text: str) -> list[dict[str, Any]]:
        began = time.perf_counter()
        said = await mine.ask(text)
        waited = time.perf_counter() - began
        if step == "send" and not any((one["meeting"] or {}).get("reference") for one in said):
            raise NotAnswered("the meeting was not recorded")
        waits.steps[step].append(waited)
        began = time.perf_counter()
        await other.say(next(questions).text)
        waits.plain.append(time.perf_counter() - began)
        return said

    await turn("begin", "can i book a meeting please")
    said = await turn("details", f"{NAMES[number % len(NAMES)]}, 07700 900{number:03}, any day after 10")
    offered = [choice["text"] for one in said for choice in one["choices"] if choice["text"].split()[0].endswith("day")]
    if not offered:
        raise NotAnswered("no times were offered")
    await turn("time", offered[number % len(offered)])
    await turn("nothing else", "that's everything")
    await turn("send", "yes, send it please")


def _median(waits: Sequence[float]) -> float:
    return statistics.median(waits) * 1000
