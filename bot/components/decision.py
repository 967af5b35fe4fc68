"""What the steps after the classifier have in common: each decides on what was read, and none learns anything."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier


class Decision(GraphComponent, IntentClassifier):
    """A step that is made from its settings alone, and stands behind a classifier."""

    def __init__(self, config: dict[str, Any]) -> None:
        raise NotImplementedError

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
    ) -> Decision:
        """Called by Rasa's graph."""
        return cls(config)
