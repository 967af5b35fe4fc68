"""What a few words mean after a certain answer: what was learned that lies nearest, each read with the question before.

"And where?" is looked for as it stands and with the question that the answer before belongs to ("Who will be at the
meeting? and where?"). So the nearest examples have like words after a like answer, also where the very two never met.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import yaml

from bot.understanding.encoder import Encoder
from bot.understanding.examples import Example
from bot.understanding.neighbours import Neighbours, unit
from bot.understanding.normalise import normalised

TOPICS = Path("data/topics.yml")
# Ordinary short messages, each as if it came after some answer or other: a whole question means the same after any.
STRAY, STRAY_WORDS = 6000, 9
SEED = 20261129


def questions(file: Path = TOPICS) -> dict[str, str]:
    """The question that each topic answers, as the button asks it."""
    topics = yaml.safe_load(file.read_text(encoding="utf-8"))["topics"]
    return {topic: entry["question"] for topic, entry in topics.items()}


class FollowUps:
    """Follow-ups that were learned from, and what is asked before each topic's answer."""

    def __init__(self, encoder: Encoder, near: Neighbours, asked: Mapping[str, str]) -> None:
        self._encoder, self._near, self._asked = encoder, near, asked

    @classmethod
    def fit(
        cls, encoder: Encoder, examples: Sequence[Example], known: Sequence[str], progress: Callable[[float], None]
    ) -> FollowUps:
        """Keeps the follow-ups among the examples, and some of the others as strays, in the encoder's eyes.

        `known` gives the topics their numbers; `progress` is told how far it is (0 to 1).
        """
        asked = questions()
        learned = [(one.before, one.text, one.topic) for one in examples if one.before in asked]
        learned += _strays(examples, list(asked))
        alone = encoder.many_vectors([normalised(text) for _, text, _ in learned], lambda done: progress(done / 2))
        after = encoder.many_vectors(
            [_together(asked[before], text) for before, text, _ in learned], lambda done: progress((1 + done) / 2)
        )
        return cls(encoder, Neighbours.fit(_side_by_side(alone, after), [topic for *_, topic in learned], known), asked)

    def topic_scores(self, texts: Sequence[str], vectors: np.ndarray, before: str) -> np.ndarray:
        """Log-probabilities of the topics (a column each) for texts after the answer to `before`.

        `vectors`: those of the texts alone, a row each.
        """
        after = self._encoder.vectors([_together(self._asked.get(before, ""), text) for text in texts])
        return self._near.topic_scores(_side_by_side(vectors, after))

    def save(self, path: Path) -> None:
        """Writes plain arrays; the questions stay in data/topics.yml."""
        self._near.save(path)

    @classmethod
    def load(cls, path: Path, encoder: Encoder) -> FollowUps:
        """Reads what `save` wrote."""
        return cls(encoder, Neighbours.load(path), questions())


def _strays(examples: Sequence[Example], befores: Sequence[str]) -> list[tuple[str, str, str]]:
    random = np.random.default_rng(SEED)
    short = [one for one in examples if one.before is None and len(one.text.split()) <= STRAY_WORDS]
    some = random.permutation(len(short))[:STRAY]
    return [(befores[random.integers(len(befores))], short[number].text, short[number].topic) for number in some]


def _together(question: str, text: str) -> str:
    return normalised(f"{question} {text}")


def _side_by_side(alone: np.ndarray, after: np.ndarray) -> np.ndarray:
    return np.hstack([unit(alone), unit(after)])
