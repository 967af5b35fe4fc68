"""Answers while a member of staff is in the conversation: help where there is danger, and otherwise nothing.

Who is there is asked of our own records for each message, before the assistant: nothing that the assistant forgets or
begins anew can wake it.
"""

from __future__ import annotations

from web.chat.answering import Answerer, Given
from web.records.kept import Opened
from web.replies.service import Replies
from web.replies.words import Person, ReplyWords
from web.safety.help import Help
from web.words import Words


class BesideStaff:
    """Puts whoever is there before the assistant."""

    def __init__(self, answering: Answerer, replies: Replies, help: Help, words: Words) -> None:
        self._answering = answering
        self._replies = replies
        self._help = help
        self._words = words
        self._own = ReplyWords(words)

    async def answer(self, turn: Opened, deadline: float) -> Given:
        """As Answering does, or next to nothing. Raises NotRecorded."""
        person = await self._replies.present(turn.conversation_id)
        return await self._answering.answer(turn, deadline) if person is None else self._given(turn, person)

    def _given(self, turn: Opened, person: Person) -> Given:
        signs = self._help.signs(turn.text)
        full = [self._own.watched(one, person) for one in self._help.full(signs)]
        care = self._own.watched(self._words.said("care"), person) if signs and not full else None
        return Given(full, care=care, careful=bool(full or turn.offered.get("careful")))
