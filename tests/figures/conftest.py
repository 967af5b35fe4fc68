"""Counts on SQLite and on PostgreSQL."""

from __future__ import annotations

from tests.meetings.conftest import office
from tests.records.conftest import records

__all__ = ["office", "records"]
