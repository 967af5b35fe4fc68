"""Says so when the classifier is not sure enough to answer: then the assistant asks instead of guessing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.nlu.constants import INTENT
from rasa.shared.nlu.training_data.message import Message

from bot.components.decision import Decision
from bot.components.topic_classifier import HANGS
from bot.understanding.examples import SAFETY


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class AskWhenUnsure(Decision):
    """Sets the intent `nlu_fallback` where the best topic is too weak or too close to the next; keeps the ranking."""

    def __init__(self, config: dict[str, Any]) -> None:
        self._alone = float(config["sure"]), float(config["ahead"])
        self._following = float(config["sure_after"]), float(config["ahead_after"])

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`sure`: probability the best topic needs; `ahead`: how far it has to be before the next.

        `sure_after`, `ahead_after`: the same of a few words that hang wholly on the answer before; in between, by
        degrees. Asking what "and where?" means is worse than an answer that is near.
        """
        return {"sure": 0.6, "ahead": 0.45, "sure_after": 0.3, "ahead_after": 0.0}

    def process(self, messages: list[Message]) -> list[Message]:
        """Marks what it is not sure of."""
        for message in messages:
            ranking = [(topic["name"], topic["confidence"]) for topic in message.get("intent_ranking") or []]
            if self.is_unsure(ranking, float(message.get(HANGS) or 0.0)):
                message.set(INTENT, {"name": DEFAULT_NLU_FALLBACK_INTENT_NAME, "confidence": 1.0}, add_to_output=True)
        return messages

    def is_unsure(self, ranking: Sequence[tuple[str, float]], hangs: float = 0.0) -> bool:
        """True for no topics, a best one that is too weak, or one that is too close to the next.

        `hangs`: how much the message may hang on the answer before (0 to 1).

        Never for danger: whether that is clear enough was decided before (WatchForDanger).
        """
        if not ranking:
            return True
        (topic, best), second = ranking[0], ranking[1][1] if len(ranking) > 1 else 0.0
        sure, ahead = (
            alone + hangs * (after - alone) for alone, after in zip(self._alone, self._following, strict=True)
        )
        return not topic.startswith(SAFETY) and (best < sure or best - second < ahead)
