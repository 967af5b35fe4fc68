"""Records and their history: whatever changes a record writes down who changed what, in the same transaction.

Every function works on a connection whose transaction the caller began.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Unpack
from uuid import uuid4

from sqlalchemy import Connection, Row, Table, delete, exists, insert, select, update
from sqlalchemy.exc import IntegrityError

from web.meetings.kinds import Erased, NoConversation, Overtaken, SentBefore
from web.meetings.tally import Tally
from web.records.events import CHANGE_NOTHING, checked
from web.records.keys import Unreadable
from web.records.own_keys import OwnKey
from web.records.tables import Tables

AnyRow = Row[Unpack[tuple[Any, ...]]]


@dataclass(frozen=True)
class Record:
    """A request or a hand-off, opened: its row, its own key, and what the family said."""

    row: AnyRow
    key: OwnKey
    details: dict[str, Any]

    @property
    def id(self) -> str:
        """Its id."""
        id: str = self.row.id
        return id


@dataclass(frozen=True)
class Step:
    """One step of a record: who does what, when. `change_id` tells a repeat of the same step, `detail` a word more."""

    about: str
    at: datetime
    who: str
    what: str
    change_id: str | None = None
    detail: str | None = None


class Ledger:
    """Opens records, writes history, and knows which conversation may see what."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._tally = Tally(tables)

    def opened(self, row: AnyRow) -> Record:
        """The record of a row; raises Erased."""
        if row.key is None or row.details is None:
            raise Erased
        try:
            key = OwnKey(row.key)
            return Record(row, key, key.open(row.details))
        except Unreadable:
            raise Erased from None

    def written(
        self,
        connection: Connection,
        step: Step,
        record: OwnKey | None = None,
        fields: Mapping[str, tuple[Any, Any]] | None = None,
    ) -> None:
        """Write a step down: a row for each field that changed, from what to what, or one row where none did."""
        base = {
            "about": step.about,
            "at": step.at,
            "who": step.who,
            "what": checked(step.what, step.detail).value,
            "detail": step.detail,
            "field": None,
            "old": None,
            "new": None,
            "change_id": step.change_id,
        }
        rows = [
            {**base, "field": field, "old": _sealed(record, old), "new": _sealed(record, new)}
            for field, (old, new) in (fields or {}).items()
        ]
        self._tally.count(connection, step.about, checked(step.what, step.detail), step.at, step.detail)
        connection.execute(insert(self._tables.history), [{**row, "id": str(uuid4())} for row in rows or [base]])

    def check_version(self, connection: Connection, row: AnyRow, version: int | None) -> None:
        """Raises Overtaken where the row is another version than the one that somebody had before them."""
        if version is None or row.version == version:
            return
        history = self._tables.history
        query = select(history.c.who, history.c.what).where(
            history.c.about == row.id, history.c.what.not_in(CHANGE_NOTHING)
        )
        last = connection.execute(query.order_by(history.c.at.desc()).limit(1)).one()
        raise Overtaken(last.who, last.what)

    def check_same(self, row: AnyRow, details: Mapping[str, Any]) -> None:
        """Raises SentBefore where a form that comes again has other details than what it made before."""
        if row.key is None or self.opened(row).details != details:
            raise SentBefore(row.reference)

    def check_unused(self, connection: Connection, table: Table, draft_id: str) -> None:
        """Raises SentBefore where a form made something in that table before."""
        reference = connection.execute(select(table.c.reference).where(table.c.draft_id == draft_id)).scalar()
        if reference is not None:
            raise SentBefore(reference)

    def done_before(self, connection: Connection, about: str, change_id: str) -> bool:
        """True when this change of this record is in the history already."""
        history = self._tables.history
        query = select(exists().where(history.c.change_id == change_id, history.c.about == about))
        return bool(connection.execute(query).scalar())

    def tie(self, connection: Connection, conversation: str, about: str) -> None:
        """Let a conversation see and change a record. Raises NoConversation."""
        if self.tied(connection, conversation, about):
            return
        try:
            with connection.begin_nested():
                connection.execute(insert(self._tables.ties), {"conversation_id": conversation, "about": about})
        except IntegrityError:
            if not self.tied(connection, conversation, about):
                raise NoConversation from None

    def tied(self, connection: Connection, conversation: str, about: str) -> bool:
        """True when this conversation may see and change that record."""
        ties = self._tables.ties
        query = select(exists().where(ties.c.conversation_id == conversation, ties.c.about == about))
        return bool(connection.execute(query).scalar())

    def transcript(self, connection: Connection, conversation: str) -> list[dict[str, Any]]:
        """What was said in a conversation so far, for a family that wants it to go along."""
        messages = self._tables.messages
        query = select(messages.c.sender, messages.c.at, messages.c.body)
        rows = connection.execute(query.where(messages.c.conversation_id == conversation).order_by(messages.c.seq))
        return [{"from": row.sender, "at": row.at.isoformat(), "text": row.body["text"]} for row in rows]

    def erase(self, connection: Connection, table: Table, row: AnyRow, now: datetime) -> None:
        """Erase a record's key, and so every value sealed with it, here and in its history; its row stays empty."""
        empty: dict[str, Any] = dict.fromkeys(("key", "details", "attached", "code", "code_hash"))
        values = {name: value for name, value in empty.items() if name in table.c}
        connection.execute(update(table).where(table.c.id == row.id).values(stage="erased", **values))
        for other in (self._tables.ties, self._tables.outbox, self._tables.contacts, self._tables.search_words):
            connection.execute(delete(other).where(other.c.about == row.id))
        self.written(connection, Step(row.id, now, "system", "erased"))


def _sealed(key: OwnKey | None, value: Any) -> bytes | None:
    return None if key is None or value is None else key.seal(value)
