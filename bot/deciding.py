"""What a family would see after a message was read: the components' decisions, outside Rasa, for `make eval`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import yaml

from actions.clarify import worth_offering
from actions.likely_meant import likely_meant
from bot.components.ask_when_unsure import LIKELY_MEANT, AskWhenUnsure
from bot.components.several_questions import SeveralQuestions
from bot.components.watch_for_danger import Ranked, WatchForDanger
from bot.understanding.examples import SAFETY
from bot.understanding.reader import Reading

CONFIG = Path("config.yml")
KINDS = ("right", "one tap", "asked", "wrong")
HELP = ("full", "quiet", "none")


@dataclass(frozen=True)
class Decided:
    """What a family would see: topics that are stated (`said`), those `offered` where there are none, which of HELP.

    `ranked`: the topics that were found likeliest, the likeliest first.
    """

    said: tuple[str, ...]
    offered: tuple[str, ...]
    help: str
    ranked: tuple[str, ...]

    def kind(self, right: Collection[str]) -> str:
        """Which of KINDS that is for a message of which these topics are right answers."""
        if self.said:
            return "right" if self.said[0] in right else "wrong"
        return "one tap" if set(self.offered) & set(right) else "asked"


class Deciding:
    """What the components make of a reading, as config.yml sets them."""

    def __init__(self) -> None:
        steps = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))["pipeline"]

        def made(component: type) -> Any:
            here: dict[str, Any] = next(step for step in steps if step["name"].endswith(component.__name__))
            return component({**component.get_default_config(), **here})  # type: ignore[attr-defined]

        self._watch, self._several, self._unsure = made(WatchForDanger), made(SeveralQuestions), made(AskWhenUnsure)

    def decided(self, text: str, reading: Reading, follows: bool = False) -> Decided:
        """What a family would see. `follows`: something was answered before."""
        named = [{"name": name, "confidence": share} for name, share in reading.ranking]
        danger = {"name": reading.danger_topic, "confidence": reading.danger}
        ranking, worried = self._watch.watched(named, danger)
        parts = [asdict(part) for part in reading.parts]
        several = self._several.several(text, ranking[0] if ranking else {}, parts)
        said = tuple(part["topic"] for part in several) or self._one(ranking, reading.hangs, follows)
        full = any(topic.startswith(SAFETY) for topic in said)
        helped = HELP[0] if full else HELP[1] if worried else HELP[2]
        return Decided(said, tuple(worth_offering(ranking)), helped, tuple(topic["name"] for topic in ranking))

    def _one(self, ranking: Ranked, hangs: float, follows: bool) -> tuple[str, ...]:
        """The topic that is stated where the message asks one thing; none where it is asked which."""
        unsure = self._unsure.unsure(ranking, hangs if follows else 0.0, follows)
        if unsure is None:
            return (ranking[0]["name"],)
        likely = likely_meant(ranking) if unsure == LIKELY_MEANT else None
        return (likely,) if likely else ()
