"""How the worker takes its turns: in the order in which they came, few at a time, and none that nobody waits for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import ClientTimeout
from aiohttp.test_utils import TestClient, TestServer

from bot.assistant import TurnResult
from bot.worker import IN_HAND, application

SECRET = "a secret"
A_MOMENT = 0.05
NOTHING = TurnResult([], [], {}, worried=False)

Client = TestClient[Any, Any]


def served(handle: Callable[..., Awaitable[TurnResult]], talk: Callable[[Client], Awaitable[None]]) -> None:
    """Lets `talk` talk to a worker that answers by `handle`."""

    async def serve() -> None:
        headers = {"Authorization": f"Bearer {SECRET}"}
        async with TestClient(TestServer(application(handle, SECRET)), headers=headers) as client:
            await talk(client)

    asyncio.run(serve())


async def say(client: Client, text: str, **options: Any) -> int:
    """Sends a message as web does; returns the status."""
    turn: dict[str, Any] = {"text": text, "state": None, "events": [], "intent": None}
    async with client.post("/turn", json=turn, **options) as response:
        return response.status


def test_turns_are_taken_in_the_order_in_which_they_came_and_few_at_a_time() -> None:
    begun: list[str] = []
    under_way: set[str] = set()
    most = 0

    async def handle(text: str, *known: Any) -> TurnResult:
        nonlocal most
        begun.append(text)
        under_way.add(text)
        most = max(most, len(under_way))
        await asyncio.sleep(A_MOMENT)
        under_way.discard(text)
        return NOTHING

    async def talk(client: Client) -> None:
        texts = [str(number) for number in range(4 * IN_HAND)]
        turns = []
        for text in texts:
            turns.append(asyncio.create_task(say(client, text)))
            await asyncio.sleep(0.002)  # so that they come in this order
        assert await asyncio.gather(*turns) == [200] * len(texts)
        assert begun == texts

    served(handle, talk)
    assert most == IN_HAND


def test_who_has_stopped_waiting_takes_nobodys_place() -> None:
    begun: list[str] = []
    released = asyncio.Event()

    async def talk(client: Client) -> None:
        held = [asyncio.create_task(say(client, "slow")) for _ in range(IN_HAND)]
        await asyncio.sleep(A_MOMENT)
        with pytest.raises(asyncio.TimeoutError):
            await say(client, "gave up", timeout=ClientTimeout(A_MOMENT))
        patient = asyncio.create_task(say(client, "patient"))
        await asyncio.sleep(A_MOMENT)
        released.set()
        assert await asyncio.gather(*held, patient) == [200] * (IN_HAND + 1)

    async def handle(text: str, *known: Any) -> TurnResult:
        begun.append(text)
        if text == "slow":
            await released.wait()
        return NOTHING

    served(handle, talk)
    assert begun == ["slow"] * IN_HAND + ["patient"]


def test_a_turn_that_fails_gives_its_place_back() -> None:
    async def handle(text: str, *known: Any) -> TurnResult:
        raise ValueError(text)

    async def talk(client: Client) -> None:
        for _ in range(2 * IN_HAND):
            assert await say(client, "x", timeout=ClientTimeout(5)) == 500

    served(handle, talk)
