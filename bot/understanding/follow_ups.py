"""What a few words mean after a certain answer: what was learned that lies nearest, each read with the question before.

"And where?" is looked for as it stands and with the question that the answer before belongs to ("Who will be at the
meeting? and where?"). So the nearest examples have like words after a like answer, also where the very two never met.
Nearest once in the encoder's eyes, once by the words that both have.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import yaml
from scipy.sparse import csr_matrix, hstack

from bot.understanding.encoder import Encoder
from bot.understanding.examples import Example
from bot.understanding.neighbours import LikeWorded, Neighbours, unit
from bot.understanding.normalise import normalised
from bot.understanding.text_features import TextFeatures

TOPICS = Path("data/topics.yml")
# Ordinary short messages, each as if it came after some answer or other: a whole question means the same after any.
STRAY, STRAY_WORDS = 6000, 9
NEIGHBOURS_FILE, LIKE_WORDED_FILE = "follow_ups.npz", "like_worded_follow_ups.npz"
SEED = 20261129


def questions(file: Path = TOPICS) -> dict[str, str]:
    """The question that each topic answers, as the button asks it."""
    topics = yaml.safe_load(file.read_text(encoding="utf-8"))["topics"]
    return {topic: entry["question"] for topic, entry in topics.items()}


class Seen:
    """How texts look that come after the answers to certain topics. `asked`: the question of each topic."""

    def __init__(self, encoder: Encoder, features: TextFeatures, asked: Mapping[str, str]) -> None:
        self.asked = asked
        self._encoder, self._features = encoder, features
        self._rows = self._words(["", *asked.values()])
        self._row = {topic: number for number, topic in enumerate(asked, start=1)}

    def together(self, texts: Sequence[str], befores: Sequence[str]) -> list[str]:
        """Each text behind the question that the answer before it belongs to."""
        return [normalised(f"{self.asked.get(one, '')} {text}") for text, one in zip(texts, befores, strict=True)]

    def after(self, texts: Sequence[str], befores: Sequence[str]) -> np.ndarray:
        """The encoder's vectors of that, a row each."""
        return self._encoder.vectors(self.together(texts, befores))

    def words(self, texts: Sequence[str], befores: Sequence[str]) -> csr_matrix:
        """The words of each text and of that question, side by side (rows of length one).

        Nothing for a text without any word that was learned: the question alone would be like all that came after it.
        """
        own = self._words(texts)
        known = np.diff(own.indptr) > 0
        before = self._rows[[self._row.get(one, 0) if some else 0 for one, some in zip(befores, known, strict=True)]]
        return csr_matrix(hstack([own, before]) * np.float32(math.sqrt(0.5)))

    def _words(self, texts: Sequence[str]) -> csr_matrix:
        return self._features.words_of([normalised(text) for text in texts])


class FollowUps:
    """Follow-ups that were learned from, and what is asked before each topic's answer."""

    def __init__(self, seen: Seen, near: Neighbours, like_worded: LikeWorded) -> None:
        self._seen, self._near, self._like_worded = seen, near, like_worded

    @classmethod
    def fit(
        cls,
        encoder: Encoder,
        features: TextFeatures,
        examples: Sequence[Example],
        vectors: np.ndarray,
        known: Sequence[str],
        progress: Callable[[float], None],
    ) -> FollowUps:
        """Keeps the follow-ups among the examples, and some of the others as strays, in the encoder's eyes.

        `vectors`: the examples', a row each. `known` gives the topics their numbers; `progress` is told how far it is
        (0 to 1).
        """
        seen = Seen(encoder, features, questions())
        learned = [
            (number, one.before) for number, one in enumerate(examples) if one.before and one.before in seen.asked
        ]
        learned += _strays(examples, list(seen.asked))
        texts, befores = [examples[number].text for number, _ in learned], [before for _, before in learned]
        topics = [examples[number].topic for number, _ in learned]
        after = encoder.many_vectors(seen.together(texts, befores), progress)
        both = _side_by_side(vectors[[number for number, _ in learned]], after)
        words = LikeWorded.fit(seen.words(texts, befores), topics, known)
        return cls(seen, Neighbours.fit(both, topics, known), words)

    def topic_scores(self, texts: Sequence[str], vectors: np.ndarray, before: str) -> tuple[np.ndarray, np.ndarray]:
        """Log-probabilities of the topics (a column each) for texts after the answer to `before`: by what lies nearest
        in the encoder's eyes, and by what has most words in common.

        `vectors`: those of the texts alone, a row each.
        """
        befores = [before] * len(texts)
        near = self._near.topic_scores(_side_by_side(vectors, self._seen.after(texts, befores)))
        return near, self._like_worded.topic_scores(self._seen.words(texts, befores))

    def save(self, folder: Path) -> None:
        """Writes plain arrays; the questions stay in data/topics.yml."""
        self._near.save(folder / NEIGHBOURS_FILE)
        self._like_worded.save(folder / LIKE_WORDED_FILE)

    @classmethod
    def load(cls, folder: Path, encoder: Encoder, features: TextFeatures) -> FollowUps:
        """Reads what `save` wrote."""
        near, words = Neighbours.load(folder / NEIGHBOURS_FILE), LikeWorded.load(folder / LIKE_WORDED_FILE)
        return cls(Seen(encoder, features, questions()), near, words)


def _strays(examples: Sequence[Example], befores: Sequence[str]) -> list[tuple[int, str]]:
    """Numbers of examples, each with a topic that it may have come after."""
    random = np.random.default_rng(SEED)
    short = [
        number for number, one in enumerate(examples) if one.before is None and len(one.text.split()) <= STRAY_WORDS
    ]
    some = random.permutation(len(short))[:STRAY]
    return [(short[place], befores[random.integers(len(befores))]) for place in some]


def _side_by_side(alone: np.ndarray, after: np.ndarray) -> np.ndarray:
    return np.hstack([unit(alone), unit(after)])
