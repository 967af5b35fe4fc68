"""Counts what happens to requests and hand-offs, by the week, as it is written into the history."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, select

from web.meetings.moments import working_days_later
from web.meetings.stages import OUTCOMES
from web.records.counts import Counts
from web.records.events import Event
from web.records.tables import Tables

BEGUN = (Event.RECORDED, Event.ENTERED)
# Until staff first tried to reach a family: names of counts, and the most working days that each stands for.
FIRST_CONTACT = (("first_contact:1", 1), ("first_contact:2", 2), ("first_contact:5", 5))
LATER = "first_contact:later"


class Tally:
    """Works on a connection whose transaction the caller began."""

    def __init__(self, tables: Tables) -> None:
        self._history = tables.history
        self._requests = tables.requests
        self._counts = Counts(tables)

    def count(self, connection: Connection, about: str, what: Event, at: datetime, detail: str | None) -> None:
        """Count an event, before it stands in the history itself."""
        self._counts.add(connection, at, self._names(connection, about, what, at, detail))

    def _names(
        self, connection: Connection, about: str, what: Event, at: datetime, detail: str | None
    ) -> Iterator[str]:
        if what in BEGUN:
            is_request = select(self._requests.c.id).where(self._requests.c.id == about)
            yield "requests" if connection.execute(is_request).first() else "handoffs"
        elif what is Event.OUTCOME:
            yield from (f"meeting:{outcome}" for outcome, words in OUTCOMES.items() if words == detail)
        elif what is Event.CONTACT and self._since(connection, about, (Event.CONTACT,)) is None:
            begun = self._since(connection, about, BEGUN)
            if begun is not None:
                yield first_contact(begun, at)

    def _since(self, connection: Connection, about: str, what: tuple[Event, ...]) -> datetime | None:
        """When something first happened to a record."""
        table = self._history
        query = select(table.c.at).where(table.c.about == about, table.c.what.in_(what))
        return connection.execute(query.order_by(table.c.at).limit(1)).scalar()


def first_contact(begun: datetime, at: datetime) -> str:
    """The count for how long it took, in working days."""
    return next((name for name, days in FIRST_CONTACT if at <= working_days_later(begun, days)), LATER)
