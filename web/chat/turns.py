"""Answers the messages of one conversation in the order in which they came."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary


class InOrder:
    """One at a time per name, first come first served, within this process."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[bytes, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def turn(self, name: bytes) -> AsyncIterator[None]:
        """Wait for those who came before; the lock is forgotten when nobody holds or awaits it."""
        lock = self._locks.setdefault(name, asyncio.Lock())
        async with lock:
            yield
