"""Decides what is said to one message: danger first, then the assistant, then what web can say alone."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from web.assistant import Assistant, AssistantUnavailable, Reply, Said, Turn
from web.assistant.shown import ChoiceShown
from web.chat.messages import body_of
from web.records.kept import Opened
from web.records.switches import ANSWER, BOOKINGS, Switches
from web.safety.alone import Alone
from web.safety.danger import Sign
from web.safety.help import Help
from web.words import MORE, PLACEHOLDER, Words

log = logging.getLogger(__name__)
BESIDE_HELP = 2.0  # seconds that help may wait for the answer to a question in the same message
SAFETY = "safety."
TALK = "talk."
BOOKING = "booking."
BOOKING_FORMS = ("meeting", "manage")
MOST_UNHEARD = 10  # messages that the assistant is told of later
HELP_IN_REACH = ("emergency", "samaritans")  # links that stay in every reply once full help was shown


@dataclass(frozen=True)
class Given:
    """What is said to one message.

    `care`: the quiet line comes after it. `memory`: events and state to keep for the assistant, None where it had no
    part. `alone`: the topic that web answered by itself, whose continuation it can give by itself as well.
    `unheard`: messages answered with help alone, of which the assistant has to be told.
    `worried`: the assistant thinks that the words might hide danger. `careful`: full help was shown in this
    conversation, now or before, so that its numbers stay in reach.
    """

    said: list[Said]
    memory: tuple[list[dict[str, Any]], dict[str, Any]] | None = None
    alone: str | None = None
    unheard: Sequence[str] = ()
    care: Said | None = None
    worried: bool = False
    careful: bool = False

    def offered(self) -> dict[str, Any]:
        """What can be tapped now, to be kept until the next message."""
        said = self.said if self.care is None else [*self.said, self.care]
        choices = [name if isinstance(name, str) else name.model_dump() for one in said for name in one.choices]
        told = {"choices": choices, "alone": self.alone, "careful": self.careful}
        return {**told, "unheard": list(self.unheard)[-MOST_UNHEARD:]}

    def bodies(self, words: Words) -> list[dict[str, Any]]:
        """What is kept of each message."""
        bodies = [body_of(said, words) for said in self.said]
        return bodies if self.care is None else [*bodies, body_of(self.care, words, care=True)]


class Answerer(Protocol):
    """Whatever finds the answer to a turn."""

    async def answer(self, turn: Opened, deadline: float) -> Given:
        """Never late: `deadline` is in the event loop's time. Nothing is said where a person answers."""


