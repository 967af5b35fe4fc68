"""Notices that danger is likely enough to offer help quietly, where another topic is answered or nothing is certain."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.training_data.message import Message

WORRIED = "worried"
SAFETY = "safety."


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class WatchForDanger(GraphComponent, IntentClassifier):
    """Sets `worried` on a message: True where the safety topics of its ranking together reach `possible`."""

    def __init__(self, config: dict[str, Any]) -> None:
        self._possible = float(config["possible"])

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`possible`: the probability of danger from which the quiet line with numbers is added."""
        return {"possible": 0.25}

    @classmethod
    def required_components(cls) -> list[type]:
        """What has to stand before it in the pipeline."""
        return [IntentClassifier]

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> WatchForDanger:
        """Called by Rasa's graph."""
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        """Looks at the ranking of what was written."""
        for message in messages:
            ranking = message.get("intent_ranking") or []
            danger = sum(topic["confidence"] for topic in ranking if topic["name"].startswith(SAFETY))
            message.set(WORRIED, danger >= self._possible, add_to_output=True)
        return messages
