"""Examples as numbers, ready for the encoder to learn from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.understanding.bert_onnx import tokenizer_path
from bot.understanding.encoder import MOST_TOKENS, WordPieces
from bot.understanding.examples import Example
from bot.understanding.heads import Names
from bot.understanding.normalise import normalised


@dataclass(frozen=True)
class Lessons:
    """What is learned from, one entry a message: word pieces, and the numbers of topic, topic before, danger and kind.

    `before` is 0 where no topic was answered before, `kinds` is -1 where the topic has none.
    """

    tokens: Sequence[Sequence[int]]
    topics: np.ndarray
    before: np.ndarray
    dangers: np.ndarray
    kinds: np.ndarray


def lessons_of(examples: Sequence[Example], names: Names) -> Lessons:
    """The examples as numbers."""
    pieces = WordPieces(tokenizer_path())
    danger = {topic: number for number, topic in enumerate(names.dangers)}
    kind = {name: number for number, name in enumerate(names.kinds)}
    return Lessons(
        pieces.of_all([normalised(example.text) for example in examples], MOST_TOKENS),
        np.array([names.topics.index(example.topic) for example in examples]),
        np.array([names.before(example.before) for example in examples]),
        np.array([danger.get(example.topic, 0) for example in examples]),
        np.array([kind.get(example.kind_name, -1) for example in examples]),
    )
