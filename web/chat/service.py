"""The chat: begin, say, read, delete. The API and the HTML pages are two ways to reach it.

What a family says is recorded before anything else happens, answered within ANSWER_WITHIN seconds whatever the
assistant does, and the answer is recorded before it is shown. Whatever the database does, something is said within
WITHIN seconds.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from web.chat import cleaning, problems
from web.chat.answering import Answerer, Given
from web.chat.limits import Limits
from web.chat.messages import Message, body_of, is_id, message, moment, new_id
from web.chat.noting import Noting
from web.chat.turns import InOrder
from web.chat.under_way import UnderWay
from web.records.conversations import Conversations
from web.records.database import RECORD_SECONDS, NotRecorded
from web.records.kept import Answer, Answered, Asking, Busy, Full, Kept, MovedOn, Opened, Unknown
from web.records.switches import CHAT, Switches
from web.safety.help import Help
from web.settings import Settings
from web.words import Words

log = logging.getLogger(__name__)
ANSWER_WITHIN = 5.5  # seconds until it is known what to say
WITHIN = ANSWER_WITHIN + RECORD_SECONDS  # seconds for everything; a family must never wait 8
LEASE_GRACE = 2.5  # seconds beyond ANSWER_WITHIN in which an answer may still be recorded
POLL = 0.05  # seconds between two looks at a lease that another process holds
TOKEN_BYTES = 32

Clock = Callable[[], datetime]
Ended = Callable[[Connection, str, datetime], None]


@dataclass(frozen=True)
class Started:
    """A conversation that has just begun. `token` is told once and kept nowhere."""

    id: str
    token: str
    expires_at: str
    messages: list[Message]


class ChatService:
    """What families can do. Every method raises `Problem`, whose words and messages can be shown as they are."""

    def __init__(
        self,
        settings: Settings,
        words: Words,
        conversations: Conversations,
        answering: Answerer,
        noting: Noting,
        help: Help,
        limits: Limits,
        switches: Switches,
        clock: Clock,
        ended: Ended | None = None,
    ) -> None:
        """`ended` is told before a conversation is erased, in the same transaction."""
        self._switches = switches
        self._settings = settings
        self._words = words
        self._conversations = conversations
        self._answering = answering
        self._noting = noting
        self._help = help
        self._limits = limits
        self._clock = clock
        self._ended = ended
        self._in_order = InOrder()
        self.under_way = UnderWay()

    async def start(self, address: str, text: str = "") -> Started:
        """Begin a conversation for somebody at this network address. Problems: 429, 503.

        `text` is what they have typed already and will `say` next, so that a refusal can bring help.
        """
        wait = await self._limits.conversation(address)
        if wait is not None:
            raise problems.too_many(self._beside("rate_limited", text), wait)
        await self._check_open(text)
        greeting = self._words.said("greeting")
        id, token, now = new_id(), secrets.token_urlsafe(TOKEN_BYTES), self._clock()
        kept = [Kept(new_id(), "assistant", now, body_of(greeting, self._words))]
        expires_at = self._expiry(now)
        try:
            await self._conversations.create(id, hash_of(token), expires_at, kept, Given([greeting]).offered())
        except NotRecorded as error:
            raise self.not_recorded(error, text) from None
        return Started(id, token, moment(expires_at), _shown(kept))

    async def say(
        self,
        conversation_id: str,
        token: str,
        text: str,
        address: str,
        key: UUID | None = None,
        since: float | None = None,
    ) -> list[Message]:
        """What the assistant says to `text`. The same `key` again gets the same answer.

        `since` is when the family began to wait, in the event loop's time; by default now.
        Problems: 404, 413, 422, 429, 503.
        """
        since = asyncio.get_running_loop().time() if since is None else since
        await self._count(text, address)
        text = self._cleaned(text)
        await self._check_open(text)
        check_id(conversation_id)
        token_hash = hash_of(token)
        asking = self._asking(conversation_id, token_hash, text, key)
        try:
            async with asyncio.timeout_at(since + WITHIN):
                # The token is part of the name, so that nobody else can make a family wait.
                async with self._in_order.turn(token_hash):
                    return await self._say(asking, since + ANSWER_WITHIN, address)
        except (Unknown, MovedOn) as error:
            raise self._gone(error, text) from None
        except Full:
            lifetime = self._settings.conversation_hours * 3600
            raise problems.full(self._beside("full", text), lifetime) from None
        except (NotRecorded, TimeoutError) as error:
            raise self.not_recorded(error, text) from None
        except Busy:
            raise problems.not_recorded(self._beside("not_recorded", text), 1) from None

    async def read(self, conversation_id: str, token: str, after: str | None = None) -> list[Message]:
        """All that was said by both sides, or what came after the message with the id `after`. Problems: 404, 503."""
        check_id(conversation_id)
        try:
            kept = await self._conversations.read(conversation_id, hash_of(token), self._clock())
        except Unknown:
            raise problems.not_found() from None
        except NotRecorded as error:
            raise self.not_recorded(error) from None
        ids = [one.id for one in kept]
        return _shown(kept[ids.index(after) + 1 :] if after in ids else kept)

    async def delete(self, conversation_id: str, token: str) -> None:
        """Erase everything said. Problems: 404, 503."""
        check_id(conversation_id)
        try:
            await self._conversations.delete(conversation_id, hash_of(token), self._clock(), self._ended)
        except Unknown:
            raise problems.not_found() from None
        except NotRecorded as error:
            raise self.not_recorded(error) from None

    async def admit(self, address: str) -> None:
        """Count something that a family does beside saying something. Problems: 429, 503."""
        await self._count("", address)
        await self._check_open("")

    async def too_long(self, text: str, address: str) -> problems.Problem:
        """The 413 for what is too long even to be read as a message. Problems: 429."""
        await self._count(text, address)
        return problems.too_long(self._beside("too_long", text))

    async def _count(self, text: str, address: str) -> None:
        wait = await self._limits.message(address)
        if wait is not None:
            raise problems.too_many(self._beside("rate_limited", text), wait)

    async def _check_open(self, text: str) -> None:
        """Problem: 503 while staff have paused the chat; help comes with it when `text` shows danger."""
        if await self._switches.is_paused(CHAT):
            raise problems.paused(self._beside("paused", text))

    def _beside(self, name: str, text: str = "") -> list[Message]:
        """What a family needs beside an error: help when `text` shows danger, and our own words under `name`."""
        now = self._clock()
        said = self._help.beside(cleaning.unseen_removed(cleaning.ends(text)), self._words.said(name))
        return [message(new_id(), now, "assistant", body_of(one, self._words, care)) for one, care in said]

    async def _say(self, asking: Asking, deadline: float, address: str) -> list[Message]:
        asking, turn = await self._open(asking, deadline)
        if isinstance(turn, Answered):
            return _shown(turn.replies)
        # Only now: whoever has no token must not change which address this conversation seems to come from.
        with self.under_way.answering(asking.conversation_id, address):
            given = await self._answering.answer(turn, deadline)
        now = self._clock()
        kept = [Kept(new_id(), "assistant", now, body) for body in given.bodies(self._words)]
        noted = await self._noting.note(turn, given, now)
        await self._conversations.close_turn(
            Answer(
                asking.conversation_id,
                asking.owner,
                turn.seq,
                kept,
                {**given.offered(), **noted.kept},
                given.memory,
                now,
                noted.left_open,
                noted.counted,
            )
        )
        return _shown(kept)

    async def _open(self, asking: Asking, deadline: float) -> tuple[Asking, Opened | Answered]:
        """Record the message and take the lease, waiting for another process that holds it."""
        loop = asyncio.get_running_loop()
        while True:
            now = self._clock()
            left = deadline - loop.time()
            asking = replace(
                asking,
                message=replace(asking.message, at=now),
                lease_until=now + timedelta(seconds=max(left, 0.0) + LEASE_GRACE),
                expires_at=self._expiry(now),
            )
            try:
                return asking, await self._conversations.open_turn(asking)
            except Busy:
                if left <= POLL:
                    raise
            await asyncio.sleep(POLL)

    def _cleaned(self, text: str) -> str:
        try:
            return cleaning.clean(text)
        except cleaning.TooLong:
            raise problems.too_long(self._beside("too_long", text)) from None
        except cleaning.NothingLeft:
            raise problems.nothing_left() from None

    def _asking(self, conversation_id: str, token_hash: bytes, text: str, key: UUID | None) -> Asking:
        now = self._clock()
        return Asking(
            conversation_id=conversation_id,
            token_hash=token_hash,
            message=Kept(str(key) if key else new_id(), "family", now, {"text": text}),
            request_key=str(key) if key else None,
            owner=new_id(),
            lease_until=now,
            expires_at=self._expiry(now),
            most_messages=self._settings.max_messages,
        )

    def _expiry(self, now: datetime) -> datetime:
        return now + timedelta(hours=self._settings.conversation_hours)

    def _gone(self, error: Exception, text: str) -> problems.Problem:
        if isinstance(error, Unknown):
            return problems.not_found()
        return problems.not_recorded(self._beside("not_recorded", text), 1)

    def not_recorded(self, error: Exception, text: str = "") -> problems.Problem:
        """The 503 for what the database could not do, with what a family needs then."""
        log.error("the database could not do its part: %s", str(error) or type(error).__name__)
        return problems.not_recorded(self._beside("not_recorded", text))


def check_id(conversation_id: str) -> None:
    """What can't be an id is not looked up: databases differ in what they take for a text."""
    if not is_id(conversation_id):
        raise problems.not_found()


def hash_of(token: str) -> bytes:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).digest()


def _shown(kept: Sequence[Kept]) -> list[Message]:
    return [message(one.id, one.at, _sender(one.sender), one.body) for one in kept]


def _sender(value: str) -> Any:
    return value
