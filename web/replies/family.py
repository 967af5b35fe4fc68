"""What families do: see who is there, agree, take it back, inside a transaction that the caller began."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from web.meetings.kinds import FAMILY
from web.meetings.ledger import Ledger, Step
from web.records.conversations import is_theirs
from web.records.events import Event
from web.records.kept import Unknown
from web.records.tables import Tables
from web.replies.agreements import Agreements
from web.replies.kinds import NotOffered, State
from web.replies.words import ReplyWords


class FamilySide:
    """All raise Unknown where the conversation is gone, or the token is another's."""

    def __init__(self, tables: Tables, ledger: Ledger, words: ReplyWords, agreements: Agreements) -> None:
        self._tables = tables
        self._ledger = ledger
        self._words = words
        self._agreements = agreements

    def state(self, connection: Connection, id: str, token_hash: bytes, now: datetime) -> State:
        """What a family is shown."""
        self._check(connection, id, token_hash, now)
        agreement = self._agreements.find(connection, id, now)
        visit = agreement.visit if agreement else None
        present = self._words.person(visit.member) if visit else None
        return State(bool(self._agreements.items(connection, id)), agreement is not None, present)

    def agree(self, connection: Connection, id: str, token_hash: bytes, now: datetime) -> None:
        """Staff may answer; harmless where they may already. Raises NotOffered."""
        self._check(connection, id, token_hash, now)
        self._agreements.locked(connection, id, now)
        if self._agreements.find(connection, id, now) is not None:
            return
        items = self._agreements.items(connection, id)
        if not items:
            raise NotOffered
        connection.execute(insert(self._tables.agreements), {"conversation_id": id, "agreed_at": now})
        self._written(connection, items, Event.CHAT_AGREED, now)

    def take_back(self, connection: Connection, id: str, token_hash: bytes, now: datetime) -> None:
        """Staff may not answer any more; harmless where they may not."""
        self._check(connection, id, token_hash, now)
        self._agreements.locked(connection, id, now)
        agreement = self._agreements.find(connection, id, now)
        if agreement is None:
            return
        if agreement.visit is not None:
            self._agreements.leave(connection, id, agreement.visit, "the family took it back", now)
        table = self._tables.agreements
        connection.execute(delete(table).where(table.c.conversation_id == id))
        self._written(connection, self._agreements.items(connection, id), Event.CHAT_TAKEN_BACK, now)

    def _check(self, connection: Connection, id: str, token_hash: bytes, now: datetime) -> None:
        table = self._tables.conversations
        row = connection.execute(select(table.c.token_hash, table.c.expires_at).where(table.c.id == id)).first()
        if not is_theirs(row, token_hash, now):
            raise Unknown

    def _written(self, connection: Connection, items: Sequence[str], what: Event, now: datetime) -> None:
        for item in items:
            self._ledger.written(connection, Step(item, now, FAMILY, what))
