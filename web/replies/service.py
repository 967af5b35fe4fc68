"""Answers of staff in the chat: every method is one transaction, and what it returns is committed.

Every method raises NotRecorded when the database fails.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import Connection

from web.accounts.roles import Member
from web.meetings.kinds import Refused
from web.meetings.ledger import Ledger
from web.records.database import Database
from web.records.kept import Busy, Unknown
from web.records.tables import Tables
from web.replies.agreements import Agreements, Visit
from web.replies.family import FamilySide
from web.replies.kinds import Chat, Look, State
from web.replies.staff import ENDED, StaffSide
from web.replies.words import ReplyWords
from web.settings import Settings
from web.words import Words

ASSISTANT_SECONDS = 9.0  # the longest that the assistant can still be answering
POLL = 0.1
BUSY = "The assistant is answering at this moment. Please try again."

T = TypeVar("T")


class Replies:
    """Those of families raise Unknown and NotOffered; those of staff Refused."""

    def __init__(
        self, settings: Settings, words: Words, tables: Tables, database: Database, clock: Callable[[], datetime]
    ) -> None:
        own, ledger = ReplyWords(words), Ledger(tables)
        self._agreements = Agreements(tables, ledger, own, timedelta(minutes=settings.chat_reply_minutes))
        self._families = FamilySide(tables, ledger, own, self._agreements)
        self._staff = StaffSide(tables, ledger, own, self._agreements)
        self._database = database
        self._clock = clock

    # --- The chat and its families ------------------------------------------------------------------------------------

    async def present(self, conversation_id: str) -> Visit | None:
        """Who is there now, and since when they have done nothing."""
        now = self._clock()

        def find(connection: Connection) -> Visit | None:
            agreement = self._agreements.find(connection, conversation_id, now)
            return agreement.visit if agreement else None

        return await self._database.run(find)

    async def state(self, conversation_id: str, token_hash: bytes) -> State:
        """What a family is shown."""
        now = self._clock()
        return await self._database.run(lambda c: self._families.state(c, conversation_id, token_hash, now))

    async def agree(self, conversation_id: str, token_hash: bytes) -> None:
        """Staff may answer."""
        now = self._clock()
        await self._database.run(lambda c: self._families.agree(c, conversation_id, token_hash, now))

    async def take_back(self, conversation_id: str, token_hash: bytes) -> None:
        """Staff may not answer any more."""
        now = self._clock()
        await self._database.run(lambda c: self._families.take_back(c, conversation_id, token_hash, now))

    def end(self, connection: Connection, conversation_id: str, now: datetime) -> None:
        """The family deletes its conversation, which is locked, in the same transaction."""
        self._agreements.end(connection, conversation_id, "the family ended the chat", now)

    # --- Staff --------------------------------------------------------------------------------------------------------

    async def chats(self, me: Member) -> list[Chat]:
        """Where somebody may answer."""
        return await self._do(lambda c, now: self._staff.chats(c, me, now))

    async def look(self, reference: str, me: Member) -> Look:
        """What somebody sees of the chat of an item."""
        return await self._do(lambda c, now: self._staff.look(c, reference, me, now))

    async def is_open(self, reference: str, me: Member) -> bool:
        """Whether the family of an item agreed."""
        return await self._do(lambda c, now: self._staff.is_open(c, reference, me, now))

    async def join(self, reference: str, me: Member) -> None:
        """Be in it, alone, once the assistant has said what it is saying."""
        loop = asyncio.get_running_loop()
        until = loop.time() + ASSISTANT_SECONDS
        while True:
            try:
                return await self._do(lambda c, now: self._staff.join(c, reference, me, now))
            except Busy:
                if loop.time() > until:
                    raise Refused(BUSY) from None
            await asyncio.sleep(POLL)

    async def say(self, reference: str, me: Member, visit: str, text: str, key: str) -> None:
        """Write to the family."""
        await self._do(lambda c, now: self._staff.say(c, reference, me, visit, text, key, now))

    async def stay(self, reference: str, me: Member, visit: str) -> None:
        """Still there."""
        await self._do(lambda c, now: self._staff.stay(c, reference, me, visit, now))

    async def leave(self, me: Member, visit: str) -> None:
        """Hand back to the assistant, whatever became of the item meanwhile."""
        await self._do(lambda c, now: self._staff.leave(c, me, visit, now))

    async def leave_all(self, me: Member) -> None:
        """Somebody signs out."""
        await self._do(lambda c, now: self._staff.leave_all(c, me, now))

    async def _do(self, work: Callable[[Connection, datetime], T]) -> T:
        now = self._clock()
        try:
            return await self._database.run(lambda connection: work(connection, now))
        except Unknown:
            raise Refused(ENDED) from None

    # --- What time brings ---------------------------------------------------------------------------------------------

    async def keep_up(self) -> None:
        """Who has done nothing for too long, or may not be there any more, has left, also where nobody looks."""
        for id, _visit in await self._database.run(self._agreements.occupied):
            with suppress(Unknown):  # it expired just now
                await self.present(id)

    async def all_leave(self) -> None:
        """Staff answer in no chat any more."""
        now = self._clock()

        def leave(connection: Connection) -> None:
            for id, visit in self._agreements.occupied(connection):
                self._agreements.leave_or_end(connection, id, visit, "answering in chats was switched off", now)

        await self._database.run(leave)

    async def purge(self, now: datetime) -> int:
        """End what has expired, before it is erased; returns how many agreements went."""

        def end(connection: Connection) -> int:
            ids: Sequence[str] = self._agreements.expired(connection, now)
            for id in ids:
                self._agreements.end(connection, id, "the chat expired", now)
            return len(ids)

        return await self._database.run(end)
