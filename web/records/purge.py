"""Erases what has expired, at the start and then regularly."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from web.records.database import NotRecorded

log = logging.getLogger(__name__)


Purge = Callable[[datetime], Awaitable[int]]


async def purge_regularly(purges: Mapping[str, Purge], seconds: float, clock: Callable[[], datetime]) -> None:
    """Erase what has expired every so many seconds until cancelled. An expired conversation is not shown even before.

    `purges` by what they erase, in words; each returns how many went. One that fails does not keep the others.
    """
    while True:
        for what, purge in purges.items():
            try:
                gone = await purge(clock())
                if gone:
                    log.info("%d expired %s erased", gone, what)
            except NotRecorded as error:
                log.error("expired %s could not be erased, trying again later: %s", what, error)
        await asyncio.sleep(seconds)
