"""Whose turn it is: a few at a time, and who came first goes first."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from heapq import heappop, heappush
from itertools import count

Aside = Callable[[], AbstractAsyncContextManager[None]]


class Turns:
    """Lets at most `at_once` turns work at a time. The others stand in line in the order in which they came."""

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._line: list[tuple[int, asyncio.Future[None]]] = []
        self._numbers = count()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[Aside]:
        """Waits for a place, and holds it. What it yields is called while the turn waits for somebody else: then
        it steps aside, and after that goes before all who came later.
        """
        number, held = next(self._numbers), True
        await self._take(number)

        @asynccontextmanager
        async def aside() -> AsyncIterator[None]:
            nonlocal held
            if not held:  # it stands aside already
                yield
                return
            self._give_back()
            held = False
            try:
                yield
            finally:
                await self._take(number)
                held = True

        try:
            yield aside
        finally:
            if held:
                self._give_back()

    async def _take(self, number: int) -> None:
        if self._free:  # then nobody is in line
            self._free -= 1
            return
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heappush(self._line, (number, place))
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():  # given at the very moment
                self._give_back()
            raise

    def _give_back(self) -> None:
        while self._line:
            _, place = heappop(self._line)
            if not place.done():
                place.set_result(None)
                return
        self._free += 1
