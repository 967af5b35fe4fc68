"""Answers while a member of staff is in the conversation: help where there is danger, and otherwise nothing.

Who is there is asked of our own records for each message, before the assistant: nothing that the assistant forgets or
begins anew can wake it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from web.assistant import Said
from web.chat.answering import SAFETY, Answerer, Given, chosen
from web.records.kept import Opened
from web.replies.agreements import Visit
from web.replies.service import Replies
from web.replies.words import Person, ReplyWords
from web.safety.help import Help
from web.words import MORE, Words

AWAY = timedelta(minutes=2)  # who has pressed nothing for so long may have gone: nobody reads what the rules don't know


class BesideStaff:
    """Puts whoever is there before the assistant."""

    def __init__(self, answering: Answerer, replies: Replies, help: Help, words: Words) -> None:
        self._answering = answering
        self._replies = replies
        self._help = help
        self._words = words
        self._own = ReplyWords(words)
        self._safe = [MORE, *(name for name in words.choices if name.startswith(SAFETY))]  # what web answers by itself

    async def answer(self, turn: Opened, deadline: float) -> Given:
        """As Answering does, or next to nothing. Raises NotRecorded."""
        visit = await self._replies.present(turn.conversation_id)
        return await self._answering.answer(turn, deadline) if visit is None else self._given(turn, visit)

    def _given(self, turn: Opened, visit: Visit) -> Given:
        """What the assistant has to know once they are gone, danger above all, is kept for it."""
        signs, person = self._help.signs(turn.text), self._own.person(visit.member)
        alone, unheard = turn.offered.get("alone"), list(turn.offered.get("unheard", ()))
        clear = self._help.first_clear(signs)
        if clear is not None:
            alone, unheard = clear.kind, [*unheard, turn.text]
        said = self._help.full(signs) if clear is not None else self._further(turn, alone)
        alone = (said[-1].topic if clear is None and said else None) or alone
        worried = bool(signs) or turn.at - visit.active_at > AWAY
        care = [self._words.said("care")] if worried and not said else []
        said, care = self._beside(said, person), self._beside(care, person)
        careful = bool(said or turn.offered.get("careful"))
        return Given(said, alone=alone, unheard=unheard, care=next(iter(care), None), careful=careful)

    def _further(self, turn: Opened, alone: str | None) -> list[Said]:
        """The help for a danger that the family taps, or more of the help that it was shown."""
        name = chosen(turn.text, self._safe, self._words).name
        topic = name if name != MORE else f"{alone}.{MORE}" if (alone or "").startswith(SAFETY) else None
        return [self._words.answer(topic)] if topic is not None else []

    def _beside(self, said: Sequence[Said], person: Person) -> list[Said]:
        """The same as it can be said while somebody is there: only what web answers by itself can be tapped."""
        watched = [self._own.watched(one, person) for one in said]
        return [replace(one, choices=tuple(name for name in one.choices if name in self._safe)) for one in watched]
