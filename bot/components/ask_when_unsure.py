"""Says so when the classifier is not sure enough to answer: then the assistant asks, or answers and offers more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.nlu.constants import INTENT
from rasa.shared.nlu.training_data.message import Message

from actions.likely_meant import likely_meant
from bot.components.decision import Decision
from bot.components.topic_classifier import FOLLOWS, HANGS
from bot.components.watch_for_danger import Ranked
from bot.understanding.examples import SAFETY

UNSURE, LIKELY_MEANT = DEFAULT_NLU_FALLBACK_INTENT_NAME, "likely_meant"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class AskWhenUnsure(Decision):
    """Sets the intent `nlu_fallback` where the best topic is too weak or too close to the next; keeps the ranking.

    After an answer it sets `likely_meant` instead: then the likeliest topic is answered, and what else may have been
    meant is offered. What begins something, and distress or small talk with nothing beside it, is not guessed at.
    """

    def __init__(self, config: dict[str, Any]) -> None:
        self._alone = float(config["sure"]), float(config["ahead"])
        self._following = float(config["sure_after"]), float(config["ahead_after"])

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`sure`: probability the best topic needs; `ahead`: how far it has to be before the next.

        `sure_after`, `ahead_after`: the same of a few words that hang wholly on the answer before, where no guess is
        made (`actions.likely_meant`, and in a form); in between, by degrees.
        """
        return {"sure": 0.6, "ahead": 0.45, "sure_after": 0.3, "ahead_after": 0.0}

    def process(self, messages: list[Message]) -> list[Message]:
        """Marks what it is not sure of."""
        for message in messages:
            ranking = message.get("intent_ranking") or []
            unsure = self.unsure(ranking, float(message.get(HANGS) or 0.0), bool(message.get(FOLLOWS)))
            if unsure:
                message.set(INTENT, {"name": unsure, "confidence": 1.0}, add_to_output=True)
        return messages

    def unsure(self, ranking: Ranked, hangs: float, follows: bool) -> str | None:
        """The intent to set, UNSURE or LIKELY_MEANT; None where the likeliest topic is sure enough.

        `hangs`: how much the message may hang on the answer before (0 to 1). `follows`: something was answered before,
        and no form is being filled in.
        """
        topics = [(topic["name"], topic["confidence"]) for topic in ranking]
        if follows and likely_meant(ranking):
            return LIKELY_MEANT if self.is_unsure(topics) else None
        return UNSURE if self.is_unsure(topics, hangs) else None

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
