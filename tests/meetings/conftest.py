"""Meetings on SQLite and on PostgreSQL."""

from __future__ import annotations

import pytest

from tests.meetings.office import Office
from tests.records.conftest import Records, records

__all__ = ["records"]


@pytest.fixture
def office(records: Records) -> Office:  # noqa: F811  the fixture of that name
    """An office that has just opened."""
    return Office(records)
