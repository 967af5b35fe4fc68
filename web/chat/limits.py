"""How many messages and conversations one address may send. Kind: a hospital is one address.

The address itself is kept nowhere: a count is kept under a name that changes daily and that nobody without the keys
can trace back.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import math
from collections.abc import Callable
from datetime import datetime

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage, Storage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.storage import storage_from_string

from web.records.keys import Keys
from web.settings import Settings

log = logging.getLogger(__name__)
MINUTES = 10
SHARED_SECONDS = 0.5  # for the shared counts; then we count here


class Limits:
    """Counts by address; in this process, or in Redis where several processes share the counts."""

    def __init__(self, settings: Settings, keys: Keys, clock: Callable[[], datetime]) -> None:
        self._on = settings.rate_limit
        self._keys = keys
        self._clock = clock
        self._here = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._shared = SlidingWindowCounterRateLimiter(_redis(settings.redis_url)) if settings.redis_url else self._here
        self._messages = RateLimitItemPerMinute(settings.messages_per_10_minutes, MINUTES, "messages")
        self._conversations = RateLimitItemPerMinute(settings.conversations_per_10_minutes, MINUTES, "conversations")

    async def message(self, address: str) -> int | None:
        """Count a message; None when it may pass, else the seconds after which the next one may."""
        return await self._count(self._messages, address)

    async def conversation(self, address: str) -> int | None:
        """Count a new conversation; None when it may begin, else the seconds after which one may."""
        return await self._count(self._conversations, address)

    async def _count(self, item: RateLimitItemPerMinute, address: str) -> int | None:
        if not self._on:
            return None
        name = self._keys.name(f"{self._clock().date()}:{_network(address)}")
        try:
            async with asyncio.timeout(SHARED_SECONDS):
                return await _hit(self._shared, item, name)
        except Exception as error:  # Redis raises much; none of it may keep a family from an answer
            log.warning("shared limits out of reach, counting here: %s", type(error).__name__)
            return await _hit(self._here, item, name)


async def _hit(limiter: SlidingWindowCounterRateLimiter, item: RateLimitItemPerMinute, name: str) -> int | None:
    if await limiter.hit(item, name):
        return None
    stats = await limiter.get_window_stats(item, name)
    left = stats.reset_time - datetime.now().timestamp()  # noqa: DTZ005  seconds since 1970
    return max(1, math.ceil(left + 0.001))  # at that very moment it would not be over yet


def _redis(url: str) -> Storage:
    storage = storage_from_string(f"async+{url}", implementation="redispy")
    if not isinstance(storage, Storage):
        raise TypeError(f"not an asynchronous storage: {type(storage).__name__}")
    return storage


def _network(address: str) -> str:
    """An IPv4 address, or the /64 of an IPv6 one: a single household can use any address of its /64."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return address
    return str(ipaddress.ip_network((int(parsed) >> 64 << 64, 64)))
