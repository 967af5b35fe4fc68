"""Delivers what the outbox owes, as long as the service runs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial

from web.notify import Sender, SendFailed
from web.notify.outbox import Outbox, Owed
from web.records.database import Database, NotRecorded

log = logging.getLogger(__name__)
LOOK_SECONDS = 5.0  # for what other processes owe, and for what is due again


class Postman:
    """Takes letters out of the outbox one by one and hands them to a sender."""

    def __init__(self, database: Database, outbox: Outbox, sender: Sender, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._outbox = outbox
        self._sender = sender
        self._clock = clock
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Look at once: a letter may be owed."""
        self._woken.set()

    async def deliver_regularly(self) -> None:
        """Deliver until cancelled."""
        while True:
            self._woken.clear()
            try:
                await self.deliver_due()
            except NotRecorded as error:
                log.error("the outbox can't be read, trying again later: %s", error)
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._woken.wait()
            except TimeoutError:
                pass

    async def deliver_due(self) -> int:
        """Deliver everything that is due now; returns how many letters were taken. Raises NotRecorded."""
        sent = 0
        while (owed := await self._database.run(lambda c: self._outbox.take(c, self._clock()))) is not None:
            sent += await self._deliver(owed)
        return sent

    async def _deliver(self, owed: Owed) -> bool:
        if owed.again:
            log.warning(
                "letter %s (%s) was maybe sent before something broke off; sending it again", owed.id, owed.kind
            )
        try:
            await self._sender.send(owed.envelope)
        except SendFailed as error:
            log.error("letter %s (%s) was not sent: %s", owed.id, owed.kind, error)
            await self._database.run(partial(self._outbox.failed, owed=owed, error=error, now=self._clock()))
            return False
        await self._database.run(lambda c: self._outbox.sent(c, owed.id, self._clock()))
        return True
