"""How the worker takes its turns: in the order in which they came, few at a time, and none that nobody waits for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import uvloop
from aiohttp import ClientSession, ClientTimeout, UnixConnector, web

from actions.records import Records
from bot.assistant import TurnResult
from bot.turns import Turns
from bot.worker import AT_ONCE, application

SECRET = "a secret"
A_MOMENT = 0.05
NOTHING = TurnResult([], [], {}, worried=False)


def served(
    folder: Path, handle: Callable[..., Awaitable[TurnResult]], talk: Callable[[ClientSession], Awaitable[None]]
) -> None:
    """Lets `talk` talk to a worker that answers by `handle`, as web does: over a Unix socket, with uvloop."""

    async def serve() -> None:
        runner = web.AppRunner(application(handle, SECRET))
        await runner.setup()
        await web.UnixSite(runner, str(folder / "worker")).start()
        headers = {"Authorization": f"Bearer {SECRET}"}
        connector = UnixConnector(str(folder / "worker"), limit=0)
        async with ClientSession("http://worker", connector=connector, headers=headers) as client:
            await asyncio.wait_for(talk(client), 20)
        await runner.cleanup()

    uvloop.run(serve())


async def say(client: ClientSession, text: str, seconds: float = 20) -> int:
    """Sends a message as web does; returns the status."""
    turn: dict[str, Any] = {"text": text, "state": None, "events": [], "intent": None}
    async with client.post("/turn", json=turn, timeout=ClientTimeout(seconds)) as response:
        return response.status


async def until(true: Callable[[], bool]) -> None:
    """Returns when it is true."""
    while not true():
        await asyncio.sleep(0.001)


def test_turns_are_taken_in_the_order_in_which_they_came_and_few_at_a_time() -> None:
    begun: list[int] = []
    working = most = 0

    async def work(turns: Turns, number: int) -> None:
        nonlocal working, most
        async with turns.turn():
            begun.append(number)
            working += 1
            most = max(most, working)
            await asyncio.sleep(0)
            working -= 1

    async def come() -> None:
        turns = Turns(3)
        await asyncio.gather(*(work(turns, number) for number in range(20)))

    asyncio.run(come())
    assert begun == list(range(20)) and most == 3


def test_who_stepped_aside_goes_on_at_once_and_for_that_the_next_waits_longer() -> None:
    order: list[str] = []

    async def come() -> None:
        turns, heard, done = Turns(1), asyncio.Event(), asyncio.Event()

        async def asks_somebody() -> None:
            async with turns.turn():
                with turns.aside():
                    await heard.wait()
                order.append("first again")
                done.set()
                await asyncio.sleep(A_MOMENT)
                order.append("first ends")

        async def plain(name: str) -> None:
            async with turns.turn():
                order.append(name)
                heard.set()
                await done.wait()

        await asyncio.gather(asks_somebody(), *(plain(name) for name in ("second", "third")))

    asyncio.run(come())
    assert order == ["second", "first again", "first ends", "third"]


def test_who_leaves_the_line_or_is_stopped_aside_costs_no_place_and_makes_none() -> None:
    async def come() -> None:
        turns, never, free = Turns(1), asyncio.Event(), asyncio.Event()

        async def wait_aside() -> None:
            async with turns.turn():
                with turns.aside():
                    await never.wait()

        async def hold(until_set: asyncio.Event) -> None:
            async with turns.turn():
                await until_set.wait()

        stopped = asyncio.create_task(wait_aside())
        await asyncio.sleep(0)
        held, left = asyncio.create_task(hold(free)), asyncio.create_task(hold(never))
        await asyncio.sleep(A_MOMENT)
        stopped.cancel()
        left.cancel()
        free.set()
        await asyncio.gather(held, left, stopped, return_exceptions=True)
        async with turns.turn():
            late = asyncio.create_task(hold(free))
            await asyncio.sleep(A_MOMENT)
            assert not late.done()  # there is one place still, not two
        await asyncio.wait_for(late, 1)

    asyncio.run(come())


def test_who_has_stopped_waiting_takes_nobodys_place(tmp_path: Path) -> None:
    begun: list[str] = []
    released = asyncio.Event()

    async def handle(text: str, *known: Any) -> TurnResult:
        begun.append(text)
        if text == "slow":
            await released.wait()
        return NOTHING

    async def talk(client: ClientSession) -> None:
        held = [asyncio.create_task(say(client, "slow")) for _ in range(AT_ONCE)]
        await until(lambda: len(begun) == AT_ONCE)
        with pytest.raises(asyncio.TimeoutError):
            await say(client, "gave up", A_MOMENT)
        async with client.get("/ping") as response:
            assert response.status == 200  # meanwhile
        patient = asyncio.create_task(say(client, "patient"))
        await asyncio.sleep(A_MOMENT)
        released.set()
        assert await asyncio.gather(*held, patient) == [200] * (AT_ONCE + 1)

    served(tmp_path, handle, talk)
    assert begun == ["slow"] * AT_ONCE + ["patient"]


def test_plain_questions_are_answered_while_any_number_of_turns_wait_for_the_records(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = 0
    recorded = asyncio.Event()

    async def record(request: web.Request) -> web.Response:
        nonlocal waiting
        waiting += 1
        await recorded.wait()
        return web.json_response({"handoff": {"reference": "H"}})

    async def handle(text: str, *known: Any) -> TurnResult:
        if text == "book":
            assert await Records().hand_off({}) == {"reference": "H"}
        return NOTHING

    async def talk(client: ClientSession) -> None:
        records = web.Application()
        records.add_routes([web.post("/internal/handoffs", record)])
        runner = web.AppRunner(records)
        await runner.setup()
        await web.UnixSite(runner, str(tmp_path / "records")).start()
        booking = [asyncio.create_task(say(client, "book")) for _ in range(2 * AT_ONCE)]
        await until(lambda: waiting == 2 * AT_ONCE)
        assert await say(client, "who sees the report?", 5) == 200
        recorded.set()
        assert await asyncio.gather(*booking) == [200] * 2 * AT_ONCE
        await runner.cleanup()

    monkeypatch.setenv("RECORDS_SOCKET", str(tmp_path / "records"))
    served(tmp_path, handle, talk)


def test_a_turn_that_fails_gives_its_place_back(tmp_path: Path) -> None:
    async def handle(text: str, *known: Any) -> TurnResult:
        raise ValueError(text)

    async def talk(client: ClientSession) -> None:
        for _ in range(2 * AT_ONCE):
            assert await say(client, "x", 5) == 500

    served(tmp_path, handle, talk)
