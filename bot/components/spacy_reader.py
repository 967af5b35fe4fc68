"""spaCy reads the message: words and sentences, with its blank English pipeline (nothing is downloaded)."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.ahead import known_ahead
from bot.understanding.questions import pipeline, question_matcher, questions_of

QUESTIONS = "questions"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class SpacyReader(Tokenizer):
    """Puts spaCy's tokens on the message and, under `questions`, its parts, where each may ask something."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        self._nlp = pipeline()
        self._matcher = question_matcher(self._nlp)

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Rasa's tokeniser settings; topic ids are never split."""
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_", "token_pattern": None}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SpacyReader:
        """Called by Rasa's graph."""
        return cls(config)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leaves them as they are: the topic classifier learns from the texts themselves."""
        return training_data

    def read(self, text: str) -> tuple[list[Token], list[str]]:
        """The words of a text, and its parts, where each may ask something. Nothing of it stays in spaCy's memory."""
        with self._nlp.memory_zone():
            doc = self._nlp(text)
            tokens = [Token(token.text, token.idx) for token in doc if not token.is_space]
            return tokens, questions_of(doc, self._matcher)

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """The words of one attribute of a message."""
        ahead = known_ahead(message) if attribute == TEXT else None
        tokens, questions = (ahead.tokens, ahead.questions) if ahead else self.read(message.get(attribute))
        if attribute == TEXT:
            message.set(QUESTIONS, questions)
        return tokens
