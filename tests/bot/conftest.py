"""The assistant as it is trained, and records behind it, for tests of whole conversations."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.assistant import Assistant
from bot.train import MODEL
from bot.worker import quiet_logs
from tests.bot.records_stand_in import RecordsStandIn
from tests.bot.talk import Talk


@pytest.fixture(scope="session")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """The event loop that the assistant and the records share."""
    made = asyncio.new_event_loop()
    asyncio.set_event_loop(made)
    yield made
    made.close()


@pytest.fixture(scope="session")
def assistant(loop: asyncio.AbstractEventLoop) -> Assistant:
    """Loaded once; `make train` makes the model, BOT_MODEL names another one."""
    quiet_logs()
    return Assistant(Path(os.environ.get("BOT_MODEL") or MODEL))


@pytest.fixture
def records(
    loop: asyncio.AbstractEventLoop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[RecordsStandIn]:
    """Empty records on a socket of their own."""
    made = RecordsStandIn()
    socket = tmp_path / "records.sock"
    monkeypatch.setenv("RECORDS_SOCKET", str(socket))
    monkeypatch.setenv("WORKER_SECRET", "only for tests")
    loop.run_until_complete(made.start(socket))
    yield made
    loop.run_until_complete(made.stop())


@pytest.fixture
def begin(assistant: Assistant, loop: asyncio.AbstractEventLoop, records: RecordsStandIn) -> Callable[[], Talk]:
    """Begins a conversation."""
    return lambda: Talk(assistant, loop)
