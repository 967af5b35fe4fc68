"""What tests of several parts share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers import postgresql


@pytest.fixture(scope="session")
def postgresql_address() -> Iterator[str]:
    """One PostgreSQL for all tests."""
    with postgresql() as address:
        yield f"postgresql+asyncpg{address}"
