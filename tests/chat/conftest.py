"""The whole application around a stand-in for the assistant."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestServer
from pytest_aiohttp.plugin import AiohttpClient

from tests.chat.family import Client, Family, begin
from tests.doubles import FakeAssistant
from web.app import create_app
from web.http.access_log import AccessLog
from web.records.keys import new_key
from web.settings import Settings
from web.words import Words, load_words

Serve = Callable[..., Awaitable[Client]]


@pytest.fixture
def assistant() -> FakeAssistant:
    """The stand-in."""
    return FakeAssistant()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings as of `make run`, in a folder of the test's own, without limits."""
    return Settings(data_dir=tmp_path, secret_keys=(new_key(),), rate_limit=False)


@pytest.fixture
def words(settings: Settings) -> Words:
    """The words that families read."""
    return load_words(settings.words_dir, settings.kept_for)


@pytest.fixture
def serve(aiohttp_client: AiohttpClient, settings: Settings, assistant: FakeAssistant) -> Serve:
    """Serves with some settings changed; several servers on one database are several processes to each other."""

    async def serve(clock: Any = None, assistant: FakeAssistant = assistant, **changes: Any) -> Client:
        options = {"clock": clock} if clock else {}
        app = create_app(replace(settings, **changes), assistant, **options)
        server = TestServer(app)
        await server.start_server(access_log_class=AccessLog)
        return await aiohttp_client(server)

    return serve


@pytest.fixture
async def client(serve: Serve) -> Client:
    """A client of the served application."""
    return await serve()


@pytest.fixture
async def family(client: Client) -> Family:
    """A conversation that has just begun."""
    return await begin(client)
