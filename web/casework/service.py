"""Casework: every method is one transaction, and what it returns is committed.

Every method raises NotRecorded when the database fails. Those of an item raise Refused where it can't be done, or there
is no such item to see; those that change it raise Overtaken where a colleague, or the family, was faster.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from web.accounts.roles import Member, Role
from web.casework.items import Asked, Item, Items, Listed
from web.casework.orphans import Orphans
from web.casework.search import Search
from web.casework.work import Work
from web.meetings.codes import tidy_reference
from web.meetings.ledger import Ledger
from web.meetings.telling import Telling
from web.records.database import Database
from web.records.events import Event, happened
from web.records.keys import Keys, Unreadable
from web.records.tables import Tables


@dataclass(frozen=True)
class Trail:
    """A line of an item's history: who did what when, with a word more, and how a field changed."""

    at: datetime
    who: str
    what: str
    detail: str | None
    field: str | None
    old: Any
    new: Any


@dataclass(frozen=True)
class Contact:
    """A contact, a try, or a note."""

    at: datetime
    who: str
    kind: str
    note: str | None


@dataclass(frozen=True)
class Opened:
    """All that a page about an item shows."""

    item: Item
    contacts: list[Contact]
    trail: list[Trail]
    beside: list[tuple[str, datetime]]
    transcript: list[dict[str, Any]] | None = None


