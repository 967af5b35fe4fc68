"""The topic classifier as a Rasa component: reads the sentence vector and the words, ranks the topics."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.sentence_encoder import ENCODE, SentenceEncoder
from bot.components.spacy_reader import QUESTIONS
from bot.understanding.normalise import has_words, normalised
from bot.understanding.topic_model import TopicModel

MODEL_FILE = "topics.npz"
PARTS = "parts"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TopicClassifier(GraphComponent, IntentClassifier):
    """Sets `intent` and `intent_ranking`, and the topic of each question of a message in `parts`.

    A message with nothing to read gets no intent and an empty ranking.
    """

    def __init__(
        self, config: dict[str, Any], storage: ModelStorage, resource: Resource, model: TopicModel | None = None
    ) -> None:
        self._ranking_length = int(config["ranking_length"])
        self._storage = storage
        self._resource = resource
        self._model = model

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`ranking_length`: how many topics are kept with a message."""
        return {"ranking_length": 8}

    @classmethod
    def required_components(cls) -> list[type]:
        """What has to stand before it in the pipeline."""
        return [SentenceEncoder]

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TopicClassifier:
        """Called by Rasa's graph before training."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> TopicClassifier:
        """Called by Rasa's graph to serve a trained model."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, TopicModel.load(Path(folder) / MODEL_FILE))

    def train(self, training_data: TrainingData) -> Resource:
        """Fits the topic model to the examples."""
        examples = [m for m in training_data.intent_examples if has_words(m.get(TEXT) or "")]
        texts = [normalised(m.get(TEXT)) for m in examples]
        vectors = np.stack([_vector(m) for m in examples])
        model = TopicModel.fit(texts, vectors, [m.get(INTENT) for m in examples])
        with self._storage.write_to(self._resource) as folder:
            model.save(Path(folder) / MODEL_FILE)
        self._model = model
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Ranks the topics of what was written."""
        if self._model is None:
            raise RuntimeError("the topic classifier is neither trained nor loaded")
        for message in messages:
            questions = message.get(QUESTIONS) or []
            ranking, parts = self._model.read(message.get(TEXT) or "", _vector(message), questions, message.get(ENCODE))
            named = [{"name": topic, "confidence": share} for topic, share in ranking[: self._ranking_length]]
            message.set(INTENT, named[0] if named else {"name": None, "confidence": 0.0}, add_to_output=True)
            message.set("intent_ranking", named, add_to_output=True)
            told = [
                {"text": part, "topic": topic, "confidence": sure}
                for part, (topic, sure) in zip(questions, parts, strict=bool(parts))
            ]
            message.set(PARTS, told)
        return messages


def _vector(message: Message) -> np.ndarray:
    _, sentence = message.get_dense_features(TEXT, [])
    if sentence is None:
        raise ValueError("the message has no sentence vector: is the SentenceEncoder in the pipeline?")
    return np.asarray(sentence.features, np.float32).reshape(-1)
