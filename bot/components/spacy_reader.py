"""spaCy reads the message: words and sentences, with its blank English pipeline (nothing is downloaded)."""

from __future__ import annotations

from typing import Any

import spacy
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

SENTENCES = "sentences"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class SpacyReader(Tokenizer):
    """Puts spaCy's tokens on the message, and its sentences as a list of texts under `sentences`."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        self._nlp = spacy.blank("en")
        self._nlp.add_pipe("sentencizer")

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

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """The words of one attribute of a message."""
        doc = self._nlp(message.get(attribute))
        if attribute == TEXT:
            message.set(SENTENCES, [sentence.text.strip() for sentence in doc.sents if sentence.text.strip()])
        return [Token(token.text, token.idx) for token in doc if not token.is_space]
