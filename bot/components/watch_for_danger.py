"""Decides, from what the classifier read, whether help comes first, or quietly beside the ordinary answer."""

from __future__ import annotations

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import INTENT
from rasa.shared.nlu.training_data.message import Message

from bot.components.decision import Decision
from bot.components.topic_classifier import DANGER
from bot.understanding.examples import SAFETY

WORRIED = "worried"
Ranked = list[dict[str, Any]]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class WatchForDanger(Decision):
    """Puts the danger first in the ranking where its sign is clear, and takes it out where it is not.

    Where it is possible, but not clear, `worried` is set: the ordinary answer gets the quiet line of numbers.
    """

    def __init__(self, config: dict[str, Any]) -> None:
        self._clear, self._possible = float(config["clear"]), float(config["possible"])

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The probabilities of danger from which its sign is `clear`, and from which it is `possible`."""
        return {"clear": 0.33, "possible": 0.05}

    def process(self, messages: list[Message]) -> list[Message]:
        """Looks at what was read."""
        for message in messages:
            ranking, worried = self.watched(message.get("intent_ranking") or [], message.get(DANGER) or {})
            message.set("intent_ranking", ranking, add_to_output=True)
            message.set(WORRIED, worried, add_to_output=True)
            if ranking:
                message.set(INTENT, ranking[0], add_to_output=True)
        return messages

    def watched(self, ranking: Ranked, danger: dict[str, Any]) -> tuple[Ranked, bool]:
        """The ranking with the danger in its place, and whether help belongs beside the answer."""
        ordinary = _ordinary(ranking)
        sure = float(danger.get("confidence") or 0.0)
        if ranking and (sure >= self._clear or not ordinary):
            return [{"name": danger["name"], "confidence": max(sure, self._clear)}, *ordinary], False
        return ordinary, sure >= self._possible


def _ordinary(ranking: Ranked) -> Ranked:
    """The topics that are no danger, their probabilities made to add up to what they all had."""
    rest = [entry for entry in ranking if not entry["name"].startswith(SAFETY)]
    whole, kept = sum(e["confidence"] for e in ranking), sum(e["confidence"] for e in rest)
    return [{**entry, "confidence": entry["confidence"] * whole / kept} for entry in rest] if kept > 0 else []