class Answering:
    """Finds the answer to a turn, whatever state the assistant is in."""

    def __init__(
        self,
        assistant: Assistant,
        words: Words,
        help: Help,
        alone: Alone,
        answer_seconds: float,
        switches: Switches | None = None,
    ) -> None:
        """Without `switches` nothing is ever paused."""
        self._switches = switches
        self._assistant = assistant
        self._words = words
        self._help = help
        self._alone = alone
        self._answer_seconds = answer_seconds

    async def answer(self, turn: Opened, deadline: float) -> Given:
        """Never empty, never late: `deadline` is in the event loop's time."""
        given = await self._without_paused(await self._given(turn, deadline))
        if any(map(_is_help, given.said)):
            return replace(given, careful=True)
        return _with_numbers(given) if turn.offered.get("careful") else given

    async def _without_paused(self, given: Given) -> Given:
        """The same without what staff have paused: a topic's answer, or booking. Help always stands."""
        paused = await self._switches.paused() if self._switches else {}
        if not paused:
            return given
        if BOOKINGS in paused and any(map(_is_booking, given.said)):
            # The assistant is not told: once it goes on again, no form is half filled in.
            said = [one for one in given.said if not _is_booking(one)]
            return replace(given, said=[*said, self._words.said("bookings_paused")], memory=None)
        topics = {name.removeprefix(ANSWER) for name in paused if name.startswith(ANSWER)}
        return replace(given, said=[self._unless_paused(one, topics) for one in given.said])

    def _unless_paused(self, said: Said, topics: set[str]) -> Said:
        if said.topic not in topics or _is_help(said):
            return said
        return replace(self._words.said("answer_paused"), topic=said.topic)

    async def _given(self, turn: Opened, deadline: float) -> Given:
        signs = self._help.signs(turn.text)
        clear = self._help.first_clear(signs)
        if clear is not None:
            return await self._help_first(turn, clear, signs, deadline)
        choice = chosen(turn.text, turn.offered.get("choices", ()), self._words)
        given = self._continued(turn, choice.name) or await self._ordinary(turn, choice, deadline)
        return self._with_care(given, signs)

    async def _help_first(self, turn: Opened, clear: Sign, signs: list[Sign], deadline: float) -> Given:
        """The full help, then the answer to a question that stands beside the danger, if it comes quickly."""
        turn = replace(turn, offered={**turn.offered, "unheard": [*_unheard(turn), turn.text]})
        alone = Given(self._help.full(signs), alone=clear.kind, unheard=_unheard(turn))
        question = self._help.question_beside(turn.text)
        if not question:
            return alone
        try:
            reply = await self._ask(turn, question, None, min(deadline, _now() + BESIDE_HELP))
        except AssistantUnavailable:
            return alone
        unsure = any(one.clarify for one in reply.said)  # nothing is guessed at beside the help
        more = [one for one in reply.said if not unsure and _states_facts(one.topic)]
        heard = replace(alone, said=[*alone.said, *more], memory=(reply.events, reply.state), unheard=())
        return heard if more else alone

    def _continued(self, turn: Opened, choice: str | None) -> Given | None:
        """More of what web said by itself: the assistant does not know that it was said."""
        topic = turn.offered.get("alone")
        if choice != MORE or topic is None or f"{topic}.{MORE}" not in self._words.answers:
            return None
        return Given([self._words.answer(f"{topic}.{MORE}")], unheard=_unheard(turn))

    async def _ordinary(self, turn: Opened, choice: Chosen, deadline: float) -> Given:
        try:
            reply = await self._ask(turn, choice.text, choice.name, deadline)
        except AssistantUnavailable as error:
            log.warning("answering without the assistant: %s", error)
            topic = self._alone.topic(turn.text, choice.name)
            said = self._words.answer(topic) if topic else self._words.said("starting")
            # Nobody but the rules has read it for danger, and they know fewer words than the assistant.
            return Given([said], alone=topic, unheard=_unheard(turn), worried=True)
        return Given(reply.said, (reply.events, reply.state), worried=reply.worried)

    async def _ask(self, turn: Opened, text: str, choice: str | None, deadline: float) -> Reply:
        """The assistant's reply; raises AssistantUnavailable, with a reason that holds no words of the family."""
        if not self._assistant.ready:
            raise AssistantUnavailable("not ready")
        try:
            async with asyncio.timeout_at(min(deadline, _now() + self._answer_seconds)):
                reply = await self._assistant.answer(
                    Turn(
                        text,
                        turn.state,
                        turn.events,
                        choice,
                        turn.conversation_id,
                        turn.at,
                        turn.offered.get("alone"),
                        _unheard(turn),
                    )
                )
        except AssistantUnavailable:
            raise AssistantUnavailable("it said so") from None
        except TimeoutError:
            raise AssistantUnavailable("too slow") from None
        except Exception as error:
            raise AssistantUnavailable(type(error).__name__) from None
        if not self._makes_sense(reply):
            raise AssistantUnavailable("its reply made no sense")
        return reply

    def _makes_sense(self, reply: Reply) -> bool:
        return bool(reply.said) and all(self._can_be_shown(said) for said in reply.said)

    def _can_be_shown(self, said: Said) -> bool:
        words = self._words
        return (
            bool(said.text.strip())
            and not PLACEHOLDER.search(said.text)
            and (said.topic is None or said.topic in words.topics)
            and all(_can_be_tapped(choice, words) for choice in said.choices)
            and all(name in words.links or name == "website" for name in said.links)
        )

    def _with_care(self, given: Given, signs: list[Sign]) -> Given:
        if not (signs or given.worried) or any(map(_is_help, given.said)):
            return given
        return replace(given, care=self._words.said("care"))


@dataclass(frozen=True)
class Chosen:
    """What a family wrote, as the choice on offer that it is: `name` is its id, `text` what the assistant is told.

    A choice that stands in no file has no id but its topic, if it has one: the assistant is told its text.
    """

    text: str
    name: str | None = None


def chosen(text: str, offered: Iterable[str | Mapping[str, Any]], words: Words) -> Chosen:
    """The choice on offer that `text` is, whatever its case and spacing, or just the text where it is none."""
    plain = _plain(text)
    for one in offered:
        choice = words.choices.get(one) if isinstance(one, str) else one
        if choice and plain in (_plain(choice["text"]), _plain(choice["title"])):
            return Chosen(text, one) if isinstance(one, str) else Chosen(choice["text"], choice["topic"])
    return Chosen(text)


def _unheard(turn: Opened) -> list[str]:
    """The messages answered with help alone, of which the assistant has not been told."""
    return list(turn.offered.get("unheard", ()))


def _can_be_tapped(choice: str | ChoiceShown, words: Words) -> bool:
    if isinstance(choice, str):
        return choice in words.choices
    return choice.topic is None or choice.topic in words.topics


def _is_help(said: Said) -> bool:
    return (said.topic or "").startswith(SAFETY)


def _with_numbers(given: Given) -> Given:
    """The same with the numbers of HELP_IN_REACH under its last message: somebody may not be safe here."""
    *before, last = given.said
    missing = tuple(name for name in HELP_IN_REACH if name not in last.links)
    return replace(given, said=[*before, replace(last, links=(*last.links, *missing))], careful=True)


def _is_booking(said: Said) -> bool:
    """Part of asking for a meeting, or of changing one."""
    return (said.topic or "").startswith(BOOKING) or (said.form is not None and said.form.name in BOOKING_FORMS)


def _states_facts(topic: str | None) -> bool:
    return topic is not None and not topic.startswith((SAFETY, TALK))


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().rstrip(".?").casefold()


def _now() -> float:
    return asyncio.get_running_loop().time()
