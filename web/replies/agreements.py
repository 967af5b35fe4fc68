"""Which families agreed to be answered in their chat, and who is there, inside a transaction that the caller began.

Whoever changes something locks the conversation first, so that what is done in one happens one after the other. Who has
done nothing for too long, or may not be there any more, has left as soon as anybody looks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from web.accounts.roles import Member, Role
from web.chat.messages import new_id
from web.meetings.ledger import AnyRow, Ledger, Step
from web.records.events import Event
from web.records.kept import Kept, Unknown
from web.records.tables import Tables
from web.replies.words import ReplyWords

ROLES = frozenset({Role.COORDINATOR, Role.REVIEWER, Role.MANAGER})  # who may see families' records at all
NOBODY: dict[str, Any] = dict.fromkeys(("staff_id", "visit", "about", "joined_at", "active_at"))


@dataclass(frozen=True)
class Visit:
    """A stay of somebody in a conversation: `id` is another one each time they join, `about` the item they came by."""

    id: str
    member: Member
    about: str
    joined_at: datetime
    active_at: datetime


@dataclass(frozen=True)
class Agreement:
    """That a family agreed, and who is there."""

    conversation_id: str
    agreed_at: datetime
    visit: Visit | None


class Agreements:
    """What families and staff share."""

    def __init__(self, tables: Tables, ledger: Ledger, words: ReplyWords, limit: timedelta) -> None:
        """`limit` is how long somebody may do nothing."""
        self._tables = tables
        self._table = tables.agreements
        self._ledger = ledger
        self._words = words
        self.limit = limit

    def find(self, connection: Connection, id: str, now: datetime) -> Agreement | None:
        """The agreement of a conversation as it stands now."""
        found = self._read(connection, id)
        visit = found.visit if found else None
        if found is None or visit is None or self._may_stay(connection, visit, now):
            return found
        self.leave(connection, id, visit, "after too long without doing anything", now)
        return Agreement(id, found.agreed_at, None)

    def leave(self, connection: Connection, id: str, visit: Visit, why: str, now: datetime) -> None:
        """Once: they are gone, the family reads so, and the assistant answers again. Raises Unknown."""
        row = self.locked(connection, id, now)
        if not connection.execute(update(self._table).where(self._table.c.visit == visit.id).values(NOBODY)).rowcount:
            return
        body = self._words.notice("left", self._words.person(visit.member))
        offered = {**row.offered, "choices": self._words.choices("left")}
        self.append(connection, id, Kept(new_id(), "assistant", now, body), offered=offered)
        self._ledger.written(connection, Step(visit.about, now, visit.member.name, Event.CHAT_LEFT, detail=why))

    def end(self, connection: Connection, id: str, why: str, now: datetime) -> None:
        """The conversation goes, and its agreement with it; nobody is there any more."""
        found = self._read(connection, id)
        connection.execute(delete(self._table).where(self._table.c.conversation_id == id))
        if found is not None and found.visit is not None:
            step = Step(found.visit.about, now, found.visit.member.name, Event.CHAT_LEFT, detail=why)
            self._ledger.written(connection, step)

    def silent(self, connection: Connection, now: datetime) -> Sequence[str]:
        """Conversations where somebody is who has done nothing for too long."""
        query = select(self._table.c.conversation_id).where(self._table.c.active_at <= now - self.limit)
        return connection.execute(query).scalars().all()

    def expired(self, connection: Connection, now: datetime) -> Sequence[str]:
        """Conversations that have expired since their families agreed."""
        table, conversations = self._table, self._tables.conversations
        query = select(table.c.conversation_id).join(conversations, conversations.c.id == table.c.conversation_id)
        return connection.execute(query.where(conversations.c.expires_at <= now)).scalars().all()

    def locked(self, connection: Connection, id: str, now: datetime) -> AnyRow:
        """The conversation, until the transaction ends. Raises Unknown where it is gone."""
        table = self._tables.conversations
        row = connection.execute(select(table).where(table.c.id == id).with_for_update()).first()
        if row is None or row.expires_at <= now:
            raise Unknown
        return row

    def append(self, connection: Connection, id: str, kept: Kept, key: str | None = None, **values: Any) -> None:
        """Add a message to a conversation that is locked; `values` are what else changes of it."""
        table = self._tables.conversations
        added = update(table).where(table.c.id == id).values(next_seq=table.c.next_seq + 1, **values)
        seq = connection.execute(added.returning(table.c.next_seq)).scalar_one() - 1
        row = {"conversation_id": id, "seq": seq, "id": kept.id, "sender": kept.sender, "at": kept.at}
        connection.execute(insert(self._tables.messages), {**row, "body": kept.body, "request_key": key})

    def _read(self, connection: Connection, id: str) -> Agreement | None:
        table, staff = self._table, self._tables.staff
        query = select(table, staff.c.email, staff.c.name, staff.c.role).outerjoin(
            staff, staff.c.id == table.c.staff_id
        )
        row = connection.execute(query.where(table.c.conversation_id == id)).first()
        if row is None:
            return None
        if row.staff_id is None:
            return Agreement(id, row.agreed_at, None)
        member = Member(row.staff_id, row.email, row.name, Role(row.role))
        return Agreement(id, row.agreed_at, Visit(row.visit, member, row.about, row.joined_at, row.active_at))

    def _may_stay(self, connection: Connection, visit: Visit, now: datetime) -> bool:
        staff = self._tables.staff
        query = select(staff.c.id).where(staff.c.id == visit.member.id, staff.c.disabled_at.is_(None))
        active = visit.active_at > now - self.limit and visit.member.role in ROLES
        return active and connection.execute(query).first() is not None
