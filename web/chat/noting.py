"""What staff may learn from a turn: counts, and what the leaflet left open.

Never who it was; and nothing of the words where there is a sign of danger, in forms, or of a story.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from web.assistant import Said
from web.chat.answering import SAFETY, Given, chosen
from web.records.kept import LeftOpen, Opened
from web.unanswered.redaction import load_redactor
from web.words import Words

OPEN = "open."
ANSWERED = ("open.privacy",)  # about this chat, which knows
APPROVED = ".approved"  # the leaflet doesn't say, but staff have written an answer
FIRST = 1  # the place of a family's first message: the greeting stands before it
MISSES = 2  # in a row
WARM_AFTER = 20.0  # seconds
LONGEST = 240  # characters: of a longer message, which may be a story, only what it asks is kept
ASKS = re.compile(
    r"^(?:and|but|so|also|please|plz|pls)?\W*(?:who|whos|what|whats|when|where|why|how|which|can|could|will|would|do|does|did|is|are|am"
    r"|should|may|might|has|have)\b|\?",
    re.IGNORECASE,
)
SENTENCE = re.compile(r"(?<=[.?!])\s+|\n+")


@dataclass(frozen=True)
class Noted:
    """`kept` goes along with the conversation, so that each count is once for each conversation."""

    counted: Sequence[str]
    left_open: LeftOpen | None
    kept: Mapping[str, Any]


class Noting:
    """Reads what was asked and what was said to it."""

    def __init__(self, folder: Path, words: Words, days: int) -> None:
        """`days` is how long a question that the leaflet left open is kept."""
        self._folder = folder
        self._keep = timedelta(days=days)
        self._words = words
        self._names = {said.text: name for name, said in words.answers.items() if name.startswith(OPEN)}

    async def warm_up(self) -> None:
        """Read what redaction knows, half a second of a processor, once the assistant has started."""
        await asyncio.sleep(WARM_AFTER)
        await asyncio.to_thread(load_redactor, self._folder)

    async def note(self, turn: Opened, given: Given, at: datetime) -> Noted:
        """What to keep of this turn."""
        misses = turn.offered.get("misses", 0) + 1 if any(said.clarify for said in given.said) else 0
        before = list(turn.offered.get("counted", ()))
        new = sorted(set(_countable(turn, given, misses)) - set(before))
        kept = {"misses": misses, "counted": [*before, *new]}
        return Noted(new, await self._left_open(turn, given, misses, at), kept)

    async def _left_open(self, turn: Opened, given: Given, misses: int, at: datetime) -> LeftOpen | None:
        asked = asks(turn.text)
        tapped = chosen(turn.text, turn.offered.get("choices", ()), self._words).name is not None  # our words
        if _in_danger(given) or any(map(_is_form, given.said)) or tapped or not asked:
            return None
        topic = next((name for said in given.said if (name := self._unsaid(said))), None)
        if topic is None and not misses:
            return None
        why = "open" if topic else "missed" if misses >= MISSES else "unsure"
        # Some milliseconds, in which nobody else should have to wait.
        words = await asyncio.to_thread(lambda: load_redactor(self._folder).redact(asked))
        return LeftOpen(at, at + self._keep, why, topic, words)

    def _unsaid(self, said: Said) -> str | None:
        """The topic, and its kind, where the answer was that the leaflet doesn't say."""
        if not (said.topic or "").startswith(OPEN) or said.topic in ANSWERED:
            return None
        name = self._names.get(said.text, said.topic)
        return None if name is not None and name.endswith(APPROVED) else name


def asks(text: str) -> str:
    """What a message asks: all of a short one, of a longer one the sentences that ask, as far as there is room."""
    if len(text) <= LONGEST:
        return text
    kept = ""
    for sentence in SENTENCE.split(text):
        if ASKS.search(sentence) and len(kept) + len(sentence) < LONGEST:
            kept = f"{kept} {sentence}".strip()
    return kept


def _countable(turn: Opened, given: Given, misses: int) -> list[str]:
    names = ["conversations"] if turn.seq == FIRST else []
    names += [f"topic:{said.topic}" for said in given.said if said.topic]
    names += ["asked_back"] if misses else []
    names += ["unknown"] if misses >= MISSES else []
    names += ["danger"] if any((said.topic or "").startswith(SAFETY) for said in given.said) else []
    return names + (["care"] if given.care is not None else [])


def _in_danger(given: Given) -> bool:
    """A sign now, however weak, or help shown earlier in this conversation."""
    return given.worried or given.careful or given.care is not None


def _is_form(said: Said) -> bool:
    """A form is full of names and numbers."""
    return said.form is not None or said.meeting is not None or said.handoff is not None
