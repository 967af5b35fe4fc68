"""The MiniLM sentence encoder as a Rasa featuriser."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from tqdm import tqdm

from bot.understanding import bert_onnx
from bot.understanding.encoder import Encoder
from bot.understanding.normalise import normalised

GRAPH_FILE, TOKENIZER_FILE = "encoder.onnx", "tokenizer.json"
ENCODE = "encode"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class SentenceEncoder(DenseFeaturizer, GraphComponent):
    """Adds a vector (384 units) for the message and, as `encode`, the means to have those of its parts, if needed.

    Keeps graph and tokeniser in the model itself.
    """

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        super().__init__("SentenceEncoder", config)
        self._storage = storage
        self._resource = resource
        self._encoder: Encoder | None = None

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Nothing to set."""
        return {**DenseFeaturizer.get_default_config()}

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing can be set wrongly."""

    @classmethod
    def required_packages(cls) -> list[str]:
        """What has to be installed."""
        return ["onnxruntime", "tokenizers"]

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceEncoder:
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
    ) -> SentenceEncoder:
        """Called by Rasa's graph to serve a trained model."""
        component = cls(config, model_storage, resource)
        component._open()
        return component

    def train(self, training_data: TrainingData) -> Resource:
        """Builds the encoder from its checked weights; raises WrongWeights if they are not the published ones."""
        with self._storage.write_to(self._resource) as folder:
            bert_onnx.write_encoder(Path(folder) / GRAPH_FILE)
            shutil.copy(bert_onnx.tokenizer_path(), Path(folder) / TOKENIZER_FILE)
        self._open()
        return self._resource

    def _open(self) -> None:
        with self._storage.read_from(self._resource) as folder:
            self._encoder = Encoder(Path(folder) / GRAPH_FILE, Path(folder) / TOKENIZER_FILE)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Adds vectors to the training examples."""
        for message in tqdm(training_data.training_examples, desc="Reading the examples", unit=" messages"):
            self._add_vector(message)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds vectors to what was written."""
        for message in messages:
            self._add_vector(message)
            message.set(ENCODE, self._ready().vectors)
        return messages

    def _ready(self) -> Encoder:
        if self._encoder is None:
            raise RuntimeError("the sentence encoder is neither trained nor loaded")
        return self._encoder

    def _add_vector(self, message: Message) -> None:
        vector = self._ready().vector(normalised(message.get(TEXT) or ""))
        message.add_features(Features(vector[np.newaxis, :], FEATURE_TYPE_SENTENCE, TEXT, self._identifier))
