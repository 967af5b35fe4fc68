"""The desk on SQLite; what is kept is tested on PostgreSQL too where it is kept (tests/accounts, tests/meetings)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_aiohttp.plugin import AiohttpClient

from tests.desk.night import Night
from tests.desk.office import Desk
from tests.doubles import FakeAssistant
from tests.meetings.office import Clock, Letterbox
from web.app import create_app
from web.keys import DATABASE
from web.records.keys import load_keys
from web.records.tables import Tables
from web.settings import Settings


@pytest.fixture
def assistant() -> FakeAssistant:
    """The stand-in for the assistant behind the chat."""
    return FakeAssistant()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings as of `make run`, in a folder of the test's own."""
    return Settings(data_dir=tmp_path, rate_limit=False)


@pytest.fixture
def clock() -> Clock:
    """The clock of the desk."""
    return Clock()


@pytest.fixture
def real_time(clock: Clock) -> None:
    """The desk starts at the time that commands have, which know no other. Name it before `desk`."""
    clock.now = datetime.now(UTC)


@pytest.fixture
async def desk(aiohttp_client: AiohttpClient, settings: Settings, assistant: FakeAssistant, clock: Clock) -> Desk:
    """The desk with nobody signed in."""
    keys, _made = load_keys(settings)
    letters = Letterbox()
    app = create_app(settings, assistant, clock=clock, keys=keys, sender=letters)
    # Beside thousands of tests a sweep of the garbage collector takes seconds; how long is waited, tests/records says.
    app[DATABASE].within = 30.0
    return Desk(app, await aiohttp_client(app), Tables(keys), clock, letters)


@pytest.fixture
def night(desk: Desk) -> Night:
    """The night before."""
    return Night(desk)