class Casework:
    """What staff see and do."""

    def __init__(
        self,
        tables: Tables,
        keys: Keys,
        database: Database,
        clock: Callable[[], datetime],
        keep: timedelta,
        telling: Telling,
    ) -> None:
        """`keep` is how long an item is kept after it was last changed."""
        self._ledger = ledger = Ledger(tables)
        self._tables = tables
        self._database = database
        self._clock = clock
        self._items = Items(tables, ledger)
        self._search = Search(tables, ledger, keys)
        self._work = Work(tables, ledger, self._items, keep)
        self._orphans = Orphans(tables, ledger, telling)

    async def listed(self, me: Member, asked: Asked, written: str) -> tuple[Listed, dict[str, int]]:
        """A page of the list, and how many are in each view. `written`: what somebody looks for."""
        now = self._clock()

        def read(connection: Connection) -> tuple[Listed, dict[str, int]]:
            found = asked
            if written:
                self._search.refresh(connection)
                names = self._search.names(written)
                found = replace(asked, words=names or ("nothing",), reference=tidy_reference(written))
            listed = self._items.listed(connection, found, now)
            return listed, self._items.counts(connection, me.id, asked.only, now)

        return await self._database.run(read)

    async def newer(self, asked: Asked, since: datetime, known: Sequence[str]) -> tuple[int, int]:
        """How many items came in since then and are open, without those known; how many of them that list shows."""
        now = self._clock()
        return await self._database.run(lambda c: self._items.newer(c, asked, since, known, now))

    async def view(self, reference: str, me: Member) -> Opened:
        """Look at an item. That is in the history."""
        now = self._clock()

        def view(connection: Connection) -> Opened:
            item = self._work.view(connection, reference, me, only_of(me), now)
            return self._opened(connection, item, me, now)

        return await self._database.run(view)

    async def read(self, reference: str, me: Member, what: Event, reason: str) -> Opened:
        """Open what a family wrote (WORDS_READ) or the conversation it attached (TRANSCRIPT_READ)."""
        now = self._clock()

        def read(connection: Connection) -> Opened:
            item = self._work.read(connection, reference, me, only_of(me), what, reason, now)
            opened = self._opened(connection, item, me, now)
            if what is not Event.TRANSCRIPT_READ:
                return opened
            return replace(opened, transcript=item.record.key.open(item.row.attached))

        return await self._database.run(read)

    async def assign(self, reference: str, me: Member, version: int, staff_id: str | None) -> None:
        """Give an item to somebody, or back to everybody."""
        await self._do(reference, me, version, lambda c, i, now: self._work.assign(c, i, me, staff_id, now))

    async def note(self, reference: str, me: Member, version: int, text: str) -> None:
        """Write a note."""
        await self._do(reference, me, version, lambda c, i, now: self._work.note(c, i, me, text, now))

    async def contacted(
        self, reference: str, me: Member, version: int, way: str, outcome: str, at: datetime | None, text: str
    ) -> None:
        """Write a contact down; by default it was just now."""
        await self._do(
            reference, me, version, lambda c, i, now: self._work.contacted(c, i, me, way, outcome, at or now, text, now)
        )

    async def set_stage(self, reference: str, me: Member, version: int, stage: str, more: Mapping[str, str]) -> None:
        """Say how far it is."""
        await self._do(reference, me, version, lambda c, i, now: self._work.set_stage(c, i, me, stage, more, now))

    async def reopen(self, reference: str, me: Member, version: int) -> None:
        """Take it up again."""
        await self._do(reference, me, version, lambda c, i, now: self._work.reopen(c, i, me, now))

    async def outcome(self, reference: str, me: Member, version: int, outcome: str) -> None:
        """Whether the meeting took place."""
        await self._do(reference, me, version, lambda c, i, now: self._work.outcome(c, i, me, outcome, now))

    async def correct(self, reference: str, me: Member, version: int, changed: Mapping[str, Any]) -> None:
        """Put right what a family said."""
        await self._do(reference, me, version, lambda c, i, now: self._work.correct(c, i, me, changed, now))

    async def check(self, reference: str, me: Member) -> None:
        """Raises Refused where somebody may not see an item."""
        await self._database.run(lambda c: self._items.find(c, reference, only_of(me)))

    async def colleagues(self) -> list[tuple[str, str]]:
        """Whom an item can be given to: ids and names."""
        return await self._database.run(self._items.colleagues)

    async def happened(self, me: Member, what: Event, about: str, detail: str | None = None) -> None:
        """Write down something that changes nothing: an export, a search."""
        now = self._clock()
        await self._database.run(lambda c: happened(c, self._tables.history, about, now, me.name, what, detail))

    async def release(self) -> None:
        """Give back to everybody what belongs to colleagues who can't work on it any more."""
        now = self._clock()
        await self._database.run(lambda c: self._orphans.release(c, now))

    async def keep_up(self) -> None:
        """Write the words anew by which changed items are found, or all of them with new keys; some at a time."""
        await self.release()
        await self._database.run(self._search.refresh)

    async def _do(
        self, reference: str, me: Member, version: int, step: Callable[[Connection, Item, datetime], None]
    ) -> None:
        now = self._clock()

        def do(connection: Connection) -> None:
            item = self._items.find(connection, reference, only_of(me), lock=True)
            self._ledger.check_version(connection, item.row, version)
            step(connection, item, now)

        await self._database.run(do)

    def _opened(self, connection: Connection, item: Item, me: Member, now: datetime) -> Opened:
        beside = self._work.beside(connection, item, me, now)
        return Opened(item, self._contacts(connection, item), self._trail(connection, item), beside)

    def _contacts(self, connection: Connection, item: Item) -> list[Contact]:
        table, key = self._tables.contacts, item.record.key
        rows = connection.execute(select(table).where(table.c.about == item.record.id).order_by(table.c.at, table.c.id))
        return [Contact(row.at, row.who, row.kind, key.open(row.note) if row.note else None) for row in rows]

    def _trail(self, connection: Connection, item: Item) -> list[Trail]:
        table = self._tables.history
        rows = connection.execute(
            select(table).where(table.c.about == item.record.id).order_by(table.c.at.desc(), table.c.id)
        )
        return [
            Trail(row.at, row.who, row.what, row.detail, row.field, _value(item, row.old), _value(item, row.new))
            for row in rows
        ]


def only_of(me: Member) -> str | None:
    """Whose items alone somebody may see: a reviewer only their own."""
    return me.id if me.role is Role.REVIEWER else None


def _value(item: Item, sealed: bytes | None) -> Any:
    try:
        return item.record.key.open(sealed) if sealed is not None else None
    except Unreadable:
        return None
