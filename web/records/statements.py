"""The statements that every message needs, built once: building them takes longer than running them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, case, func, insert, or_, select, update

from web.records.tables import Tables

TURNS_TOLD = 6  # turns whose events the assistant is given


class Statements:
    """Parameters are named in each statement's comment."""

    def __init__(self, tables: Tables) -> None:
        conversations, messages, turns = tables.conversations, tables.messages, tables.turns
        mine = conversations.c.id == bindparam("conversation")
        free = or_(conversations.c.lease_until.is_(None), conversations.c.lease_until <= bindparam("now"))
        lease: dict[str, Any] = {"lease_owner": bindparam("owner"), "lease_until": bindparam("until")}

        self.add_conversation = insert(conversations)
        self.add_messages = insert(messages)
        self.add_turn = insert(turns)
        self.add_unanswered = insert(tables.unanswered)

        # conversation, now, most, owner, until, expires
        self.open_turn = (
            update(conversations)
            .where(mine, conversations.c.expires_at > bindparam("now"), conversations.c.said < bindparam("most"), free)
            .values(
                **lease,
                expires_at=bindparam("expires"),
                said=conversations.c.said + 1,
                next_seq=conversations.c.next_seq + 1,
            )
            .returning(conversations.c.token_hash, conversations.c.next_seq, conversations.c.offered)
        )
        # conversation, now, owner, until
        self.take_lease = update(conversations).where(mine, free).values(**lease)
        # conversation, owner, count, offers
        self.close_turn = (
            update(conversations)
            .where(mine, conversations.c.lease_owner == bindparam("owner"))
            .values(
                lease_owner=None,
                lease_until=None,
                next_seq=conversations.c.next_seq + bindparam("count"),
                offered=bindparam("offers"),
            )
            .returning(conversations.c.next_seq)
        )
        # conversation
        self.find = select(
            conversations.c.token_hash, conversations.c.expires_at, conversations.c.said, conversations.c.offered
        ).where(mine)

        # conversation. The state is long and one of them is needed: the others are not even decrypted.
        place = func.row_number().over(order_by=turns.c.seq.desc())
        self.memory = (
            select(
                case((place <= TURNS_TOLD, turns.c.events)).label("events"),
                case((place > TURNS_TOLD, turns.c.state_after)).label("state"),
            )
            .where(turns.c.conversation_id == bindparam("conversation"))
            .order_by(turns.c.seq.desc())
            .limit(TURNS_TOLD + 1)
        )

        of_mine = messages.c.conversation_id == bindparam("conversation")
        columns = (messages.c.id, messages.c.sender, messages.c.at, messages.c.body)
        # conversation
        self.read = select(*columns).where(of_mine).order_by(messages.c.seq)
        # conversation, seq
        self.replies = select(*columns).where(of_mine, messages.c.answers == bindparam("seq")).order_by(messages.c.seq)
        # conversation, key
        self.with_key = select(messages.c.seq, messages.c.body).where(
            of_mine, messages.c.request_key == bindparam("key")
        )
