"""Erases what has expired, at the start and then regularly."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from web.records.conversations import Conversations
from web.records.database import NotRecorded

log = logging.getLogger(__name__)


async def purge_regularly(conversations: Conversations, seconds: float, clock: Callable[[], datetime]) -> None:
    """Erase expired conversations every so many seconds until cancelled. An expired one is not shown even before."""
    while True:
        try:
            gone = await conversations.purge(clock())
            if gone:
                log.info("%d expired conversations erased", gone)
        except NotRecorded as error:
            log.error("expired conversations could not be erased, trying again later: %s", error)
        await asyncio.sleep(seconds)
