"""The desk on SQLite; what is kept is tested on PostgreSQL too where it is kept (tests/accounts, tests/meetings)."""

from __future__ import annotations

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
async def desk(aiohttp_client: AiohttpClient, settings: Settings, assistant: FakeAssistant) -> Desk:
    """The desk with nobody signed in."""
    keys, _made = load_keys(settings)
    clock, letters = Clock(), Letterbox()
    app = create_app(settings, assistant, clock=clock, keys=keys, sender=letters)
    # Beside thousands of tests a sweep of the garbage collector takes seconds; how long is waited, tests/records says.
    app[DATABASE].within = 30.0
    return Desk(app, await aiohttp_client(app), Tables(keys), clock, letters)


@pytest.fixture
def night(desk: Desk) -> Night:
    """The night before."""
    return Night(desk)
