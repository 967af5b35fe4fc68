"""What has expired is erased again and again, and one failure does not keep the rest."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime

import pytest

from web.records.database import NotRecorded
from web.records.purge import purge_regularly

NOW = datetime(2027, 3, 1, 10, tzinfo=UTC)


async def test_one_kind_that_cannot_be_erased_does_not_keep_the_others(caplog: pytest.LogCaptureFixture) -> None:
    done: list[datetime] = []
    twice = asyncio.Event()

    async def fails(_now: datetime) -> int:
        raise NotRecorded("TimeoutError")

    async def works(now: datetime) -> int:
        done.append(now)
        if len(done) == 2:
            twice.set()
        return 3

    caplog.set_level(logging.INFO)
    purging = asyncio.create_task(purge_regularly({"conversations": fails, "questions": works}, 0.001, lambda: NOW))
    await asyncio.wait_for(twice.wait(), 5)
    purging.cancel()
    assert done[:2] == [NOW, NOW]
    assert "expired conversations could not be erased, trying again later: TimeoutError" in caplog.text
    assert "3 expired questions erased" in caplog.text
