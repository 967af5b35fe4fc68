"""What tests of several parts share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from aiohttp import web_app

from tests.servers import postgresql


@pytest.fixture(scope="session")
def postgresql_address() -> Iterator[str]:
    """One PostgreSQL for all tests."""
    with postgresql() as address:
        yield f"postgresql+asyncpg{address}"


@pytest.fixture(autouse=True)
def _forgotten_applications() -> Iterator[None]:
    """aiohttp remembers the handlers of every application, and so every application that a test made.

    With hundreds of them a sweep of the garbage collector takes seconds, and transactions give up.
    """
    yield
    web_app._cached_build_middleware.cache_clear()
