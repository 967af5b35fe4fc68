"""Whose turn it is: a few at a time, and who came first goes first."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager


class Turns:
    """Lets `at_once` turns work at a time. The others stand in line in the order in which they came."""

    def __init__(self, at_once: int) -> None:
        self._free = at_once  # below 0 where turns that had stepped aside have come back
        self._line: deque[asyncio.Future[None]] = deque()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Waits for a place, and holds it."""
        await self._take()
        try:
            yield
        finally:
            self._give_back()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """For a turn that waits for somebody else: meanwhile its place is another's.

        Afterwards it goes on at once, even if there is one too many then: it has waited already, and what it was told
        must not be lost in a line.
        """
        self._give_back()
        try:
            yield
        finally:
            self._free -= 1

    async def _take(self) -> None:
        if self._free > 0:  # then nobody is in line
            self._free -= 1
            return
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._line.append(place)
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():  # given at the very moment
                self._give_back()
            raise

    def _give_back(self) -> None:
        self._free += 1
        while self._free > 0 and self._line:
            place = self._line.popleft()
            if not place.done():
                self._free -= 1
                place.set_result(None)
