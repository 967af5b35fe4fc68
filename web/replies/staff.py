"""What staff do in a family's chat, inside a transaction that the caller began."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, case, delete, select, update

from web.accounts.roles import Member
from web.casework.items import Item, Items
from web.casework.service import only_of
from web.chat.messages import new_id
from web.meetings.kinds import Refused
from web.meetings.ledger import Ledger, Step
from web.records.events import Event
from web.records.kept import Busy, Kept
from web.records.tables import Tables
from web.replies.agreements import Agreement, Agreements, Visit
from web.replies.kinds import Chat, Line, Look
from web.replies.words import ReplyWords

READ_AGAIN = timedelta(minutes=5)  # reading again within that time is the same reading
ENDED = "This chat is not open to you: the family has not agreed, took it back or ended it, or you were away too long."
SAFETY = "safety."


class StaffSide:
    """All raise Refused where there is no such item to see, or it can't be done."""

    def __init__(self, tables: Tables, ledger: Ledger, words: ReplyWords, agreements: Agreements) -> None:
        self._tables = tables
        self._ledger = ledger
        self._words = words
        self._agreements = agreements
        self._items = Items(tables, ledger)

    def chats(self, connection: Connection, me: Member, now: datetime) -> list[Chat]:
        """Where staff may answer, of the items that somebody may see; who waits longest first."""
        agreements, ties, conversations = self._tables.agreements, self._tables.ties, self._tables.conversations
        chats = []
        for table in (self._tables.requests, self._tables.handoffs):
            query = (
                select(table.c.reference, agreements.c.conversation_id)
                .join(ties, ties.c.about == table.c.id)
                .join(agreements, agreements.c.conversation_id == ties.c.conversation_id)
                .join(conversations, conversations.c.id == ties.c.conversation_id)
                .where(table.c.key.is_not(None), conversations.c.expires_at > now)
            )
            only = only_of(me)
            mine = query if only is None else query.where(table.c.owner_id == only)
            for row in connection.execute(mine).all():
                item = self._items.find(connection, row.reference, only)
                agreement = self._agreements.find(connection, row.conversation_id, now)
                if agreement is not None:
                    chats.append(_listed(item, agreement))
        return sorted(chats, key=lambda chat: (not chat.urgent, chat.agreed_at))

    def look(self, connection: Connection, reference: str, me: Member, now: datetime) -> Look:
        """What somebody sees of the chat of an item; reading it is in the history."""
        item = self._items.find(connection, reference, only_of(me))
        agreement = self._of_item(connection, item, me, now)
        if agreement is None:
            return Look()
        visit = agreement.visit
        if visit is None:
            return Look(open=True)
        if visit.member.id != me.id:
            return Look(open=True, who=visit.member.name)
        self._note_reading(connection, item, me, now)
        until = visit.active_at + self._agreements.limit
        return Look(True, me.name, visit.id, until, self._lines(connection, agreement.conversation_id))

    def is_open(self, connection: Connection, reference: str, me: Member, now: datetime) -> bool:
        """Whether there is a chat in which staff may answer."""
        item = self._items.find(connection, reference, only_of(me))
        return self._of_item(connection, item, me, now) is not None

    def join(self, connection: Connection, reference: str, me: Member, now: datetime) -> None:
        """Be in it, alone; harmless for who is there already. Raises Busy while the assistant answers."""
        item = self._items.find(connection, reference, only_of(me))
        found = self._of_item(connection, item, me, now)
        if found is None:
            raise Refused(ENDED)
        id = found.conversation_id
        row = self._agreements.locked(connection, id, now)
        agreement = self._agreements.find(connection, id, now)
        if agreement is None:
            raise Refused(ENDED)
        if agreement.visit is not None and agreement.visit.member.id == me.id:
            return
        if agreement.visit is not None:
            raise Refused(f"{agreement.visit.member.name} is in this chat already.")
        if row.lease_until is not None and row.lease_until > now:
            raise Busy
        table = self._tables.agreements
        free = update(table).where(table.c.conversation_id == id, table.c.staff_id.is_(None))
        visit = {"staff_id": me.id, "visit": str(uuid4()), "about": item.record.id, "joined_at": now, "active_at": now}
        if not connection.execute(free.values(visit)).rowcount:
            raise Refused("Somebody else is in this chat already.")
        self._begin(connection, id, me, row.offered, now)
        self._ledger.written(connection, Step(item.record.id, now, me.name, Event.CHAT_JOINED))

    def say(
        self, connection: Connection, reference: str, me: Member, visit_id: str, text: str, key: str, now: datetime
    ) -> None:
        """Write a message, once for each `key`: what was saved stays said, also after the stay is over."""
        if self._was_said(connection, reference, key):
            return
        id, visit = self._here(connection, reference, me, visit_id, now)
        row = self._agreements.locked(connection, id, now)
        if self._was_said(connection, reference, key):
            return
        links = self._words.in_reach() if row.offered.get("careful") else []
        body = {"text": text, "author": self._words.person(me).shown(), **({"links": links} if links else {})}
        self._agreements.append(connection, id, Kept(new_id(), "staff", now, body), key=key)
        self._active(connection, visit, now)
        self._ledger.written(connection, Step(visit.about, now, me.name, Event.CHAT_ANSWERED))

    def stay(self, connection: Connection, reference: str, me: Member, visit_id: str, now: datetime) -> None:
        """Still there."""
        _id, visit = self._here(connection, reference, me, visit_id, now)
        self._active(connection, visit, now)

    def leave(self, connection: Connection, me: Member, visit_id: str, now: datetime) -> None:
        """Hand back to the assistant."""
        for id, visit in self._agreements.occupied(connection, me.id):
            if visit.id == visit_id:
                return self._agreements.leave(connection, id, visit, "handed back", now)
        raise Refused(ENDED)

    def leave_all(self, connection: Connection, me: Member, now: datetime) -> None:
        """Somebody goes: they are in no chat any more."""
        for id, visit in self._agreements.occupied(connection, me.id):
            self._agreements.leave_or_end(connection, id, visit, "signed out", now)

    def _of_item(self, connection: Connection, item: Item, me: Member, now: datetime) -> Agreement | None:
        """Of the chats that belong to an item: the one where I am, else one that is free, else any; the latest."""
        table, ties, conversations = self._tables.agreements, self._tables.ties, self._tables.conversations
        first = case((table.c.staff_id == me.id, 0), (table.c.staff_id.is_(None), 1), else_=2)
        query = (
            select(table.c.conversation_id)
            .join(ties, ties.c.conversation_id == table.c.conversation_id)
            .join(conversations, conversations.c.id == table.c.conversation_id)
            .where(ties.c.about == item.record.id, conversations.c.expires_at > now)
            .order_by(first, table.c.agreed_at.desc())
        )
        id = connection.execute(query.limit(1)).scalar()
        return None if id is None else self._agreements.find(connection, id, now)

    def _here(
        self, connection: Connection, reference: str, me: Member, visit_id: str, now: datetime
    ) -> tuple[str, Visit]:
        """The conversation where I still am, locked, and this very stay of mine."""
        item = self._items.find(connection, reference, only_of(me))
        found = self._of_item(connection, item, me, now)
        if found is None:
            raise Refused(ENDED)
        self._agreements.locked(connection, found.conversation_id, now)
        agreement = self._agreements.find(connection, found.conversation_id, now)
        visit = agreement.visit if agreement else None
        if visit is None or visit.id != visit_id or visit.member.id != me.id:
            raise Refused(ENDED)
        return found.conversation_id, visit

    def _was_said(self, connection: Connection, reference: str, key: str) -> bool:
        """Whether a message with that key is in a conversation of the item, whoever may see it now."""
        item = self._items.find(connection, reference)
        messages, ties = self._tables.messages, self._tables.ties
        query = select(messages.c.seq).join(ties, ties.c.conversation_id == messages.c.conversation_id)
        mine = query.where(ties.c.about == item.record.id, messages.c.request_key == key, messages.c.sender == "staff")
        return connection.execute(mine).first() is not None

    def _begin(self, connection: Connection, id: str, me: Member, offered: dict[str, Any], now: datetime) -> None:
        """The family reads who came. The assistant begins anew once they are gone: no form is half filled in then,
        no time is kept for one, and nothing waits for a "yes". Only danger is not forgotten."""
        turns = self._tables.turns
        holds = self._tables.holds
        connection.execute(delete(turns).where(turns.c.conversation_id == id))
        connection.execute(delete(holds).where(holds.c.conversation_id == id, holds.c.request_id.is_(None)))
        joined = Kept(new_id(), "assistant", now, self._words.notice("joined", self._words.person(me)))
        fresh = {**offered, "choices": [], **self._danger(connection, id, offered)}
        self._agreements.append(connection, id, joined, offered=fresh)

    def _danger(self, connection: Connection, id: str, offered: dict[str, Any]) -> dict[str, Any]:
        """What is not forgotten: that the last answer was help, and the words which got it."""
        messages = self._tables.messages
        query = select(messages.c.body).where(messages.c.conversation_id == id, messages.c.sender == "assistant")
        last = connection.execute(query.order_by(messages.c.seq.desc()).limit(1)).scalar() or {}
        topics = (offered.get("alone"), last.get("topic"))
        danger = next((topic for topic in topics if (topic or "").startswith(SAFETY)), None)
        return {"alone": danger, "unheard": offered.get("unheard", []) if danger else []}

    def _active(self, connection: Connection, visit: Visit, now: datetime) -> None:
        table = self._tables.agreements
        connection.execute(update(table).where(table.c.visit == visit.id).values(active_at=now))

    def _note_reading(self, connection: Connection, item: Item, me: Member, now: datetime) -> None:
        history = self._tables.history
        lately = select(history.c.id).where(
            history.c.about == item.record.id,
            history.c.who == me.name,
            history.c.what == Event.CHAT_READ,
            history.c.at > now - READ_AGAIN,
        )
        if connection.execute(lately.limit(1)).first() is None:
            self._ledger.written(connection, Step(item.record.id, now, me.name, Event.CHAT_READ))

    def _lines(self, connection: Connection, id: str) -> tuple[Line, ...]:
        messages = self._tables.messages
        rows = connection.execute(
            select(messages).where(messages.c.conversation_id == id).order_by(messages.c.seq)
        ).all()
        danger = {row.answers for row in rows if (row.body.get("topic") or "").startswith(SAFETY)}
        care = {row.answers for row in rows if row.body.get("care")}
        return tuple(_line(row, row.seq in danger, row.seq in care) for row in rows)


def _listed(item: Item, agreement: Agreement) -> Chat:
    visit = agreement.visit
    return Chat(
        item.row.reference,
        item.kind,
        item.urgent,
        item.details.get("name"),
        agreement.agreed_at,
        visit.member.name if visit else None,
        visit.joined_at if visit else None,
    )


def _line(row: Any, danger: bool, care: bool) -> Line:
    author = row.body.get("author")
    return Line(row.id, row.sender, row.at, row.body["text"], author["name"] if author else None, danger, care)
