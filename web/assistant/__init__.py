"""What the chat needs of the assistant, whoever provides it.

The chat knows only this page: it hands over what was said and gets back what to say. Behind it stands the Rasa worker
(`web.assistant.supervisor`), which keeps nothing; tests put a double here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from web.assistant.shown import ChoiceShown, FormShown, HandoffShown, MeetingShown


class AssistantUnavailable(Exception):
    """The assistant is starting, died, hung or answered nonsense: the chat must answer by itself."""


@dataclass(frozen=True)
class Turn:
    """One message of a family and what the assistant must know of the conversation before it.

    `state` is what the assistant last said its state was before the first of `events` (opaque here, None at the
    start); `events` are the Rasa events of the last few turns, oldest first; `intent` is set where the family took a
    choice that was on offer, so that nothing needs to be guessed. `conversation` and `now` are for the actions, which
    record a meeting with them. `alone` is the topic that web answered by itself just before, which no event tells of;
    `unheard` are the messages that web answered with help alone since the assistant was last asked: what they give for
    a meeting must not be lost.
    """

    text: str
    state: dict[str, Any] | None = None
    events: list[dict[str, Any]] = field(default_factory=list)
    intent: str | None = None
    conversation: str = ""
    now: datetime | None = None
    alone: str | None = None
    unheard: Sequence[str] = ()


@dataclass(frozen=True)
class Said:
    """One message of the assistant, in terms of data/: the chat adds ids, times, titles and addresses.

    `links` are ids from data/partnership.yml (phone, email, website) and data/helplines.yml; `choices` are topic ids,
    ids of the `choices` section of data/topics.yml (none_of_these, more), or choices that stand in no file, such as a
    time. `form` is what is waited for; `meeting` and `handoff` are what the message is about.
    """

    text: str
    topic: str | None = None
    section: str | None = None
    reviewed_on: str | None = None
    links: tuple[str, ...] = ()
    choices: tuple[str | ChoiceShown, ...] = ()
    clarify: bool = False
    form: FormShown | None = None
    meeting: MeetingShown | None = None
    handoff: HandoffShown | None = None


@dataclass(frozen=True)
class Reply:
    """What the assistant says, and what has to be kept so that it can go on: this turn's events and its new state.

    `worried`: the words might hide danger, so that help is offered quietly beside the answer.
    """

    said: list[Said]
    events: list[dict[str, Any]]
    state: dict[str, Any]
    worried: bool = False


class Assistant(Protocol):
    """Answers turns. Holds nothing of a conversation between two calls."""

    @property
    def ready(self) -> bool:
        """True when it can answer now."""

    async def answer(self, turn: Turn) -> Reply:
        """Answer one turn within a few seconds; raises AssistantUnavailable when that can't be done."""
