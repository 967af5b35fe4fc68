"""Column types: what is personal is sealed on its way into the database, and moments are always UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, LargeBinary
from sqlalchemy.types import TypeDecorator

from web.records.keys import Keys


class Sealed(TypeDecorator[Any]):
    """A JSON value that only the holder of the keys can read."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, keys: Keys) -> None:
        super().__init__()
        self.keys = keys

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        """Seal on the way in."""
        return None if value is None else self.keys.seal(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:
        """Open on the way out; raises Unreadable."""
        return None if value is None else self.keys.open(value)


class Moment(TypeDecorator[datetime]):
    """A moment in UTC; SQLite, which knows no time zones, gets it back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware again."""
        return None if value is None else value.replace(tzinfo=value.tzinfo or UTC)
