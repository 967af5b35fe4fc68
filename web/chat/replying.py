"""What families can do about answers of staff in their chat. The API and the HTML pages are two ways to reach it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from web.chat import problems
from web.chat.messages import Message
from web.chat.service import ChatService, check_id, hash_of
from web.records.database import NotRecorded
from web.records.kept import Unknown
from web.replies.kinds import NotOffered, State
from web.replies.service import Replies

T = TypeVar("T")


@dataclass(frozen=True)
class News:
    """How it stands, and what was said meanwhile."""

    state: State
    messages: list[Message]


class Replying:
    """Every method raises `Problem`: 404 and 503, and those named."""

    def __init__(self, chat: ChatService, replies: Replies) -> None:
        self._chat = chat
        self._replies = replies

    async def news(self, conversation_id: str, token: str, after: str | None = None) -> News:
        """How it stands, and what came after the message with the id `after`, or all."""
        state = await self.state(conversation_id, token)
        # Read last: who has just gone is written down by looking.
        return News(state, await self._chat.read(conversation_id, token, after))

    async def state(self, conversation_id: str, token: str) -> State:
        """How it stands."""
        return await self._done(conversation_id, token, self._replies.state)

    async def agree(self, conversation_id: str, token: str, address: str) -> None:
        """Let staff answer. Problems: 409, 429."""
        await self._chat.admit(address)
        await self._done(conversation_id, token, self._replies.agree)

    async def take_back(self, conversation_id: str, token: str) -> None:
        """Let them answer no more. Nothing is counted: it always works."""
        await self._done(conversation_id, token, self._replies.take_back)

    async def _done(self, conversation_id: str, token: str, work: Callable[[str, bytes], Awaitable[T]]) -> T:
        check_id(conversation_id)
        try:
            return await work(conversation_id, hash_of(token))
        except Unknown:
            raise problems.not_found() from None
        except NotOffered:
            raise problems.no_reply() from None
        except NotRecorded as error:
            raise self._chat.not_recorded(error) from None
