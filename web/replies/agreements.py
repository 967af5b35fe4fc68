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

from web.accounts.roles import CASEWORK, Member, Role
from web.casework.service import only_of
from web.chat.messages import new_id
from web.meetings.ledger import AnyRow, Ledger, Step
from web.records.events import Event
from web.records.kept import Kept, Unknown
from web.records.switches import DESK
from web.records.tables import Tables
from web.replies.words import ReplyWords

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
        """The agreement of a conversation as it stands now. It ends with the last thing that staff have from there."""
        found = self._read(connection, id)
        if found is None:
            return None
        why = self._why_gone(connection, found.visit, now) if found.visit else None
        if found.visit is not None and why is not None:
            self.leave(connection, id, found.visit, why, now)
            found = Agreement(id, found.agreed_at, None)
        if found.visit is not None or self.items(connection, id):
            return found
        connection.execute(delete(self._table).where(self._table.c.conversation_id == id))
        return None

    def items(self, connection: Connection, id: str) -> Sequence[str]:
        """What staff have from a conversation."""
        ties = self._tables.ties
        return connection.execute(select(ties.c.about).where(ties.c.conversation_id == id)).scalars().all()

    def leave(self, connection: Connection, id: str, visit: Visit, why: str, now: datetime) -> None:
        """Once: they are gone, the family reads so, and the assistant answers again. Raises Unknown."""
        row = self.locked(connection, id, now)
        if not connection.execute(update(self._table).where(self._table.c.visit == visit.id).values(NOBODY)).rowcount:
            return
        body = self._words.notice("left", self._words.person(visit.member), bool(row.offered.get("careful")))
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

    def leave_or_end(self, connection: Connection, id: str, visit: Visit, why: str, now: datetime) -> None:
        """The same, also where the conversation has expired and is not erased yet."""
        try:
            self.leave(connection, id, visit, why, now)
        except Unknown:
            self.end(connection, id, "the chat expired", now)

    def occupied(self, connection: Connection, by: str | None = None) -> Sequence[tuple[str, Visit]]:
        """Where somebody is, or one of them: the conversations, and their stays."""
        table = self._table
        query = select(table.c.conversation_id).where(
            table.c.staff_id.is_not(None) if by is None else table.c.staff_id == by
        )
        read = [self._read(connection, id) for id in connection.execute(query).scalars().all()]
        return [(one.conversation_id, one.visit) for one in read if one is not None and one.visit is not None]

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

    def _why_gone(self, connection: Connection, visit: Visit, now: datetime) -> str | None:
        """Why somebody is there no more; None while they are."""
        staff, paused = self._tables.staff, self._tables.switches
        if visit.active_at <= now - self.limit:
            return "after too long without doing anything"
        active = select(staff.c.id).where(staff.c.id == visit.member.id, staff.c.disabled_at.is_(None))
        if visit.member.role not in CASEWORK or connection.execute(active).first() is None:
            return "their account was changed"
        if not self._is_theirs(connection, visit):
            return "it is not theirs to see any more"
        if visit.member.role is Role.MANAGER:  # who can still get in
            return None
        closed = connection.execute(select(paused.c.name).where(paused.c.name == DESK)).first()
        return None if closed is None else "the desk was paused"

    def _is_theirs(self, connection: Connection, visit: Visit) -> bool:
        """Whether the item that they came by is still there, and theirs to see."""
        only = only_of(visit.member)
        for table in (self._tables.requests, self._tables.handoffs):
            query = select(table.c.owner_id).where(table.c.id == visit.about, table.c.key.is_not(None))
            row = connection.execute(query).first()
            if row is not None:
                return only in (None, row.owner_id)
        return False
