"""The internal API on a real Unix socket, and a worker that calls it."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.meetings.conftest import office
from tests.meetings.office import Office
from tests.records.conftest import records
from web.internal.api import internal_app, serve

__all__ = ["office", "records"]
SECRET = "the worker's secret"


@dataclass
class Worker:
    """Calls the internal API as the assistant's actions do."""

    session: aiohttp.ClientSession
    office: Office

    async def call(self, method: str, path: str, body: Any = None, **options: Any) -> tuple[int, Any]:
        """Status and decoded body."""
        async with self.session.request(method, f"/internal{path}", json=body, **options) as response:
            return response.status, await response.json() if response.content_length else None


@pytest.fixture
async def worker(office: Office) -> AsyncIterator[Worker]:  # noqa: F811  the fixture of that name
    """A worker that knows the secret."""
    with tempfile.TemporaryDirectory(prefix="in-") as folder:
        socket = Path(folder) / "records.sock"
        runner = await serve(internal_app(office.meetings, SECRET, lambda _conversation: "203.0.113.9"), socket)
        async with aiohttp.ClientSession(
            "http://records",
            connector=aiohttp.UnixConnector(str(socket)),
            headers={"Authorization": f"Bearer {SECRET}"},
        ) as session:
            yield Worker(session, office)
        await runner.cleanup()
