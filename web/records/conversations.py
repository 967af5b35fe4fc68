"""Keeps conversations: who may read them, what was said in which order, and what the assistant must be told.

A message takes two short transactions: `open_turn` records what the family said and takes the conversation's lease;
nothing is held while the assistant thinks; `close_turn` records the reply, if the lease is still ours.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeGuard, Unpack
from uuid import uuid4

from sqlalchemy import Connection, Row, delete, select, update
from sqlalchemy.exc import IntegrityError

from web.records.counts import Counts
from web.records.database import Database
from web.records.kept import Answer, Answered, Asking, Busy, Full, Kept, MovedOn, Opened, Unknown
from web.records.statements import Statements
from web.records.tables import Tables

PURGE_BATCH = 500
AnyRow = Row[Unpack[tuple[Any, ...]]]


class Conversations:
    """The conversations in the database. Every method raises NotRecorded when the database fails."""

    def __init__(self, database: Database, tables: Tables) -> None:
        self._database = database
        self._conversations = tables.conversations
        self._unanswered = tables.unanswered
        self._counts = Counts(tables)
        self._statements = Statements(tables)

    async def create(
        self, id: str, token_hash: bytes, expires_at: datetime, greeting: Sequence[Kept], offered: Mapping[str, Any]
    ) -> None:
        """Begin a conversation with what the assistant says first."""
        row = {
            "id": id,
            "token_hash": token_hash,
            "created_at": greeting[0].at,
            "expires_at": expires_at,
            "said": 0,
            "next_seq": len(greeting),
            "offered": offered,
        }

        def create(connection: Connection) -> None:
            connection.execute(self._statements.add_conversation, row)
            connection.execute(self._statements.add_messages, _rows(id, 0, greeting))

        await self._database.run(create)

    async def open_turn(self, asking: Asking) -> Opened | Answered:
        """Record what the family said and take the lease.

        The same request key again opens the turn it opened before, or gives its answer. Raises Unknown, Full, Busy.
        """
        try:
            return await self._database.run(lambda connection: self._open(connection, asking))
        except _SeenBefore:
            return await self._database.run(lambda connection: self._open_again(connection, asking))

    async def close_turn(self, answer: Answer) -> None:
        """Record the reply and give the lease back.

        Raises Unknown when the conversation is gone, MovedOn when the lease is.
        """
        await self._database.run(lambda connection: self._close(connection, answer))

    async def read(self, conversation_id: str, token_hash: bytes, now: datetime) -> list[Kept]:
        """All that was said, oldest first. Raises Unknown."""

        def read(connection: Connection) -> list[Kept]:
            self._authorise(connection, conversation_id, token_hash, now)
            return _kept(connection.execute(self._statements.read, {"conversation": conversation_id}))

        return await self._database.run(read)

    async def delete(
        self,
        conversation_id: str,
        token_hash: bytes,
        now: datetime,
        ends: Callable[[Connection, str, datetime], None] | None = None,
    ) -> None:
        """Erase a conversation and everything said in it. Raises Unknown.

        `ends` is called before, in the same transaction, with the conversation locked.
        """
        table = self._conversations

        def erase(connection: Connection) -> None:
            connection.execute(select(table.c.id).where(table.c.id == conversation_id).with_for_update())
            self._authorise(connection, conversation_id, token_hash, now)
            if ends is not None:
                ends(connection, conversation_id, now)
            connection.execute(delete(table).where(table.c.id == conversation_id))

        await self._database.run(erase)
        self._database.forget_soon()

    async def purge(self, now: datetime) -> int:
        """Erase what has expired; returns how many conversations went.

        What the leaflet left open in them stays, tied to nothing, until its own day comes.
        """
        table, unanswered = self._conversations, self._unanswered
        batch = select(table.c.id).where(table.c.expires_at <= now).order_by(table.c.expires_at).limit(PURGE_BATCH)

        def erase(connection: Connection) -> int:
            ids = connection.execute(batch).scalars().all()
            tied = unanswered.c.conversation_id.in_(ids)
            connection.execute(update(unanswered).where(tied).values(conversation_id=None))
            return connection.execute(delete(table).where(table.c.id.in_(ids))).rowcount

        gone, last = 0, PURGE_BATCH
        while last == PURGE_BATCH:
            last = await self._database.run(erase)
            gone += last
        if gone:
            self._database.forget_soon()
        return gone

    def _open(self, connection: Connection, asking: Asking) -> Opened:
        taken = connection.execute(
            self._statements.open_turn,
            {**_lease(asking), "expires": asking.expires_at, "most": asking.most_messages},
        ).first()
        if taken is None:
            raise self._refusal(connection, asking)
        if not hmac.compare_digest(taken.token_hash, asking.token_hash):
            raise Unknown
        seq = taken.next_seq - 1
        message = _rows(asking.conversation_id, seq, [asking.message], key=asking.request_key)
        try:
            connection.execute(self._statements.add_messages, message)
        except IntegrityError:
            raise _SeenBefore from None
        return self._opened(connection, asking, seq, asking.message.body, taken.offered)

    def _open_again(self, connection: Connection, asking: Asking) -> Opened | Answered:
        """The request key was seen before: give the answer it got, or answer it now."""
        offered = self._authorise(connection, asking.conversation_id, asking.token_hash, asking.message.at)
        mine = {"conversation": asking.conversation_id}
        first = connection.execute(self._statements.with_key, {**mine, "key": asking.request_key}).one()
        replies = _kept(connection.execute(self._statements.replies, {**mine, "seq": first.seq}))
        if replies:
            return Answered(replies)
        if not connection.execute(self._statements.take_lease, _lease(asking)).rowcount:
            raise Busy
        return self._opened(connection, asking, first.seq, first.body, offered)

    def _opened(
        self, connection: Connection, asking: Asking, seq: int, body: Mapping[str, Any], offered: Mapping[str, Any]
    ) -> Opened:
        rows = connection.execute(self._statements.memory, {"conversation": asking.conversation_id}).all()
        state = next((row.state for row in rows if row.state is not None), None)
        turns = [row.events for row in reversed(rows) if row.events is not None]
        events = [event for events in turns for event in events]
        return Opened(asking.conversation_id, asking.message.at, seq, body["text"], offered, state, events)

    def _close(self, connection: Connection, answer: Answer) -> None:
        count = len(answer.replies)
        mine = {"conversation": answer.conversation_id}
        released = connection.execute(
            self._statements.close_turn, {**mine, "owner": answer.owner, "count": count, "offers": answer.offered}
        ).first()
        if released is None:
            raise MovedOn if connection.execute(self._statements.find, mine).first() else Unknown
        rows = _rows(answer.conversation_id, released.next_seq - count, answer.replies, answers=answer.seq)
        if rows:  # none while a member of staff is there
            connection.execute(self._statements.add_messages, rows)
        if answer.memory is not None:
            events, state = answer.memory
            place = {"conversation_id": answer.conversation_id, "seq": answer.seq}
            connection.execute(self._statements.add_turn, {**place, "events": events, "state_after": state})
        if answer.left_open is not None:
            row = {"id": str(uuid4()), "conversation_id": answer.conversation_id, **vars(answer.left_open)}
            connection.execute(self._statements.add_unanswered, row)
        self._counts.add(connection, answer.at, answer.counted)

    def _refusal(self, connection: Connection, asking: Asking) -> Exception:
        """Why the lease could not be taken."""
        mine = {"conversation": asking.conversation_id}
        row = connection.execute(self._statements.find, mine).first()
        if not is_theirs(row, asking.token_hash, asking.message.at):
            return Unknown()
        if asking.request_key is not None:
            if connection.execute(self._statements.with_key, {**mine, "key": asking.request_key}).first():
                return _SeenBefore()
        return Full() if row.said >= asking.most_messages else Busy()

    def _authorise(
        self, connection: Connection, conversation_id: str, token_hash: bytes, now: datetime
    ) -> Mapping[str, Any]:
        """What the conversation last offered; raises Unknown unless it is there and the token is its own."""
        row = connection.execute(self._statements.find, {"conversation": conversation_id}).first()
        if not is_theirs(row, token_hash, now):
            raise Unknown
        offered: Mapping[str, Any] = row.offered
        return offered


class _SeenBefore(Exception):
    """The request key is already there; the transaction is rolled back and the turn looked up."""


def is_theirs(row: AnyRow | None, token_hash: bytes, now: datetime) -> TypeGuard[AnyRow]:
    """True where a conversation is there and the token is its own."""
    return row is not None and row.expires_at > now and hmac.compare_digest(row.token_hash, token_hash)


def _lease(asking: Asking) -> dict[str, Any]:
    return {
        "conversation": asking.conversation_id,
        "now": asking.message.at,
        "owner": asking.owner,
        "until": asking.lease_until,
    }


def _kept(rows: Iterable[Any]) -> list[Kept]:
    return [Kept(row.id, row.sender, row.at, row.body) for row in rows]


def _rows(
    conversation_id: str, seq: int, kept: Sequence[Kept], answers: int | None = None, key: str | None = None
) -> list[dict[str, Any]]:
    return [
        {
            "conversation_id": conversation_id,
            "seq": seq + place,
            "id": one.id,
            "sender": one.sender,
            "at": one.at,
            "body": one.body,
            "request_key": key,
            "answers": answers,
        }
        for place, one in enumerate(kept)
    ]
